//! The live view against the state that decides: whatever happens on a site, both say the same.

#![allow(clippy::unwrap_used, reason = "what a test meets unexpectedly fails at once")]

mod world;

use domain::{
    agent::Presence,
    callback::{self, When},
    command::Actor,
    contact,
    id::{AccountId, Channel, VisitId},
    link, reservation,
    site::{Site, SiteCommand},
    time::Span,
};
use projections::{
    board::{self, Gone},
    desk::desk,
    floor::{CallbackState, ContactState, Floor, LinkState, RoutingStatus},
    live::Live,
    own::{self, Wait},
    tail::View as _,
};
use world::{START, World, agent, queue_name, sealed, staff, uuid, visit};

/// Folds what the world has decided since it was looked at last.
#[derive(Default)]
struct Watch {
    live: Live,
    read: usize,
}

impl Watch {
    fn catch_up(&mut self, world: &World) -> &Floor {
        for whole in &world.log[self.read..] {
            self.live.apply(whole).unwrap();
        }
        self.read = world.log.len();
        self.live.floor()
    }

    fn own(&mut self, world: &World, visit: VisitId, account: Option<AccountId>) -> own::Own {
        self.catch_up(world);
        own::own(&self.live, visit, account, world.now)
    }
}

fn contact_state(state: &contact::State) -> ContactState {
    match state {
        contact::State::Waiting => ContactState::Waiting,
        contact::State::Offered { .. } => ContactState::Offered,
        contact::State::Linking { .. } => ContactState::Linking,
        contact::State::Talking { .. } => ContactState::Talking,
        contact::State::Held { .. } => ContactState::Held,
        contact::State::Wrapping { .. } => ContactState::Wrapping,
    }
}

fn assert_same(floor: &Floor, site: &Site) {
    assert_eq!(floor.contacts().filter(|one| one.is_open()).count(), site.contacts.len());
    for (id, decided) in &site.contacts {
        let shown = floor.contact(*id).expect("an open contact is on the floor");
        let reservation = decided.reservation();
        let agent = reservation.map(|id| site.reservations[&id].agent);
        assert_eq!(shown.state, contact_state(&decided.state), "{id}");
        assert_eq!((shown.reservation, shown.agent), (reservation, agent), "{id}");
        assert_eq!((shown.since, shown.queued_at), (decided.since, decided.queued_at), "{id}");
        assert_eq!(shown.virtual_start, decided.virtual_start, "{id}");
        assert_eq!((shown.priority, shown.step), (decided.priority, decided.step), "{id}");
    }
    for (id, decided) in &site.agents {
        let shown = floor.agent(*id).expect("an enrolled agent is on the floor");
        let shift = decided.shift.as_ref();
        assert_eq!(shown.signed_in, shift.is_some(), "{id}");
        let presence = shift.map_or(Presence::Offline, |shift| shift.presence);
        assert_eq!(shown.presence, presence, "{id}");
        assert_eq!(shown.contacts.len(), shift.map_or(0, |shift| shift.work.len()), "{id}");
        assert_eq!(shown.is_at_work(), decided.is_available(), "{id}");
        for channel in [Channel::Chat, Channel::Phone] {
            assert_eq!(floor.is_free_for(shown, channel), decided.is_free_for(channel), "{id}");
        }
        let status = format!("{:?}", site.routing_status(*id));
        let idle_or_off = matches!(shown.status, RoutingStatus::Idle | RoutingStatus::OffQueue);
        assert!(format!("{:?}", shown.status) == status || idle_or_off, "{id}: {status}");
    }
    let open = floor.callbacks().filter(|one| one.is_open()).count();
    assert_eq!(open, site.callbacks.len());
    for (id, decided) in &site.callbacks {
        let shown = floor.callback(*id).expect("an open callback is on the floor");
        let fits = match decided.state {
            callback::State::Scheduled { at } => {
                shown.state == CallbackState::Scheduled && shown.next_try == Some(at)
            }
            callback::State::Queued { contact } => {
                matches!(shown.state, CallbackState::Queued | CallbackState::Routing)
                    && shown.contact == Some(contact)
            }
            callback::State::Processing { contact } => {
                shown.state == CallbackState::Processing && shown.contact == Some(contact)
            }
        };
        assert!(fits, "{id}: {:?} is shown as {:?}", decided.state, shown.state);
        assert_eq!(shown.attempts, decided.attempts, "{id}");
    }
    assert_eq!(floor.bookings().count(), site.bookings.len());
    for (id, decided) in &site.bookings {
        let shown = floor.booking(*id).expect("a booking is on the floor");
        assert_eq!((shown.agent, &shown.kind), (decided.agent, &decided.kind));
    }
    let pending =
        |held: &&reservation::Reservation| matches!(held.state, reservation::State::Pending { .. });
    assert_eq!(floor.offers().count(), site.reservations.values().filter(pending).count());
    let queue = floor.queue(&queue_name()).expect("the queue is on the floor");
    let (free, at_work) = site.agents.values().fold((0, 0), |(free, at_work), agent| {
        let qualifies = agent.skills.contains_key(&world::skill());
        let is_free = [Channel::Chat, Channel::Phone].iter().any(|one| agent.is_free_for(*one));
        let counts = |one: bool| usize::from(qualifies && one);
        (free + counts(is_free), at_work + counts(agent.is_available()))
    });
    if queue.today.offered > 0 {
        assert_eq!((queue.free_agents, queue.agents_at_work), (free, at_work));
    }
}

