//! The log as the read side sees it: valid decisions from a position on, then live.

use std::sync::Arc;

use domain::{
    log::{Partition, Position, Tampered, Whole},
    time::Timestamp,
};
use futures::{future::BoxFuture, stream::BoxStream};

/// What a reader of the log is handed.
#[derive(Clone, Debug)]
pub enum Read {
    Whole(Arc<Whole>),
    /// Everything that was in the log when reading began has been handed over; where the reader stands. Said once.
    CaughtUp(Position),
}

impl Read {
    /// The decision, if it is one.
    pub fn whole(self) -> Option<Arc<Whole>> {
        match self {
            Self::Whole(whole) => Some(whole),
            Self::CaughtUp(_) => None,
        }
    }
}

pub trait EventSource: Send + Sync {
    /// Valid decisions after `from`, in order; at the end of the log it says so, waits for more and never ends by
    /// itself.
    fn read(
        &self,
        partition: Partition,
        from: Position,
    ) -> BoxStream<'static, Result<Read, SourceError>>;
    /// The last position whose records are all from before `at`.
    fn seek_time<'a>(
        &'a self,
        partition: &'a Partition,
        at: Timestamp,
    ) -> BoxFuture<'a, Result<Position, SourceError>>;
    /// The end of the log as it is now; an adapter may have to read the whole partition for it.
    fn end<'a>(&'a self, partition: &'a Partition) -> BoxFuture<'a, Result<Position, SourceError>>;
    fn partitions(&self) -> BoxFuture<'_, Result<Vec<Partition>, SourceError>>;
}

#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error(transparent)]
    Tampered(#[from] Tampered),
    #[error("the log is not reachable")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
