//! What a supervisor reads on the board holds together.

#![allow(clippy::unwrap_used, reason = "what a test meets unexpectedly fails at once")]
#![allow(dead_code, reason = "the world is shared with other tests")]

mod world;

use domain::{
    agent, command::Actor, contact, link, requirement::Requirement, reservation, site::SiteCommand,
};
use projections::{board::Board, live::Live, tail::View as _};
use world::{World, agent as agent_id, sealed, skill, staff};

fn live(world: &World) -> Live {
    let mut live = Live::default();
    for whole in &world.log {
        live.apply(whole).unwrap();
    }
    live
}

fn board(world: &World) -> Board {
    live(world).board()
}

#[test]
fn nobody_is_free_for_whoever_waits_because_of_the_level() {
    let mut world = World::new();
    world.agent_at_work(1);
    let row = board(&world).queues[0].clone();
    world.requirement = Requirement::skill(&skill(), 5);
    world.ask(1).unwrap();
    let waits = board(&world).queues[0].clone();
    assert_eq!((waits.waiting, waits.free_agents, waits.expected_wait), (1, 0, None), "{row:?}");
    world.agent_with(2, [(skill(), 5)].into(), [(domain::id::Channel::Phone, 1)].into());
    let waits = board(&world).queues[0].clone();
    assert_eq!(
        (waits.waiting, waits.free_agents),
        (1, 0),
        "who serves no chats is not free for one"
    );
}

#[test]
fn whoever_is_offered_counts_as_waiting_and_in_the_longest_wait() {
    let mut world = World::new();
    world.agent_at_work(1);
    let contact = world.ask(1).unwrap();
    let offered = board(&world);
    let since = world.site.contacts[&contact].queued_at;
    assert_eq!(offered.offers.len(), 1);
    assert_eq!(offered.queues[0].waiting, 1);
    assert_eq!(offered.queues[0].longest_wait_since, Some(since));
    let reservation = offered.offers[0].reservation;
    let accept = reservation::Command::Accept { reservation };
    world.order(staff(1), SiteCommand::Reservation(accept)).unwrap();
    let talking = board(&world);
    assert_eq!((talking.queues[0].waiting, talking.queues[0].longest_wait_since), (0, None));
}

#[test]
fn whom_a_supervisor_gave_to_an_agent_is_shown_with_that_agent_until_released() {
    let mut world = World::new();
    for n in [1, 2] {
        world.agent_at_work(n);
        world.presence(n, agent::Presence::Break).unwrap();
    }
    let contact = world.ask(1).unwrap();
    let reassign = contact::Command::Reassign { contact, agent: Some(agent_id(1)) };
    world.order(Actor::System, SiteCommand::Contact(reassign)).unwrap();
    let row = board(&world).contacts[0].clone();
    let (to, until) = row.assigned.unwrap();
    assert_eq!((to, until.map(|until| (until - world.now).as_secs())), (agent_id(1), Some(60)));
    assert!(row.possible.reassign && row.possible.cancel);
    world.pass(61);
    assert_eq!(board(&world).contacts[0].assigned, None);
}

#[test]
fn what_was_said_stays_with_a_contact_that_is_handed_back() {
    let mut world = World::new();
    world.agent_at_work(1);
    let contact = world.ask(1).unwrap();
    let reservation = board(&world).offers[0].reservation;
    let accept = reservation::Command::Accept { reservation };
    world.order(staff(1), SiteCommand::Reservation(accept)).unwrap();
    let link = world.site.link_of(contact).unwrap();
    let say = link::Command::Say { link, text: sealed("It is dead.") };
    world.order(staff(1), SiteCommand::Link(say)).unwrap();
    let retire = agent::Command::Retire { agent: agent_id(1), version: 2 };
    world.order(Actor::System, SiteCommand::Agent(retire)).unwrap();
    let waiting = live(&world);
    let shown = waiting.floor().contact(contact).unwrap();
    assert!(shown.handed_back_at.is_some());
    assert!(board(&world).agents.is_empty(), "whoever is retired is signed out");
    world.agent_at_work(2);
    let reservation = board(&world).offers[0].reservation;
    let accept = reservation::Command::Accept { reservation };
    world.order(staff(2), SiteCommand::Reservation(accept)).unwrap();
    let talking = live(&world);
    let shown = talking.floor().contact(contact).unwrap();
    assert_eq!(shown.link.as_ref().unwrap().messages.len(), 1);
    assert_eq!(shown.handed_back_at, None);
}
