//! What the operator, or a decision that cannot be projected, made of a view's work on a partition.
//!
//! Without a row the work runs. The worker looks before it begins and with every batch, in the same transaction as
//! its checkpoint; so whoever wrote a row knows that nothing is applied after it.

use domain::{
    log::{Partition, Seq},
    time::Timestamp,
};

use crate::{
    ports::read_store::{ReadStore, ReadStoreError, Statement, TransactError, Value},
    stored::{Columns, StoredView},
};

const OF_ONE: &str = "SELECT state, reason, since, failed_seq FROM control
    WHERE view = $1 AND partition_name = $2";
const ALL: &str = "SELECT view, partition_name, state, reason, since, failed_seq FROM control
    ORDER BY view, partition_name";
/// What the operator said before stays.
const FAIL: &str = "INSERT INTO control (view, partition_name, state, reason, since, failed_seq)
    VALUES ($1, $2, 'failed', $3, $4, $5) ON CONFLICT (view, partition_name) DO NOTHING";
/// Which decision failed stays known.
const HOLD: &str = "INSERT INTO control (view, partition_name, state, reason, since)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (view, partition_name)
    DO UPDATE SET state = excluded.state, reason = excluded.reason, since = excluded.since";
const RUN: &str = "DELETE FROM control WHERE view = $1 AND partition_name = $2";
const RUN_PAST: &str =
    "DELETE FROM control WHERE view = $1 AND partition_name = $2 AND failed_seq = $3";
const SKIP: &str = "INSERT INTO skipped (view, partition_name, seq, reason, operator, at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (view, partition_name, seq) DO NOTHING";
const SKIPPED: &str = "SELECT seq, reason, operator, at FROM skipped
    WHERE view = $1 AND partition_name = $2 ORDER BY seq";
const WAS_SKIPPED: &str =
    "SELECT seq FROM skipped WHERE view = $1 AND partition_name = $2 AND seq = $3";

/// Why a view's work on a partition stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub hold: Hold,
    pub reason: String,
    /// By the operator's clock; of a failure, the time of the decision that failed.
    pub since: Timestamp,
    /// The last `seq` of the decision that failed, if one did.
    pub failed: Option<Seq>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The operator stopped it.
    Stopped,
    /// A decision cannot be projected: the operator decides.
    Failed,
    /// The operator set it aside: the process is well without it.
    Parked,
}

impl Hold {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::Parked => "parked",
        }
    }

    fn parse(text: &str) -> Result<Self, ReadStoreError> {
        let all = [Self::Stopped, Self::Failed, Self::Parked];
        let found = all.into_iter().find(|hold| hold.as_str() == text);
        found.ok_or_else(|| ReadStoreError::unreadable(format!("`{text}` is no state of a view")))
    }
}

/// A decision that the operator passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub seq: Seq,
    pub reason: String,
    pub operator: String,
    pub at: Timestamp,
}

/// Whose work it is.
fn key(view: &StoredView, partition: &Partition) -> Vec<Value> {
    vec![view.name.into(), partition.to_string().into()]
}

/// `None`: it runs.
pub async fn held(
    store: &dyn ReadStore,
    view: &StoredView,
    partition: &Partition,
) -> Result<Option<Held>, ReadStoreError> {
    let rows = store.query(Statement::new(OF_ONE, key(view, partition))).await?;
    rows.into_iter().next().map(|row| read(&mut Columns::of(row))).transpose()
}

/// Everything that does not run: view, partition, and why.
pub async fn all_held(
    store: &dyn ReadStore,
) -> Result<Vec<(String, String, Held)>, ReadStoreError> {
    let rows = store.query(Statement::new(ALL, vec![])).await?;
    let held = rows.into_iter().map(|row| {
        let mut columns = Columns::of(row);
        Ok((columns.text()?, columns.text()?, read(&mut columns)?))
    });
    held.collect()
}

/// Stops the work, or sets it aside, until it is told to run.
pub async fn hold(
    store: &dyn ReadStore,
    view: &StoredView,
    partition: &Partition,
    hold: Hold,
    reason: &str,
    at: Timestamp,
) -> Result<(), TransactError> {
    let mut parameters = key(view, partition);
    parameters.extend([hold.as_str().into(), reason.into(), at.into()]);
    store.transact(vec![Statement::new(HOLD, parameters)]).await
}

/// The worker's own word that it cannot go on past this decision.
pub(crate) async fn fail(
    store: &dyn ReadStore,
    view: &StoredView,
    partition: &Partition,
    failed: Seq,
    reason: &str,
    at: Timestamp,
) -> Result<(), TransactError> {
    let mut parameters = key(view, partition);
    parameters.extend([reason.into(), at.into(), failed.into()]);
    store.transact(vec![Statement::new(FAIL, parameters)]).await
}

/// Lets the work go on where it stands; a decision that failed is tried again.
pub async fn run(
    store: &dyn ReadStore,
    view: &StoredView,
    partition: &Partition,
) -> Result<(), TransactError> {
    store.transact(vec![Statement::new(RUN, key(view, partition))]).await
}

/// Lets the work go on past the decision that failed, and keeps who decided so and why.
pub async fn skip(
    store: &dyn ReadStore,
    view: &StoredView,
    partition: &Partition,
    skipped: &Skipped,
) -> Result<(), TransactError> {
    let mut passed = key(view, partition);
    passed.push(skipped.seq.into());
    let mut kept = passed.clone();
    let Skipped { reason, operator, at, .. } = skipped;
    kept.extend([reason.as_str().into(), operator.as_str().into(), (*at).into()]);
    let run = Statement { must_change: Some(1), ..Statement::new(RUN_PAST, passed) };
    store.transact(vec![run, Statement::new(SKIP, kept)]).await
}

/// What was passed over in a partition.
pub async fn skipped(
    store: &dyn ReadStore,
    view: &StoredView,
    partition: &Partition,
) -> Result<Vec<Skipped>, ReadStoreError> {
    let rows = store.query(Statement::new(SKIPPED, key(view, partition))).await?;
    let skipped = rows.into_iter().map(|row| {
        let mut columns = Columns::of(row);
        Ok(Skipped {
            seq: columns.int()?.unsigned_abs(),
            reason: columns.text()?,
            operator: columns.text()?,
            at: columns.time()?,
        })
    });
    skipped.collect()
}

/// Whether a decision that cannot be projected is to be passed over.
pub(crate) async fn was_skipped(
    store: &dyn ReadStore,
    view: &StoredView,
    partition: &Partition,
    seq: Seq,
) -> Result<bool, ReadStoreError> {
    let mut parameters = key(view, partition);
    parameters.push(seq.into());
    Ok(!store.query(Statement::new(WAS_SKIPPED, parameters)).await?.is_empty())
}

fn read(columns: &mut Columns) -> Result<Held, ReadStoreError> {
    Ok(Held {
        hold: Hold::parse(&columns.text()?)?,
        reason: columns.text()?,
        since: columns.time()?,
        failed: columns.int_or_none()?.map(i64::unsigned_abs),
    })
}
