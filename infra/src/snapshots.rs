//! One snapshot store for both sides: what the write side keeps in it, live views do too.

use std::sync::Arc;

use commands::ports::snapshots as deciders;
use domain::{log::Partition, snapshot::Snapshot};
use futures::future::BoxFuture;
use projections::ports::snapshots as views;

/// The store as the read side sees it.
pub struct OfViews(pub Arc<dyn deciders::Snapshots>);

impl views::Snapshots for OfViews {
    fn load<'a>(
        &'a self,
        partition: &'a Partition,
        fold: &'a str,
        version: u32,
    ) -> BoxFuture<'a, Result<Option<Snapshot>, views::SnapshotError>> {
        let loaded = self.0.load(partition, fold, version);
        Box::pin(async { loaded.await.map_err(|error| views::SnapshotError(error.0)) })
    }

    fn save<'a>(
        &'a self,
        partition: &'a Partition,
        fold: &'a str,
        version: u32,
        snapshot: Snapshot,
    ) -> BoxFuture<'a, Result<(), views::SnapshotError>> {
        let saved = self.0.save(partition, fold, version, snapshot);
        Box::pin(async { saved.await.map_err(|error| views::SnapshotError(error.0)) })
    }
}
