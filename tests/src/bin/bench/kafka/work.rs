//! The commands: talks by chat, each asked for, accepted, had, finished and wrapped up; many at once, each at another
//! point.
//!
//! Nobody waits for an outcome before the next command: ids follow from the commands, so all of them are known before.

use domain::{
    agent::{self, Presence},
    command::{Actor, Context, Envelope},
    contact,
    id::{
        AgentId, Channel, CommandId, ContactId, LinkId, PageName, QueueName, ReservationId,
        SiteName, SkillName, StaffId, SubjectId, TopicName, VisitId,
    },
    link,
    log::Partition,
    queue,
    requirement::Requirement,
    reservation,
    sealed::Sealed,
    site::SiteCommand,
    time::{Span, Timestamp},
};
use uuid::Uuid;

use crate::routing::{definition, facts, name};

/// Talks at once; each has an agent of its own, who alone has the skill that it requires.
pub(super) const TALKS: usize = 200;
/// Messages of one talk, half of them by either side.
const MESSAGES: usize = 16;
/// Ask, accept, the messages, finish, wrap up.
const STEPS: usize = MESSAGES + 4;
/// A sealed text of about 150 characters.
const BOX_BYTES: usize = 256;

pub(super) struct Work {
    sites: Vec<Partition>,
    /// Makes this run's ids differ from any other's.
    run: u64,
    talks: Vec<Talk>,
    /// Which talk each command before the steady state is for, and what it asks.
    before: Vec<(usize, Before)>,
}

/// A place where one talk follows the other.
struct Talk {
    agent: AgentId,
    visit: VisitId,
    queue: QueueName,
    skill: SkillName,
    step: usize,
    contact: ContactId,
    reservation: ReservationId,
    link: LinkId,
}

#[derive(Clone, Copy)]
enum Before {
    DefineQueue,
    Enroll,
    SignIn,
    BeAvailable,
    Step,
}

/// A command, and the number of its site.
pub(super) struct Sent {
    pub(super) site: usize,
    pub(super) envelope: Envelope<SiteCommand>,
}

impl Work {
    pub(super) fn new(sites: usize, run: u64) -> Self {
        let sites = (0..sites)
            .map(|n| Partition::Site(name(SiteName::parse, &format!("bench-{n}"))))
            .collect();
        let talks: Vec<_> = (0..TALKS).map(Talk::new).collect();
        let mut before = Vec::new();
        for at in 0..TALKS {
            let set_up = [Before::DefineQueue, Before::Enroll, Before::SignIn, Before::BeAvailable];
            before.extend(set_up.map(|what| (at, what)));
            before.extend((0..at % STEPS).map(|_| (at, Before::Step)));
        }
        Self { sites, run, talks, before }
    }

    pub(super) fn sites(&self) -> &[Partition] {
        &self.sites
    }

    /// So many commands come before the steady state.
    pub(super) fn before(&self) -> u64 {
        self.before.len() as u64
    }

    /// To be called for each number once, in order, from 0.
    pub(super) fn command(&mut self, number: u64, now: Timestamp) -> Sent {
        let at = usize::try_from(number).expect("a run has few commands");
        let (at, what) = match self.before.get(at) {
            Some(before) => *before,
            None => ((at - self.before.len()) % TALKS, Before::Step),
        };
        let command_id = CommandId(Uuid::from_u64_pair(self.run, number));
        let (actor, body) = self.talks[at].command(what, command_id);
        let envelope = Envelope {
            command_id,
            actor,
            expires_at: now + Span::secs(120),
            causation: None,
            correlation: command_id.0,
            traceparent: None,
            body,
        };
        Sent { site: at % self.sites.len(), envelope }
    }
}

/// Which command of a run this is.
pub(super) fn number_of(command: CommandId, run: u64) -> Option<u64> {
    let (of, number) = command.0.as_u64_pair();
    (of == run).then_some(number)
}

impl Talk {
    fn new(at: usize) -> Self {
        Self {
            agent: AgentId(Uuid::from_u64_pair(1, at as u64)),
            visit: VisitId(Uuid::from_u64_pair(2, at as u64)),
            queue: name(QueueName::parse, &format!("help-{at}")),
            skill: name(SkillName::parse, &format!("skill-{at}")),
            step: 0,
            contact: ContactId(Uuid::nil()),
            reservation: ReservationId(Uuid::nil()),
            link: LinkId(Uuid::nil()),
        }
    }

