//! The key stores: in memory, in an `SQLite` file, and in PostgreSQL.

use std::{fs, path::PathBuf};

use commands::ports::{identity::Credentials as _, sealing::Sealer};
use domain::id::StaffId;
use infra::{
    memory::keys::MemoryKeys,
    postgres::keys::{KeysError as PostgresKeysError, PostgresKeys},
    sqlite::keys::{KeysError, SqliteKeys},
};
use projections::ports::opening::Opener;
use rusqlite::Connection;
use tests::{
    contracts::{identity, sealing as promises},
    postgres::Database,
};

const MASTER: [u8; 32] = [7; 32];

struct Sqlite {
    keys: SqliteKeys,
    directory: tempfile::TempDir,
}

impl Sqlite {
    fn fresh() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let keys = SqliteKeys::open(&directory.path().join("keys.db"), MASTER).unwrap();
        Self { keys, directory }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("keys.db")
    }

    fn reopened(&self) -> SqliteKeys {
        SqliteKeys::open(&self.path(), MASTER).unwrap()
    }

    /// Whether any of the store's files holds these bytes.
    fn hold(&self, bytes: &[u8]) -> bool {
        let files = fs::read_dir(self.directory.path()).unwrap();
        files
            .map(|file| fs::read(file.unwrap().path()).unwrap())
            .any(|file| file.windows(bytes.len()).any(|part| part == bytes))
    }
}

#[tokio::test]
async fn memory_seals_and_opens() {
    let keys = MemoryKeys::default();
    promises::what_is_sealed_opens_again(&keys, &keys).await;
    promises::a_box_opens_for_its_own_subject_only(&keys, &keys).await;
    promises::a_subject_that_never_was_is_an_alarm(&keys, &keys).await;
}

#[tokio::test]
async fn memory_looks_up_and_erases() {
    promises::a_lookup_value_leads_to_one_subject(&MemoryKeys::default()).await;
    let keys = MemoryKeys::default();
    promises::an_erased_subject_is_gone(&keys, &keys).await;
}

#[tokio::test]
async fn a_file_seals_and_opens() {
    let Sqlite { keys, directory: _kept } = Sqlite::fresh();
    promises::what_is_sealed_opens_again(&keys, &keys).await;
    promises::a_box_opens_for_its_own_subject_only(&keys, &keys).await;
    promises::a_subject_that_never_was_is_an_alarm(&keys, &keys).await;
}

#[tokio::test]
async fn a_file_looks_up_and_erases() {
    let Sqlite { keys, directory: _kept } = Sqlite::fresh();
    promises::a_lookup_value_leads_to_one_subject(&keys).await;
    let Sqlite { keys, directory: _kept } = Sqlite::fresh();
    promises::an_erased_subject_is_gone(&keys, &keys).await;
}

#[tokio::test]
async fn credentials_in_memory() {
    identity::the_right_password_and_nothing_else_opens_a_login(&MemoryKeys::default()).await;
}

#[tokio::test]
async fn credentials_in_a_file() {
    let store = Sqlite::fresh();
    identity::the_right_password_and_nothing_else_opens_a_login(&store.keys).await;
    assert!(store.hold(b"$argon2id$"));
    assert!(!store.hold(b"battery staple"));
}

#[tokio::test]
async fn what_was_sealed_opens_after_a_restart() {
    let store = Sqlite::fresh();
    let subject = store.keys.subject_of("number", "+15550100").await.unwrap();
    let sealed = store.keys.seal(subject, promises::TEXT).await.unwrap();
    let keys = store.reopened();
    assert_eq!(keys.subject_of("number", "+15550100").await.unwrap(), subject);
    assert_eq!(keys.open(&sealed).await.unwrap().as_deref(), Some(promises::TEXT));
    assert!(!store.hold(b"15550100"), "a look-up value is a MAC only");
}

#[tokio::test]
async fn an_erased_key_is_in_none_of_the_files() {
    let store = Sqlite::fresh();
    let wrapped = |subject: domain::id::SubjectId| -> Vec<u8> {
        let query = "SELECT key FROM subjects WHERE subject = ?1";
        let connection = Connection::open(store.path()).unwrap();
        connection.query_row(query, [subject.to_string()], |row| row.get(0)).unwrap()
    };
    let mut subjects = Vec::new();
    for n in 0..200 {
        subjects.push(store.keys.subject_of("number", &n.to_string()).await.unwrap());
    }
    let (erased, kept) = (wrapped(subjects[100]), wrapped(subjects[101]));
    let sealed = store.keys.seal(subjects[100], promises::TEXT).await.unwrap();
    assert!(store.hold(&erased));

    store.keys.erase(subjects[100]).await.unwrap();
    assert!(!store.hold(&erased));
    assert!(store.hold(&kept));
    assert_eq!(store.reopened().open(&sealed).await.unwrap(), None);
}

