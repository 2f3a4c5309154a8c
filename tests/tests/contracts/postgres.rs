//! What PostgreSQL's adapters do beside the suites: migrations, grants, and errors that say what to do.

use std::sync::Arc;

use infra::postgres::{
    pool::{PostgresError, Settings},
    read_store::PostgresReadStore,
    schema::{MigrateError, Schema, migrate},
};
use projections::{
    ports::read_store::{ReadStore, ReadStoreError, Statement, TransactError, Value},
    stored,
};
use tests::postgres::Database;
use tokio_postgres::error::SqlState;

async fn refused(database: &Database, user: &str, sql: &str) {
    let done = database.client(user).await.batch_execute(sql).await;
    let error = done.expect_err(sql);
    assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{user}: {sql}: {error:?}");
}

#[tokio::test]
async fn each_role_may_what_it_needs_and_no_more() {
    let database = Database::fresh().await;
    let store = database.read_store();
    let view = stored::ALL[0];
    projections::checkpoint::attach(&store, view).await.unwrap();

    let desk = PostgresReadStore::new(&database.settings("lockstep_desk")).unwrap();
    let all = Statement::new(format!("SELECT * FROM {}_g1", view.tables[0].name), vec![]);
    assert_eq!(desk.query(all).await.unwrap(), Vec::<Vec<Value>>::new());
    for sql in [
        "DELETE FROM read.checkpoint",
        "UPDATE read.generation SET in_use = 0",
        "INSERT INTO read.control VALUES ('v', 'site:a', 'stopped', '', 0, NULL)",
        "DELETE FROM read.contact_history_g1",
        "CREATE TABLE read.mine (n BIGINT)",
        "DROP TABLE read.contact_history_g1",
        "DELETE FROM keys.schema_history",
    ] {
        refused(&database, "lockstep_desk", sql).await;
    }
    for sql in [
        "SELECT * FROM keys.subjects",
        "SELECT * FROM keys.credentials",
        "DELETE FROM keys.lookups",
        "DELETE FROM read.schema_history",
        "DROP TABLE read.checkpoint",
    ] {
        refused(&database, "lockstep_project", sql).await;
    }
    for sql in [
        "SELECT * FROM read.contact_history_g1",
        "SELECT * FROM keys.credentials",
        "INSERT INTO keys.subjects VALUES ('s', NULL)",
        "UPDATE keys.subjects SET key = NULL",
        "DELETE FROM keys.subjects",
        "DELETE FROM keys.lookups",
    ] {
        refused(&database, "lockstep_effects", sql).await;
    }
    for sql in ["SELECT * FROM read.checkpoint", "SELECT * FROM keys.credentials"] {
        refused(&database, "lockstep_gateway", sql).await;
    }
}

#[tokio::test]
async fn grants_can_be_applied_again() {
    let database = Database::fresh().await;
    let grants = include_str!("../../../deploy/postgres/grants.sql");
    database.client("lockstep_operator").await.batch_execute(grants).await.unwrap();
    refused(&database, "lockstep_gateway", "SELECT * FROM keys.credentials").await;
    refused(&database, "lockstep_effects", "SELECT * FROM keys.credentials").await;
    refused(&database, "lockstep_project", "DELETE FROM read.schema_history").await;
}

#[tokio::test]
async fn migrating_twice_is_migrating_once() {
    let database = Database::bare().await;
    let owner = database.settings("lockstep_owner");
    let (one, other) = tokio::join!(migrate(&owner), migrate(&owner));
    let steps = |done: Vec<(Schema, usize)>| done.iter().map(|(_, steps)| *steps).sum::<usize>();
    let (one, other) = (steps(one.unwrap()), steps(other.unwrap()));
    assert!(one + other > 0 && one * other == 0, "{one} {other}");
    assert_eq!(steps(migrate(&owner).await.unwrap()), 0);
}

