//! Snapshots of folded state: caches only. Deleting every one changes nothing but time.

use domain::{log::Partition, snapshot::Snapshot};
use futures::future::BoxFuture;

/// One snapshot a partition and fold: the latest.
pub trait Snapshots: Send + Sync {
    /// `None`: none of this fold and version.
    fn load<'a>(
        &'a self,
        partition: &'a Partition,
        fold: &'a str,
        version: u32,
    ) -> BoxFuture<'a, Result<Option<Snapshot>, SnapshotError>>;

    /// Takes the place of the one before.
    fn save<'a>(
        &'a self,
        partition: &'a Partition,
        fold: &'a str,
        version: u32,
        snapshot: Snapshot,
    ) -> BoxFuture<'a, Result<(), SnapshotError>>;
}

#[derive(Debug, thiserror::Error)]
#[error("the snapshot store is not reachable")]
pub struct SnapshotError(#[source] pub Box<dyn std::error::Error + Send + Sync>);