#[test]
fn whatever_happens_the_floor_says_what_the_decider_holds() {
    for seed in 1..=12u64 {
        let mut world = World::new();
        (1..=4).for_each(|n| world.agent_at_work(n));
        let mut watch = Watch::default();
        // Goes along, and is put away and taken out again now and then.
        let mut thawed = Watch::default();
        let mut seen = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut draw = |below: u64| {
            seen ^= seen << 13;
            seen ^= seen >> 7;
            seen ^= seen << 17;
            seen % below
        };
        for _ in 0..400 {
            let (n, customer) = (1 + draw(4), 1 + draw(30));
            let contacts: Vec<_> = world.site.contacts.keys().copied().collect();
            let some = (!contacts.is_empty())
                .then(|| contacts[usize::try_from(draw(contacts.len() as u64)).unwrap()]);
            // What is refused leaves everything as it was.
            match draw(15) {
                0..=2 => drop(world.ask(customer)),
                3 if draw(3) == 0 => {
                    let at = world.now + Span::secs(200 + 60 * i64::try_from(draw(9)).unwrap());
                    let (zone, local) = ("UTC".to_owned(), "soon".to_owned());
                    let when = When::Scheduled { at, zone, local };
                    drop(world.ask_for_callback(customer, when));
                }
                3 => drop(world.ask_for_callback(customer, When::Asap)),
                4..=5 if world.offer_to(n).is_some() => drop(world.accept(n)),
                6 => {
                    let presence = [Presence::Available, Presence::Break, Presence::Offline];
                    drop(world.presence(n, presence[usize::try_from(draw(3)).unwrap()]));
                    let sign_in = domain::agent::Command::SignIn { agent: agent(n) };
                    drop(world.order(staff(n), SiteCommand::Agent(sign_in)));
                    drop(world.presence(n, Presence::Available));
                }
                7 => {
                    if let Some(reservation) = world.offer_to(n) {
                        let no = reservation::Command::Reject { reservation, reason: None };
                        drop(world.order(staff(n), SiteCommand::Reservation(no)));
                    }
                }
                8 => {
                    let lost = domain::agent::Command::DeviceLost { agent: agent(n) };
                    drop(world.order(Actor::System, SiteCommand::Agent(lost)));
                }
                9 => {
                    let back = domain::agent::Command::DeviceReturned { agent: agent(n) };
                    drop(world.order(Actor::System, SiteCommand::Agent(back)));
                }
                what => {
                    let Some(contact) = some else { continue };
                    let owner = world.site.contacts[&contact].visit;
                    let command = match what {
                        10 => contact::Command::Finish { contact },
                        11 => contact::Command::WrapUp {
                            contact,
                            disposition: "solved".into(),
                            notes: None,
                        },
                        12 => contact::Command::Prioritise {
                            contact,
                            priority: u8::try_from(draw(9)).unwrap(),
                        },
                        13 => contact::Command::Hold { contact },
                        _ => contact::Command::Cancel { contact },
                    };
                    let actor = match (what, owner) {
                        (14, Some(visit)) => Actor::Customer(visit),
                        _ => staff(n),
                    };
                    drop(world.order(actor, SiteCommand::Contact(command)));
                    if let Some(link) = world.site.link_of(contact) {
                        let report = [link::Report::Answered, link::Report::NoAnswer];
                        let report = report[usize::try_from(draw(2)).unwrap()];
                        drop(world.link(staff(n), link::Command::Report { link, report }));
                    }
                }
            }
            world.pass(i64::try_from(draw(12)).unwrap());
            assert_same(watch.catch_up(&world), &world.site);
            thawed.catch_up(&world);
            if draw(20) == 0 {
                assert_eq!(thawed.live.board(), watch.live.board());
                assert!(thawed.live.state_json() == watch.live.state_json(), "seed {seed}");
                thawed.live = Live::thaw(&thawed.live.freeze()).unwrap();
            }
        }
        let frozen =
            |live: &Live| serde_json::from_str::<serde_json::Value>(&live.freeze()).unwrap();
        assert!(frozen(&thawed.live) == frozen(&watch.live), "seed {seed}");
        assert!(world.log.len() > 300, "seed {seed} led to hardly any decision");
    }
}

