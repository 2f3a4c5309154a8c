//! The activity logs: in memory, in an `SQLite` file, and on a real Kafka.

use commands::ports::activity::ActivityLog;
use domain::id::{SiteName, VisitId};
use infra::{
    kafka::{activity::KafkaActivity, registry::Registry},
    memory::activity::MemoryActivity,
    sqlite::activity::SqliteActivity,
};
use projections::ports::activity::ActivitySource;
use tests::{contracts::activity as promises, kafka::Corner};
use uuid::Uuid;

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_kafka_the_first_copy_wins() {
    let corner = Corner::new(1).await;
    let site = "demo";
    let registry = Registry::open(&corner.settings).await.unwrap();
    registry.register(&format!("site:{site}").parse().unwrap()).await.unwrap();
    let activity = KafkaActivity::open(&registry).await.unwrap();
    activity.follow(&SiteName::parse(site).unwrap()).await.unwrap();
    promises::the_first_copy_wins_and_pages_are_in_order(&activity, &activity).await;
    // Whoever comes later reads what stands there.
    let later = KafkaActivity::open(&registry).await.unwrap();
    later.follow(&SiteName::parse(site).unwrap()).await.unwrap();
    assert_eq!(later.pages(VisitId(Uuid::from_u128(1)), 10).await.unwrap().len(), 3);

    let nowhere = SiteName::parse("nowhere").unwrap();
    let refused = activity.append(&nowhere, Vec::new()).await.unwrap_err();
    let why = std::error::Error::source(&refused).unwrap().to_string();
    assert!(why.contains("site:nowhere is not registered"), "{why}");
}
