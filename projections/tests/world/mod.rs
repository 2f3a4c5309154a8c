//! A site that is decided for real and read as records: what the read side's tests are given.
#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected fails at once")]

use std::sync::Arc;

use domain::{
    agent::{self, Capacity, Presence},
    callback,
    command::{Actor, Context, Refusal},
    contact,
    entitlement::{ContractFacts, Elsewhere, Facts, Terms, Topics},
    id::{
        AccountId, AgentId, CallbackId, Channel, CommandId, ContactId, ContractId, EventId, LinkId,
        PageName, QueueName, ReservationId, SiteName, SkillName, StaffId, SubjectId, TierName,
        TopicName, VisitId,
    },
    link,
    log::{Epoch, Hash, Partition, Position, Recorded, Seq, Whole, WriterId},
    partition::Root,
    queue::{self, Definition, Strategy},
    requirement::{Requirement, Skills},
    reservation,
    sealed::Sealed,
    site::{Requester, Site, SiteCommand, SiteEvent},
    time::{Span, Timestamp},
};
use uuid::Uuid;

pub(crate) const START: Timestamp = Timestamp::from_secs(1_774_872_000); // Monday 2026-03-30 12:00 UTC

pub(crate) fn uuid(n: u64) -> Uuid {
    Uuid::from_u64_pair(0, n)
}

pub(crate) fn visit(n: u64) -> VisitId {
    VisitId(uuid(1_000 + n))
}

pub(crate) fn agent(n: u64) -> AgentId {
    AgentId(uuid(2_000 + n))
}

pub(crate) fn queue_name() -> QueueName {
    QueueName::parse("faults").unwrap()
}

pub(crate) fn sealed(text: &str) -> Sealed<String> {
    Sealed::new(SubjectId(uuid(7)), text.to_owned())
}

pub(crate) fn skill() -> SkillName {
    SkillName::parse("faults").unwrap()
}

/// Decides, and keeps every decision as it would stand in the log.
pub(crate) struct World {
    pub(crate) site: Site,
    pub(crate) now: Timestamp,
    pub(crate) log: Vec<Arc<Whole>>,
    pub(crate) account: Option<AccountId>,
    pub(crate) requirement: Requirement,
    seq: Seq,
    commands: u64,
}

impl World {
    /// A site with one queue: offers stand 20 s, wrap-up takes 30 s, target 20 s.
    pub(crate) fn new() -> Self {
        let mut world = Self {
            site: Site::default(),
            now: START,
            log: Vec::new(),
            account: None,
            requirement: Requirement::skill(&skill(), 1),
            seq: 0,
            commands: 0,
        };
        let definition = Definition {
            version: 1,
            title: "Faults".into(),
            strategy: Strategy::LongestIdle,
            steps: vec![],
            offer_secs: 20,
            linking_secs: 60,
            talk_secs_max: 3_600,
            wrap_up_secs: 30,
            wait_secs_max: 1_800,
            target_secs: 20,
            handle_secs: 300,
            callback_attempts_max: 2,
            callback_retry_secs: 60,
            callback_expires_secs: 86_400,
            hides_watchers: false,
        };
        let define = queue::Command::Define { queue: queue_name(), definition };
        world.order(Actor::System, SiteCommand::Queue(define)).unwrap();
        world
    }

    pub(crate) fn order(
        &mut self,
        actor: Actor,
        command: SiteCommand,
    ) -> Result<Vec<SiteEvent>, Refusal> {
        self.now = self.now + Span(1);
        let context = self.context(actor);
        let events = self.site.decide(&context, command)?;
        self.record(&context, &events);
        Ok(events)
    }

    /// Time passes, and what falls due is fired.
    pub(crate) fn pass(&mut self, secs: i64) {
        let until = self.now + Span::secs(secs);
        while let Some(due) = self.site.next_due().filter(|due| *due <= until) {
            self.now = self.now.max(due) + Span(1);
            let context = self.context(Actor::Timer);
            let events = self.site.fire(&context);
            self.record(&context, &events);
        }
        self.now = self.now.max(until);
    }

    fn context(&mut self, actor: Actor) -> Context {
        self.commands += 1;
        Context { now: self.now, actor, command_id: CommandId(uuid(1_000_000 + self.commands)) }
    }

    fn record(&mut self, context: &Context, events: &[SiteEvent]) {
        if events.is_empty() {
            return;
        }
        let whole =
            whole(self.seq, context, events.iter().map(|e| (e.kind(), e.encode())).collect());
        self.seq = whole.position.seq;
        self.log.push(Arc::new(whole));
    }

    pub(crate) fn agent_at_work(&mut self, n: u64) {
        self.agent_with(n, [(skill(), 3)].into(), [(Channel::Chat, 1), (Channel::Phone, 1)].into());
    }

    pub(crate) fn agent_with(&mut self, n: u64, skills: Skills, capacity: Capacity) {
        let (agent, actor) = (agent(n), staff(n));
        let enroll = agent::Command::Enroll { agent, version: 1, skills, capacity };
        self.order(Actor::System, SiteCommand::Agent(enroll)).unwrap();
        self.order(actor, SiteCommand::Agent(agent::Command::SignIn { agent })).unwrap();
        self.presence(n, Presence::Available).unwrap();
    }

