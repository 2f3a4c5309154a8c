//! Snapshots that may all be gone at any moment.

use std::{collections::BTreeMap, sync::Mutex};

use commands::ports::snapshots::{SnapshotError, Snapshots};
use domain::{log::Partition, snapshot::Snapshot};
use futures::future::BoxFuture;

use super::{broker::locked, executor::pause};

#[derive(Default)]
pub(super) struct SimSnapshots {
    kept: Mutex<BTreeMap<(String, u32), Snapshot>>,
}

impl SimSnapshots {
    /// How many there were.
    pub(super) fn lose_all(&self) -> usize {
        let mut kept = locked(&self.kept);
        let lost = kept.len();
        kept.clear();
        lost
    }
}

impl Snapshots for SimSnapshots {
    fn load<'a>(
        &'a self,
        _partition: &'a Partition,
        fold: &'a str,
        version: u32,
    ) -> BoxFuture<'a, Result<Option<Snapshot>, SnapshotError>> {
        Box::pin(async move {
            pause().await;
            Ok(locked(&self.kept).get(&(fold.to_owned(), version)).cloned())
        })
    }

    fn save<'a>(
        &'a self,
        _partition: &'a Partition,
        fold: &'a str,
        version: u32,
        snapshot: Snapshot,
    ) -> BoxFuture<'a, Result<(), SnapshotError>> {
        Box::pin(async move {
            pause().await;
            locked(&self.kept).insert((fold.to_owned(), version), snapshot);
            Ok(())
        })
    }
}