#[test]
fn a_chat_is_followed_from_the_line_to_the_wrap_up() {
    let mut world = World::new();
    let mut watch = Watch::default();
    let contact = world.ask(1).unwrap();
    let waiting = watch.own(&world, visit(1), None).contacts.remove(0);
    assert_eq!((waiting.state, waiting.wait), (ContactState::Waiting, Some(Wait::NobodyHere)));
    assert_eq!(waiting.position, None, "a place in a line that nobody serves says nothing");
    assert!(waiting.can_cancel && waiting.agent.is_none() && waiting.expected_wait.is_none());

    world.pass(10);
    world.agent_at_work(1);
    let offered = desk(watch.catch_up(&world), agent(1)).unwrap();
    assert_eq!(offered.me.status, RoutingStatus::Reserved);
    let pop = &offered.offers[0].pop;
    assert_eq!((pop.contact, pop.waited_secs), (contact, 10));
    assert_eq!(pop.entitlement.as_ref().unwrap().contract_version, 4);

    world.accept(1).unwrap();
    let link = world.link_of(contact);
    let say = link::Command::Say { link, text: sealed("hello") };
    world.link(staff(1), say).unwrap();
    let talking = watch.own(&world, visit(1), None).contacts.remove(0);
    assert_eq!((talking.state, talking.agent), (ContactState::Talking, Some(agent(1))));
    let shown = talking.link.unwrap();
    assert_eq!((shown.state, shown.messages.len()), (LinkState::Connected, 1));
    assert_eq!(shown.messages[0].text, sealed("hello"));

    world.pass(60);
    world.contact(1, contact::Command::Finish { contact }).unwrap();
    let wrap = |contact| contact::Command::WrapUp {
        contact,
        disposition: "solved".into(),
        notes: Some(sealed("notes")),
    };
    world.contact(1, wrap(contact)).unwrap();
    let floor = watch.catch_up(&world);
    assert_eq!(desk(floor, agent(1)).unwrap().me.status, RoutingStatus::Idle);
    let ended = floor.contact(contact).unwrap();
    assert_eq!(ended.disposition.as_deref(), Some("solved"));
    assert_eq!(ended.link.as_ref().unwrap().messages.len(), 1);
    let today = floor.queue(&queue_name()).unwrap().today;
    assert_eq!((today.offered, today.answered, today.answered_within), (1, 1, 1));
    assert!((today.aht_secs().unwrap() - 60.0).abs() < 1.0);

    world.pass(601);
    world.ask(2).unwrap();
    let floor = watch.catch_up(&world);
    assert!(floor.contact(contact).is_none(), "what ended leaves after the named time");
    assert!(watch.own(&world, visit(1), None).contacts.is_empty());
}

