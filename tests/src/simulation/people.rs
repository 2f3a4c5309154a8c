//! The people of a small contact centre: what they ask for, and a journal of what they were answered.

use std::collections::BTreeMap;

use domain::{
    agent::{self, Presence},
    callback,
    command::{Actor, Envelope, Outcome, body_hash},
    contact,
    entitlement::{ContractFacts, Elsewhere, Facts, Terms, Topics},
    id::{
        AgentId, Channel, CommandId, ContractId, PageName, QueueName, ReservationId, SkillName,
        StaffId, SubjectId, TierName, TopicName, VisitId,
    },
    link,
    queue::{self, Definition, Step, Strategy},
    requirement::Requirement,
    reservation,
    sealed::Sealed,
    site::{Site, SiteCommand},
    time::{Span, Timestamp},
};
use uuid::Uuid;

use super::ops::{AGENTS, Wish};

/// A command as its sender remembers it.
pub(super) struct Sent {
    pub(super) id: CommandId,
    pub(super) actor: Actor,
    /// The first is what was asked; others were sent under the same id.
    pub(super) bodies: Vec<SiteCommand>,
    pub(super) expires_at: Timestamp,
    pub(super) answer: Option<Answer>,
}

/// What a node said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Decided(Outcome),
    Never,
    /// So long ago that only the log can tell.
    Forgotten,
}

#[derive(Default)]
pub(super) struct People {
    pub(super) sent: Vec<Sent>,
    pub(super) by_id: BTreeMap<CommandId, usize>,
    /// Those without an answer.
    pub(super) open: Vec<usize>,
}

impl Sent {
    pub(super) fn envelope(&self, body: usize) -> Envelope<SiteCommand> {
        Envelope {
            command_id: self.id,
            actor: self.actor.clone(),
            expires_at: self.expires_at,
            causation: None,
            correlation: self.id.0,
            traceparent: None,
            body: self.bodies[body].clone(),
        }
    }
}

impl People {
    pub(super) fn send(
        &mut self,
        actor: Actor,
        body: SiteCommand,
        expires_at: Timestamp,
    ) -> Envelope<SiteCommand> {
        let nth = self.sent.len();
        let id = CommandId(Uuid::from_u128(0xc0 << 64 | nth as u128));
        self.by_id.insert(id, nth);
        self.open.push(nth);
        self.sent.push(Sent { id, actor, bodies: vec![body], expires_at, answer: None });
        self.sent[nth].envelope(0)
    }

    /// One of those without an answer once more.
    pub(super) fn retry(&self, pick: usize) -> Option<Envelope<SiteCommand>> {
        let nth = self.open.get(pick % self.open.len().max(1))?;
        Some(self.sent[*nth].envelope(0))
    }

    /// The id of one, the body of another: of one that asks for something else, not only with other facts attached.
    pub(super) fn twist(&mut self, pick: usize) -> Option<Envelope<SiteCommand>> {
        let count = self.sent.len();
        let other = self.sent.get((pick / 2 + 1) % count.max(1))?.bodies[0].clone();
        let sent = self.sent.get_mut(count - 1 - pick % count.min(8))?;
        if sent.bodies.len() > 1 || body_hash(&sent.bodies[0]) == body_hash(&other) {
            return None;
        }
        sent.bodies.push(other);
        Some(sent.envelope(1))
    }
}

fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

fn agent_id(n: u8) -> AgentId {
    id(0xa0 + u128::from(n))
}

fn visit_id(n: u8) -> VisitId {
    id(0xf00 + u128::from(n))
}

fn named<T, E: std::fmt::Debug>(parse: impl FnOnce(&str) -> Result<T, E>, name: &str) -> T {
    parse(name).expect("the name is one")
}

fn queue_name() -> QueueName {
    named(QueueName::parse, "help")
}

fn skill(name: &str, level: u8) -> Requirement {
    Requirement::skill(&named(SkillName::parse, name), level)
}

fn staff(agent: u8) -> Actor {
    Actor::Staff(StaffId::from(agent_id(agent)))
}