    pub(crate) fn presence(
        &mut self,
        n: u64,
        presence: Presence,
    ) -> Result<Vec<SiteEvent>, Refusal> {
        let agent = agent(n);
        let set = agent::Command::SetPresence { agent, presence, reason: None, force: false };
        self.order(staff(n), SiteCommand::Agent(set))
    }

    pub(crate) fn facts(&self) -> Option<Box<Facts>> {
        let terms = Terms {
            channels: [Channel::Chat, Channel::Phone].into(),
            topics: Topics::All,
            hours: None,
            priority: 0,
            concurrent_max: 9,
        };
        Some(Box::new(Facts {
            contract: ContractFacts {
                contract: ContractId(uuid(5)),
                version: 4,
                tier: TierName::parse("basic").unwrap(),
                terms,
            },
            network: None,
            policy_version: 1,
            queue: queue_name(),
            requirement: self.requirement.clone(),
            elsewhere: Elsewhere::default(),
        }))
    }

    pub(crate) fn ask(&mut self, n: u64) -> Result<ContactId, Refusal> {
        let ask = contact::Command::Ask {
            visit: visit(n),
            subject: Some(SubjectId(uuid(3_000 + n))),
            account: self.account,
            channel: Channel::Chat,
            topic: TopicName::parse("slow").unwrap(),
            page: PageName::parse("home").unwrap(),
            facts: self.facts(),
        };
        let requester = Requester::of(self.account, Some(visit(n)));
        let topic = TopicName::parse("slow").unwrap();
        let before = self.site.asked_before(requester, Channel::Chat, &topic).map(|(id, _)| id);
        let events = self.order(Actor::Customer(visit(n)), SiteCommand::Contact(ask))?;
        let asked = before.or_else(|| events.iter().find_map(queued));
        Ok(asked.expect("asking puts a contact into the queue, or leads to the one that is there"))
    }

    pub(crate) fn ask_for_callback(
        &mut self,
        n: u64,
        when: callback::When,
    ) -> Result<CallbackId, Refusal> {
        let request = callback::Command::Request {
            visit: visit(n),
            subject: SubjectId(uuid(3_000 + n)),
            account: self.account,
            channel: Channel::Phone,
            topic: TopicName::parse("slow").unwrap(),
            page: PageName::parse("home").unwrap(),
            number: sealed("number"),
            about: None,
            when,
            facts: self.facts(),
        };
        let events = self.order(Actor::Customer(visit(n)), SiteCommand::Callback(request))?;
        let requested = events.iter().find_map(|event| match event {
            SiteEvent::Callback(callback::Event::Requested { callback, .. }) => Some(*callback),
            _ => None,
        });
        Ok(requested.expect("a granted request makes a callback"))
    }

    /// The offer that stands for an agent.
    pub(crate) fn offer_to(&self, n: u64) -> Option<ReservationId> {
        let pending = |held: &reservation::Reservation| {
            held.agent == agent(n) && matches!(held.state, reservation::State::Pending { .. })
        };
        self.site.reservations.iter().find(|(_, held)| pending(held)).map(|(id, _)| *id)
    }

    pub(crate) fn accept(&mut self, n: u64) -> Result<Vec<SiteEvent>, Refusal> {
        let reservation = self.offer_to(n).expect("an offer stands");
        let accept = reservation::Command::Accept { reservation };
        self.order(staff(n), SiteCommand::Reservation(accept))
    }

    pub(crate) fn link_of(&self, contact: ContactId) -> LinkId {
        self.site.link_of(contact).expect("the contact has a link")
    }

    pub(crate) fn contact(
        &mut self,
        n: u64,
        command: contact::Command,
    ) -> Result<Vec<SiteEvent>, Refusal> {
        self.order(staff(n), SiteCommand::Contact(command))
    }

    pub(crate) fn link(
        &mut self,
        actor: Actor,
        command: link::Command,
    ) -> Result<Vec<SiteEvent>, Refusal> {
        self.order(actor, SiteCommand::Link(command))
    }
}

pub(crate) fn staff(n: u64) -> Actor {
    Actor::Staff(StaffId::from(agent(n)))
}

fn queued(event: &SiteEvent) -> Option<ContactId> {
    match event {
        SiteEvent::Contact(contact::Event::Queued { contact, .. }) => Some(*contact),
        _ => None,
    }
}

/// A decision as it would be read after `after`.
pub(crate) fn whole(
    after: Seq,
    context: &Context,
    events: Vec<((&'static str, u32), Vec<u8>)>,
) -> Whole {
    let parts = u32::try_from(events.len()).unwrap();
    let writer = WriterId(uuid(1));
    let epoch: Epoch = 1;
    let records: Vec<Recorded> = events
        .into_iter()
        .zip(0u32..)
        .map(|(((kind, version), data), part)| Recorded {
            partition: Partition::Site(SiteName::parse("demo").unwrap()),
            epoch,
            writer,
            seq: after + 1 + u64::from(part),
            part,
            parts,
            prev: Hash::ZERO,
            time: context.now,
            id: EventId(uuid(9_000_000 + after + 1 + u64::from(part))),
            kind: kind.into(),
            version,
            command_id: context.command_id,
            command_hash: 1,
            actor: context.actor.clone(),
            causation: None,
            correlation: uuid(1),
            traceparent: None,
            data: data.into(),
        })
        .collect();
    let seq = after + u64::from(parts);
    let at = i64::try_from(seq).unwrap();
    let position = Position { seq, epoch, writer: Some(writer), hash: Hash::ZERO, at };
    Whole { records, position }
}
