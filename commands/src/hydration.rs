//! A partition's state as the log has it: the folded root, what became of recent commands, and where it stands.

use std::sync::Arc;

use domain::{
    command::{Actor, Outcome, Outcomes, Refusal},
    event::{self, DecodeError},
    id::CommandId,
    log::{Partition, Position, Recorded, Whole},
    partition::Root,
    snapshot::Snapshot,
    time::Timestamp,
};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tracing::warn;

use crate::ports::{
    log::{EventLog, ReadError},
    snapshots::Snapshots,
};

/// A start that had to read more records than this leaves a snapshot for the next one.
const SNAPSHOT_AFTER: u64 = 10_000;
const FOLD: &str = "decider";

/// State that is exactly what a reader folds up to `position`.
#[derive(Clone)]
pub struct Hydrated<R> {
    pub root: R,
    pub outcomes: Outcomes,
    pub position: Position,
    /// Of the last record.
    pub last: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum HydrationError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("record {seq} of {partition} cannot be folded")]
    Decode {
        partition: Partition,
        seq: u64,
        #[source]
        source: DecodeError,
    },
}

impl HydrationError {
    /// With its cause, for the operator.
    pub(crate) fn whole(&self) -> String {
        match self {
            Self::Read(error) => error.to_string(),
            Self::Decode { source, .. } => format!("{self}: {source}"),
        }
    }
}

impl<R: Root> Default for Hydrated<R> {
    fn default() -> Self {
        Self {
            root: R::default(),
            outcomes: Outcomes::default(),
            position: Position::START,
            last: Timestamp::MIN,
        }
    }
}

/// A snapshot's bytes.
#[derive(Serialize, Deserialize)]
struct Frozen {
    last: Timestamp,
    outcomes: Vec<(Timestamp, CommandId, String, Outcome)>,
    root: Box<RawValue>,
}

impl<R: Root> Hydrated<R> {
    /// Begins at the latest snapshot, reads to the end, and leaves a snapshot if that was far.
    pub async fn read(
        log: &dyn EventLog,
        snapshots: &dyn Snapshots,
        partition: &Partition,
    ) -> Result<Self, HydrationError> {
        let mut state = Self::thaw(snapshots, partition).await.unwrap_or_default();
        let from = state.position.seq;
        state.catch_up(log, partition).await?;
        if state.position.seq - from > SNAPSHOT_AFTER {
            state.freeze(snapshots, partition).await;
        }
        Ok(state)
    }

    /// Snapshots are caches: one that cannot be had or read only costs time.
    async fn thaw(snapshots: &dyn Snapshots, partition: &Partition) -> Option<Self> {
        let version = R::FOLD?;
        let loaded = snapshots.load(partition, FOLD, version).await;
        let Snapshot { position, bytes } = loaded
            .inspect_err(|error| warn!(%partition, error = %error, "no snapshot could be read"))
            .ok()??;
        let frozen: Frozen = serde_json::from_slice(&bytes).ok()?;
        let root = R::thaw(frozen.root.get().as_bytes())?;
        let mut outcomes = Outcomes::default();
        for (at, id, actor, outcome) in frozen.outcomes {
            outcomes.insert(at, id, actor.parse().ok()?, outcome);
        }
        Some(Self { root, outcomes, position, last: frozen.last })
    }

    /// Leaves a snapshot without keeping the caller waiting for it.
    pub(crate) fn keep(&self, snapshots: &Arc<dyn Snapshots>, partition: &Partition)
    where
        R: Sync,
    {
        let (state, snapshots, partition) =
            (self.clone(), Arc::clone(snapshots), partition.clone());
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || {
            runtime.block_on(state.freeze(&*snapshots, &partition));
        });
    }

    /// Leaves a snapshot.
    pub async fn freeze(&self, snapshots: &dyn Snapshots, partition: &Partition) {
        let Some(version) = R::FOLD else { return };
        let Ok(root) = String::from_utf8(self.root.freeze()).map(RawValue::from_string) else {
            return;
        };
        let Ok(root) = root else { return };
        let outcomes = self
            .outcomes
            .entries()
            .map(|(at, id, actor, outcome)| (at, id, actor.to_string(), outcome.clone()));
        let frozen = Frozen { last: self.last, outcomes: outcomes.collect(), root };
        let bytes = serde_json::to_vec(&frozen).expect("a frozen state is JSON");
        let saved = snapshots
            .save(partition, FOLD, version, Snapshot { position: self.position, bytes })
            .await;
        if let Err(error) = saved {
            warn!(%partition, error = %error, "no snapshot could be left");
        }
    }

    /// Reads on to the end of the log as it is now.
    pub async fn catch_up(
        &mut self,
        log: &dyn EventLog,
        partition: &Partition,
    ) -> Result<(), HydrationError> {
        let mut failed = None;
        let from = self.position;
        let end = log
            .read(partition, from, &mut |whole| {
                if failed.is_none() {
                    failed = self.fold(&whole).err();
                }
            })
            .await?;
        if let Some(failed) = failed {
            Err(failed)
        } else {
            self.position = end;
            Ok(())
        }
    }

    /// Folds one decision.
    pub fn fold(&mut self, whole: &Whole) -> Result<(), HydrationError> {
        for record in &whole.records {
            let decoded = event::check(record).and_then(|()| R::decode(&record.kind, &record.data));
            let event = decoded.map_err(|source| HydrationError::Decode {
                partition: record.partition.clone(),
                seq: record.seq,
                source,
            })?;
            self.root.evolve(&event, record.time);
        }
        if let Some(last) = whole.records.last() {
            self.last = last.time;
            remember(&mut self.outcomes, last);
        }
        self.position = whole.position;
        Ok(())
    }
}

/// Puts what became of a decision's command into the index; deadlines have no sender to answer.
pub(crate) fn remember(outcomes: &mut Outcomes, last: &Recorded) {
    if last.actor != Actor::Timer {
        let refusal = refusal_of(last);
        let outcome = Outcome { body_hash: last.command_hash, seq: last.seq, refusal };
        outcomes.insert(last.time, last.command_id, last.actor.clone(), outcome);
    }
}

fn refusal_of(record: &Recorded) -> Option<Refusal> {
    (&*record.kind == "command.refused")
        .then(|| serde_json::from_slice(&record.data).ok())
        .flatten()
}
