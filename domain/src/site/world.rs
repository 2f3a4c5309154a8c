//! A site for tests: commands go in, events are kept, time passes when it is told to.

use std::collections::{BTreeMap, BTreeSet};

use super::{Site, SiteCommand, SiteEvent};
use crate::{
    agent::{self, FULL, Presence},
    callback,
    command::{Actor, Context, Refusal, derived_id},
    contact,
    entitlement::{ContractFacts, Elsewhere, Facts, Terms, Topics},
    id::{
        AgentId, Channel, CommandId, ContactId, ContractId, QueueName, ReservationId, SkillName,
        StaffId, SubjectId, TopicName, VisitId,
    },
    id::{PageName, TierName},
    link,
    partition::Root,
    queue::{self, Definition, Strategy},
    requirement::Requirement,
    reservation,
    sealed::Sealed,
    time::{Span, Timestamp},
};

pub(super) struct World {
    pub(super) site: Site,
    pub(super) log: Vec<(SiteEvent, Timestamp)>,
    pub(super) now: Timestamp,
    commands: u64,
}

pub(super) fn id<T: From<uuid::Uuid>>(n: u128) -> T {
    uuid::Uuid::from_u128(n).into()
}

pub(super) fn queue_name() -> QueueName {
    QueueName::parse("help").unwrap()
}

pub(super) fn skill(name: &str, level: u8) -> Requirement {
    Requirement::skill(&SkillName::parse(name).unwrap(), level)
}

pub(super) fn definition() -> Definition {
    Definition {
        version: 1,
        title: "Help".to_owned(),
        strategy: Strategy::LongestIdle,
        steps: Vec::new(),
        offer_secs: 20,
        linking_secs: 60,
        talk_secs_max: 3_600,
        wrap_up_secs: 30,
        wait_secs_max: 1_800,
        target_secs: 30,
        handle_secs: 300,
        callback_attempts_max: 2,
        callback_retry_secs: 600,
        callback_expires_secs: 7_200,
        hides_watchers: false,
    }
}

impl World {
    pub(super) fn new() -> Self {
        let mut world = Self {
            site: Site::default(),
            log: Vec::new(),
            now: Timestamp::from_secs(1_000_000),
            commands: 0,
        };
        world.define(definition());
        world
    }

    pub(super) fn define(&mut self, definition: Definition) {
        let command = queue::Command::Define { queue: queue_name(), definition };
        self.run(Actor::System, SiteCommand::Queue(command)).unwrap();
    }

    pub(super) fn run(
        &mut self,
        actor: Actor,
        command: SiteCommand,
    ) -> Result<Vec<SiteEvent>, Refusal> {
        self.commands += 1;
        self.now = self.now + Span(1);
        let command_id = CommandId(derived_id(&[b"test", &self.commands.to_be_bytes()]));
        let context = Context { now: self.now, actor, command_id };
        let events = self.site.decide(&context, command)?;
        self.keep(&events);
        self.settle();
        Ok(events)
    }

    fn keep(&mut self, events: &[SiteEvent]) {
        assert!(
            events.len() <= crate::log::DECISION_EVENTS_MAX,
            "{} events in one decision",
            events.len()
        );
        self.log.extend(events.iter().map(|event| (event.clone(), self.now)));
    }

    fn settle(&mut self) {
        while self.site.next_due().is_some_and(|due| due <= self.now) {
            self.commands += 1;
            self.now = self.now + Span(1);
            let command_id = CommandId(derived_id(&[b"timer", &self.commands.to_be_bytes()]));
            let context = Context { now: self.now, actor: Actor::Timer, command_id };
            let events = self.site.fire(&context);
            self.keep(&events);
        }
    }

