//! What a site decides, told as short stories.

mod asking;
mod display;
mod given;
mod reasons;
mod retiring;

use super::{Site, SiteCommand, world::*};
use crate::{
    agent::{self, Presence, RoutingStatus},
    booking, callback,
    command::Context,
    contact::{self, State},
    id::Channel,
    link,
    partition::Root,
    queue::Step,
    requirement::Requirement,
    reservation,
    time::Span,
};

const CHAT: &[(Channel, u8)] = &[(Channel::Chat, 1)];
const BOTH: &[(Channel, u8)] = &[(Channel::Chat, 3), (Channel::Phone, 1)];

#[test]
fn a_customer_asks_and_the_longest_idle_agent_is_offered() {
    let mut world = World::new();
    let first = world.agent(1, &[("net", 3)], CHAT);
    let second = world.agent(2, &[("net", 5)], CHAT);
    let contact = world.ask(100, skill("net", 2), 0).unwrap();
    assert!(world.offer_to(first).is_some() && world.offer_to(second).is_none());
    assert_eq!(world.accept(first), contact);
    assert!(matches!(world.site.contacts[&contact].state, State::Talking { .. }));
    world.serve(first, contact);
    assert!(
        world.site.contacts.is_empty()
            && world.site.reservations.is_empty()
            && world.site.links.is_empty()
    );
    assert_eq!(world.site.routing_status(first), RoutingStatus::Idle);
    world.check();
}

#[test]
fn nobody_without_the_skill_is_offered() {
    let mut world = World::new();
    let agent = world.agent(1, &[("net", 1)], CHAT);
    world.ask(100, skill("net", 2), 0).unwrap();
    assert!(world.offer_to(agent).is_none());
    assert!(world.site.bookings.is_empty(), "an agent who does not qualify is not booked");
    world.check();
}

#[test]
fn when_nobody_is_free_the_agent_expected_free_first_is_booked_and_taken() {
    let mut world = World::new();
    let agent = world.agent(1, &[], CHAT);
    let first = world.ask(100, Requirement::Anybody, 0).unwrap();
    world.accept(agent);
    let second = world.ask(101, Requirement::Anybody, 0).unwrap();
    let booking = world.site.bookings.values().next().expect("booked unasked");
    assert_eq!((booking.agent, &booking.kind), (agent, &booking::Kind::Next { contact: second }));
    let third = world.ask(102, Requirement::Anybody, 0).unwrap();
    assert_eq!(world.site.bookings.len(), 1, "at most one per unit of capacity");
    world.serve(agent, first);
    assert_eq!(world.accept(agent), second);
    assert!(world.site.contacts[&third].booking.is_some(), "the next in line is booked now");
    world.check();
}

#[test]
fn a_booking_never_makes_a_free_agent_idle() {
    let mut world = World::new();
    let busy = world.agent(1, &[], CHAT);
    world.ask(100, Requirement::Anybody, 0).unwrap();
    world.accept(busy);
    let waiting = world.ask(101, Requirement::Anybody, 0).unwrap();
    let newcomer = world.agent(2, &[], CHAT);
    assert_eq!(world.accept(newcomer), waiting);
    assert!(world.site.bookings.is_empty());
    world.check();
}

#[test]
fn priority_counts_as_waiting_time_already_spent() {
    let mut world = World::new();
    let agent = world.agent(1, &[], CHAT);
    let talk = world.ask(100, Requirement::Anybody, 0).unwrap();
    world.accept(agent);
    world.ask(101, Requirement::Anybody, 0).unwrap();
    world.pass(60);
    let preferred = world.ask(102, Requirement::Anybody, 2).unwrap();
    assert!(
        world.site.contacts[&preferred].booking.is_some(),
        "takes the booking of the one behind"
    );
    world.serve(agent, talk);
    assert_eq!(world.accept(agent), preferred);
    world.check();
}

