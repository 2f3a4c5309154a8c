//! Why an agent is not available, and why they reject an offer.

use super::{BOTH, CHAT, happened};
use crate::{
    agent::{self, Presence},
    command::Actor,
    id::{AgentId, ReasonCode, ReservationId},
    requirement::Requirement,
    reservation,
    site::{SiteCommand, SiteEvent, world::*},
};

/// Codes as a policy might have them: *lunch* means a meal.
fn with_reasons() -> World {
    let code = |code: &str| ReasonCode::parse(code).unwrap();
    let reasons = agent::Reasons {
        version: 1,
        pauses: [code("coffee")].into(),
        rejections: [(code("busy"), None), (code("lunch"), Some(Presence::Meal))].into(),
    };
    let mut world = World::new();
    let define = agent::Command::DefineReasons { reasons };
    world.run(Actor::System, SiteCommand::Agent(define)).unwrap();
    world
}

fn code(code: &str) -> Option<ReasonCode> {
    ReasonCode::parse(code).ok()
}

/// With a reason, or with none if it is empty.
fn reject(
    world: &mut World,
    agent: AgentId,
    reservation: ReservationId,
    reason: &str,
) -> Result<Vec<SiteEvent>, String> {
    let command = reservation::Command::Reject { reservation, reason: code(reason) };
    world.run(staff(agent), SiteCommand::Reservation(command)).map_err(|refusal| refusal.code)
}

fn explain(
    world: &mut World,
    agent: AgentId,
    reservation: ReservationId,
    reason: &str,
) -> Result<Vec<SiteEvent>, String> {
    let command = reservation::Command::Explain { reservation, reason: code(reason) };
    world.run(staff(agent), SiteCommand::Reservation(command)).map_err(|refusal| refusal.code)
}

#[test]
fn a_reason_that_the_policy_does_not_have_is_refused() {
    let mut world = with_reasons();
    let agent = world.agent(1, &[], CHAT);
    world.ask(100, Requirement::Anybody, 0).unwrap();
    let offer = world.offer_to(agent).unwrap();
    let pause = |reason: &str| {
        let (presence, reason) = (Presence::Break, code(reason));
        agent::Command::SetPresence { agent, presence, reason, force: false }
    };
    for (reason, wanted) in [
        ("tired", Err("agent.reason_unknown")),
        // A reason for rejecting is none for a pause.
        ("lunch", Err("agent.reason_unknown")),
        ("coffee", Ok(())),
    ] {
        let told = world.run(staff(agent), SiteCommand::Agent(pause(reason))).map(|_| ());
        assert_eq!(told.map_err(|refusal| refusal.code), wanted.map_err(str::to_owned), "{reason}");
    }
    for reason in ["tired", "coffee"] {
        let told = reject(&mut world, agent, offer, reason);
        assert_eq!(told, Err("reservation.reason_unknown".to_owned()));
    }
    assert!(reject(&mut world, agent, offer, "busy").is_ok());
    world.check();
}

#[test]
fn whoever_rejects_without_a_reason_is_asked_and_is_never_not_responding() {
    let mut world = with_reasons();
    let first = world.agent(1, &[], CHAT);
    world.ask(100, Requirement::Anybody, 0).unwrap();
    let offer = world.offer_to(first).unwrap();
    let second = world.agent(2, &[], CHAT);
    world.pass(19);
    reject(&mut world, first, offer, "").unwrap();
    assert!(world.offer_to(second).is_some(), "the customer goes to the next at once");
    assert!(!world.site.agents[&first].is_available(), "no other offer while they are asked");
    world.ask(101, Requirement::Anybody, 0).unwrap();
    assert!(world.offer_to(first).is_none());
    world.pass(6);
    explain(&mut world, first, offer, "busy").unwrap();
    assert!(world.offer_to(first).is_some(), "who said why is offered the next");
    assert_eq!(explain(&mut world, first, offer, "busy"), Err("reservation.not_asked".to_owned()));
    assert_eq!(happened(&world, "reservation.timed_out"), 0);
    world.check();
}

#[test]
fn whoever_does_not_say_why_is_available_again_after_a_while() {
    let mut world = with_reasons();
    let agent = world.agent(1, &[], CHAT);
    world.ask(100, Requirement::Anybody, 0).unwrap();
    let offer = world.offer_to(agent).unwrap();
    reject(&mut world, agent, offer, "").unwrap();
    world.pass(agent::EXPLAINING.as_secs() - 1);
    assert!(!world.site.agents[&agent].is_available());
    world.pass(1);
    assert!(world.site.agents[&agent].is_available());
    assert_eq!(happened(&world, "agent.stopped_responding"), 0);
    world.check();
}

#[test]
fn a_reason_that_means_a_break_takes_the_agent_off() {
    for asked_first in [false, true] {
        let mut world = with_reasons();
        let agent = world.agent(1, &[], BOTH);
        world.ask(100, Requirement::Anybody, 0).unwrap();
        world.ask(101, Requirement::Anybody, 0).unwrap();
        let offer = world.offer_to(agent).unwrap();
        if asked_first {
            reject(&mut world, agent, offer, "").unwrap();
            explain(&mut world, agent, offer, "lunch").unwrap();
        } else {
            reject(&mut world, agent, offer, "lunch").unwrap();
        }
        let shift = world.site.agents[&agent].shift.as_ref().unwrap();
        assert_eq!((shift.presence, shift.reason.clone()), (Presence::Meal, code("lunch")));
        assert!(world.offer_to(agent).is_none(), "the other offer is taken back, too");
        world.pass(120);
        assert_eq!(happened(&world, "reservation.timed_out"), 0);
        world.check();
    }
}

#[test]
fn lunch_during_a_talk_begins_when_the_talk_is_over() {
    let mut world = with_reasons();
    let agent = world.agent(1, &[], BOTH);
    world.ask(100, Requirement::Anybody, 0).unwrap();
    let talk = world.accept(agent);
    world.ask(101, Requirement::Anybody, 0).unwrap();
    let offer = world.offer_to(agent).unwrap();
    reject(&mut world, agent, offer, "lunch").unwrap();
    assert_eq!(world.site.agents[&agent].shift.as_ref().unwrap().presence, Presence::Available);
    assert!(!world.site.agents[&agent].is_available());
    world.serve(agent, talk);
    assert_eq!(world.site.agents[&agent].shift.as_ref().unwrap().presence, Presence::Meal);
    world.check();
}
