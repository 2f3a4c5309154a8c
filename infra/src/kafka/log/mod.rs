//! The log on Kafka: one topic, a partition for each site and tenant, the validity fold as its only fence.

mod follower;
mod hub;
mod index;
mod lease;
mod ledger;
mod record;
mod scan;

use std::{
    collections::HashMap,
    ops::ControlFlow,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use commands::ports::log::{AcquireError, EventLog, Lease, ReadError};
use domain::{
    log::{Claim, Partition, Position, Tampered, Whole},
    time::Timestamp,
};
use futures::{
    future::BoxFuture,
    stream::{self, BoxStream, StreamExt},
};
use projections::ports::source::{EventSource, Read, SourceError};
use tokio::{sync::mpsc, time::timeout};

use self::{
    follower::Follower,
    hub::{Hub, HubFeed, Live},
    index::Index,
    lease::{KafkaLease, Writing},
    ledger::Ledger,
    scan::Scan,
};
use super::{
    client::{ANSWER_WITHIN, BrokerError, Shared},
    registry::{EVENTS, Registry},
    tail::Tail,
};
use crate::{blocking::blocking, random, recent::Found};

/// Batches that a reader of the topic may be ahead of whoever consumes them.
const READ_AHEAD: usize = 2;
/// A claim is read back, or its delivery has failed, within this time.
const CLAIM_WITHIN: Duration = Duration::from_secs(20);

/// Why a partition cannot be read on.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LogError {
    #[error(transparent)]
    Tampered(#[from] Tampered),
    #[error(transparent)]
    Broker(#[from] BrokerError),
}

/// Cloning it gives another handle on the same log.
#[derive(Clone)]
pub struct KafkaLog(Arc<Inner>);

struct Inner {
    registry: Registry,
    topic: Arc<str>,
    tail: Tail,
    places: Mutex<HashMap<i32, Arc<Place>>>,
}

/// What this process knows of one partition.
struct Place {
    number: i32,
    partition: Partition,
    index: Arc<Index>,
    hub: Mutex<Option<Arc<Hub>>>,
}

impl Place {
    /// Unless it is gone.
    fn hub(&self) -> Option<Arc<Hub>> {
        let hub = self.hub.lock().unwrap_or_else(PoisonError::into_inner);
        hub.as_ref().filter(|hub| !hub.is_gone()).map(Arc::clone)
    }

    /// The hub; if there is none, one that begins at a position. Blocks.
    fn hub_from(&self, position: Position, tail: &Tail) -> Result<Arc<Hub>, BrokerError> {
        let mut kept = self.hub.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hub) = kept.as_ref().filter(|hub| !hub.is_gone()) {
            return Ok(Arc::clone(hub));
        }
        let hub = Arc::new(Hub::starting_at(position));
        let feed = HubFeed::new(&hub, &self.index, self.partition.clone());
        tail.follow(self.number, position.at, Box::new(feed))?;
        *kept = Some(Arc::clone(&hub));
        Ok(hub)
    }
}

impl KafkaLog {
    /// Connects; the topic must be there.
    pub async fn open(registry: &Registry) -> Result<Self, BrokerError> {
        let registry = registry.clone();
        blocking(move || {
            let topic = registry.settings().named(EVENTS);
            let tail = Tail::start(registry.settings(), &topic)?;
            tail.partitions_of(&topic)?;
            let topic = topic.into();
            Ok(Self(Arc::new(Inner { registry, topic, tail, places: Mutex::default() })))
        })
        .await
    }

    fn settings(&self) -> &Shared {
        self.0.registry.settings()
    }

    fn place(&self, partition: &Partition, number: i32) -> Arc<Place> {
        let mut places = self.0.places.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places.entry(number).or_insert_with(|| {
            let partition = partition.clone();
            Arc::new(Place { number, partition, index: Arc::default(), hub: Mutex::default() })
        });
        Arc::clone(place)
    }

    /// The offset behind the last record of a partition, which must still hold what stands at `from`.
    async fn end_of(&self, place: &Place, from: Position) -> Result<i64, BrokerError> {
        let (inner, number, at) = (Arc::clone(&self.0), place.number, from.at);
        blocking(move || {
            let (low, high) = inner.tail.ends(number)?;
            if (low..=high).contains(&at) {
                return Ok(high);
            }
            Err(BrokerError::Cut { topic: inner.topic.to_string(), number, at, low, high })
        })
        .await
    }

    async fn hub_from(&self, place: &Arc<Place>, from: Position) -> Result<Arc<Hub>, BrokerError> {
        if let Some(hub) = place.hub() {
            return Ok(hub);
        }
        let (inner, place) = (Arc::clone(&self.0), Arc::clone(place));
        blocking(move || place.hub_from(from, &inner.tail)).await
    }

    fn scan(&self, place: &Place) -> Scan {
        Scan {
            settings: Arc::clone(self.settings()),
            topic: Arc::clone(&self.0.topic),
            number: place.number,
            partition: place.partition.clone(),
            index: Arc::clone(&place.index),
        }
    }

    /// Folds the topic from a position to offset `end`, batch by batch.
    fn catch_up(&self, place: &Place, from: Position, end: i64) -> mpsc::Receiver<Batch> {
        let (batches, received) = mpsc::channel(READ_AHEAD);
        let scan = self.scan(place);
        tokio::task::spawn_blocking(move || {
            let send = |batch| match batches.blocking_send(batch) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            let read = scan.run(from, end, |wholes, after| send(Ok(Step::Read(wholes, after))));
            let _ = send(read.map(Step::End));
        });
        received
    }

    /// Everything up to the end of the partition as it is now.
    async fn read_to_the_end(
        &self,
        partition: &Partition,
        from: Position,
        into: &mut (dyn FnMut(Arc<Whole>) + Send),
    ) -> Result<Position, LogError> {
        let Some(number) = self.0.registry.number_of(partition) else { return Ok(from) };
        let place = self.place(partition, number);
        let end = self.end_of(&place, from).await?;
        let mut position = from;
        if let Some(hub) = place.hub().filter(|hub| hub.covers(position)) {
            let live = self.reached(&hub, end).await?;
            if drain(&hub, &mut position, &live, into) {
                return Ok(later(position, live.position));
            }
        }
        let mut batches = self.catch_up(&place, position, end);
        let position = loop {
            match said(batches.recv().await)? {
                Step::Read(wholes, _) => wholes.into_iter().map(Arc::new).for_each(&mut *into),
                Step::End(position) => break position,
            }
        };
        self.hub_from(&place, position).await?;
        Ok(position)
    }

    /// Waits until the hub has folded everything before offset `end`.
    async fn reached(&self, hub: &Hub, end: i64) -> Result<Live, LogError> {
        let mut live = hub.subscribe();
        let waited =
            timeout(ANSWER_WITHIN, live.wait_for(|live| live.next >= end || live.broken.is_some()));
        let Ok(Ok(live)) = waited.await else {
            return Err(self.settings().unreachable().into());
        };
        match &live.broken {
            Some(why) => Err(why.clone()),
            None => Ok(live.clone()),
        }
    }
}

/// Hands over what the hub keeps up to `live`; `false`: what comes next is in the topic only.
fn drain(
    hub: &Hub,
    position: &mut Position,
    live: &Live,
    into: &mut (dyn FnMut(Arc<Whole>) + Send),
) -> bool {
    while position.seq < live.position.seq {
        match hub.after(*position) {
            Found::Next(wholes) => {
                *position = wholes.last().map_or(*position, |whole| whole.position);
                wholes.into_iter().for_each(&mut *into);
            }
            Found::Nothing => return true,
            Found::InTheStore => return false,
        }
    }
    true
}

/// Two positions of one partition: a claim moves it on although no decision came.
fn later(one: Position, other: Position) -> Position {
    if one.at >= other.at { one } else { other }
}

enum Step {
    Read(Vec<Whole>, Position),
    End(Position),
}

type Batch = Result<Step, LogError>;

/// A reader that ends without saying that it is at the end has died.
fn said(batch: Option<Batch>) -> Batch {
    batch.unwrap_or(Err(LogError::Broker(BrokerError::Closed)))
}

impl EventLog for KafkaLog {
    fn read<'a>(
        &'a self,
        partition: &'a Partition,
        from: Position,
        into: &'a mut (dyn FnMut(Whole) + Send),
    ) -> BoxFuture<'a, Result<Position, ReadError>> {
        Box::pin(async move {
            let mut into = |whole| into(Arc::unwrap_or_clone(whole));
            Ok(self.read_to_the_end(partition, from, &mut into).await?)
        })
    }

    fn acquire<'a>(
        &'a self,
        partition: &'a Partition,
        from: Position,
        time: Timestamp,
    ) -> BoxFuture<'a, Result<Box<dyn Lease>, AcquireError>> {
        Box::pin(async move { self.claim(partition, from, time).await })
    }
}