#[test]
fn an_offer_that_nobody_answers_goes_to_the_next_agent() {
    let mut world = World::new();
    let first = world.agent(1, &[], CHAT);
    let second = world.agent(2, &[], CHAT);
    world.ask(100, Requirement::Anybody, 0).unwrap();
    assert!(world.offer_to(first).is_some());
    world.pass(20);
    assert_eq!(world.site.routing_status(first), RoutingStatus::NotResponding);
    assert!(world.offer_to(second).is_some());
    world.pass(60);
    assert_ne!(world.site.routing_status(first), RoutingStatus::NotResponding);
    world.check();
}

#[test]
fn a_declined_contact_comes_back_when_nobody_else_takes_it() {
    let mut world = World::new();
    let agent = world.agent(1, &[], CHAT);
    world.ask(100, Requirement::Anybody, 0).unwrap();
    let reservation = world.offer_to(agent).unwrap();
    world
        .run(
            staff(agent),
            SiteCommand::Reservation(reservation::Command::Reject { reservation, reason: None }),
        )
        .unwrap();
    assert!(world.offer_to(agent).is_none());
    world.pass(30);
    assert!(world.offer_to(agent).is_some());
    world.check();
}

#[test]
fn accepting_twice_is_accepting_once_and_nobody_else_can() {
    let mut world = World::new();
    let agent = world.agent(1, &[], CHAT);
    let other = world.agent(2, &[], CHAT);
    world.ask(100, Requirement::Anybody, 0).unwrap();
    let reservation = world.offer_to(agent).unwrap();
    let accept = || SiteCommand::Reservation(reservation::Command::Accept { reservation });
    assert_eq!(world.run(staff(other), accept()).unwrap_err().code, "reservation.not_yours");
    assert!(!world.run(staff(agent), accept()).unwrap().is_empty());
    assert!(world.run(staff(agent), accept()).unwrap().is_empty());
    world.check();
}

#[test]
fn a_talk_is_rated_once_it_is_over_for_the_customer_and_wrap_up_keeps_it() {
    let mut world = World::new();
    let agent = world.agent(1, &[], CHAT);
    let contact = world.ask(100, Requirement::Anybody, 0).unwrap();
    world.accept(agent);
    let rate = |world: &mut World, by, stars| {
        world.run(customer(by), SiteCommand::Contact(contact::Command::Rate { contact, stars }))
    };
    assert!(rate(&mut world, 100, 4).is_err(), "they still talk");
    world.on_contact(agent, contact::Command::Finish { contact }).unwrap();
    assert!(rate(&mut world, 101, 1).is_err(), "another customer's talk");
    assert_eq!(rate(&mut world, 100, 4).unwrap().len(), 1);
    assert_eq!(rate(&mut world, 100, 4).unwrap().len(), 0, "said twice is said once");
    let disposition = "solved".to_owned();
    world
        .on_contact(agent, contact::Command::WrapUp { contact, disposition, notes: None })
        .unwrap();
    assert_eq!(rate(&mut world, 100, 4).unwrap().len(), 0);
    assert_eq!(world.site.ended.get(contact).unwrap().stars, Some(4));
    world.check();
}

#[test]
fn requirements_relax_step_by_step() {
    let mut world = World::new();
    let steps = vec![
        Step { after_secs: 0, requirement: skill("net", 4), keeps_request: true },
        Step { after_secs: 30, requirement: skill("net", 1), keeps_request: true },
    ];
    world.define(crate::queue::Definition { version: 2, steps, ..definition() });
    let agent = world.agent(1, &[("net", 2)], CHAT);
    world.ask(100, Requirement::Anybody, 0).unwrap();
    assert!(world.offer_to(agent).is_none());
    world.pass(30);
    assert!(world.offer_to(agent).is_some());
    world.check();
}

#[test]
fn another_definition_acts_on_those_who_wait() {
    let mut world = World::new();
    let agent = world.agent(1, &[("net", 2)], CHAT);
    let strict = vec![Step { after_secs: 0, requirement: skill("net", 4), keeps_request: true }];
    world.define(crate::queue::Definition { version: 2, steps: strict, ..definition() });
    world.ask(100, Requirement::Anybody, 0).unwrap();
    assert!(world.offer_to(agent).is_none());
    world.define(crate::queue::Definition { version: 3, ..definition() });
    assert!(world.offer_to(agent).is_some());
    world.check();
}

