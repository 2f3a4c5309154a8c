//! Whom a supervisor gave to an agent, customers who are gone, and what may be done with a contact.

use super::{BOTH, CHAT, happened, retiring::force};
use crate::{
    agent::Presence,
    command::Actor,
    contact,
    id::{AgentId, ContactId},
    requirement::Requirement,
    site::{SiteCommand, SiteEvent, world::*},
};

fn reassign(world: &mut World, contact: ContactId, agent: AgentId) {
    let command = contact::Command::Reassign { contact, agent: Some(agent) };
    world.run(Actor::System, SiteCommand::Contact(command)).unwrap();
}

#[test]
fn who_is_given_to_an_absent_agent_is_for_all_again_after_a_while() {
    for (away_at_once, waits) in [
        (Some(true), contact::ASSIGNED_TO_ABSENT_FOR),
        (Some(false), contact::ASSIGNED_TO_ABSENT_FOR),
        (None, contact::ASSIGNED_FOR),
    ] {
        let mut world = World::new();
        let [chosen, _] = [1, 2].map(|n| {
            let agent = world.agent(n, &[], CHAT);
            world.ask(99 + n, Requirement::Anybody, 0).unwrap();
            world.accept(agent);
            agent
        });
        let given = world.ask(102, Requirement::Anybody, 0).unwrap();
        if away_at_once == Some(true) {
            force(&mut world, chosen, Presence::Break).unwrap();
        }
        reassign(&mut world, given, chosen);
        if away_at_once == Some(false) {
            world.pass(2);
            force(&mut world, chosen, Presence::Break).unwrap();
        }
        let until = world.site.contacts[&given].assigned_until.unwrap();
        let left = (until - world.now).as_secs();
        assert!((waits.as_secs() - 1..=waits.as_secs()).contains(&left), "{left}");
        world.pass(waits.as_secs() + 1);
        assert_eq!(world.site.contacts[&given].assigned, None);
        assert_eq!(happened(&world, "contact.assignment_released"), 1);
        world.check();
    }
}

#[test]
fn whoever_accepts_whom_they_were_given_has_them() {
    let mut world = World::new();
    let agent = world.agent(1, &[], CHAT);
    let contact = world.ask(100, Requirement::Anybody, 0).unwrap();
    reassign(&mut world, contact, agent);
    world.accept(agent);
    world.pass(contact::ASSIGNED_FOR.as_secs() + 1);
    assert_eq!(happened(&world, "contact.assignment_released"), 0);
    world.check();
}

fn told(
    world: &mut World,
    visit: u128,
    contact: ContactId,
    gone: bool,
) -> Result<Vec<SiteEvent>, String> {
    let command = if gone {
        contact::Command::CustomerGone { contact }
    } else {
        contact::Command::CustomerReturned { contact }
    };
    world.run(customer(visit), SiteCommand::Contact(command)).map_err(|refusal| refusal.code)
}

#[test]
fn a_chat_is_offered_to_nobody_while_its_customer_is_gone() {
    let mut world = World::new();
    let first = world.ask(100, Requirement::Anybody, 0).unwrap();
    let second = world.ask(101, Requirement::Anybody, 0).unwrap();
    told(&mut world, 100, first, true).unwrap();
    assert!(told(&mut world, 100, first, true).unwrap().is_empty(), "told once");
    assert_eq!(told(&mut world, 101, first, true), Err("contact.unknown".to_owned()));
    let agent = world.agent(1, &[], BOTH);
    let offered = |world: &World| {
        let offer = world.offer_to(agent).unwrap();
        world.site.reservations[&offer].contact
    };
    assert_eq!(offered(&world), second, "the one who is there is offered");
    assert!(world.site.contacts[&first].booking.is_none(), "nobody is kept for whoever is gone");
    world.accept(agent);
    told(&mut world, 101, second, true).unwrap();
    assert!(world.site.contacts[&second].away_since.is_some(), "a talk goes on, and says so");
    told(&mut world, 100, first, false).unwrap();
    assert_eq!(offered(&world), first, "back in the old place");
    world.check();
}

#[test]
fn what_may_be_done_with_a_contact_is_what_is_accepted() {
    let mut world = World::new();
    let agent = world.agent(1, &[], CHAT);
    let talking = world.ask(100, Requirement::Anybody, 0).unwrap();
    world.accept(agent);
    let waiting = world.ask(101, Requirement::Anybody, 0).unwrap();
    for contact in [waiting, talking] {
        let known = &world.site.contacts[&contact];
        let possible = known.state.possible(known.callback.is_some());
        let mut is_taken =
            |command| world.run(Actor::System, SiteCommand::Contact(command)).is_ok();
        let prioritise = contact::Command::Prioritise { contact, priority: 3 };
        let reassign = contact::Command::Reassign { contact, agent: Some(agent) };
        assert_eq!(is_taken(prioritise), possible.prioritise);
        assert_eq!(is_taken(reassign), possible.reassign);
        assert_eq!(is_taken(contact::Command::Cancel { contact }), possible.cancel);
    }
}