#[test]
fn those_behind_move_up_and_know_who_is_booked_for_them() {
    let mut world = World::new();
    world.agent_at_work(1);
    let mut watch = Watch::default();
    let contacts: Vec<_> = (1..=4).map(|n| world.ask(n).unwrap()).collect();
    let places = |watch: &mut Watch, world: &World| -> Vec<_> {
        (1..=4).map(|n| watch.own(world, visit(n), None).contacts[0].position).collect()
    };
    assert_eq!(places(&mut watch, &world), [None, Some(1), Some(2), Some(3)]);
    let second = watch.own(&world, visit(2), None).contacts.remove(0);
    assert_eq!(second.booked.unwrap().agent, agent(1));
    let wait = second.expected_wait.unwrap();
    assert_eq!((wait.seconds, wait.basis.as_str()), (300, "from the time planned for a contact"));

    let cancel = contact::Command::Cancel { contact: contacts[1] };
    world.order(Actor::Customer(visit(2)), SiteCommand::Contact(cancel)).unwrap();
    assert_eq!(places(&mut watch, &world), [None, None, Some(1), Some(2)]);
}

#[test]
fn a_customer_sees_what_the_account_asked_for_from_another_visit() {
    let mut world = World::new();
    let account = AccountId(uuid(40));
    world.account = Some(account);
    world.ask(1).unwrap();
    let mut watch = Watch::default();
    assert_eq!(watch.own(&world, visit(9), Some(account)).contacts.len(), 1);
    assert!(watch.own(&world, visit(9), None).contacts.is_empty());
}

#[test]
fn a_scheduled_callback_is_shown_until_a_while_after_its_end() {
    let mut world = World::new();
    world.agent_at_work(1);
    let at = START + Span::secs(3_600);
    let when = When::Scheduled { at, zone: "UTC".into(), local: "13:00".into() };
    let callback = world.ask_for_callback(1, when).unwrap();
    let mut watch = Watch::default();
    let shown = watch.own(&world, visit(1), None).callbacks.remove(0);
    assert_eq!((shown.state, shown.next_try), (CallbackState::Scheduled, Some(at)));
    assert!(shown.can_cancel && shown.can_reschedule);
    let cancel = callback::Command::Cancel { callback };
    world.order(Actor::Customer(visit(1)), SiteCommand::Callback(cancel)).unwrap();
    let shown = watch.own(&world, visit(1), None).callbacks.remove(0);
    assert_eq!(shown.reason, Some(callback::Completion::CancelledByCustomer));
    assert!(!shown.can_cancel);
    assert_eq!(watch.live.floor().queue(&queue_name()).unwrap().today.callbacks_requested, 1);
}

#[test]
fn before_asking_one_knows_whether_somebody_qualified_is_free() {
    let mut world = World::new();
    world.agent_at_work(1);
    let mut watch = Watch::default();
    let mut look = |world: &World, channel| {
        watch.catch_up(world);
        let (site, floor) = (watch.live.site(), watch.live.floor());
        let found = site.prospect(&queue_name(), channel, &world.requirement, world.now);
        let queue = floor.queue(&queue_name()).unwrap();
        let wait = own::expected_wait(queue, &found).map(|wait| wait.seconds);
        (found.strength.free, found.strength.at_work, wait)
    };
    assert_eq!(look(&world, Channel::Chat), (1, 1, Some(0)));
    assert_eq!(look(&world, Channel::WebVideo), (0, 0, None));
    world.ask(1).unwrap();
    assert_eq!(look(&world, Channel::Chat), (0, 1, Some(300)));
}

