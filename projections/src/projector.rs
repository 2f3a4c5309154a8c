//! The projector: one task per stored view and partition reads the log and applies it to the read store.
//!
//! Each transaction moves the checkpoint from where the worker thinks it stands; if another worker has moved it
//! meanwhile nothing is written and the worker reads again from there: nothing is ever applied twice.

use std::{sync::Arc, time::Duration};

use domain::{
    event::{self, DecodeError},
    log::{Partition, Position, Seq, Whole},
};
use futures::StreamExt;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tracing::{error, info, warn};

use crate::{
    checkpoint,
    ports::{
        read_store::{ReadStore, ReadStoreError, Statement, TransactError},
        source::{EventSource, Read, SourceError},
    },
    stored::{Generation, StoredView},
    tail::{Health, Stopped},
};

/// Decisions applied in one transaction at most.
pub const BATCH_MAX: usize = 512;
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// A handle on the worker of one view and partition; all clones look at the same one.
#[derive(Clone)]
pub struct Projector {
    view: &'static StoredView,
    partition: Partition,
    reached: watch::Sender<Seq>,
    health: watch::Sender<Health>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{view} has not reached {wanted} yet, it is at {reached}; try again in a moment")]
pub struct NotReached {
    pub view: &'static str,
    pub wanted: Seq,
    pub reached: Seq,
}

#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Store(#[from] TransactError),
    #[error("a record in the decision that ends with {seq} cannot be read")]
    Record {
        seq: Seq,
        #[source]
        source: DecodeError,
    },
}

impl Projector {
    pub fn new(view: &'static StoredView, partition: Partition) -> Self {
        let health = watch::Sender::new(Health::CatchingUp);
        Self { view, partition, reached: watch::Sender::new(0), health }
    }

    pub fn view(&self) -> &'static StoredView {
        self.view
    }

    pub fn partition(&self) -> &Partition {
        &self.partition
    }

    /// Up to where the rows are stored.
    pub fn reached(&self) -> Seq {
        *self.reached.borrow()
    }

    pub fn health(&self) -> Health {
        self.health.borrow().clone()
    }

    /// Resolves when the rows have everything up to `seq`.
    pub async fn wait_for(&self, seq: Seq, patience: Duration) -> Result<(), NotReached> {
        let mut reached = self.reached.subscribe();
        let there = reached.wait_for(|reached| *reached >= seq);
        match timeout(patience, there).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => {
                Err(NotReached { view: self.view.name, wanted: seq, reached: self.reached() })
            }
        }
    }

    /// Applies the partition for ever. Ends only when what it reads cannot be trusted or understood.
    pub async fn run(&self, source: Arc<dyn EventSource>, store: Arc<dyn ReadStore>) -> Stopped {
        let (view, partition) = (self.view.name, &self.partition);
        loop {
            let reason: Arc<str> = match self.follow(&*source, &*store).await {
                Ok(()) => continue,
                Err(ProjectError::Store(TransactError::NotAsManyRows { .. })) => {
                    info!(view, %partition, "another worker moved the checkpoint; reading it again");
                    continue;
                }
                Err(ProjectError::Source(SourceError::Tampered(tampered))) => {
                    tampered.to_string().into()
                }
                Err(ProjectError::Store(TransactError::Store(
                    refused @ ReadStoreError::Refused(_),
                ))) => refused.to_string().into(),
                Err(ProjectError::Record { seq, source }) => {
                    format!("decision that ends with {seq}: {source}").into()
                }
                Err(
                    error @ (ProjectError::Source(SourceError::Unreachable(_))
                    | ProjectError::Store(TransactError::Store(_))),
                ) => {
                    let cause = std::error::Error::source(&error).map(ToString::to_string);
                    warn!(view, %partition, %error, cause, "projecting failed; trying again");
                    self.health.send_replace(Health::Unreachable);
                    sleep(RETRY_AFTER).await;
                    continue;
                }
            };
            error!(view, %partition, %reason, "projecting stopped; a person must look");
            self.health.send_replace(Health::Stopped(Arc::clone(&reason)));
            return Stopped { partition: self.partition.clone(), reason };
        }
    }

    async fn follow(
        &self,
        source: &dyn EventSource,
        store: &dyn ReadStore,
    ) -> Result<(), ProjectError> {
        let generation = checkpoint::attach(store, self.view).await?;
        let mut position = checkpoint::read(store, self.view, generation, &self.partition).await?;
        self.reached.send_replace(position.seq);
        let mut reads = source.read(self.partition.clone(), position).ready_chunks(BATCH_MAX);
        loop {
            let Some(chunk) = reads.next().await else { return Ok(()) };
            let Chunk { wholes, caught_up, broken } = Chunk::of(chunk);
            if !wholes.is_empty() {
                position =
                    apply(store, self.view, generation, &self.partition, position, &wholes).await?;
                self.reached.send_replace(position.seq);
            }
            if let Some(broken) = broken {
                return Err(broken.into());
            }
            if caught_up {
                self.health.send_if_modified(|health| {
                    std::mem::replace(health, Health::Following) != Health::Following
                });
            }
        }
    }
}

/// Builds a view anew beside the one in use, up to the end of the log as it is now, and puts it in its place.
pub async fn rebuild(
    view: &'static StoredView,
    source: &dyn EventSource,
    store: &dyn ReadStore,
) -> Result<(), ProjectError> {
    let generation = checkpoint::begin_beside(store, view).await?;
    let partitions = source.partitions().await?;
    for partition in partitions.iter().filter(|partition| view.reads.includes(partition)) {
        let mut position = checkpoint::read(store, view, generation, partition).await?;
        let mut reads = source.read(partition.clone(), position).ready_chunks(BATCH_MAX);
        while let Some(chunk) = reads.next().await {
            let Chunk { wholes, caught_up, broken } = Chunk::of(chunk);
            position = apply(store, view, generation, partition, position, &wholes).await?;
            if let Some(broken) = broken {
                return Err(broken.into());
            }
            if caught_up {
                break;
            }
        }
    }
    checkpoint::switch(store, view, generation).await?;
    Ok(())
}

/// What was read at once: everything before the first error, and that error.
struct Chunk {
    wholes: Vec<Arc<Whole>>,
    caught_up: bool,
    broken: Option<SourceError>,
}

impl Chunk {
    fn of(reads: Vec<Result<Read, SourceError>>) -> Self {
        let mut chunk =
            Self { wholes: Vec::with_capacity(reads.len()), caught_up: false, broken: None };
        for read in reads {
            match read {
                Ok(Read::Whole(whole)) => chunk.wholes.push(whole),
                Ok(Read::CaughtUp(_)) => chunk.caught_up = true,
                Err(error) => {
                    chunk.broken = Some(error);
                    break;
                }
            }
        }
        chunk
    }
}

/// One transaction: the checkpoint moves, and with it the rows.
async fn apply(
    store: &dyn ReadStore,
    view: &StoredView,
    generation: Generation,
    partition: &Partition,
    from: Position,
    batch: &[Arc<Whole>],
) -> Result<Position, ProjectError> {
    let Some(last) = batch.last() else { return Ok(from) };
    let to = last.position;
    let mut statements: Vec<Statement> =
        vec![checkpoint::step(view, generation, partition, &from, &to)];
    for whole in batch {
        let known = whole.records.iter().try_for_each(event::check);
        let rows = known
            .and_then(|()| (view.project)(whole))
            .map_err(|source| ProjectError::Record { seq: whole.position.seq, source })?;
        statements.extend(rows.into_iter().map(|row| view.resolve(row, generation)));
    }
    store.transact(statements).await?;
    Ok(to)
}