    /// Lets time pass; each deadline fires at its instant.
    pub(super) fn pass(&mut self, secs: i64) {
        let until = self.now + Span::secs(secs);
        while let Some(due) = self.site.next_due().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.settle();
        }
        self.now = self.now.max(until);
    }

    pub(super) fn agent(
        &mut self,
        n: u128,
        skills: &[(&str, u8)],
        capacity: &[(Channel, u8)],
    ) -> AgentId {
        let agent: AgentId = id(n);
        let skills =
            skills.iter().map(|(name, level)| (SkillName::parse(name).unwrap(), *level)).collect();
        let capacity: BTreeMap<_, _> = capacity.iter().copied().collect();
        self.run(
            Actor::System,
            SiteCommand::Agent(agent::Command::Enroll { agent, version: 1, skills, capacity }),
        )
        .unwrap();
        self.run(staff(agent), SiteCommand::Agent(agent::Command::SignIn { agent })).unwrap();
        self.presence(agent, Presence::Available);
        agent
    }

    pub(super) fn presence(&mut self, agent: AgentId, presence: Presence) {
        let command = agent::Command::SetPresence { agent, presence, reason: None, force: false };
        self.run(staff(agent), SiteCommand::Agent(command)).unwrap();
    }

    pub(super) fn facts(requirement: Requirement, priority: u8) -> Facts {
        let terms = Terms {
            channels: Channel::ALL.into_iter().collect(),
            topics: Topics::All,
            hours: None,
            priority,
            concurrent_max: 2,
        };
        let contract = ContractFacts {
            contract: ContractId(uuid::Uuid::nil()),
            version: 1,
            tier: TierName::parse("basic").unwrap(),
            terms,
        };
        Facts {
            contract,
            network: None,
            policy_version: 1,
            queue: queue_name(),
            requirement,
            elsewhere: Elsewhere::default(),
        }
    }

    pub(super) fn ask(
        &mut self,
        visit: u128,
        requirement: Requirement,
        priority: u8,
    ) -> Option<ContactId> {
        let before: BTreeSet<_> = self.log.iter().filter_map(|(event, _)| queued(event)).collect();
        let command = contact::Command::Ask {
            visit: id(visit),
            subject: Some(id(visit)),
            account: None,
            channel: Channel::Chat,
            topic: TopicName::parse("help").unwrap(),
            page: PageName::parse("home").unwrap(),
            facts: Some(Box::new(Self::facts(requirement, priority))),
        };
        self.run(Actor::Customer(id(visit)), SiteCommand::Contact(command)).ok()?;
        self.log
            .iter()
            .filter_map(|(event, _)| queued(event))
            .find(|contact| !before.contains(contact))
    }

    pub(super) fn call_back(
        &mut self,
        visit: u128,
        when: callback::When,
    ) -> Result<Vec<SiteEvent>, Refusal> {
        let subject: SubjectId = id(visit);
        let command = callback::Command::Request {
            visit: id(visit),
            subject,
            account: None,
            channel: Channel::Phone,
            topic: TopicName::parse("help").unwrap(),
            page: PageName::parse("home").unwrap(),
            number: Sealed::new(subject, "AAAA".to_owned()),
            about: None,
            when,
            facts: Some(Box::new(Self::facts(Requirement::Anybody, 0))),
        };
        self.run(Actor::Customer(id(visit)), SiteCommand::Callback(command))
    }

    pub(super) fn offer_to(&self, agent: AgentId) -> Option<ReservationId> {
        let pending = |held: &reservation::Reservation| {
            matches!(held.state, reservation::State::Pending { .. })
        };
        self.site
            .reservations
            .iter()
            .find(|(_, held)| held.agent == agent && pending(held))
            .map(|(id, _)| *id)
    }

    pub(super) fn accept(&mut self, agent: AgentId) -> ContactId {
        let reservation = self.offer_to(agent).expect("an offer stands");
        let contact = self.site.reservations[&reservation].contact;
        self.run(
            staff(agent),
            SiteCommand::Reservation(reservation::Command::Accept { reservation }),
        )
        .unwrap();
        contact
    }

    pub(super) fn on_contact(
        &mut self,
        agent: AgentId,
        command: contact::Command,
    ) -> Result<Vec<SiteEvent>, Refusal> {
        self.run(staff(agent), SiteCommand::Contact(command))
    }

    /// Finishes the talk and wraps up at once.
    pub(super) fn serve(&mut self, agent: AgentId, contact: ContactId) {
        self.on_contact(agent, contact::Command::Finish { contact }).unwrap();
        let disposition = "solved".to_owned();
        self.on_contact(agent, contact::Command::WrapUp { contact, disposition, notes: None })
            .unwrap();
    }

    pub(super) fn report(&mut self, agent: AgentId, contact: ContactId, report: link::Report) {
        let link = self.site.link_of(contact).expect("a link is open");
        self.run(staff(agent), SiteCommand::Link(link::Command::Report { link, report })).unwrap();
    }

    /// What a reader folds, and the laws that hold after every step.
    pub(super) fn check(&self) {
        let mut read = Site::default();
        for (event, at) in &self.log {
            read.evolve(event, *at);
        }
        let (read, decided) =
            (serde_json::to_value(&read).unwrap(), serde_json::to_value(&self.site).unwrap());
        assert_eq!(read, decided, "replay of what was decided is the state that decided it");
        let thawed = Site::thaw(&self.site.freeze()).expect("what was frozen thaws");
        assert_eq!(
            serde_json::to_value(&thawed).unwrap(),
            decided,
            "a snapshot is the state it was taken of"
        );
        for (id, agent) in &self.site.agents {
            assert!(agent.load() <= FULL, "agent {id} is over capacity");
        }
        for (id, contact) in &self.site.contacts {
            let held: Vec<_> =
                self.site.reservations.values().filter(|held| held.contact == *id).collect();
            assert!(held.len() <= 1, "contact {id} has two agents");
            assert_eq!(held.is_empty(), contact.state == contact::State::Waiting, "contact {id}");
        }
        for reservation in self.site.reservations.values() {
            assert!(
                self.site.contacts.contains_key(&reservation.contact),
                "a reservation outlived its contact"
            );
        }
        for display in self.site.displays.values() {
            let talk = self.site.contacts.get(&display.contact).map(|contact| &contact.state);
            let open =
                matches!(talk, Some(contact::State::Talking { .. } | contact::State::Held { .. }));
            assert!(open, "a display outlived its talk: {talk:?}");
        }
        for booking in self.site.bookings.values() {
            assert!(self.site.agents.contains_key(&booking.agent));
        }
    }
}

pub(super) fn staff(agent: AgentId) -> Actor {
    Actor::Staff(StaffId::from(agent))
}

pub(super) fn customer(visit: u128) -> Actor {
    Actor::Customer(id::<VisitId>(visit))
}

fn queued(event: &SiteEvent) -> Option<ContactId> {
    match event {
        SiteEvent::Contact(contact::Event::Queued { contact, .. }) => Some(*contact),
        SiteEvent::Contact(_)
        | SiteEvent::Agent(_)
        | SiteEvent::Booking(_)
        | SiteEvent::Callback(_)
        | SiteEvent::Command(_)
        | SiteEvent::Display(_)
        | SiteEvent::Entitlement(_)
        | SiteEvent::Link(_)
        | SiteEvent::Queue(_)
        | SiteEvent::Reservation(_) => None,
    }
}
