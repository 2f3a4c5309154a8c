//! The writing end of the log: claims and decisions are checked and written in one transaction after another.

use std::{collections::HashMap, mem, sync::Arc};

use commands::ports::log::{AcquireError, AppendError};
use domain::log::{Claim, Decision, Partition, Position, Whole};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    Tails,
    reader::{self, LogError},
    rows::{self, Inserter},
};
use crate::{
    gate::{Gate, LeaseState, Refused},
    sqlite::group_commit::Batch,
};

/// A question, and its answer, which is held back until the transaction is in the file.
pub(super) enum Job {
    Claim {
        claim: Claim,
        said: Option<Claimed>,
        answer: oneshot::Sender<Claimed>,
    },
    Append {
        decision: Decision,
        lease: Arc<LeaseState>,
        said: Option<Appended>,
        answer: oneshot::Sender<Appended>,
    },
}

pub(super) type Claimed = Result<Position, AcquireError>;
pub(super) type Appended = Result<Position, AppendError>;

pub(super) struct LogBatch {
    connection: Connection,
    ends: Ends,
    tails: Arc<Tails>,
}

/// What this writer knows of the file's end, as long as nobody else writes to it.
#[derive(Default)]
struct Ends {
    /// `SQLite`'s counter of other connections' commits.
    data_version: i64,
    last_row: i64,
    partitions: HashMap<Partition, End>,
}

struct End {
    gate: Gate,
    name: String,
    /// Written in the open transaction.
    written: Vec<Whole>,
}

impl LogBatch {
    pub(super) fn new(connection: Connection, tails: Arc<Tails>) -> Self {
        Self { connection, ends: Ends::default(), tails }
    }

    fn write(&mut self, jobs: &mut [Job]) -> Result<(), LogError> {
        let Self { connection, ends, .. } = self;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        ends.refresh(connection)?;
        let mut inserter = Inserter::prepare(connection)?;
        for job in jobs {
            match job {
                Job::Claim { claim, said, .. } => *said = Some(ends.claim(connection, claim)?),
                Job::Append { lease, .. } if lease.is_over() => {}
                Job::Append { decision, lease, said, .. } => {
                    let decision = Decision { records: mem::take(&mut decision.records) };
                    let appended = ends.append(connection, &mut inserter, decision)?;
                    if appended.is_err() {
                        lease.end();
                    }
                    *said = Some(appended);
                }
            }
        }
        drop(inserter);
        connection.execute_batch("COMMIT")?;
        Ok(())
    }

    fn publish(&mut self) {
        for (partition, end) in &mut self.ends.partitions {
            if !end.written.is_empty() {
                self.tails.of(partition).push(mem::take(&mut end.written));
            }
        }
    }
}

impl Batch for LogBatch {
    type Job = Job;

    fn commit(&mut self, jobs: &mut Vec<Job>) {
        if let Err(error) = self.write(jobs) {
            tracing::error!(error = &error as &dyn std::error::Error, "the log was not written");
            if !self.connection.is_autocommit() {
                let _ = self.connection.execute_batch("ROLLBACK");
            }
            self.ends = Ends::default();
            let error = Arc::new(error);
            jobs.drain(..).for_each(|job| job.fail(&error));
        } else {
            self.publish();
            jobs.drain(..).for_each(Job::answer);
        }
    }
}

impl Ends {
    /// Forgets what it knew if another connection has written since.
    fn refresh(&mut self, connection: &Connection) -> Result<(), LogError> {
        let data_version = connection
            .prepare_cached("PRAGMA data_version")?
            .query_row([], |row| row.get::<_, i64>(0))?;
        if data_version != self.data_version {
            let last_row =
                connection
                    .query_row("SELECT coalesce(max(row), 0) FROM events", [], |row| row.get(0))?;
            *self = Self { data_version, last_row, partitions: HashMap::new() };
        }
        Ok(())
    }

    fn of(&mut self, connection: &Connection, partition: &Partition) -> Result<&mut End, LogError> {
        if !self.partitions.contains_key(partition) {
            let gate = Gate::resume(reader::end(connection, partition)?);
            let end = End { gate, name: partition.to_string(), written: Vec::new() };
            self.partitions.insert(partition.clone(), end);
        }
        Ok(self.partitions.get_mut(partition).expect("it was just put there"))
    }

    fn claim(&mut self, connection: &Connection, claim: &Claim) -> Result<Claimed, LogError> {
        let row = self.last_row + 1;
        let end = self.of(connection, &claim.partition)?;
        if !end.gate.claim(claim, row) {
            return Ok(Err(AcquireError::Lost));
        }
        let position = end.gate.position();
        rows::insert_claim(connection, row, claim)?;
        self.last_row = row;
        Ok(Ok(position))
    }

    fn append(
        &mut self,
        connection: &Connection,
        inserter: &mut Inserter<'_>,
        decision: Decision,
    ) -> Result<Appended, LogError> {
        let first = self.last_row + 1;
        let Some(partition) = decision.records.first().map(|record| record.partition.clone())
        else {
            let empty = Refused::DoesNotContinue("it has no events");
            return Ok(Err(empty.into()));
        };
        let end = self.of(connection, &partition)?;
        let whole = match end.gate.admit(decision, first) {
            Ok(whole) => whole,
            Err(refused) => return Ok(Err(refused.into())),
        };
        for (record, row) in whole.records.iter().zip(first..) {
            inserter.record(row, &end.name, record)?;
        }
        let position = whole.position;
        end.written.push(whole);
        self.last_row = position.at;
        Ok(Ok(position))
    }
}

/// Nobody waiting for an answer any more is fine.
impl Job {
    fn answer(self) {
        match self {
            Self::Claim { said, answer, .. } => {
                drop(answer.send(said.unwrap_or(Err(AcquireError::Lost))));
            }
            Self::Append { said, answer, .. } => {
                drop(answer.send(said.unwrap_or(Err(AppendError::Unknown(None)))));
            }
        }
    }

    fn fail(self, error: &Arc<LogError>) {
        let error = Box::new(Arc::clone(error));
        match self {
            Self::Claim { answer, .. } => drop(answer.send(Err(AcquireError::Unreachable(error)))),
            Self::Append { lease, answer, .. } => {
                lease.end();
                drop(answer.send(Err(AppendError::Unknown(Some(error)))));
            }
        }
    }
}