#[test]
fn who_takes_over_decides_the_same_whether_thawed_or_folded() {
    let mut world = World::new();
    for visit in 0..100 {
        world.ask(100 + visit, Requirement::Anybody, 0).unwrap();
    }
    // So many that one decision cannot hold what follows; the owner is gone before it makes the next.
    let steps = vec![Step { after_secs: 0, requirement: skill("net", 4), keeps_request: true }];
    let define = crate::queue::Command::Define {
        queue: queue_name(),
        definition: crate::queue::Definition { version: 2, steps, ..definition() },
    };
    let context = |now: i64| Context {
        now: world.now + Span::secs(now),
        actor: crate::command::Actor::System,
        command_id: id(900),
    };
    let (mut owner, mut folded) = (world.site.clone(), Site::default());
    let mut log = world.log.clone();
    let decided = owner.decide(&context(1), SiteCommand::Queue(define)).unwrap();
    log.extend(decided.into_iter().map(|event| (event, context(1).now)));
    for (event, at) in &log {
        folded.evolve(event, *at);
    }
    let mut thawed = Site::thaw(&folded.freeze()).unwrap();
    for now in [2, 3] {
        let decided = (thawed.resume(&context(now)), thawed.fire(&context(now)));
        assert_eq!(decided, (folded.resume(&context(now)), folded.fire(&context(now))));
        assert!(!decided.1.is_empty() || now > 2, "something was left to do");
    }
}

#[test]
fn a_presence_change_while_busy_waits_for_the_work_to_end() {
    let mut world = World::new();
    let agent = world.agent(1, &[], CHAT);
    let contact = world.ask(100, Requirement::Anybody, 0).unwrap();
    world.accept(agent);
    world.presence(agent, Presence::Break);
    assert_eq!(world.site.agents[&agent].shift.as_ref().unwrap().presence, Presence::Available);
    world.serve(agent, contact);
    assert_eq!(world.site.agents[&agent].shift.as_ref().unwrap().presence, Presence::Break);
    world.check();
}

#[test]
fn who_was_served_by_an_agent_that_is_gone_waits_again_in_the_old_place() {
    let mut world = World::new();
    let gone = world.agent(1, &[], CHAT);
    let contact = world.ask(100, Requirement::Anybody, 0).unwrap();
    world.accept(gone);
    world.run(staff(gone), SiteCommand::Agent(agent::Command::DeviceLost { agent: gone })).unwrap();
    let other = world.agent(2, &[], CHAT);
    world.pass(60);
    assert!(world.site.agents[&gone].shift.is_none());
    assert_eq!(world.accept(other), contact);
    world.check();
}

#[test]
fn a_callback_tries_again_and_is_exhausted() {
    let mut world = World::new();
    let agent = world.agent(1, &[], BOTH);
    world.call_back(100, callback::When::Asap).unwrap();
    let contact = world.accept(agent);
    world.report(agent, contact, link::Report::NoAnswer);
    assert_eq!(world.site.routing_status(agent), RoutingStatus::Idle);
    world.pass(600);
    let again = world.accept(agent);
    assert_ne!(contact, again, "each attempt is a contact of its own");
    world.report(agent, again, link::Report::Busy);
    assert!(world.site.callbacks.is_empty());
    assert!(world.log.iter().any(|(event, _)| event.kind().0 == "callback.completed"));
    world.check();
}

#[test]
fn a_callback_ends_once_even_if_its_agent_is_gone_in_mid_talk() {
    let mut world = World::new();
    let agent = world.agent(1, &[], BOTH);
    world.call_back(100, callback::When::Asap).unwrap();
    let contact = world.accept(agent);
    world.report(agent, contact, link::Report::Answered);
    world.run(staff(agent), SiteCommand::Agent(agent::Command::DeviceLost { agent })).unwrap();
    world.pass(60);
    assert_eq!(world.site.contacts[&contact].state, State::Waiting);
    world.pass(10_000);
    assert!(world.site.contacts.is_empty());
    let ends = world.log.iter().filter(|(event, _)| event.kind().0 == "callback.completed");
    assert_eq!(ends.count(), 1);
    world.check();
}

