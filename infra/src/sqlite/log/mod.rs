//! The log in an `SQLite` file: the embedded default.

mod reader;
mod rows;
mod writer;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use commands::ports::log::{AcquireError, AppendError, EventLog, Lease, ReadError};
use domain::{
    log::{Claim, Decision, Epoch, Partition, Position, Seq, Whole, WriterId},
    time::Timestamp,
};
use futures::{
    future::BoxFuture,
    stream::{self, BoxStream, StreamExt},
};
use projections::ports::source::{EventSource, Read, SourceError};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

pub use self::reader::{LogError, scan};
use self::{
    reader::Reader,
    writer::{Job, LogBatch},
};
use super::{
    connection::{Durability, StoreError, open, open_for_reading},
    group_commit::Writer,
};
use crate::{
    blocking::blocking,
    gate::LeaseState,
    random,
    recent::{Found, Recent},
};

/// Batches that a reader of the file may be ahead of whoever consumes them.
const READ_AHEAD: usize = 2;
/// How often a reader looks at a file that another process writes.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Cloning it gives another handle on the same log.
#[derive(Clone)]
pub struct SqliteLog {
    path: Arc<Path>,
    tails: Arc<Tails>,
    /// `None` when opened for reading only.
    writer: Option<Arc<Writer<Job>>>,
}

/// The live ends of all partitions.
#[derive(Default)]
struct Tails {
    partitions: Mutex<HashMap<Partition, Arc<Recent>>>,
}

impl Tails {
    fn of(&self, partition: &Partition) -> Arc<Recent> {
        let mut partitions = self.partitions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(recent) = partitions.get(partition) {
            return Arc::clone(recent);
        }
        let recent = Arc::new(Recent::after_seq(0));
        partitions.insert(partition.clone(), Arc::clone(&recent));
        recent
    }
}

impl SqliteLog {
    /// Opens (and creates) the file and starts the thread that writes it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_limited(path, None)
    }

    /// Like [`SqliteLog::open`], but the file never grows beyond so many pages of 4 KiB: a disk that is soon full.
    pub fn open_limited(path: &Path, pages_max: Option<u32>) -> Result<Self, StoreError> {
        let connection = open(path, Durability::Full)?;
        rows::create(&connection)?;
        if let Some(pages) = pages_max {
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        let tails = Arc::new(Tails::default());
        let writer = Writer::spawn("log", LogBatch::new(connection, Arc::clone(&tails)));
        Ok(Self { path: path.into(), tails, writer: Some(Arc::new(writer)) })
    }

    /// Opens the file of a running or a dead server; claiming a partition fails.
    pub fn open_for_reading(path: &Path) -> Result<Self, StoreError> {
        open_for_reading(path)?;
        Ok(Self { path: path.into(), tails: Arc::default(), writer: None })
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, LogError> + Send + 'static,
    ) -> Result<T, LogError> {
        let path: PathBuf = self.path.to_path_buf();
        blocking(move || question(&open_for_reading(&path)?)).await
    }

    /// Folds the file from a position to its end as it is now.
    fn catch_up(&self, partition: Partition, from: Position) -> mpsc::Receiver<Batch> {
        let (batches, received) = mpsc::channel(READ_AHEAD);
        let path = self.path.to_path_buf();
        tokio::task::spawn_blocking(move || {
            let mut reader = match Reader::open(&path, partition, from) {
                Ok(reader) => reader,
                Err(error) => return drop(batches.blocking_send(Err(error))),
            };
            loop {
                let batch =
                    reader.next().map(|next| next.map(|wholes| (wholes, reader.position())));
                let goes_on = matches!(batch, Ok(Some(_)));
                if batches.blocking_send(batch).is_err() || !goes_on {
                    return;
                }
            }
        });
        received
    }
}

/// `None`: the end of the file as it was.
type Batch = Result<Option<(Vec<Whole>, Position)>, LogError>;

/// A reader that ends without saying that it is at the end has died.
fn said(batch: Option<Batch>) -> Batch {
    batch.unwrap_or(Err(LogError::Store(StoreError::Stopped)))
}

impl EventLog for SqliteLog {
    fn read<'a>(
        &'a self,
        partition: &'a Partition,
        from: Position,
        into: &'a mut (dyn FnMut(Whole) + Send),
    ) -> BoxFuture<'a, Result<Position, ReadError>> {
        Box::pin(async move {
            let mut batches = self.catch_up(partition.clone(), from);
            let mut position = from;
            while let Some((wholes, after)) = said(batches.recv().await)? {
                wholes.into_iter().for_each(&mut *into);
                position = after;
            }
            Ok(position)
        })
    }

    fn acquire<'a>(
        &'a self,
        partition: &'a Partition,
        from: Position,
        time: Timestamp,
    ) -> BoxFuture<'a, Result<Box<dyn Lease>, AcquireError>> {
        Box::pin(async move {
            let Some(writer) = &self.writer else {
                return Err(AcquireError::Unreachable(
                    "the log was opened for reading only".into(),
                ));
            };
            let claim = Claim {
                partition: partition.clone(),
                epoch: from.epoch + 1,
                writer: random::writer_id(),
                time,
            };
            let (answer, answered) = oneshot::channel();
            writer.send(Job::Claim { claim, said: None, answer });
            let stopped = |_| AcquireError::Unreachable(StoreError::Stopped.into());
            let position = answered.await.map_err(stopped)??;
            let lease = SqliteLease { writer: Arc::clone(writer), position, state: Arc::default() };
            Ok(Box::new(lease) as Box<dyn Lease>)
        })
    }
}

