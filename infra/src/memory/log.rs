//! The log in memory: the same law as the durable ones, and switches that break it on purpose.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use commands::ports::log::{AcquireError, AppendError, EventLog, Lease, ReadError};
use domain::{
    log::{
        Claim, Decision, Entry, Epoch, Fold, Partition, Position, Tampered, Verdict, Whole,
        WriterId,
    },
    time::Timestamp,
};
use futures::{
    future::{BoxFuture, ready},
    stream::{self, BoxStream, StreamExt},
};
use projections::ports::source::{EventSource, Read, SourceError};
use tokio::sync::watch;

use crate::{
    gate::{Gate, LeaseState},
    random,
};

/// What goes wrong at the next append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is written, and nobody is told.
    LostBefore,
    /// Everything is written, and nobody is told.
    LostAfter,
}

/// Cloning it gives another handle on the same log.
#[derive(Clone, Default)]
pub struct MemoryLog {
    partitions: Arc<Mutex<BTreeMap<Partition, Stored>>>,
    fault: Arc<Mutex<Option<Fault>>>,
}

/// One partition: what stands in it, `at` counted from 1.
struct Stored {
    entries: Vec<Entry>,
    gate: Gate,
    grown: watch::Sender<usize>,
}

impl Default for Stored {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            gate: Gate::resume(Position::START),
            grown: watch::Sender::new(0),
        }
    }
}

impl Stored {
    fn next_at(&self) -> i64 {
        place(self.entries.len()) + 1
    }

    fn push(&mut self, entries: impl IntoIterator<Item = Entry>) {
        self.entries.extend(entries);
        self.grown.send_replace(self.entries.len());
    }
}

fn place(count: usize) -> i64 {
    i64::try_from(count).expect("a log in memory is far below 2^63 entries")
}

impl MemoryLog {
    pub fn new() -> Self {
        Self::default()
    }

    /// The next append ends in this fault.
    pub fn break_next(&self, fault: Fault) {
        *locked(&self.fault) = Some(fault);
    }

    /// Puts an entry at the end past every check, as a zombie's late write lands on a log that cannot refuse it.
    pub fn inject(&self, partition: &Partition, entry: Entry) {
        self.with(partition, |stored| stored.push([entry]));
    }

    /// Changes the stored entries behind the log's back.
    pub fn alter(&self, partition: &Partition, change: impl FnOnce(&mut [Entry])) {
        self.with(partition, |stored| change(&mut stored.entries));
    }

    fn with<T>(&self, partition: &Partition, act: impl FnOnce(&mut Stored) -> T) -> T {
        act(locked(&self.partitions).entry(partition.clone()).or_default())
    }

    fn append(&self, state: &LeaseState, decision: Decision) -> Result<Position, AppendError> {
        if state.is_over() {
            return Err(AppendError::Unknown(None));
        }
        let appended = self.append_in_lease(decision);
        if appended.is_err() {
            state.end();
        }
        appended
    }

    fn append_in_lease(&self, decision: Decision) -> Result<Position, AppendError> {
        let Some(partition) = decision.records.first().map(|record| record.partition.clone())
        else {
            return Err(AppendError::Unknown(None));
        };
        let fault = locked(&self.fault).take();
        if fault == Some(Fault::LostBefore) {
            return Err(AppendError::Unknown(None));
        }
        let position = self.with(&partition, |stored| {
            let whole = stored.gate.admit(decision, stored.next_at())?;
            stored.push(whole.records.into_iter().map(Entry::Record));
            Ok::<_, AppendError>(whole.position)
        })?;
        if fault == Some(Fault::LostAfter) {
            return Err(AppendError::Unknown(None));
        }
        Ok(position)
    }

    /// Feeds what stands after `at` to the fold; the whole decisions that came of it, and the new `at`.
    fn fold_on(
        &self,
        partition: &Partition,
        fold: &mut Fold,
        at: &mut i64,
    ) -> Result<Vec<Whole>, Tampered> {
        self.with(partition, |stored| {
            let mut wholes = Vec::new();
            let read = usize::try_from(*at).expect("positions count from 0");
            for entry in stored.entries.iter().skip(read) {
                *at += 1;
                if let Verdict::Whole(whole) = fold.feed(entry.clone(), *at)? {
                    wholes.push(whole);
                }
            }
            Ok(wholes)
        })
    }

