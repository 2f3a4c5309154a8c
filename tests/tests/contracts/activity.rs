//! The activity logs: in memory, in an `SQLite` file, and on a real Kafka.

use commands::ports::activity::ActivityLog;
use domain::id::{SiteName, VisitId};
use infra::{
    kafka::{activity::KafkaActivity, registry::Registry},
    memory::activity::MemoryActivity,
    sqlite::activity::{SqliteActivity, SqliteActivityAudit},
};
use projections::ports::activity::{ActivitySource, Excerpt};
use tests::{contracts::activity as promises, kafka::Corner};
use uuid::Uuid;

macro_rules! promises {
    ($($promise:ident),* $(,)?) => {
        mod in_memory {
            $(#[tokio::test]
            async fn $promise() {
                let activity = super::MemoryActivity::default();
                super::promises::$promise(&activity, &activity).await;
            })*
        }

        mod in_a_file {
            $(#[tokio::test]
            async fn $promise() {
                let directory = tempfile::tempdir().unwrap();
                let path = directory.path().join("activity.db");
                let activity = super::SqliteActivity::open(&path).unwrap();
                super::promises::$promise(&activity, &activity).await;
            })*
        }

        mod on_kafka {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                let (_corner, registry) = super::kafka().await;
                let activity = super::following(&registry).await;
                super::promises::$promise(&activity, &activity).await;
            })*
        }
    };
}

promises! {
    the_first_copy_wins_and_pages_are_in_order,
    whoever_watches_sees_the_picture_and_then_what_is_recorded,
    whoever_is_too_slow_gets_the_picture_anew,
    what_was_recorded_is_read_in_pages,
    who_listens_hears_of_every_first_copy,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_checks_finds_every_frame_and_digest() {
    let memory = MemoryActivity::default();
    promises::who_checks_finds_every_frame_and_digest(&memory, &memory).await;

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("activity.db");
    let file = SqliteActivity::open(&path).unwrap();
    let audit = SqliteActivityAudit::of(path);
    promises::who_checks_finds_every_frame_and_digest(&file, &audit).await;

    let (_corner, registry) = kafka().await;
    let kafka = following(&registry).await;
    promises::who_checks_finds_every_frame_and_digest(&kafka, &kafka).await;
}

async fn kafka() -> (Corner, Registry) {
    let corner = Corner::new(1).await;
    let registry = Registry::open(&corner.settings).await.unwrap();
    registry.register(&"site:demo".parse().unwrap()).await.unwrap();
    (corner, registry)
}

/// Another process's handle.
async fn following(registry: &Registry) -> KafkaActivity {
    let activity = KafkaActivity::open(registry).await.unwrap();
    activity.follow(&SiteName::parse("demo").unwrap()).await.unwrap();
    activity
}

#[tokio::test]
async fn old_frames_are_forgotten_and_younger_ones_stay() {
    let directory = tempfile::tempdir().unwrap();
    let activity = SqliteActivity::open(&directory.path().join("activity.db")).unwrap();
    promises::what_was_recorded_is_read_in_pages(&activity, &activity).await;
    activity.forget_frames(promises::at(3)).await.unwrap();
    let visit = VisitId(Uuid::from_u128(1));
    let from = promises::at(0);
    let excerpt = Excerpt { visit, from, to: None, after: None, first: 10 };
    let left = activity.frames(excerpt).await.unwrap();
    assert_eq!(left.iter().map(|frame| frame.seq).collect::<Vec<_>>(), [3, 4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_comes_later_reads_what_stands_on_kafka() {
    let (_corner, registry) = kafka().await;
    let activity = following(&registry).await;
    promises::the_first_copy_wins_and_pages_are_in_order(&activity, &activity).await;
    promises::what_was_recorded_is_read_in_pages(&activity, &activity).await;
    let later = following(&registry).await;
    let visit = VisitId(Uuid::from_u128(1));
    assert_eq!(later.pages(visit, 10).await.unwrap().len(), 3);
    assert_eq!(later.next_seq(visit, 100).await.unwrap(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_that_nobody_registered_takes_nothing_on_kafka() {
    let (_corner, registry) = kafka().await;
    let activity = following(&registry).await;
    let nowhere = SiteName::parse("nowhere").unwrap();
    let refused = activity.append(&nowhere, Vec::new()).await.unwrap_err();
    let why = std::error::Error::source(&refused).unwrap().to_string();
    assert!(why.contains("site:nowhere is not registered"), "{why}");
}