impl KafkaLog {
    async fn claim(
        &self,
        partition: &Partition,
        from: Position,
        time: Timestamp,
    ) -> Result<Box<dyn Lease>, AcquireError> {
        let number = self.0.registry.register(partition).await.map_err(LogError::from)?;
        let place = self.place(partition, number);
        let hub = self.hub_from(&place, from).await.map_err(LogError::from)?;
        let claim = Claim {
            partition: partition.clone(),
            epoch: from.epoch + 1,
            writer: random::writer_id(),
            time,
        };
        let (ledger, answered) = Ledger::new(claim.writer, claim.epoch);
        let ledger = Arc::new(ledger);
        hub.tell(&ledger);
        let (settings, topic) = (Arc::clone(self.settings()), Arc::clone(&self.0.topic));
        let source = partition.to_string();
        let writing = blocking(move || Writing::start(&settings, &topic, number, &ledger, source));
        let writing = writing.await.map_err(LogError::from)?;
        writing.claim(&claim);
        let Ok(Ok(acquired)) = timeout(CLAIM_WITHIN, answered).await else {
            return Err(AcquireError::Unreachable("the claim was not read back in time".into()));
        };
        let position = acquired?;
        Ok(Box::new(KafkaLease::new(writing, position)))
    }
}

impl EventSource for KafkaLog {
    fn read(
        &self,
        partition: Partition,
        from: Position,
    ) -> BoxStream<'static, Result<Read, SourceError>> {
        let follower = Follower::new(self.clone(), partition, from);
        let batches = stream::unfold(Some(follower), |follower| async move {
            let mut follower = follower?;
            match follower.next().await {
                Ok(reads) => Some((reads.into_iter().map(Ok).collect::<Vec<_>>(), Some(follower))),
                Err(error) => Some((vec![Err(error.into())], None)),
            }
        });
        batches.map(stream::iter).flatten().boxed()
    }

    fn seek_time<'a>(
        &'a self,
        partition: &'a Partition,
        at: Timestamp,
    ) -> BoxFuture<'a, Result<Position, SourceError>> {
        Box::pin(async move {
            let Some(number) = self.0.registry.number_of(partition) else {
                return Ok(Position::START);
            };
            let place = self.place(partition, number);
            let from = place.index.before(at);
            let end = self.end_of(&place, from).await.map_err(LogError::from)?;
            let scan = self.scan(&place);
            Ok(blocking(move || sought(&scan, from, end, at)).await?)
        })
    }

    fn end<'a>(&'a self, partition: &'a Partition) -> BoxFuture<'a, Result<Position, SourceError>> {
        Box::pin(async move {
            let known = self.0.registry.number_of(partition).map(|number| {
                let place = self.place(partition, number);
                let live = place.hub().map(|hub| hub.subscribe().borrow().position);
                live.unwrap_or_else(|| place.index.before(Timestamp::MAX))
            });
            let from = known.unwrap_or(Position::START);
            Ok(self.read_to_the_end(partition, from, &mut |_| ()).await?)
        })
    }

    fn partitions(&self) -> BoxFuture<'_, Result<Vec<Partition>, SourceError>> {
        let registered = self.0.registry.list();
        let partitions = registered.into_iter().map(|(partition, _)| partition).collect();
        Box::pin(std::future::ready(Ok(partitions)))
    }
}

/// The last position between `from` and offset `end` whose records are all from before `at`. Blocks.
fn sought(scan: &Scan, from: Position, end: i64, at: Timestamp) -> Result<Position, LogError> {
    let (mut before, mut passed) = (from, false);
    let position = scan.run(from, end, |wholes, _| {
        for whole in wholes {
            if whole.records.iter().any(|record| record.time >= at) {
                passed = true;
                return ControlFlow::Break(());
            }
            before = whole.position;
        }
        ControlFlow::Continue(())
    })?;
    Ok(if passed { before } else { position })
}

impl From<LogError> for ReadError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Tampered(tampered) => Self::Tampered(tampered),
            LogError::Broker(error) => Self::Unreachable(error.into()),
        }
    }
}

impl From<LogError> for SourceError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Tampered(tampered) => Self::Tampered(tampered),
            LogError::Broker(error) => Self::Unreachable(error.into()),
        }
    }
}

impl From<LogError> for AcquireError {
    fn from(error: LogError) -> Self {
        Self::Unreachable(error.into())
    }
}