#[tokio::test]
async fn another_master_key_is_refused() {
    let store = Sqlite::fresh();
    let opened = SqliteKeys::open(&store.path(), [8; 32]);
    assert!(matches!(opened.err(), Some(KeysError::OtherMaster)));
}

#[tokio::test]
async fn a_database_seals_and_opens() {
    let database = Database::fresh().await;
    let keys = database.keys("lockstep_gateway", MASTER).await;
    promises::what_is_sealed_opens_again(&keys, &keys).await;
    promises::a_box_opens_for_its_own_subject_only(&keys, &keys).await;
    promises::a_subject_that_never_was_is_an_alarm(&keys, &keys).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_looks_up_and_erases() {
    let database = Database::fresh().await;
    let keys = database.keys("lockstep_desk", MASTER).await;
    promises::a_lookup_value_leads_to_one_subject(&keys).await;
    let database = Database::fresh().await;
    let keys = database.keys("lockstep_desk", MASTER).await;
    promises::an_erased_subject_is_gone(&keys, &keys).await;
}

#[tokio::test]
async fn credentials_in_a_database() {
    let database = Database::fresh().await;
    let keys = database.keys("lockstep_desk", MASTER).await;
    identity::the_right_password_and_nothing_else_opens_a_login(&keys).await;
}

#[tokio::test]
async fn doors_share_one_database_of_keys() {
    let database = Database::fresh().await;
    let gateway = database.keys("lockstep_gateway", MASTER).await;
    let desk = database.keys("lockstep_desk", MASTER).await;
    let effects = database.keys("lockstep_effects", MASTER).await;
    let subject = gateway.subject_of("number", "+15550100").await.unwrap();
    assert_eq!(desk.subject_of("number", "+15550100").await.unwrap(), subject);
    let sealed = gateway.seal(subject, promises::TEXT).await.unwrap();
    assert_eq!(desk.open(&sealed).await.unwrap().as_deref(), Some(promises::TEXT));

    desk.erase(subject).await.unwrap();
    assert_eq!(effects.open(&sealed).await.unwrap(), None);
    gateway.was_erased(subject);
    assert_eq!(gateway.open(&sealed).await.unwrap(), None);
    let left = "SELECT (SELECT count(*) FROM keys.lookups), (SELECT count(key) FROM keys.subjects)";
    let left = database.client("lockstep_desk").await.query_one(left, &[]).await.unwrap();
    assert_eq!((left.get::<_, i64>(0), left.get::<_, i64>(1)), (0, 0));
}

#[tokio::test]
async fn another_master_key_is_refused_by_a_database() {
    let database = Database::fresh().await;
    database.keys("lockstep_gateway", MASTER).await;
    for user in ["lockstep_desk", "lockstep_gateway", "lockstep_effects"] {
        let opened = PostgresKeys::open(&database.settings(user), [8; 32]).await;
        assert!(matches!(opened.err(), Some(PostgresKeysError::OtherMaster)));
    }
}

#[tokio::test]
async fn effects_open_and_never_write() {
    let database = Database::fresh().await;
    let gateway = database.keys("lockstep_gateway", MASTER).await;
    let effects = database.keys("lockstep_effects", MASTER).await;
    let subject = gateway.new_subject().await.unwrap();
    let sealed = gateway.seal(subject, promises::TEXT).await.unwrap();
    assert_eq!(effects.open(&sealed).await.unwrap().as_deref(), Some(promises::TEXT));

    assert!(effects.erase(subject).await.is_err());
    let fresh = database.keys("lockstep_effects", MASTER).await;
    assert_eq!(fresh.open(&sealed).await.unwrap().as_deref(), Some(promises::TEXT));
    assert!(effects.new_subject().await.is_err());
    let staff = StaffId(uuid::Uuid::from_u128(1));
    for keys in [&effects, &gateway] {
        let set = keys.set("dana", "correct horse", staff).await.unwrap_err();
        let cause = std::error::Error::source(&set).unwrap().to_string();
        assert!(cause.contains("grants.sql"), "{cause}");
        assert!(keys.verify("dana", "correct horse").await.is_err());
    }
}