#[tokio::test]
async fn a_schema_of_another_version_is_refused() {
    let database = Database::bare().await;
    let store = database.read_store();
    let error = store.check().await.unwrap_err();
    assert!(matches!(error, PostgresError::TooOld { found: 0, .. }), "{error:?}");
    assert!(error.to_string().contains("lockstep migrate"), "{error}");

    let owner = database.settings("lockstep_owner");
    migrate(&owner).await.unwrap();
    store.check().await.expect("it is found without a restart");
    let later = "INSERT INTO read.schema_history (version, name) VALUES (99, 'later')";
    database.client("lockstep_owner").await.batch_execute(later).await.unwrap();
    let error = database.read_store().check().await.unwrap_err();
    assert!(matches!(error, PostgresError::TooNew { found: 99, .. }), "{error:?}");
    let migrated = migrate(&owner).await.unwrap_err();
    let newer = matches!(migrated, MigrateError::Postgres(PostgresError::TooNew { .. }));
    assert!(newer, "{migrated:?}");
}

#[tokio::test]
async fn errors_say_what_to_do() {
    let database = Database::fresh().await;
    let right = database.settings("lockstep_project");
    let check = async |settings: Settings| {
        let store = PostgresReadStore::new(&settings);
        match store {
            Ok(store) => store.check().await.unwrap_err(),
            Err(error) => error,
        }
    };
    let wrong = check(Settings { password: Some("wrong".into()), ..right.clone() }).await;
    assert!(matches!(wrong, PostgresError::Password { .. }), "{wrong:?}");
    let nobody = check(Settings { url: database.service().url("nobody", "x"), ..right.clone() });
    assert!(matches!(nobody.await, PostgresError::Password { .. }));
    let nowhere = "postgres://lockstep_project@127.0.0.1:1/x".to_owned();
    let nowhere = check(Settings { url: nowhere, ..right.clone() }).await;
    assert!(nowhere.to_string().contains("127.0.0.1:1 is not reachable"), "{nowhere}");
    let missing = database.service().url("lockstep_project", "no_such_database");
    let missing = check(Settings { url: missing, ..right.clone() }).await;
    assert!(matches!(missing, PostgresError::NoDatabase { .. }), "{missing:?}");
    let told = "postgres://lockstep_project:secret@127.0.0.1/x".to_owned();
    let told = check(Settings { url: told, ..right.clone() }).await;
    assert!(matches!(told, PostgresError::PasswordInUrl), "{told:?}");
    let reader = PostgresReadStore::new(&database.settings("lockstep_desk")).unwrap();
    let written = reader.transact(vec![Statement::new("DELETE FROM checkpoint", vec![])]).await;
    let Err(TransactError::Store(ReadStoreError::Unreachable(cause))) = written else {
        panic!("{written:?}")
    };
    assert!(cause.to_string().contains("grants.sql"), "{cause}");
}

#[tokio::test]
async fn a_connection_that_was_ended_is_made_again() {
    let database = Database::fresh().await;
    let store: Arc<dyn ReadStore> = Arc::new(database.read_store());
    let ask = || store.query(Statement::new("SELECT seq FROM checkpoint", vec![]));
    ask().await.unwrap();
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE usename = 'lockstep_project' AND datname = $1";
    let operator = database.client("lockstep_operator").await;
    let ended = operator.query(end, &[&database.name()]).await.unwrap();
    assert!(!ended.is_empty());
    // The first that finds it out may fail; nothing has to be done about it.
    let mut asked = ask().await;
    for _ in 0..3 {
        asked = if asked.is_ok() { break } else { ask().await };
    }
    asked.unwrap();
}

#[tokio::test]
async fn text_with_a_nul_does_not_stop_a_view() {
    let database = Database::fresh().await;
    let store = database.read_store();
    let make = Statement::new("CREATE TABLE texts (n BIGINT, word TEXT)", vec![]);
    let add = "INSERT INTO texts (n, word) VALUES ($1, $2)";
    let add = Statement::new(add, vec![1i64.into(), "a\0b".into()]);
    store.transact(vec![make, add]).await.unwrap();
    let found = store.query(Statement::new("SELECT word FROM texts", vec![])).await.unwrap();
    assert_eq!(found, [vec![Value::Text("a\u{fffd}b".into())]]);
}
