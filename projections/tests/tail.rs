//! The tail: what waits at it gets its answer, and what cannot be trusted stops it.

#![allow(clippy::unwrap_used, reason = "what a test meets unexpectedly fails at once")]
#![allow(clippy::disallowed_methods, reason = "each test watches its own tasks")]

mod world;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{
    command::{Actor, COMMAND_LIFE_MAX},
    log::{Partition, Position, Seq, Tampered, Whole},
    partition::Root as _,
    site::Site,
    snapshot::Snapshot,
    time::Timestamp,
};
use futures::{
    FutureExt as _, StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use projections::{
    live::Live,
    outcomes::Known,
    ports::{
        snapshots::{SnapshotError, Snapshots},
        source::{EventSource, Read, SourceError},
    },
    tail::{Health, Heard, Tail, View, WaitError},
};
use tokio::sync::watch;
use world::{World, staff, visit};

/// A log in memory that a test appends to while a tail follows it.
struct Script {
    log: watch::Sender<Vec<Arc<Whole>>>,
    /// What the next reads meet first.
    troubles: Mutex<Vec<SourceError>>,
}

impl Script {
    fn of(world: &World) -> Arc<Self> {
        let log = watch::Sender::new(world.log.clone());
        Arc::new(Self { log, troubles: Mutex::default() })
    }

    fn now(&self, world: &World) {
        self.log.send_replace(world.log.clone());
    }
}

impl EventSource for Script {
    fn read(&self, _: Partition, from: Position) -> BoxStream<'static, Result<Read, SourceError>> {
        if let Some(trouble) = self.troubles.lock().unwrap().pop() {
            return stream::once(async { Err(trouble) }).boxed();
        }
        let (there, grown) = (self.log.borrow().clone(), self.log.subscribe());
        let end = there.last().map_or(from, |whole| whole.position);
        let there = there.into_iter().filter(move |whole| whole.position.seq > from.seq);
        let there = there.map(Read::Whole).chain([Read::CaughtUp(end)]);
        let next = move |(mut log, after): (watch::Receiver<Vec<Arc<Whole>>>, Seq)| async move {
            let is_next = |whole: &&Arc<Whole>| whole.position.seq > after;
            let there = log.wait_for(|log| log.iter().any(|whole| is_next(&whole))).await.ok()?;
            let whole = Arc::clone(there.iter().find(is_next)?);
            drop(there);
            let seq = whole.position.seq;
            Some((Ok(Read::Whole(whole)), (log, seq)))
        };
        let live = stream::unfold((grown, end.seq), next);
        stream::iter(there.map(Ok)).chain(live).boxed()
    }

    fn seek_time<'a>(
        &'a self,
        _: &'a Partition,
        _: Timestamp,
    ) -> BoxFuture<'a, Result<Position, SourceError>> {
        async { Ok(Position::START) }.boxed()
    }

    fn end<'a>(&'a self, _: &'a Partition) -> BoxFuture<'a, Result<Position, SourceError>> {
        let end = self.log.borrow().last().map_or(Position::START, |whole| whole.position);
        async move { Ok(end) }.boxed()
    }

    fn partitions(&self) -> BoxFuture<'_, Result<Vec<Partition>, SourceError>> {
        async { Ok(vec![partition()]) }.boxed()
    }
}

fn partition() -> Partition {
    "site:demo".parse().unwrap()
}

fn follow(script: &Arc<Script>) -> Tail<Live> {
    let tail = Tail::new(partition());
    let (running, source) = (tail.clone(), Arc::clone(script));
    tokio::spawn(async move { running.run(source).await });
    tail
}

const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_a_place_in_the_log_sees_what_stands_there() {
    let mut world = World::new();
    let script = Script::of(&world);
    let tail = follow(&script);
    assert_eq!(tail.caught_up().await, Health::Following);
    let contact = world.ask(1).unwrap();
    let seq = world.log.last().unwrap().position.seq;
    let waits = tail.wait_for(seq, PATIENCE);
    script.now(&world);
    waits.await.unwrap();
    assert!(tail.read(|live| live.floor().contact(contact).is_some()));
    let not_there = tail.wait_for(seq + 1, PATIENCE).await.unwrap_err();
    assert_eq!(
        not_there,
        WaitError::NotReached { partition: partition(), wanted: seq + 1, reached: seq }
    );
}

