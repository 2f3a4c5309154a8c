//! What customers are promised: found beforehand, changed, tried again, asked for twice.

use super::*;
use crate::{
    callback::{Completion, When},
    entitlement::{self, Facts, Hours, OpenSpan, Rule},
    id::{AccountId, CallbackId, ContactId, PageName, TopicName},
    queue::Definition,
    site::{Prospect, SiteEvent},
    time::Timestamp,
};

/// A Monday, 12:00 UTC.
const NOON: Timestamp = Timestamp::from_secs(1_774_872_000);
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

fn after_noon(secs: i64) -> When {
    let at = NOON + Span::secs(secs);
    When::Scheduled { at, zone: "UTC".into(), local: "then".into() }
}

fn world_at(secs: i64, definition: Definition) -> World {
    let mut world = World::new();
    world.now = NOON + Span::secs(secs);
    world.define(Definition { version: 2, ..definition });
    world
}

/// Open on weekdays from nine to five.
fn office() -> Box<Facts> {
    let mut facts = World::facts(Requirement::Anybody, 0);
    let week = (1..=5).map(|day| OpenSpan { day, from_mins: 540, until_mins: 1020 }).collect();
    let hours = Hours { zone: "UTC".into(), week, holidays: [].into() };
    facts.contract.terms.hours = Some(hours);
    Box::new(facts)
}

fn chat_only() -> Box<Facts> {
    let mut facts = World::facts(Requirement::Anybody, 0);
    facts.contract.terms.channels = [Channel::Chat].into();
    Box::new(facts)
}

fn only_callback(world: &World) -> CallbackId {
    *world.site.callbacks.keys().next().expect("a callback is open")
}

fn ends(world: &World) -> Vec<Completion> {
    let ended = world.log.iter().filter_map(|(event, _)| {
        let SiteEvent::Callback(event) = event else { return None };
        let callback::Event::Completed { reason, .. } = event else { return None };
        Some(*reason)
    });
    ended.collect()
}

