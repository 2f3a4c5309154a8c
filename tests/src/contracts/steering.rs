//! What the operator's verbs do to stored views, whatever store these are in, while their workers run.

use std::{sync::Arc, time::Duration};

use domain::{
    log::{Partition, Position, Seq, Whole},
    time::Timestamp,
};
use futures::{
    FutureExt as _, StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use projections::{
    callback_list, checkpoint, contact_history,
    control::{self, Hold, Skipped},
    ports::{
        read_store::{ReadStore, TransactError},
        source::{EventSource, Read, SourceError},
    },
    projector::{Health, Projector},
    rebuild,
    stored::StoredView,
};
use tokio::{sync::watch, task::JoinSet, time::timeout};

use super::read_store::dump;

const PATIENCE: Duration = Duration::from_secs(60);
const VIEW: &StoredView = &contact_history::VIEW;
const NOW: Timestamp = Timestamp(1_700_000_000_000_000);

/// A log that grows, or turns out to be readable after all, while it is read.
#[derive(Clone)]
struct Tape(watch::Sender<Vec<Arc<Whole>>>);

impl Tape {
    fn of(log: &[Arc<Whole>]) -> Self {
        Self(watch::Sender::new(log.to_vec()))
    }

    fn next(tape: &[Arc<Whole>], after: Seq) -> Option<Arc<Whole>> {
        tape.iter().find(|whole| whole.position.seq > after).cloned()
    }
}

impl EventSource for Tape {
    fn read(&self, _: Partition, from: Position) -> BoxStream<'static, Result<Read, SourceError>> {
        let begun = (self.0.subscribe(), from, false);
        stream::unfold(begun, |(mut tape, position, told)| async move {
            let there = Self::next(&tape.borrow_and_update(), position.seq);
            if let Some(whole) = there {
                return Some((Ok(Read::Whole(Arc::clone(&whole))), (tape, whole.position, told)));
            }
            if !told {
                return Some((Ok(Read::CaughtUp(position)), (tape, position, true)));
            }
            let more = tape.wait_for(|tape| Self::next(tape, position.seq).is_some()).await;
            let whole = Self::next(&more.ok()?, position.seq)?;
            Some((Ok(Read::Whole(Arc::clone(&whole))), (tape, whole.position, told)))
        })
        .boxed()
    }

    fn seek_time<'a>(
        &'a self,
        _: &'a Partition,
        _: Timestamp,
    ) -> BoxFuture<'a, Result<Position, SourceError>> {
        async { Ok(Position::START) }.boxed()
    }

    fn end<'a>(&'a self, _: &'a Partition) -> BoxFuture<'a, Result<Position, SourceError>> {
        let end = self.0.borrow().last().map_or(Position::START, |whole| whole.position);
        async move { Ok(end) }.boxed()
    }

    fn partitions(&self) -> BoxFuture<'_, Result<Vec<Partition>, SourceError>> {
        let partition = self.0.borrow()[0].records[0].partition.clone();
        async move { Ok(vec![partition]) }.boxed()
    }
}

/// Workers that run until they are dropped.
struct Team {
    projectors: Vec<Projector>,
    _running: JoinSet<()>,
}