    fn command(&mut self, what: Before, command_id: CommandId) -> (Actor, SiteCommand) {
        let (agent, staff) = (self.agent, Actor::Staff(StaffId::from(self.agent)));
        match what {
            Before::DefineQueue => {
                let definition = queue::Definition {
                    steps: Vec::new(),
                    ..definition(&Requirement::skill(&self.skill, 1))
                };
                let define = queue::Command::Define { queue: self.queue.clone(), definition };
                (Actor::System, SiteCommand::Queue(define))
            }
            Before::Enroll => {
                let enroll = agent::Command::Enroll {
                    agent,
                    version: 1,
                    skills: [(self.skill.clone(), 5)].into_iter().collect(),
                    capacity: [(Channel::Chat, 1)].into(),
                };
                (Actor::System, SiteCommand::Agent(enroll))
            }
            Before::SignIn => (staff, SiteCommand::Agent(agent::Command::SignIn { agent })),
            Before::BeAvailable => {
                let presence = agent::Command::SetPresence {
                    agent,
                    presence: Presence::Available,
                    reason: None,
                    force: false,
                };
                (staff, SiteCommand::Agent(presence))
            }
            Before::Step => self.step(command_id),
        }
    }

    fn step(&mut self, command_id: CommandId) -> (Actor, SiteCommand) {
        let (customer, staff) =
            (Actor::Customer(self.visit), Actor::Staff(StaffId::from(self.agent)));
        let ids =
            |actor: &Actor| Context { now: Timestamp::default(), actor: actor.clone(), command_id };
        let step = self.step;
        self.step = (step + 1) % STEPS;
        match step {
            0 => {
                let ids = ids(&customer);
                self.contact = ids.new_id("contact", 1);
                self.reservation = ids.new_id("reservation", 3);
                (customer, SiteCommand::Contact(self.ask()))
            }
            1 => {
                self.link = ids(&staff).new_id("link", 1);
                let accept = reservation::Command::Accept { reservation: self.reservation };
                (staff, SiteCommand::Reservation(accept))
            }
            step if step < MESSAGES + 2 => {
                let text = Sealed::new(SubjectId(self.visit.0), "QmFzZTY0".repeat(BOX_BYTES / 8));
                let say = link::Command::Say { link: self.link, text };
                (if step % 2 == 0 { customer } else { staff }, SiteCommand::Link(say))
            }
            step if step == MESSAGES + 2 => {
                let finish = contact::Command::Finish { contact: self.contact };
                (staff, SiteCommand::Contact(finish))
            }
            _ => {
                let wrap_up = contact::Command::WrapUp {
                    contact: self.contact,
                    disposition: "solved".to_owned(),
                    notes: None,
                };
                (staff, SiteCommand::Contact(wrap_up))
            }
        }
    }

    fn ask(&self) -> contact::Command {
        let requirement = Requirement::skill(&self.skill, 1);
        contact::Command::Ask {
            visit: self.visit,
            subject: None,
            account: None,
            channel: Channel::Chat,
            topic: name(TopicName::parse, "help"),
            page: name(PageName::parse, "home"),
            facts: Some(Box::new(facts(self.queue.clone(), requirement))),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{partition::Root, site::Site};

    use super::*;

    #[test]
    fn nothing_that_the_bench_asks_is_refused_or_already_done() {
        let mut work = Work::new(2, 7);
        let mut sites = [Site::default(), Site::default()];
        let (mut events, mut bytes) = (0, 0);
        let before = work.before();
        let commands = (TALKS * STEPS * 2) as u64;
        for number in 0..before + commands {
            let Sent { site, envelope } = work.command(number, Timestamp::default());
            let now = Timestamp(i64::try_from(number).unwrap());
            let context = Context { now, actor: envelope.actor, command_id: envelope.command_id };
            let decided = sites[site].decide(&context, envelope.body).unwrap();
            assert!(!decided.is_empty(), "command {number} changes nothing");
            if number >= before {
                events += decided.len() as u64;
                bytes += decided.iter().map(|event| Site::encode(event).len()).sum::<usize>();
            }
        }
        assert_eq!(events, commands / STEPS as u64 * (14 + MESSAGES as u64));
        let mean = bytes as u64 / events;
        assert!((350..650).contains(&mean), "an event has about 500 bytes of data, not {mean}");
        assert_eq!(number_of(CommandId(Uuid::from_u64_pair(7, 3)), 7), Some(3));
    }
}