#[test]
fn a_change_is_checked_like_a_request() {
    enum Answer {
        Moved,
        Denied(Rule),
        Refused(&'static str),
    }
    let sunday = 6 * DAY - 9 * HOUR;
    for (when, facts, expected) in [
        (after_noon(DAY), Some(office()), Answer::Moved),
        (When::Asap, Some(office()), Answer::Moved),
        (after_noon(sunday), Some(office()), Answer::Denied(Rule::ContractHours)),
        (after_noon(DAY), Some(chat_only()), Answer::Denied(Rule::ContractChannel)),
        (after_noon(31 * DAY), Some(office()), Answer::Refused("callback.too_far_ahead")),
        (after_noon(-HOUR), Some(office()), Answer::Refused("callback.in_the_past")),
        (after_noon(DAY), None, Answer::Refused("callback.no_facts")),
    ] {
        let mut world = world_at(0, definition());
        world.call_back(100, after_noon(HOUR)).unwrap();
        let before = world.site.callbacks.clone();
        let callback = only_callback(&world);
        let command = callback::Command::Reschedule { callback, when, facts };
        let answer = world.run(customer(100), SiteCommand::Callback(command));
        let unchanged = world.site.callbacks == before;
        match expected {
            Answer::Moved => assert!(answer.is_ok() && !unchanged),
            Answer::Refused(code) => assert!(answer.unwrap_err().code == code && unchanged),
            Answer::Denied(rule) => {
                let answer = answer.unwrap();
                let [SiteEvent::Entitlement(entitlement::Event::Denied { rules, .. })] =
                    answer.as_slice()
                else {
                    panic!("{answer:?}")
                };
                assert!(rules.contains(&rule) && unchanged, "what is denied changes nothing");
            }
        }
        world.check();
    }
}

#[test]
fn a_retry_is_checked_against_the_terms_of_now() {
    let patient = || Definition { callback_expires_secs: 86_400, ..definition() };
    let tuesday = NOON + Span::secs(21 * HOUR);
    for (definition, terms, expected) in [
        (patient(), None, Ok(NOON + Span::secs(5 * HOUR + 300))),
        (patient(), Some(office()), Ok(tuesday)),
        (definition(), Some(office()), Err(Completion::OutsideWindow)),
        (patient(), Some(chat_only()), Err(Completion::NotEntitled)),
    ] {
        // At five to five on a Monday nobody answers; the next try is ten minutes later.
        let mut world = world_at(5 * HOUR - 300, definition);
        let agent = world.agent(1, &[], BOTH);
        world.call_back(100, When::Asap).unwrap();
        let callback = only_callback(&world);
        if let Some(facts) = terms {
            let command = callback::Command::Recheck { callback, facts };
            for changes in [1, 0] {
                let command = SiteCommand::Callback(command.clone());
                let events = world.run(crate::command::Actor::System, command).unwrap();
                assert_eq!(events.len(), changes, "what is known already changes nothing");
            }
        }
        let contact = world.accept(agent);
        world.report(agent, contact, link::Report::NoAnswer);
        world.pass(601);
        match expected {
            Err(reason) => assert_eq!(ends(&world), [reason]),
            Ok(due) => {
                if due > world.now {
                    assert_eq!(
                        world.site.callbacks[&callback].state,
                        callback::State::Scheduled { at: due }
                    );
                    world.pass((due - world.now).as_secs() + 1);
                }
                assert!(world.offer_to(agent).is_some());
            }
        }
        world.check();
    }
}

#[test]
fn of_ten_who_ask_for_the_one_agent_at_one_instant_one_has_the_agent_s_time() {
    let mut world = world_at(0, definition());
    let agent = world.agent(1, &[], BOTH);
    for visit in 100..110 {
        world.call_back(visit, after_noon(HOUR)).unwrap();
    }
    let booked: Vec<_> =
        world.site.callbacks.values().filter(|open| open.booking.is_some()).collect();
    assert_eq!((booked.len(), world.site.agents[&agent].calendar.len()), (1, 1));
    world.check();
}

#[test]
fn a_call_that_rings_has_the_time_that_its_agent_gives_it() {
    let mut world = World::new();
    let agent = world.agent(1, &[], BOTH);
    world.call_back(100, When::Asap).unwrap();
    let contact = world.accept(agent);
    world.pass(100);
    world.report(agent, contact, link::Report::Ringing);
    for _ in 0..3 {
        world.pass(170);
        assert!(world.site.contacts.contains_key(&contact), "it still rings");
        world.report(agent, contact, link::Report::Ringing);
    }
    world.check();
    world.pass(link::BY_HAND_TERM.as_secs() + 1);
    assert!(!world.site.contacts.contains_key(&contact), "nobody said anything more");
    world.check();
}

fn many() -> Box<Facts> {
    let mut facts = World::facts(Requirement::Anybody, 0);
    facts.contract.terms.concurrent_max = 9;
    Box::new(facts)
}

fn ask_as(world: &mut World, visit: u128, account: Option<u128>, topic: &str) -> Vec<SiteEvent> {
    let command = contact::Command::Ask {
        visit: id(visit),
        subject: Some(id(account.unwrap_or(visit))),
        account: account.map(id::<AccountId>),
        channel: Channel::Chat,
        topic: TopicName::parse(topic).unwrap(),
        page: PageName::parse("home").unwrap(),
        facts: Some(many()),
    };
    world.run(customer(visit), SiteCommand::Contact(command)).unwrap()
}

#[test]
fn who_asks_twice_about_one_thing_has_one_chat_on_every_device() {
    let mut world = World::new();
    let agent = world.agent(1, &[], CHAT);
    ask_as(&mut world, 100, Some(7), "bill");
    let contact = *world.site.contacts.keys().next().unwrap();
    assert_eq!(ask_as(&mut world, 100, Some(7), "bill").len(), 0);
    assert_eq!(ask_as(&mut world, 101, Some(7), "bill").len(), 1, "another device takes part");
    assert_eq!(ask_as(&mut world, 101, Some(7), "bill").len(), 0);
    assert_eq!(world.site.contacts.len(), 1);
    world.accept(agent);
    let link = world.site.link_of(contact).unwrap();
    let say = |text| link::Command::Say { link, text };
    let text = crate::sealed::Sealed::new(id(7), "AAAA".to_owned());
    world.run(customer(101), SiteCommand::Link(say(text.clone()))).unwrap();
    let stranger = world.run(customer(102), SiteCommand::Link(say(text)));
    assert_eq!(stranger.unwrap_err().code, "link.not_yours");
    // About something else, or by somebody else: another chat.
    ask_as(&mut world, 100, Some(7), "line");
    ask_as(&mut world, 103, Some(8), "bill");
    ask_as(&mut world, 104, None, "bill");
    assert_eq!(world.site.contacts.len(), 4);
    // After the talk one may ask again.
    world.on_contact(agent, contact::Command::Finish { contact }).unwrap();
    assert!(ask_as(&mut world, 101, Some(7), "bill").len() > 1);
    world.check();
}

#[test]
fn who_is_free_is_asked_of_the_rules_that_will_decide() {
    let step = |after_secs, level| Step {
        after_secs,
        requirement: skill("net", level),
        keeps_request: true,
    };
    let steps = vec![step(0, 4), step(20, 3), step(60, 0)];
    let look = |world: &World| {
        world.site.prospect(&queue_name(), Channel::Chat, &skill("net", 1), world.now)
    };
    let mut world = world_at(0, Definition { steps, ..definition() });
    assert!(look(&world).nobody_here());
    let agent = world.agent(1, &[("net", 3)], CHAT);
    let found = look(&world);
    assert!(!found.is_free() && !found.nobody_here(), "free, and not good enough yet: {found:?}");
    assert_eq!(found.relaxed_after, Span::secs(20));
    world.ask(100, skill("net", 1), 0).unwrap();
    assert!(world.offer_to(agent).is_none(), "the rule says the same");
    let waiting: ContactId = *world.site.contacts.keys().next().unwrap();
    let of = |world: &World| world.site.prospect_of(waiting, world.now).unwrap();
    assert_eq!((of(&world).ahead, of(&world).relaxed_after.as_secs()), (0, 20));
    assert_eq!(look(&world).ahead, 1, "who asks now is behind");
    world.agent(2, &[("net", 4)], CHAT);
    assert_eq!(world.site.prospect_of(waiting, world.now), None, "it is offered");
    let other = world.agent(3, &[("net", 5)], CHAT);
    assert!(look(&world).is_free());
    world.ask(101, skill("net", 1), 0).unwrap();
    assert!(world.offer_to(other).is_some());
    // Agents without this channel are nobody.
    let video = world.site.prospect(&queue_name(), Channel::WebVideo, &skill("net", 1), world.now);
    assert_eq!(video, Prospect { relaxed_after: Span::ZERO, ..video });
    assert!(video.nobody_here());
    world.check();
}

#[test]
fn those_are_ahead_whom_the_same_agents_serve_first() {
    let mut world = World::new();
    world.agent(1, &[("net", 2)], CHAT);
    world.agent(2, &[], CHAT);
    for visit in 100..102 {
        world.ask(visit, Requirement::Anybody, 0).unwrap();
    }
    // Both are busy; one waits for anybody, the next for the skill that one of them has.
    world.ask(102, Requirement::Anybody, 0).unwrap();
    world.ask(103, skill("net", 1), 0).unwrap();
    world.ask(104, skill("other", 1), 0).unwrap();
    let place = |visit: u128| {
        let (contact, _) = world
            .site
            .contacts
            .iter()
            .find(|(_, known)| known.visit == Some(id(visit)))
            .expect("it waits");
        let found = world.site.prospect_of(*contact, world.now).unwrap();
        (found.ahead, found.nobody_here())
    };
    assert_eq!([place(102), place(103), place(104)], [(0, false), (1, false), (0, true)]);
    world.check();
}