impl Team {
    fn at_work(store: &Arc<dyn ReadStore>, tape: &Tape, views: &[&'static StoredView]) -> Self {
        let partition = tape.0.borrow()[0].records[0].partition.clone();
        let mut running = JoinSet::new();
        let projectors: Vec<_> =
            views.iter().map(|view| Projector::new(view, partition.clone())).collect();
        for projector in projectors.clone() {
            let (source, store) = (Arc::new(tape.clone()), Arc::clone(store));
            running.spawn(async move { match projector.run(source, store).await {} });
        }
        Self { projectors, _running: running }
    }

    async fn until(&self, at: usize, is: impl Fn(&Health) -> bool) -> Health {
        let mut healths = self.projectors[at].healths();
        let reached = timeout(PATIENCE, healths.wait_for(|health| is(health))).await;
        let now = self.projectors[at].health();
        reached.unwrap_or_else(|_| panic!("it is still {now:?}")).unwrap().clone()
    }

    async fn reach(&self, at: usize, seq: Seq) {
        self.projectors[at].wait_for(seq, PATIENCE).await.unwrap();
    }
}

fn end(log: &[Arc<Whole>]) -> Seq {
    log.last().unwrap().position.seq
}

fn partition(log: &[Arc<Whole>]) -> Partition {
    log[0].records[0].partition.clone()
}

async fn stands_at(store: &dyn ReadStore, partition: &Partition) -> Seq {
    let generation = checkpoint::in_use(store, VIEW).await.unwrap().unwrap();
    checkpoint::read(store, VIEW, generation, partition).await.unwrap().seq
}

pub async fn a_stopped_view_stays_stopped_over_restarts(
    store: Arc<dyn ReadStore>,
    log: &[Arc<Whole>],
) {
    let (partition, half) = (partition(log), log.len() / 2);
    let tape = Tape::of(&log[..half]);
    let team = Team::at_work(&store, &tape, &[VIEW]);
    team.reach(0, end(&log[..half])).await;
    control::hold(&*store, VIEW, &partition, Hold::Stopped, "repairs", NOW).await.unwrap();
    tape.0.send_replace(log.to_vec());
    let stopped = team.until(0, |health| matches!(health, Health::Stopped(_))).await;
    assert!(format!("{stopped:?}").contains("repairs"), "{stopped:?}");
    assert_eq!(stands_at(&*store, &partition).await, end(&log[..half]));

    drop(team);
    let team = Team::at_work(&store, &tape, &[VIEW, &callback_list::VIEW]);
    team.until(0, |health| matches!(health, Health::Stopped(_))).await;
    team.reach(1, end(log)).await;
    assert_eq!(stands_at(&*store, &partition).await, end(&log[..half]));

    control::hold(&*store, VIEW, &partition, Hold::Parked, "not needed", NOW).await.unwrap();
    let parked = team.until(0, |health| matches!(health, Health::Parked(_))).await;
    assert_eq!(parked, Health::Parked("not needed".into()));
    control::run(&*store, VIEW, &partition).await.unwrap();
    team.reach(0, end(log)).await;
    team.until(0, |health| *health == Health::Following).await;
    assert_eq!(control::all_held(&*store).await.unwrap(), []);
}

/// One decision of the log that contacts begin with, in words of a later version; its place.
fn spoilt(log: &[Arc<Whole>]) -> (Vec<Arc<Whole>>, Seq) {
    let queued =
        |whole: &Arc<Whole>| whole.records.iter().any(|record| &*record.kind == "contact.queued");
    let at = log.iter().rposition(queued).unwrap();
    let mut later = log.to_vec();
    let whole = Arc::make_mut(&mut later[at]);
    for record in &mut whole.records {
        if &*record.kind == "contact.queued" {
            record.version = 99;
        }
    }
    let seq = whole.position.seq;
    (later, seq)
}

pub async fn a_decision_that_cannot_be_read_stops_one_view_alone(
    store: Arc<dyn ReadStore>,
    log: &[Arc<Whole>],
) {
    let (later, seq) = spoilt(log);
    let (partition, tape) = (partition(log), Tape::of(&later));
    let team = Team::at_work(&store, &tape, &[VIEW, &callback_list::VIEW]);
    team.reach(1, end(log)).await;
    let stopped = team.until(0, |health| matches!(health, Health::Stopped(_))).await;
    let says = format!("{stopped:?}");
    assert!(says.contains(&seq.to_string()) && says.contains("version 99"), "{says}");
    let before = log.iter().rfind(|whole| whole.position.seq < seq).unwrap().position.seq;
    assert_eq!(stands_at(&*store, &partition).await, before, "all before it is applied");
    let held = control::held(&*store, VIEW, &partition).await.unwrap().unwrap();
    assert_eq!((held.hold, held.failed), (Hold::Failed, Some(seq)));

    // Tried again it fails again; once a version that can read it runs, it goes on.
    control::run(&*store, VIEW, &partition).await.unwrap();
    while control::held(&*store, VIEW, &partition).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    tape.0.send_replace(log.to_vec());
    control::run(&*store, VIEW, &partition).await.unwrap();
    team.reach(0, end(log)).await;
    assert_eq!(team.until(0, |health| *health == Health::Following).await, Health::Following);
}

pub async fn a_decision_is_passed_over_only_as_the_operator_says(
    store: Arc<dyn ReadStore>,
    log: &[Arc<Whole>],
) {
    let (later, seq) = spoilt(log);
    let (partition, tape) = (partition(log), Tape::of(&later));
    let team = Team::at_work(&store, &tape, &[VIEW]);
    team.until(0, |health| matches!(health, Health::Stopped(_))).await;
    let skipped =
        |seq| Skipped { seq, reason: "a test call".into(), operator: "dana".into(), at: NOW };
    let other = control::skip(&*store, VIEW, &partition, &skipped(seq - 1)).await;
    assert!(matches!(other, Err(TransactError::NotAsManyRows { .. })), "{other:?}");
    assert_eq!(control::skipped(&*store, VIEW, &partition).await.unwrap(), []);

    control::skip(&*store, VIEW, &partition, &skipped(seq)).await.unwrap();
    team.reach(0, end(log)).await;
    assert_eq!(control::skipped(&*store, VIEW, &partition).await.unwrap(), [skipped(seq)]);
    let rows = dump(&*store, VIEW).await;
    drop(team);
    rebuild::rebuild(VIEW, &tape, &*store).await.unwrap();
    assert_eq!(dump(&*store, VIEW).await, rows, "a rebuild passes over it too");
    // It was excused from failing, not thrown away.
    rebuild::rebuild(VIEW, &Tape::of(log), &*store).await.unwrap();
    assert_eq!(dump(&*store, VIEW).await[0].len(), rows[0].len() + 1);
}

pub async fn a_view_begins_again_from_nothing(store: Arc<dyn ReadStore>, log: &[Arc<Whole>]) {
    let tape = Tape::of(log);
    let team = Team::at_work(&store, &tape, &[VIEW]);
    team.reach(0, end(log)).await;
    let rows = dump(&*store, VIEW).await;
    let before = checkpoint::in_use(&*store, VIEW).await.unwrap();
    let after = checkpoint::reset(&*store, VIEW).await.unwrap();
    assert_ne!(before, Some(after));
    // The worker finds out by itself, although the log says nothing new.
    while stands_at(&*store, &partition(log)).await != end(log) {
        tokio::task::yield_now().await;
    }
    assert_eq!(dump(&*store, VIEW).await, rows);
    assert_eq!(checkpoint::in_use(&*store, VIEW).await.unwrap(), Some(after));
}

pub async fn what_is_built_beside_waits_for_the_switch(
    store: Arc<dyn ReadStore>,
    log: &[Arc<Whole>],
) {
    let half = log.len() / 2;
    let tape = Tape::of(&log[..half]);
    let team = Team::at_work(&store, &tape, &[VIEW]);
    team.reach(0, end(&log[..half])).await;
    let before = checkpoint::in_use(&*store, VIEW).await.unwrap();
    assert_eq!(checkpoint::beside(&*store, VIEW).await.unwrap(), None);
    let built = rebuild::beside(&[VIEW], &tape, &*store, &|_, _| ()).await.unwrap()[0];
    assert_eq!(checkpoint::in_use(&*store, VIEW).await.unwrap(), before);
    assert_eq!(checkpoint::beside(&*store, VIEW).await.unwrap(), Some(built.generation));

    tape.0.send_replace(log.to_vec());
    team.reach(0, end(log)).await;
    let rows = dump(&*store, VIEW).await;
    rebuild::go_on(built, &tape, &*store, &|_, _| ()).await.unwrap();
    rebuild::switch(built, &*store).await.unwrap();
    assert_eq!(checkpoint::in_use(&*store, VIEW).await.unwrap(), Some(built.generation));
    assert_eq!(checkpoint::beside(&*store, VIEW).await.unwrap(), None);
    assert_eq!(dump(&*store, VIEW).await, rows);
    let again = rebuild::switch(built, &*store).await;
    assert!(matches!(again, Err(TransactError::NotAsManyRows { .. })), "{again:?}");
}
