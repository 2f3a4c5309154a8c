//! The log as the write side sees it: claim a partition, hydrate, append decisions.

use domain::log::{Decision, Epoch, Partition, Position, Tampered, Whole, WriterId};
use futures::future::BoxFuture;

/// Several processes may hold one; the log says who owns a partition.
pub trait EventLog: Send + Sync {
    /// Hands every valid decision after `from` to `into`, in order, up to the end of the log as it is now.
    fn read<'a>(
        &'a self,
        partition: &'a Partition,
        from: Position,
        into: &'a mut (dyn FnMut(Whole) + Send),
    ) -> BoxFuture<'a, Result<Position, ReadError>>;

    /// Claims the epoch after the one at `from`, where the claimant has read to, under a fresh writer id, and reads
    /// back whether the claim won.
    fn acquire<'a>(
        &'a self,
        partition: &'a Partition,
        from: Position,
        time: domain::time::Timestamp,
    ) -> BoxFuture<'a, Result<Box<dyn Lease>, AcquireError>>;
}

/// The right to append to one partition, until somebody else claims it.
pub trait Lease: Send {
    fn epoch(&self) -> Epoch;
    fn writer(&self) -> WriterId;
    /// Just after the own claim: state must be hydrated up to here before deciding.
    fn position(&self) -> Position;
    /// In call order; many may be in flight. Resolves once the decision is in the log *and valid*, with the place
    /// behind it.
    /// After the first error every later one fails too: acquire again and read.
    fn submit(&mut self, decision: Decision) -> BoxFuture<'static, Result<Position, AppendError>>;
}

#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error("another owner has taken the partition")]
    Fenced,
    /// It may be in the log or not: acquire again and look.
    #[error("the log did not say whether the decision was written")]
    Unknown(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
}

#[derive(Debug, thiserror::Error)]
pub enum AcquireError {
    #[error("another owner claimed the partition first")]
    Lost,
    #[error("the log is not reachable")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(transparent)]
    Tampered(#[from] Tampered),
    #[error("the log is not reachable")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
