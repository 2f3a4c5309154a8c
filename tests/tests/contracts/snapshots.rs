//! The snapshot stores: in memory and in an `SQLite` file.

use infra::{memory::snapshots::MemorySnapshots, sqlite::snapshots::SqliteSnapshots};
use tests::contracts::snapshots as promises;

#[tokio::test]
async fn memory() {
    promises::the_latest_of_a_version_is_kept(&MemorySnapshots::default()).await;
}

#[tokio::test]
async fn sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteSnapshots::open(&directory.path().join("snapshots.db")).unwrap();
    promises::the_latest_of_a_version_is_kept(&store).await;
}