/// A subscriber's copy of the board, kept by applying changes only.
fn apply(held: &mut board::Board, change: &board::Board) {
    if change.snapshot {
        *held = change.clone();
        return;
    }
    for row in &change.contacts {
        held.contacts.retain(|one| one.contact != row.contact);
        held.contacts.push(row.clone());
    }
    for row in &change.agents {
        held.agents.retain(|one| one.agent != row.agent);
        held.agents.push(row.clone());
    }
    for row in &change.callbacks {
        held.callbacks.retain(|one| one.callback != row.callback);
        held.callbacks.push(row.clone());
    }
    for row in &change.bookings {
        held.bookings.retain(|one| one.booking != row.booking);
        held.bookings.push(row.clone());
    }
    for row in &change.queues {
        held.queues.retain(|one| one.queue != row.queue);
        held.queues.push(row.clone());
    }
    for gone in &change.gone {
        match gone {
            Gone::Agent(id) => held.agents.retain(|one| one.agent != *id),
            Gone::Contact(id) => held.contacts.retain(|one| one.contact != *id),
            Gone::Callback(id) => held.callbacks.retain(|one| one.callback != *id),
            Gone::Booking(id) => held.bookings.retain(|one| one.booking != *id),
        }
    }
    held.offers.clone_from(&change.offers);
    held.totals = change.totals.clone();
    held.version = change.version;
    held.now = change.now;
}

#[test]
fn a_snapshot_and_the_changes_after_it_are_the_board() {
    let mut world = World::new();
    (1..=2).for_each(|n| world.agent_at_work(n));
    let mut watch = Watch::default();
    watch.catch_up(&world);
    watch.live.take_changed();
    world.ask(1).unwrap();
    watch.catch_up(&world);
    // Taken between two changes: ahead of the journal.
    let mut held = watch.live.board();
    for n in 2..=8 {
        let contact = world.ask(n).unwrap();
        world.pass(7);
        if n % 3 == 0 {
            let up = contact::Command::Prioritise { contact, priority: 5 };
            world.contact(1, up).unwrap();
        }
        if world.offer_to(1).is_some() {
            world.accept(1).unwrap();
        }
        watch.catch_up(&world);
        if n % 2 == 0 {
            watch.live.take_changed();
        }
    }
    world.presence(2, Presence::Break).unwrap();
    watch.catch_up(&world);
    watch.live.take_changed();
    let changes = watch.live.board_since(held.version).expect("the journal reaches back");
    assert!(changes.len() >= 3);
    for change in &changes {
        apply(&mut held, change);
    }
    let mut now = watch.live.board();
    for board in [&mut held, &mut now] {
        board.contacts.sort_by_key(|row| row.contact);
        board.agents.sort_by_key(|row| row.agent);
        board.bookings.sort_by_key(|row| row.booking);
        board.snapshot = false;
        board.gone.clear();
    }
    assert_eq!(held, now);
    assert_eq!(watch.live.board_since(held.version).unwrap().len(), 0);
}

#[test]
fn a_change_names_everybody_who_has_to_look_again() {
    let mut world = World::new();
    world.agent_at_work(1);
    let mut watch = Watch::default();
    world.ask(1).unwrap();
    world.ask(2).unwrap();
    let second = watch.own(&world, visit(2), None);
    watch.live.take_changed();
    world.accept(1).unwrap();
    world.ask(3).unwrap();
    watch.catch_up(&world);
    let changed = watch.live.take_changed().unwrap();
    assert!(changed.concerns_agent(agent(1)) && !changed.concerns_agent(agent(2)));
    assert!(changed.visits.contains(&visit(1)) && changed.visits.contains(&visit(3)));
    assert!(changed.concerns_customer(visit(2), None, &second), "their line has moved");
    assert!(watch.live.take_changed().is_none());
}

#[test]
fn the_decider_s_state_is_the_same_for_whoever_folds_it() {
    let mut world = World::new();
    world.agent_at_work(1);
    (1..=5).for_each(|n| assert!(world.ask(n).is_ok()));
    world.pass(100);
    let mut watch = Watch::default();
    watch.catch_up(&world);
    assert_eq!(watch.live.state_json(), serde_json::to_string(&world.site).unwrap());
}
