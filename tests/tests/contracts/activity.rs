//! The activity logs: in memory and in an `SQLite` file.

use infra::{memory::activity::MemoryActivity, sqlite::activity::SqliteActivity};
use tests::contracts::activity as promises;

#[tokio::test]
async fn in_memory_the_first_copy_wins() {
    let activity = MemoryActivity::default();
    promises::the_first_copy_wins_and_pages_are_in_order(&activity, &activity).await;
}

#[tokio::test]
async fn in_a_file_the_first_copy_wins() {
    let directory = tempfile::tempdir().unwrap();
    let activity = SqliteActivity::open(&directory.path().join("activity.db")).unwrap();
    promises::the_first_copy_wins_and_pages_are_in_order(&activity, &activity).await;
}
