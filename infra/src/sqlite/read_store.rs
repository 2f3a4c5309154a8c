//! The read store in an `SQLite` file of its own.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::BoxFuture;
use projections::ports::read_store::{
    ReadStore, ReadStoreError, Row, Statement, TransactError, Value,
};
use rusqlite::{Connection, ErrorCode, ToSql, types::ToSqlOutput, types::ValueRef};

use super::connection::{Durability, StoreError, open, open_for_reading};
use crate::blocking::blocking;

/// Reading connections that are kept open for the next query.
const READERS_KEPT: usize = 8;
/// Prepared statements kept per connection.
const STATEMENTS_KEPT: usize = 128;

/// What stands beside the views' own tables; PostgreSQL's are made by a migration.
pub const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS generation (
        view TEXT NOT NULL, generation BIGINT NOT NULL, version BIGINT NOT NULL,
        in_use BIGINT NOT NULL, PRIMARY KEY (view, generation));
    CREATE TABLE IF NOT EXISTS checkpoint (
        view TEXT NOT NULL, generation BIGINT NOT NULL, partition_name TEXT NOT NULL,
        seq BIGINT NOT NULL, epoch BIGINT NOT NULL, writer TEXT NOT NULL, hash TEXT NOT NULL,
        at BIGINT NOT NULL, PRIMARY KEY (view, generation, partition_name));
    CREATE TABLE IF NOT EXISTS control (
        view TEXT NOT NULL, partition_name TEXT NOT NULL, state TEXT NOT NULL,
        reason TEXT NOT NULL, since BIGINT NOT NULL, failed_seq BIGINT,
        PRIMARY KEY (view, partition_name));
    CREATE TABLE IF NOT EXISTS skipped (
        view TEXT NOT NULL, partition_name TEXT NOT NULL, seq BIGINT NOT NULL,
        reason TEXT NOT NULL, operator TEXT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (view, partition_name, seq));
";

/// Cloning it gives another handle on the same store.
#[derive(Clone)]
pub struct SqliteReadStore(Arc<Inner>);

struct Inner {
    path: PathBuf,
    writing: Mutex<Connection>,
    reading: Mutex<Vec<Connection>>,
}

impl SqliteReadStore {
    /// Opens (and creates) the file. What a power failure takes is projected again, rows and checkpoint together.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let writing = open(path, Durability::Normal)?;
        writing.execute_batch(TABLES)?;
        writing.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        let inner = Inner {
            path: path.to_owned(),
            writing: Mutex::new(writing),
            reading: Mutex::default(),
        };
        Ok(Self(Arc::new(inner)))
    }
}

impl ReadStore for SqliteReadStore {
    fn transact(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<(), TransactError>> {
        let inner = Arc::clone(&self.0);
        Box::pin(blocking(move || inner.transact(&statements)))
    }

    /// One file, one durability: the next checkpoint of the write-ahead log syncs either.
    fn project(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<(), TransactError>> {
        self.transact(statements)
    }

    fn query(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, ReadStoreError>> {
        let inner = Arc::clone(&self.0);
        Box::pin(blocking(move || inner.query(&statement)))
    }
}

impl Inner {
    fn transact(&self, statements: &[Statement]) -> Result<(), TransactError> {
        let mut connection = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        // Dropped without a commit it is rolled back.
        let transaction = connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .map_err(failed)?;
        for (at, statement) in statements.iter().enumerate() {
            let changed = execute(&transaction, statement).map_err(failed)?;
            if statement.must_change.is_some_and(|must| must != changed) {
                return Err(TransactError::NotAsManyRows { at, changed });
            }
        }
        transaction.commit().map_err(failed)?;
        Ok(())
    }

    fn query(&self, statement: &Statement) -> Result<Vec<Row>, ReadStoreError> {
        let kept = self.reading.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = kept.map_or_else(|| self.reader(), Ok)?;
        let rows = select(&connection, statement).map_err(failed);
        let mut kept = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < READERS_KEPT {
            kept.push(connection);
        }
        rows
    }

    fn reader(&self) -> Result<Connection, ReadStoreError> {
        let fresh = open_for_reading(&self.path)
            .map_err(|error| ReadStoreError::Unreachable(error.into()))?;
        fresh.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        Ok(fresh)
    }
}

fn execute(connection: &Connection, statement: &Statement) -> rusqlite::Result<usize> {
    let mut prepared = connection.prepare_cached(&numbered(&statement.sql))?;
    prepared.execute(rusqlite::params_from_iter(statement.parameters.iter().map(Bound)))
}

fn select(connection: &Connection, statement: &Statement) -> rusqlite::Result<Vec<Row>> {
    let mut prepared = connection.prepare_cached(&numbered(&statement.sql))?;
    let width = prepared.column_count();
    let parameters = rusqlite::params_from_iter(statement.parameters.iter().map(Bound));
    let rows = prepared
        .query_map(parameters, |row| (0..width).map(|at| read(row.get_ref(at)?)).collect())?;
    rows.collect()
}

/// `$n` numbers a parameter on PostgreSQL; here that is `?n`.
fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Int(value) => ValueRef::Integer(*value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
        }))
    }
}

fn read(value: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Int(value),
        ValueRef::Text(_) => Value::Text(value.as_str()?.to_owned()),
        // No statement stores these.
        ValueRef::Real(_) | ValueRef::Blob(_) => {
            return Err(rusqlite::Error::InvalidQuery);
        }
    })
}

fn failed(error: rusqlite::Error) -> ReadStoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => ReadStoreError::Refused(error.into()),
        _ => ReadStoreError::Unreachable(StoreError::from(error).into()),
    }
}