#[tokio::test(start_paused = true)]
async fn an_outcome_reaches_those_who_waited_before_and_those_who_ask_later() {
    let mut world = World::new();
    let script = Script::of(&world);
    let tail = follow(&script);
    world.agent_at_work(1);
    let last = world.log.last().unwrap().records.last().unwrap().clone();
    let expires_at = world.now + COMMAND_LIFE_MAX;
    let awaited = tail.expect(last.command_id, last.actor.clone(), expires_at);
    let somebody_else = tail.expect(last.command_id, Actor::Customer(visit(1)), expires_at);
    script.now(&world);
    let Known::Decided(outcome) = awaited.within(PATIENCE).await else { panic!("not told") };
    assert_eq!((outcome.seq, outcome.refusal), (last.seq, None));
    assert_eq!(somebody_else.within(PATIENCE).await, Known::NotYet);
    let again = tail.expect(last.command_id, staff(1), expires_at).within(PATIENCE).await;
    assert!(matches!(again, Known::Decided(_)));
    let asked = tail.outcome(last.command_id, &last.actor, None);
    assert!(matches!(asked, Known::Decided(_)));
}

#[tokio::test(start_paused = true)]
async fn a_command_is_known_never_to_be_once_partition_time_has_passed_it() {
    let mut world = World::new();
    let script = Script::of(&world);
    let tail = follow(&script);
    let lost = domain::id::CommandId(world::uuid(77));
    let expires_at = world.now + domain::time::Span::secs(5);
    let awaited = tail.expect(lost, staff(1), expires_at);
    assert_eq!(tail.outcome(lost, &staff(1), Some(expires_at)), Known::NotYet);
    world.pass(10);
    world.ask(1).unwrap();
    script.now(&world);
    assert_eq!(awaited.within(PATIENCE).await, Known::Never);
    assert_eq!(tail.outcome(lost, &staff(1), Some(expires_at)), Known::Never);
    world.pass(700);
    world.ask(2).unwrap();
    script.now(&world);
    tail.wait_for(world.log.last().unwrap().position.seq, PATIENCE).await.unwrap();
    assert_eq!(tail.outcome(lost, &staff(1), Some(expires_at)), Known::Forgotten);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_an_outcome_with_its_data() {
    let mut world = World::new();
    let data = [("number".to_owned(), "7".to_owned())].into();
    let refusal = domain::command::Refusal { code: "a.b".into(), message: "no".into(), data };
    let event = domain::command::Event::from(refusal.clone());
    let context = domain::command::Context {
        now: world.now,
        actor: staff(1),
        command_id: domain::id::CommandId(world::uuid(88)),
    };
    let meta = Site::meta(event);
    let after = world.log.last().unwrap().position.seq;
    let whole = world::whole(after, &context, vec![(meta.kind(), meta.encode())]);
    world.log.push(Arc::new(whole));
    let tail = follow(&Script::of(&world));
    tail.caught_up().await;
    let known = tail.outcome(context.command_id, &context.actor, None);
    let Known::Decided(outcome) = known else { panic!("{known:?}") };
    assert_eq!((outcome.seq, outcome.refusal), (after + 1, Some(refusal)));
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_hears_of_a_change_and_then_looks() {
    let mut world = World::new();
    let script = Script::of(&world);
    let tail = follow(&script);
    tail.caught_up().await;
    let mut changes = tail.changes();
    let contact = world.ask(1).unwrap();
    script.now(&world);
    loop {
        let Some(Heard::Changed(changed)) = changes.next().await else { panic!("not told") };
        if changed.concerns_contact(contact) {
            break;
        }
    }
    let rows = tail.read(|live| live.board().contacts.len());
    assert_eq!(rows, 1);
}

#[tokio::test(start_paused = true)]
async fn a_log_out_of_reach_is_read_again_and_a_tampered_one_stops_the_tail() {
    let mut world = World::new();
    world.ask(1).unwrap();
    let script = Script::of(&world);
    let tampered = Tampered { partition: partition(), seq: 3, at: 3 };
    script.troubles.lock().unwrap().push(SourceError::Unreachable("gone".into()));
    let tail = follow(&script);
    assert_eq!(tail.caught_up().await, Health::Following);

    script.troubles.lock().unwrap().push(SourceError::Tampered(tampered));
    let broken = follow(&script);
    assert!(matches!(broken.caught_up().await, Health::Stopped(reason) if reason.contains('3')));
    assert_eq!(
        broken.wait_for(99, PATIENCE).await,
        Err(WaitError::Stopped { partition: partition() })
    );
}

#[tokio::test(start_paused = true)]
async fn an_event_that_this_version_does_not_know_stops_the_tail() {
    let mut world = World::new();
    let context = domain::command::Context {
        now: world.now,
        actor: Actor::System,
        command_id: domain::id::CommandId(world::uuid(88)),
    };
    let before = world.log.last().unwrap().position.seq;
    let unknown = world::whole(before, &context, vec![(("agent.teleported", 1), b"{}".to_vec())]);
    world.log.push(Arc::new(unknown));
    let tail = follow(&Script::of(&world));
    assert!(
        matches!(tail.caught_up().await, Health::Stopped(reason) if reason.contains("teleported"))
    );
    assert_eq!(tail.position().seq, before, "what stands before it is folded");
}

/// Doors hold these across awaits.
#[test]
fn what_waits_can_be_moved_between_threads() {
    fn can_be<T: Send>(_: T) {}
    let tail: Tail<Live> = Tail::new(partition());
    can_be(tail.wait_for(1, PATIENCE));
    can_be(
        tail.expect(domain::id::CommandId(world::uuid(1)), Actor::System, world::START)
            .within(PATIENCE),
    );
    let (running, source) = (tail.clone(), Script::of(&World::new()));
    can_be(async move { running.run(source).await });
}

/// Keeps the latest snapshot, as long as it is not told to forget.
#[derive(Default)]
struct Kept(Mutex<Option<Snapshot>>);

impl Snapshots for Kept {
    fn load<'a>(
        &'a self,
        _: &'a Partition,
        fold: &'a str,
        version: u32,
    ) -> BoxFuture<'a, Result<Option<Snapshot>, SnapshotError>> {
        assert_eq!(Some((fold, version)), <Live as View>::FOLD);
        let kept = self.0.lock().unwrap().clone();
        async { Ok(kept) }.boxed()
    }

    fn save<'a>(
        &'a self,
        _: &'a Partition,
        _: &'a str,
        _: u32,
        snapshot: Snapshot,
    ) -> BoxFuture<'a, Result<(), SnapshotError>> {
        self.0.lock().unwrap().replace(snapshot);
        async { Ok(()) }.boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn without_any_snapshot_the_view_is_the_same_and_only_begins_earlier() {
    let mut world = World::new();
    world.agent_at_work(1);
    let script = Script::of(&world);
    let kept = Arc::new(Kept::default());
    let begin = || {
        let tail = Tail::<Live>::kept_in(Arc::clone(&kept) as _, partition());
        let (running, source) = (tail.clone(), Arc::clone(&script));
        tokio::spawn(async move { running.run(source).await });
        tail
    };
    let first = begin();
    assert_eq!(first.caught_up().await, Health::Following);
    // So many decisions that a start with them leaves a snapshot.
    for n in 0..11_000 {
        world.ask(n).unwrap();
    }
    script.now(&world);
    let end = world.log.last().unwrap().position;
    first.wait_for(end.seq, PATIENCE).await.unwrap();
    let snapshot = kept.0.lock().unwrap().clone().expect("a snapshot was left");
    assert!(snapshot.position.seq > 10_000, "{:?}", snapshot.position);

    let asked = world.log[world.log.len() / 2].records.last().unwrap().clone();
    let of = |tail: &Tail<Live>| {
        let known = tail.outcome(asked.command_id, &asked.actor, None);
        let made = tail.made(asked.command_id, &asked.actor);
        let view: serde_json::Value = serde_json::from_str(&tail.read(View::freeze)).unwrap();
        (tail.position(), tail.time(), view, known, made)
    };
    let thawed = begin();
    assert_eq!(thawed.caught_up().await, Health::Following);
    assert!(of(&thawed) == of(&first), "the thawed one differs");
    kept.0.lock().unwrap().take();
    let folded = begin();
    assert_eq!(folded.caught_up().await, Health::Following);
    assert!(of(&folded) == of(&first), "the folded one differs");
}
