//! The logs: in memory and in an `SQLite` file.

use std::{path::PathBuf, sync::Arc};

use commands::ports::log::{AcquireError, AppendError, EventLog};
use domain::{
    log::{Entry, Position, Recorded, Seq},
    time::Timestamp,
};
use infra::{
    memory::log::{Fault, MemoryLog},
    sqlite::log::SqliteLog,
};
use projections::ports::source::EventSource;
use rusqlite::Connection;
use tests::contracts::{
    log::{self as promises, Rig},
    records::{Owner, partition},
};

struct Memory(MemoryLog);

fn memory() -> Memory {
    Memory(MemoryLog::new())
}

impl Rig for Memory {
    fn log(&self) -> Arc<dyn EventLog> {
        Arc::new(self.0.clone())
    }

    fn source(&self) -> Arc<dyn EventSource> {
        Arc::new(self.0.clone())
    }

    fn flip_a_byte(&self, seq: Seq) {
        self.0.alter(&partition(), |entries| {
            let mut records = entries.iter_mut().filter_map(|entry| match entry {
                Entry::Record(record) => Some(record),
                Entry::Claim(_) => None,
            });
            let record = records.find(|record| record.seq == seq).expect("the record is there");
            let mut data = record.data.to_vec();
            data[2] ^= 1;
            record.data = data.into();
        });
    }
}

struct Sqlite {
    log: SqliteLog,
    directory: tempfile::TempDir,
}

fn sqlite() -> Sqlite {
    sqlite_limited(None)
}

fn sqlite_limited(pages_max: Option<u32>) -> Sqlite {
    let directory = tempfile::tempdir().unwrap();
    let log = SqliteLog::open_limited(&directory.path().join("log.db"), pages_max).unwrap();
    Sqlite { log, directory }
}

impl Sqlite {
    fn path(&self) -> PathBuf {
        self.directory.path().join("log.db")
    }

    fn raw(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    /// Writes a row past every check.
    fn inject(&self, record: &Recorded) {
        let written = self.raw().execute(
            "INSERT INTO events (partition, epoch, writer, seq, part, parts, prev, time, id, type, version,
                command_id, command_hash, actor, correlation, data)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            (
                record.partition.to_string(),
                record.epoch.cast_signed(),
                record.writer.0.to_string(),
                record.seq.cast_signed(),
                record.part,
                record.parts,
                &record.prev.0[..],
                record.time.0,
                record.id.to_string(),
                &*record.kind,
                record.version,
                record.command_id.to_string(),
                record.command_hash.cast_signed(),
                record.actor.to_string(),
                record.correlation.to_string(),
                str::from_utf8(&record.data).unwrap(),
            ),
        );
        assert_eq!(written.unwrap(), 1);
    }
}

impl Rig for Sqlite {
    fn log(&self) -> Arc<dyn EventLog> {
        Arc::new(self.log.clone())
    }

    fn source(&self) -> Arc<dyn EventSource> {
        Arc::new(self.log.clone())
    }

    fn flip_a_byte(&self, seq: Seq) {
        let changed = self.raw().execute(
            "UPDATE events SET data = replace(data, '\"n\"', '\"m\"') WHERE seq = ?1",
            [seq.cast_signed()],
        );
        assert_eq!(changed.unwrap(), 1);
    }
}

macro_rules! promises {
    ($($promise:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $promise() {
                super::promises::$promise(&super::memory()).await;
            })*
        }

        mod sqlite {
            $(#[tokio::test]
            async fn $promise() {
                super::promises::$promise(&super::sqlite()).await;
            })*
        }
    };
}

promises! {
    what_is_read_is_what_was_written,
    many_decisions_in_flight_become_valid_in_order,
    a_stale_owner_is_fenced_for_good,
    a_decision_that_does_not_continue_the_log_stays_out,
    a_reader_resumes_between_a_claim_and_a_late_record,
    a_follower_sees_what_is_there_and_then_what_comes,
    a_position_is_found_by_time,
    a_flipped_byte_is_tampering,
}

#[tokio::test]
async fn in_memory_void_records_count_for_nothing() {
    let rig = memory();
    let inject = |record| rig.0.inject(&partition(), Entry::Record(record));
    promises::void_records_count_for_nothing(&rig, inject).await;
}

#[tokio::test]
async fn in_a_file_a_void_record_is_tampering() {
    let rig = sqlite();
    promises::a_void_record_is_tampering(&rig, |record| rig.inject(&record)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_claimants_in_memory_one_owns() {
    let log = MemoryLog::new();
    promises::of_two_claimants_one_owns([Arc::new(log.clone()), Arc::new(log)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_claimants_on_one_file_one_owns() {
    let one = sqlite();
    let other = SqliteLog::open(&one.path()).unwrap();
    promises::of_two_claimants_one_owns([one.log(), Arc::new(other)]).await;
}

#[tokio::test]
async fn an_append_lost_before_memory_has_it_is_not_there() {
    let rig = memory();
    let fail = || rig.0.break_next(Fault::LostBefore);
    promises::an_unknown_append_is_there_as_a_whole_or_not_at_all(&rig, fail, || rig.log()).await;
}

#[tokio::test]
async fn an_append_whose_answer_is_lost_is_there() {
    let rig = memory();
    let fail = || rig.0.break_next(Fault::LostAfter);
    promises::an_unknown_append_is_there_as_a_whole_or_not_at_all(&rig, fail, || rig.log()).await;
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_accepted() {
    let rig = sqlite_limited(Some(40));
    let reopened = || Arc::new(SqliteLog::open(&rig.path()).unwrap()) as Arc<dyn EventLog>;
    let failed =
        promises::an_unknown_append_is_there_as_a_whole_or_not_at_all(&rig, || {}, reopened).await;
    let AppendError::Unknown(Some(reason)) = failed else { panic!("it says why: {failed:?}") };
    assert!(reason.to_string().starts_with("the disk is full"), "{reason}");
}

#[tokio::test]
async fn another_process_reads_the_file_along_and_cannot_claim() {
    let rig = sqlite();
    let mut owner = Owner::acquire(&rig.log).await;
    owner.append(2).await.unwrap();
    let along = SqliteLog::open_for_reading(&rig.path()).unwrap();
    let mut read = EventSource::read(&along, partition(), Position::START);
    assert_eq!(promises::next_whole(&mut read).await.position.seq, 2);
    owner.append(3).await.unwrap();
    assert_eq!(promises::next_whole(&mut read).await.position.seq, 5);
    let claim = along.acquire(&partition(), Position::START, Timestamp::from_secs(1_000)).await;
    assert!(matches!(claim.err(), Some(AcquireError::Unreachable(_))));
}

#[test]
fn a_log_that_is_not_there_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let error = SqliteLog::open_for_reading(&directory.path().join("log.db")).err().unwrap();
    assert!(error.to_string().contains("log.db cannot be opened"), "{error}");
}