/// What this wish is as a command, to somebody who sees `site`; `None` if there is nothing to wish for.
pub(super) fn command(site: &Site, now: Timestamp, wish: Wish) -> Option<(Actor, SiteCommand)> {
    Some(match wish {
        Wish::Define { strict } => (Actor::System, SiteCommand::Queue(define(site, strict))),
        Wish::Enroll { agent, version } => {
            (Actor::System, SiteCommand::Agent(enroll(agent, version)))
        }
        Wish::SignIn { agent } => {
            let command = agent::Command::SignIn { agent: agent_id(agent) };
            (staff(agent), SiteCommand::Agent(command))
        }
        Wish::Presence { agent, presence } => {
            let presence = [Presence::Available, Presence::Break, Presence::Offline]
                [usize::from(presence % 3)];
            let force = presence == Presence::Break;
            let id = agent_id(agent);
            let command = agent::Command::SetPresence { agent: id, presence, reason: None, force };
            (staff(agent), SiteCommand::Agent(command))
        }
        Wish::Device { agent, lost } => {
            let id = agent_id(agent);
            let command = if lost {
                agent::Command::DeviceLost { agent: id }
            } else {
                agent::Command::DeviceReturned { agent: id }
            };
            (staff(agent), SiteCommand::Agent(command))
        }
        Wish::Ask { visit, need, priority } => {
            (Actor::Customer(visit_id(visit)), SiteCommand::Contact(ask(visit, need, priority)))
        }
        Wish::CallBack { visit, later } => {
            let command = SiteCommand::Callback(call_back(visit, when(later, now)));
            (Actor::Customer(visit_id(visit)), command)
        }
        Wish::CancelCallback { pick } => {
            let callback = *nth(site.callbacks.keys(), pick)?;
            (Actor::System, SiteCommand::Callback(callback::Command::Cancel { callback }))
        }
        Wish::Reschedule { pick } => {
            let callback = *nth(site.callbacks.keys(), pick)?;
            let when = when(pick % 2 == 0, now);
            let command = callback::Command::Reschedule { callback, when, facts: None };
            (Actor::System, SiteCommand::Callback(command))
        }
        Wish::Cancel { pick } => {
            let (contact, known) = nth(site.contacts.iter(), pick)?;
            let command = contact::Command::Cancel { contact: *contact };
            (Actor::Customer(known.visit?), SiteCommand::Contact(command))
        }
        Wish::Accept { agent } => {
            let reservation =
                held(site, agent, |state| matches!(state, reservation::State::Pending { .. }))?;
            let command = reservation::Command::Accept { reservation };
            (staff(agent), SiteCommand::Reservation(command))
        }
        Wish::Reject { agent } => {
            let reservation = held(site, agent, |_| true)?;
            let command = reservation::Command::Reject { reservation, reason: None };
            (staff(agent), SiteCommand::Reservation(command))
        }
        Wish::Hold { agent } => {
            on_contact(site, agent, |contact| contact::Command::Hold { contact })?
        }
        Wish::Resume { agent } => {
            on_contact(site, agent, |contact| contact::Command::Resume { contact })?
        }
        Wish::Finish { agent } => {
            on_contact(site, agent, |contact| contact::Command::Finish { contact })?
        }
        Wish::WrapUp { agent } => on_contact(site, agent, |contact| contact::Command::WrapUp {
            contact,
            disposition: "solved".to_owned(),
            notes: None,
        })?,
        Wish::Say { agent } => {
            let link = link_of(site, agent)?;
            let text = Sealed::new(id::<SubjectId>(7), "AAAA".to_owned());
            (staff(agent), SiteCommand::Link(link::Command::Say { link, text }))
        }
        Wish::Report { agent, answered } => {
            let link = link_of(site, agent)?;
            let report = if answered { link::Report::Answered } else { link::Report::NoAnswer };
            (staff(agent), SiteCommand::Link(link::Command::Report { link, report }))
        }
        Wish::Rate { visit, stars } => {
            let mut own =
                site.contacts.iter().filter(|(_, one)| one.visit == Some(visit_id(visit)));
            let contact = *own.next()?.0;
            let command = contact::Command::Rate { contact, stars };
            (Actor::Customer(visit_id(visit)), SiteCommand::Contact(command))
        }
        Wish::Prioritise { pick, priority } => {
            let contact = *nth(site.contacts.keys(), pick)?;
            (staff(0), SiteCommand::Contact(contact::Command::Prioritise { contact, priority }))
        }
        Wish::Reassign { pick, agent } => {
            let contact = *nth(site.contacts.keys(), pick)?;
            let agent = (agent < AGENTS).then(|| agent_id(agent));
            (staff(0), SiteCommand::Contact(contact::Command::Reassign { contact, agent }))
        }
    })
}

fn nth<T>(mut items: impl ExactSizeIterator<Item = T>, pick: u8) -> Option<T> {
    let count = items.len().max(1);
    items.nth(usize::from(pick) % count)
}

fn held(
    site: &Site,
    agent: u8,
    fits: impl Fn(&reservation::State) -> bool,
) -> Option<ReservationId> {
    let mut held = site.reservations.iter().filter(|(_, one)| one.agent == agent_id(agent));
    held.find(|(_, one)| fits(&one.state)).map(|(id, _)| *id)
}

