//! Snapshots in memory.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use commands::ports::snapshots::{SnapshotError, Snapshots};
use domain::{log::Partition, snapshot::Snapshot};
use futures::future::{BoxFuture, ready};

#[derive(Default)]
pub struct MemorySnapshots {
    kept: Mutex<BTreeMap<(Partition, String), (u32, Snapshot)>>,
}

impl Snapshots for MemorySnapshots {
    fn load<'a>(
        &'a self,
        partition: &'a Partition,
        fold: &'a str,
        version: u32,
    ) -> BoxFuture<'a, Result<Option<Snapshot>, SnapshotError>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found =
            kept.get(&(partition.clone(), fold.to_owned())).filter(|(of, _)| *of == version);
        Box::pin(ready(Ok(found.map(|(_, snapshot)| snapshot.clone()))))
    }

    fn save<'a>(
        &'a self,
        partition: &'a Partition,
        fold: &'a str,
        version: u32,
        snapshot: Snapshot,
    ) -> BoxFuture<'a, Result<(), SnapshotError>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert((partition.clone(), fold.to_owned()), (version, snapshot));
        Box::pin(ready(Ok(())))
    }
}
