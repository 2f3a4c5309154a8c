//! Agents who are sent away by others: to another presence, home, or off the staff.

use super::{BOTH, CHAT, happened};
use crate::{
    agent::{self, Presence},
    callback,
    command::{Actor, Refusal},
    contact::{self, State},
    id::{AgentId, Channel},
    requirement::{Requirement, Skills},
    site::{SiteCommand, SiteEvent, world::*},
    time::{Span, Timestamp},
};

fn scheduled(at: Timestamp) -> callback::When {
    callback::When::Scheduled { at, zone: "UTC".to_owned(), local: "10:00".to_owned() }
}

pub(super) fn force(
    world: &mut World,
    agent: AgentId,
    presence: Presence,
) -> Result<Vec<SiteEvent>, Refusal> {
    let command = agent::Command::SetPresence { agent, presence, reason: None, force: true };
    world.run(Actor::System, SiteCommand::Agent(command))
}

fn retire(world: &mut World, agent: AgentId) -> usize {
    let command = agent::Command::Retire { agent, version: 2 };
    world.run(Actor::System, SiteCommand::Agent(command)).unwrap().len()
}

#[test]
fn a_forced_presence_takes_an_offer_back_and_nobody_counts_it_as_missed() {
    for presence in [Presence::Meeting, Presence::Break, Presence::Away, Presence::Offline] {
        let mut world = World::new();
        let first = world.agent(1, &[], CHAT);
        world.ask(100, Requirement::Anybody, 0).unwrap();
        let second = world.agent(2, &[], CHAT);
        assert!(world.offer_to(first).is_some());
        force(&mut world, first, presence).unwrap();
        assert!(
            world.offer_to(first).is_none() && world.offer_to(second).is_some(),
            "{presence:?}"
        );
        assert_eq!(happened(&world, "reservation.rescinded"), 1);
        assert_eq!(happened(&world, "agent.stopped_responding"), 0);
        world.check();
    }
}

#[test]
fn nobody_is_signed_out_by_force_while_they_talk() {
    let mut world = World::new();
    let agent = world.agent(1, &[], BOTH);
    let talk = world.ask(100, Requirement::Anybody, 0).unwrap();
    world.accept(agent);
    let refusal = force(&mut world, agent, Presence::Offline).unwrap_err();
    assert_eq!(refusal.code, "agent.serving");
    world.on_contact(agent, contact::Command::Finish { contact: talk }).unwrap();
    force(&mut world, agent, Presence::Offline).unwrap();
    assert!(world.site.agents[&agent].shift.is_none(), "a wrap-up ends with it");
    assert!(world.site.contacts.is_empty());
    world.check();
}

#[test]
fn who_left_the_staff_hands_back_all_they_hold() {
    let mut world = World::new();
    let gone = world.agent(1, &[], BOTH);
    let talk = world.ask(100, Requirement::Anybody, 0).unwrap();
    world.accept(gone);
    let offered = world.ask(101, Requirement::Anybody, 0).unwrap();
    let start = world.site.contacts[&talk].virtual_start;
    world.call_back(102, scheduled(world.now + Span::secs(3_600))).unwrap();
    assert_eq!(world.site.bookings.len(), 1);
    let stays = world.agent(2, &[], &[(Channel::Chat, 1), (Channel::Phone, 1)]);
    world.presence(stays, Presence::Break);
    let by_oneself = SiteCommand::Agent(agent::Command::Retire { agent: gone, version: 2 });
    assert_eq!(world.run(staff(gone), by_oneself).unwrap_err().code, "agent.not_you");
    assert_ne!(retire(&mut world, gone), 0);
    assert_eq!(retire(&mut world, gone), 0, "once is enough");
    let known = &world.site.agents[&gone];
    assert!(known.retired && known.shift.is_none() && known.calendar.is_empty());
    let booked = world.site.bookings.values().find(|booking| booking.due.is_some());
    assert_eq!(booked.map(|booking| booking.agent), Some(stays));
    let back = &world.site.contacts[&talk];
    assert_eq!((&back.state, back.virtual_start), (&State::Waiting, start));
    assert!(world.site.reservations.is_empty() && world.site.links.is_empty());
    world.presence(stays, Presence::Available);
    assert_eq!(world.accept(stays), talk, "at the front of the line, before {offered}");
    world.check();
}

#[test]
fn who_left_the_staff_comes_back_by_being_enrolled_again() {
    let mut world = World::new();
    let agent = world.agent(1, &[], CHAT);
    retire(&mut world, agent);
    let sign_in = SiteCommand::Agent(agent::Command::SignIn { agent });
    assert_eq!(world.run(staff(agent), sign_in.clone()).unwrap_err().code, "agent.retired");
    let (skills, capacity) = (Skills::new(), CHAT.iter().copied().collect());
    let enroll = agent::Command::Enroll { agent, version: 3, skills, capacity };
    world.run(Actor::System, SiteCommand::Agent(enroll)).unwrap();
    world.run(staff(agent), sign_in).unwrap();
    assert!(world.site.agents[&agent].shift.is_some());
    assert_eq!(retire(&mut world, agent), 0, "what came late is about an earlier version");
    world.check();
}

#[test]
fn whoever_talked_for_long_and_is_handed_back_waits_on() {
    let mut world = World::new();
    let agent = world.agent(1, &[], CHAT);
    let talk = world.ask(100, Requirement::Anybody, 0).unwrap();
    world.accept(agent);
    world.pass(2_400);
    retire(&mut world, agent);
    world.pass(60);
    assert_eq!(world.site.contacts[&talk].state, State::Waiting);
    assert_eq!(happened(&world, "contact.handed_back"), 1);
    world.pass(1_800);
    assert!(world.site.contacts.is_empty(), "but not for ever");
    world.check();
}

#[test]
fn more_than_one_decision_holds_is_handed_back_in_several() {
    let mut world = World::new();
    let agent = world.agent(1, &[], &[(Channel::Chat, 10), (Channel::Phone, 1)]);
    for visit in 100..110 {
        world.ask(visit, Requirement::Anybody, 0).unwrap();
        world.accept(agent);
    }
    for n in 0..40 {
        let at = world.now + Span::secs(10_000 + n * 400);
        world.call_back(u128::try_from(n).unwrap() + 200, scheduled(at)).unwrap();
    }
    assert_eq!(world.site.agents[&agent].calendar.len(), 40);
    retire(&mut world, agent);
    let known = &world.site.agents[&agent];
    assert!(known.shift.is_none() && known.calendar.is_empty());
    assert_eq!(world.site.contacts.len(), 10);
    world.check();
}
