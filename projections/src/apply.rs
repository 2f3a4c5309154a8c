//! Decisions become rows: one transaction moves the checkpoint and writes what a batch changes.

use std::sync::Arc;

use domain::{
    log::{Partition, Position, Seq, Whole},
    time::Timestamp,
};
use tracing::warn;

use crate::{
    change::Change,
    checkpoint, control,
    memory::Hand,
    ports::{
        read_store::{ReadStore, ReadStoreError, TransactError},
        source::{Read, SourceError},
    },
    stored::{Generation, StoredView},
};

/// Decisions applied in one transaction at most.
pub const BATCH_MAX: usize = 512;

#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Store(#[from] TransactError),
    /// The decision that ends with `seq`; everything before it is applied.
    #[error("decision {seq}: {reason}")]
    Decision { seq: Seq, at: Timestamp, reason: String },
}

impl From<ReadStoreError> for ProjectError {
    fn from(error: ReadStoreError) -> Self {
        Self::Store(error.into())
    }
}

/// The generation of a view in use, and the partition that is applied to it.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) store: &'a dyn ReadStore,
    pub(crate) view: &'static StoredView,
    pub(crate) generation: Generation,
    pub(crate) partition: &'a Partition,
}

impl Target<'_> {
    /// Applies all of the batch, or all before the decision that cannot be projected. Where it stands then.
    pub(crate) async fn apply(
        &self,
        hand: &mut Hand,
        from: Position,
        batch: &[Arc<Whole>],
    ) -> Result<Position, ProjectError> {
        match self.apply_at_once(hand, from, batch).await {
            Err(ProjectError::Store(TransactError::Store(ReadStoreError::Refused(_)))) => {
                *hand = self.hand().await?;
            }
            done => return done,
        }
        // Something in it is not to the store's liking: which decision is it?
        let mut position = from;
        for whole in batch {
            position = match self.apply_at_once(hand, position, std::slice::from_ref(whole)).await {
                Err(ProjectError::Store(TransactError::Store(ReadStoreError::Refused(error)))) => {
                    self.pass_over(whole, &error.to_string()).await?;
                    *hand = self.hand().await?;
                    self.transact(&position, whole.position, Vec::new()).await?
                }
                done => done?,
            };
        }
        Ok(position)
    }

    /// What projects from where the checkpoint stands.
    pub(crate) async fn hand(&self) -> Result<Hand, ReadStoreError> {
        Hand::resume(self.store, self.view, self.generation, self.partition).await
    }

    async fn apply_at_once(
        &self,
        hand: &mut Hand,
        from: Position,
        batch: &[Arc<Whole>],
    ) -> Result<Position, ProjectError> {
        let (mut to, mut changes, mut stop) = (from, Vec::new(), None);
        for whole in batch {
            match hand.project(whole) {
                Ok(rows) => changes.extend(rows),
                Err(error) => {
                    if let Err(error) = self.pass_over(whole, &error.to_string()).await {
                        stop = Some(error);
                        break;
                    }
                }
            }
            to = whole.position;
        }
        if to != from {
            changes.extend(hand.take());
            to = self.transact(&from, to, changes).await?;
        }
        stop.map_or(Ok(to), Err)
    }

    async fn transact(
        &self,
        from: &Position,
        to: Position,
        changes: Vec<Change>,
    ) -> Result<Position, ProjectError> {
        let Self { store, view, generation, partition } = *self;
        let mut statements = vec![checkpoint::step(view, generation, partition, from, &to)];
        statements.extend(changes.into_iter().map(|change| view.statement(change, generation)));
        store.project(statements).await?;
        Ok(to)
    }

    async fn pass_over(&self, whole: &Whole, reason: &str) -> Result<(), ProjectError> {
        pass_over(self.store, self.view, self.partition, whole, reason).await
    }
}

/// `Ok` if the operator said so, else the error that stops the view here.
pub(crate) async fn pass_over(
    store: &dyn ReadStore,
    view: &StoredView,
    partition: &Partition,
    whole: &Whole,
    reason: &str,
) -> Result<(), ProjectError> {
    let seq = whole.position.seq;
    if control::was_skipped(store, view, partition, seq).await? {
        let view = view.name;
        warn!(view, %partition, seq, reason, "decision passed over, as the operator said");
        return Ok(());
    }
    let at = whole.records.last().map_or(Timestamp(0), |last| last.time);
    Err(ProjectError::Decision { seq, at, reason: reason.to_owned() })
}

/// What was read at once: everything before the first error, and that error.
pub(crate) struct Chunk {
    pub(crate) wholes: Vec<Arc<Whole>>,
    pub(crate) caught_up: bool,
    pub(crate) broken: Option<SourceError>,
}

impl Chunk {
    pub(crate) fn of(reads: Vec<Result<Read, SourceError>>) -> Self {
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
