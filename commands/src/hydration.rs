//! A partition's state as the log has it: the folded root, what became of recent commands, and where it stands.

use domain::{
    command::{Actor, Outcome, Outcomes, Refusal},
    event::DecodeError,
    log::{Partition, Position, Recorded, Whole},
    partition::Root,
    time::Timestamp,
};

use crate::ports::log::{EventLog, ReadError};

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

impl<R: Root> Hydrated<R> {
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
            let event =
                R::decode(&record.kind, &record.data).map_err(|source| HydrationError::Decode {
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
