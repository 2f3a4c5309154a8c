//! The laws that hold whatever happens on a site.

use proptest::prelude::*;

use super::{SiteCommand, world::*};
use crate::{
    agent::{self, Presence},
    callback,
    contact::{self, State},
    display,
    id::Channel,
    link,
    queue::Step,
    requirement::Requirement,
    reservation,
    time::Span,
};

const CHAT: &[(Channel, u8)] = &[(Channel::Chat, 1)];
const BOTH: &[(Channel, u8)] = &[(Channel::Chat, 3), (Channel::Phone, 1)];

#[derive(Clone, Debug)]
enum Op {
    Ask { visit: u8, skill: u8, priority: u8 },
    CallBack { visit: u8, later: bool },
    Cancel(u8),
    CancelCallback(u8),
    Accept(u8),
    Reject(u8),
    Serve(u8),
    Report { agent: u8, answered: bool },
    Presence { agent: u8, presence: u8 },
    Device { agent: u8, lost: bool },
    SignIn(u8),
    Prioritise { contact: u8, priority: u8 },
    Reassign { contact: u8, agent: u8 },
    Relax(bool),
    Display { contact: u8, act: u8 },
    Pass(u16),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (0..12u8, 0..3u8, 0..4u8).prop_map(|(visit, skill, priority)| Op::Ask { visit, skill, priority }),
        2 => (0..12u8, any::<bool>()).prop_map(|(visit, later)| Op::CallBack { visit, later }),
        1 => any::<u8>().prop_map(Op::Cancel),
        1 => any::<u8>().prop_map(Op::CancelCallback),
        4 => (0..4u8).prop_map(Op::Accept),
        1 => (0..4u8).prop_map(Op::Reject),
        3 => (0..4u8).prop_map(Op::Serve),
        2 => (0..4u8, any::<bool>()).prop_map(|(agent, answered)| Op::Report { agent, answered }),
        1 => (0..4u8, 0..3u8).prop_map(|(agent, presence)| Op::Presence { agent, presence }),
        1 => (0..4u8, any::<bool>()).prop_map(|(agent, lost)| Op::Device { agent, lost }),
        1 => (0..4u8).prop_map(Op::SignIn),
        1 => (any::<u8>(), 0..10u8).prop_map(|(contact, priority)| Op::Prioritise { contact, priority }),
        1 => (any::<u8>(), 0..5u8).prop_map(|(contact, agent)| Op::Reassign { contact, agent }),
        1 => any::<bool>().prop_map(Op::Relax),
        2 => (any::<u8>(), 0..4u8).prop_map(|(contact, act)| Op::Display { contact, act }),
        3 => (0..900u16).prop_map(Op::Pass),
    ]
}