struct SqliteLease {
    writer: Arc<Writer<Job>>,
    position: Position,
    state: Arc<LeaseState>,
}

impl Lease for SqliteLease {
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
        let (answer, answered) = oneshot::channel();
        self.writer.send(Job::Append {
            decision,
            lease: Arc::clone(&self.state),
            said: None,
            answer,
        });
        Box::pin(async move {
            answered
                .await
                .unwrap_or_else(|_| Err(AppendError::Unknown(Some(StoreError::Stopped.into()))))
        })
    }
}

/// A reader of one partition: from the file while it is behind, else from what its writer has just committed.
struct Follower {
    log: SqliteLog,
    partition: Partition,
    position: Position,
    recent: Arc<Recent>,
    last: watch::Receiver<Seq>,
    file: File,
    /// Whether the reader has been told that it is at the end.
    caught_up: bool,
}

enum File {
    NotYet,
    Reading(mpsc::Receiver<Batch>),
    AtItsEnd,
}

impl Follower {
    /// `None`: the log is closed.
    async fn next(&mut self) -> Option<Result<Vec<Read>, LogError>> {
        loop {
            match &mut self.file {
                File::NotYet => self.read_the_file(),
                File::Reading(batches) => match said(batches.recv().await) {
                    Ok(Some((wholes, after))) => {
                        self.position = after;
                        if !wholes.is_empty() {
                            let wholes = wholes.into_iter().map(Arc::new);
                            return Some(Ok(wholes.map(Read::Whole).collect()));
                        }
                    }
                    Ok(None) => {
                        self.file = File::AtItsEnd;
                        if !std::mem::replace(&mut self.caught_up, true) {
                            return Some(Ok(vec![Read::CaughtUp(self.position)]));
                        }
                    }
                    Err(error) => return Some(Err(error)),
                },
                File::AtItsEnd => {
                    self.last.mark_unchanged();
                    match self.recent.after(self.position) {
                        Found::Next(wholes) => {
                            self.position =
                                wholes.last().map_or(self.position, |whole| whole.position);
                            return Some(Ok(wholes.into_iter().map(Read::Whole).collect()));
                        }
                        Found::InTheStore => self.read_the_file(),
                        Found::Nothing => self.wait().await?,
                    }
                }
            }
        }
    }

    async fn wait(&mut self) -> Option<()> {
        if self.log.writer.is_some() {
            return self.last.changed().await.ok();
        }
        tokio::time::sleep(LOOK_AGAIN).await;
        self.read_the_file();
        Some(())
    }

    fn read_the_file(&mut self) {
        self.file = File::Reading(self.log.catch_up(self.partition.clone(), self.position));
    }
}

impl EventSource for SqliteLog {
    fn read(
        &self,
        partition: Partition,
        from: Position,
    ) -> BoxStream<'static, Result<Read, SourceError>> {
        let recent = self.tails.of(&partition);
        let last = recent.subscribe();
        let log = self.clone();
        let file = File::NotYet;
        let follower =
            Follower { log, partition, position: from, recent, last, file, caught_up: false };
        let batches = stream::unfold(Some(follower), |follower| async move {
            let mut follower = follower?;
            match follower.next().await? {
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
        let partition = partition.clone();
        let sought = self.ask(move |connection| reader::seek_time(connection, &partition, at));
        Box::pin(async move { Ok(sought.await?) })
    }

    fn end<'a>(&'a self, partition: &'a Partition) -> BoxFuture<'a, Result<Position, SourceError>> {
        let partition = partition.clone();
        let found = self.ask(move |connection| reader::end(connection, &partition));
        Box::pin(async move { Ok(found.await?) })
    }

    fn partitions(&self) -> BoxFuture<'_, Result<Vec<Partition>, SourceError>> {
        Box::pin(async move { Ok(self.ask(reader::partitions).await?) })
    }
}

impl From<LogError> for ReadError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Tampered(tampered) => Self::Tampered(tampered),
            LogError::Store(error) => Self::Unreachable(error.into()),
        }
    }
}

impl From<LogError> for SourceError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Tampered(tampered) => Self::Tampered(tampered),
            LogError::Store(error) => Self::Unreachable(error.into()),
        }
    }
}

impl From<LogError> for AcquireError {
    fn from(error: LogError) -> Self {
        Self::Unreachable(error.into())
    }
}