    fn position_where(
        &self,
        partition: &Partition,
        within: impl Fn(&Whole) -> bool,
    ) -> Result<Position, Tampered> {
        let mut fold = Fold::new();
        let wholes = self.fold_on(partition, &mut fold, &mut 0)?;
        if wholes.iter().all(&within) {
            return Ok(fold.position());
        }
        let last = wholes.iter().take_while(|whole| within(whole)).last();
        Ok(last.map_or(Position::START, |whole| whole.position))
    }
}

impl EventLog for MemoryLog {
    fn read<'a>(
        &'a self,
        partition: &'a Partition,
        from: Position,
        into: &'a mut (dyn FnMut(Whole) + Send),
    ) -> BoxFuture<'a, Result<Position, ReadError>> {
        let mut fold = Fold::resume(from);
        let read = self.fold_on(partition, &mut fold, &mut { from.at }).map(|wholes| {
            wholes.into_iter().for_each(into);
            fold.position()
        });
        Box::pin(ready(read.map_err(ReadError::from)))
    }

    fn acquire<'a>(
        &'a self,
        partition: &'a Partition,
        from: Position,
        time: Timestamp,
    ) -> BoxFuture<'a, Result<Box<dyn Lease>, AcquireError>> {
        Box::pin(async move {
            let claim = Claim {
                partition: partition.clone(),
                epoch: from.epoch + 1,
                writer: random::writer_id(),
                time,
            };
            let position = self.with(partition, |stored| {
                stored.gate.claim(&claim, stored.next_at()).then(|| {
                    stored.push([Entry::Claim(claim)]);
                    stored.gate.position()
                })
            });
            let position = position.ok_or(AcquireError::Lost)?;
            let lease = MemoryLease { log: self.clone(), position, state: LeaseState::default() };
            Ok(Box::new(lease) as Box<dyn Lease>)
        })
    }
}

struct MemoryLease {
    log: MemoryLog,
    position: Position,
    state: LeaseState,
}

impl Lease for MemoryLease {
    fn epoch(&self) -> Epoch {
        self.position.epoch
    }

    fn writer(&self) -> WriterId {
        self.position.writer.expect("a lease begins after its own claim")
    }

    fn position(&self) -> Position {
        self.position
    }

    fn submit(&mut self, decision: Decision) -> BoxFuture<'static, Result<Position, AppendError>> {
        Box::pin(ready(self.log.append(&self.state, decision)))
    }
}

impl EventSource for MemoryLog {
    fn read(
        &self,
        partition: Partition,
        from: Position,
    ) -> BoxStream<'static, Result<Read, SourceError>> {
        let grown = self.with(&partition, |stored| stored.grown.subscribe());
        let start = Some((self.clone(), Fold::resume(from), from.at, grown, false));
        let batches = stream::unfold(start, move |state| {
            let partition = partition.clone();
            async move {
                let (log, mut fold, mut at, mut grown, caught_up) = state?;
                loop {
                    grown.mark_unchanged();
                    match log.fold_on(&partition, &mut fold, &mut at) {
                        Err(tampered) => return Some((vec![Err(tampered.into())], None)),
                        Ok(wholes) if wholes.is_empty() && caught_up => {
                            grown.changed().await.ok()?;
                        }
                        Ok(wholes) => {
                            let mut reads: Vec<_> = wholes
                                .into_iter()
                                .map(|whole| Ok(Read::Whole(Arc::new(whole))))
                                .collect();
                            if !caught_up {
                                reads.push(Ok(Read::CaughtUp(fold.position())));
                            }
                            return Some((reads, Some((log, fold, at, grown, true))));
                        }
                    }
                }
            }
        });
        batches.map(stream::iter).flatten().boxed()
    }

    fn seek_time<'a>(
        &'a self,
        partition: &'a Partition,
        at: Timestamp,
    ) -> BoxFuture<'a, Result<Position, SourceError>> {
        let before = |whole: &Whole| whole.records.iter().all(|record| record.time < at);
        Box::pin(ready(self.position_where(partition, before).map_err(SourceError::from)))
    }

    fn end<'a>(&'a self, partition: &'a Partition) -> BoxFuture<'a, Result<Position, SourceError>> {
        Box::pin(ready(self.position_where(partition, |_| true).map_err(SourceError::from)))
    }

    fn partitions(&self) -> BoxFuture<'_, Result<Vec<Partition>, SourceError>> {
        let held = locked(&self.partitions);
        let names = held.iter().filter(|(_, stored)| !stored.entries.is_empty());
        let names: Vec<_> = names.map(|(partition, _)| partition.clone()).collect();
        Box::pin(ready(Ok(names)))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