#[expect(clippy::too_many_lines, reason = "one arm an operation")]
fn apply(world: &mut World, op: &Op) {
    let agent = |n: u8| id::<crate::id::AgentId>(u128::from(n) + 1);
    let pick = |world: &World, n: u8| {
        world.site.contacts.keys().nth(usize::from(n) % world.site.contacts.len().max(1)).copied()
    };
    // Refusals are answers too: whatever is refused must leave everything as it was, and `check` sees that.
    match *op {
        Op::Ask { visit, skill: n, priority } => {
            let requirement = match n {
                0 => Requirement::Anybody,
                1 => skill("net", 3),
                _ => Requirement::All(vec![
                    skill("net", 1),
                    Requirement::Not(Box::new(skill("tv", 1))),
                ]),
            };
            world.ask(100 + u128::from(visit), requirement, priority);
        }
        Op::CallBack { visit, later } => {
            let at = world.now + Span::secs(1_200);
            let when = if later {
                callback::When::Scheduled { at, zone: "UTC".to_owned(), local: "later".to_owned() }
            } else {
                callback::When::Asap
            };
            drop(world.call_back(100 + u128::from(visit), when));
        }
        Op::Cancel(n) => {
            if let Some(contact) = pick(world, n) {
                let visit = world.site.contacts[&contact].visit.unwrap();
                drop(world.run(
                    crate::command::Actor::Customer(visit),
                    SiteCommand::Contact(contact::Command::Cancel { contact }),
                ));
            }
        }
        Op::CancelCallback(n) => {
            let count = world.site.callbacks.len().max(1);
            if let Some(callback) = world.site.callbacks.keys().nth(usize::from(n) % count).copied()
            {
                drop(world.run(
                    crate::command::Actor::System,
                    SiteCommand::Callback(callback::Command::Cancel { callback }),
                ));
            }
        }
        Op::Accept(n) => {
            if world.offer_to(agent(n)).is_some() {
                world.accept(agent(n));
            }
        }
        Op::Reject(n) => {
            if let Some(reservation) = world.offer_to(agent(n)) {
                drop(world.run(
                    staff(agent(n)),
                    SiteCommand::Reservation(reservation::Command::Reject {
                        reservation,
                        reason: None,
                    }),
                ));
            }
        }
        Op::Serve(n) => {
            let work = world
                .site
                .reservations
                .values()
                .find(|held| held.agent == agent(n) && held.connected_at().is_some());
            if let Some(contact) = work.map(|held| held.contact) {
                world.serve(agent(n), contact);
            }
        }
        Op::Report { agent: n, answered } => {
            let link =
                world.site.links.iter().find(|(_, link)| link.agent == agent(n)).map(|(id, _)| *id);
            if let Some(link) = link {
                let report = if answered { link::Report::Answered } else { link::Report::NoAnswer };
                drop(world.run(
                    staff(agent(n)),
                    SiteCommand::Link(link::Command::Report { link, report }),
                ));
            }
        }
        Op::Presence { agent: n, presence } => {
            let presence =
                [Presence::Available, Presence::Break, Presence::Offline][usize::from(presence)];
            let command = agent::Command::SetPresence {
                agent: agent(n),
                presence,
                reason: None,
                force: presence == Presence::Break,
            };
            drop(world.run(staff(agent(n)), SiteCommand::Agent(command)));
        }
        Op::Device { agent: n, lost } => {
            let agent = agent(n);
            let command = if lost {
                agent::Command::DeviceLost { agent }
            } else {
                agent::Command::DeviceReturned { agent }
            };
            drop(world.run(staff(agent), SiteCommand::Agent(command)));
        }
        Op::SignIn(n) => {
            let agent = agent(n);
            drop(world.run(staff(agent), SiteCommand::Agent(agent::Command::SignIn { agent })));
            let command = agent::Command::SetPresence {
                agent,
                presence: Presence::Available,
                reason: None,
                force: false,
            };
            drop(world.run(staff(agent), SiteCommand::Agent(command)));
        }
        Op::Prioritise { contact, priority } => {
            if let Some(contact) = pick(world, contact) {
                drop(world.run(
                    staff(agent(0)),
                    SiteCommand::Contact(contact::Command::Prioritise { contact, priority }),
                ));
            }
        }
        Op::Reassign { contact, agent: n } => {
            if let Some(contact) = pick(world, contact) {
                let agent = (n < 4).then(|| agent(n));
                drop(world.run(
                    staff(id(1)),
                    SiteCommand::Contact(contact::Command::Reassign { contact, agent }),
                ));
            }
        }
        Op::Relax(strict) => {
            let version = world.site.queues[&queue_name()].definition.version + 1;
            let level = if strict { 3 } else { 1 };
            let steps = vec![
                Step { after_secs: 0, requirement: skill("net", level), keeps_request: true },
                Step { after_secs: 120, requirement: Requirement::Anybody, keeps_request: true },
            ];
            world.define(crate::queue::Definition { version, steps, ..definition() });
        }
        Op::Display { contact: n, act } => {
            let Some(contact) = pick(world, n) else { return };
            let visit =
                crate::command::Actor::Customer(world.site.contacts[&contact].visit.unwrap());
            let scopes = [display::Scope::View, display::Scope::Control].into();
            let text = Some(crate::policy::consent::AgreedText {
                language: crate::id::LanguageName::parse("en").unwrap(),
                version: "1".to_owned(),
                replaced: None,
            });
            let of = world.site.display_of(contact);
            let command = match (act, of) {
                (0, _) => display::Command::Consent { contact, scopes, text },
                (1, Some(display)) => display::Command::Revoke { display, scopes },
                (2, Some(display)) => display::Command::Pause { display },
                (3, Some(display)) => display::Command::Resume { display },
                (_, _) => return,
            };
            drop(world.run(visit, SiteCommand::Display(command)));
        }
        Op::Pass(secs) => world.pass(i64::from(secs)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever customers, agents, supervisors and time do: no agent is over capacity, nobody has two agents, no
    /// free agent leaves somebody waiting, a refusal changes nothing, and replay is the state that decided.
    #[test]
    fn the_laws_hold_whatever_happens(ops in proptest::collection::vec(op(), 1..80)) {
        let mut world = World::new();
        world.agent(1, &[("net", 5)], BOTH);
        world.agent(2, &[("net", 2), ("tv", 2)], BOTH);
        world.agent(3, &[], CHAT);
        world.agent(4, &[("net", 3)], &[(Channel::Phone, 1)]);
        for op in &ops {
            apply(&mut world, op);
            world.check();
            for contact in world.site.contacts.values().filter(|contact| contact.state == State::Waiting && contact.assigned.is_none()) {
                let calendar = contact.booking.is_some_and(|id| world.site.bookings[&id].due.is_some());
                let idle = world.site.agents.iter().find(|(id, agent)| {
                    agent.is_free_for(contact.channel) && contact.requirement.holds(&agent.skills) && !contact.declined.contains_key(id)
                });
                prop_assert!(calendar || idle.is_none(), "a free agent leaves somebody waiting: {contact:?} {idle:?}");
            }
        }
        world.pass(40 * 24 * 3_600);
        world.check();
        prop_assert!(world.site.contacts.is_empty(), "every contact ends by itself: {:?}", world.site.contacts);
        prop_assert!(world.site.callbacks.is_empty() && world.site.bookings.is_empty());
        prop_assert!(world.site.due.is_empty(), "{:?}", world.site.due);
    }
}