fn on_contact(
    site: &Site,
    agent: u8,
    command: impl FnOnce(domain::id::ContactId) -> contact::Command,
) -> Option<(Actor, SiteCommand)> {
    let mut served = site.reservations.values().filter(|one| one.agent == agent_id(agent));
    let contact = served.find(|one| one.connected_at().is_some())?.contact;
    Some((staff(agent), SiteCommand::Contact(command(contact))))
}

fn link_of(site: &Site, agent: u8) -> Option<domain::id::LinkId> {
    site.links.iter().find(|(_, link)| link.agent == agent_id(agent)).map(|(id, _)| *id)
}

fn define(site: &Site, strict: bool) -> queue::Command {
    let version = site.queues.get(&queue_name()).map_or(0, |known| known.definition.version) + 1;
    let level = if strict { 3 } else { 1 };
    let steps = vec![
        Step { after_secs: 0, requirement: skill("net", level), keeps_request: true },
        Step { after_secs: 60, requirement: Requirement::Anybody, keeps_request: true },
    ];
    let definition = Definition {
        version,
        title: "Help".to_owned(),
        strategy: if strict { Strategy::BestProficiency } else { Strategy::LongestIdle },
        steps,
        offer_secs: 20,
        linking_secs: 30,
        talk_secs_max: 600,
        wrap_up_secs: 30,
        wait_secs_max: 300,
        target_secs: 30,
        handle_secs: 120,
        callback_attempts_max: 2,
        callback_retry_secs: 60,
        callback_expires_secs: 600,
        hides_watchers: false,
    };
    queue::Command::Define { queue: queue_name(), definition }
}

fn enroll(agent: u8, version: u8) -> agent::Command {
    let skills: &[(&str, u8)] = match agent {
        0 => &[("net", 5)],
        1 => &[("net", 2), ("tv", 2)],
        2 => &[("net", 1)],
        _ => &[("net", 3)],
    };
    let capacity: &[(Channel, u8)] = match agent {
        0 | 1 => &[(Channel::Chat, 3), (Channel::Phone, 1)],
        2 => &[(Channel::Chat, 1)],
        _ => &[(Channel::Phone, 1)],
    };
    let skills = skills.iter().map(|(name, level)| (named(SkillName::parse, name), *level));
    agent::Command::Enroll {
        agent: agent_id(agent),
        version: version.into(),
        skills: skills.collect(),
        capacity: capacity.iter().copied().collect(),
    }
}

fn facts(requirement: Requirement, priority: u8) -> Box<Facts> {
    let terms = Terms {
        channels: Channel::ALL.into_iter().collect(),
        topics: Topics::All,
        hours: None,
        priority,
        concurrent_max: 2,
    };
    let contract = ContractFacts {
        contract: ContractId(Uuid::nil()),
        version: 1,
        tier: named(TierName::parse, "basic"),
        terms,
    };
    Box::new(Facts {
        contract,
        network: None,
        policy_version: 1,
        queue: queue_name(),
        requirement,
        elsewhere: Elsewhere::default(),
    })
}

fn ask(visit: u8, need: u8, priority: u8) -> contact::Command {
    let requirement = match need % 3 {
        0 => Requirement::Anybody,
        1 => skill("net", 3),
        _ => Requirement::All(vec![skill("net", 1), Requirement::Not(Box::new(skill("tv", 1)))]),
    };
    contact::Command::Ask {
        visit: visit_id(visit),
        subject: Some(id(0xf00 + u128::from(visit))),
        account: None,
        channel: Channel::Chat,
        topic: named(TopicName::parse, "help"),
        page: named(PageName::parse, "home"),
        facts: Some(facts(requirement, priority)),
    }
}

fn call_back(visit: u8, when: callback::When) -> callback::Command {
    let subject: SubjectId = id(0xf00 + u128::from(visit));
    callback::Command::Request {
        visit: visit_id(visit),
        subject,
        account: None,
        channel: Channel::Phone,
        topic: named(TopicName::parse, "help"),
        page: named(PageName::parse, "home"),
        number: Sealed::new(subject, "AAAA".to_owned()),
        about: None,
        when,
        facts: Some(facts(Requirement::Anybody, 0)),
    }
}

fn when(later: bool, now: Timestamp) -> callback::When {
    if !later {
        return callback::When::Asap;
    }
    let at = now + Span::secs(120);
    callback::When::Scheduled { at, zone: "UTC".to_owned(), local: "later".to_owned() }
}