#[test]
fn one_callback_about_one_thing_is_open_at_a_time() {
    let mut world = World::new();
    world.call_back(100, callback::When::Asap).unwrap();
    assert_eq!(
        world.call_back(100, callback::When::Asap).unwrap_err().code,
        "callback.already_open"
    );
    world.check();
}

#[test]
fn a_callback_for_later_books_an_interval_and_keeps_the_agent() {
    let mut world = World::new();
    let agent = world.agent(1, &[], BOTH);
    let at = world.now + Span::secs(3_600);
    world
        .call_back(
            100,
            callback::When::Scheduled {
                at,
                zone: "Europe/Berlin".to_owned(),
                local: "2026-01-01T10:00".to_owned(),
            },
        )
        .unwrap();
    assert_eq!(world.site.agents[&agent].calendar.len(), 1);
    world.pass(3_600 - 200);
    let other = world.ask(101, Requirement::Anybody, 0).unwrap();
    assert!(world.offer_to(agent).is_none(), "no new offers shortly before");
    world.pass(200);
    let called = world.accept(agent);
    assert_ne!(called, other);
    world.report(agent, called, link::Report::Answered);
    assert!(matches!(world.site.contacts[&called].state, State::Talking { .. }));
    assert!(world.site.bookings.values().all(|booking| booking.due.is_none()));
    world.check();
}

#[test]
fn a_cancelled_callback_leaves_nothing_behind() {
    let mut world = World::new();
    world.agent(1, &[], BOTH);
    let at = world.now + Span::secs(3_600);
    world
        .call_back(
            100,
            callback::When::Scheduled { at, zone: "UTC".to_owned(), local: "10:00".to_owned() },
        )
        .unwrap();
    let id = *world.site.callbacks.keys().next().unwrap();
    let cancel = SiteCommand::Callback(callback::Command::Cancel { callback: id });
    assert_eq!(world.run(customer(999), cancel.clone()).unwrap_err().code, "callback.not_yours");
    world.run(customer(100), cancel).unwrap();
    assert!(world.site.callbacks.is_empty() && world.site.bookings.is_empty());
    assert!(world.site.due.is_empty(), "{:?}", world.site.due);
    world.check();
}

#[test]
fn a_supervisor_gives_a_contact_to_an_agent_by_name() {
    let mut world = World::new();
    let first = world.agent(1, &[], CHAT);
    let second = world.agent(2, &[], CHAT);
    let contact = world.ask(100, Requirement::Anybody, 0).unwrap();
    assert!(world.offer_to(first).is_some());
    world.on_contact(second, contact::Command::Reassign { contact, agent: Some(second) }).unwrap();
    assert!(world.offer_to(first).is_none() && world.offer_to(second).is_some());
    world.check();
}

#[test]
fn an_agent_cannot_end_what_another_serves() {
    let mut world = World::new();
    let agent = world.agent(1, &[], CHAT);
    let other = world.agent(2, &[], CHAT);
    let contact = world.ask(100, Requirement::Anybody, 0).unwrap();
    world.accept(agent);
    for command in [contact::Command::Hold { contact }, contact::Command::Finish { contact }] {
        assert_eq!(world.on_contact(other, command).unwrap_err().code, "contact.not_yours");
    }
    world.check();
}

#[test]
fn a_chat_takes_a_third_of_an_agent_and_a_call_takes_all() {
    let mut world = World::new();
    let agent = world.agent(1, &[], BOTH);
    for visit in 100..103 {
        world.ask(visit, Requirement::Anybody, 0).unwrap();
        world.accept(agent);
    }
    world.ask(103, Requirement::Anybody, 0).unwrap();
    assert!(world.offer_to(agent).is_none());
    assert_eq!(world.site.agents[&agent].load(), agent::FULL);
    world.check();
}

#[test]
fn who_waits_too_long_leaves_and_nothing_stays_due() {
    let mut world = World::new();
    world.ask(100, Requirement::Anybody, 0).unwrap();
    world.pass(1_800);
    assert!(world.site.contacts.is_empty() && world.site.due.is_empty());
    world.check();
}

/// How many events of this kind stand in the log.
fn happened(world: &World, kind: &str) -> usize {
    world.log.iter().filter(|(event, _)| event.kind().0 == kind).count()
}
