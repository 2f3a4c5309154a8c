//! The read store in an `SQLite` file of its own.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::BoxFuture;
use projections::ports::read_store::{
    ReadStore, ReadStoreError, Row, Statement, TransactError, Value,
};
use rusqlite::{Connection, ToSql, types::ToSqlOutput, types::ValueRef};

use super::connection::{Durability, StoreError, open, open_for_reading};
use crate::blocking::blocking;

/// Reading connections that are kept open for the next query.
const READERS_KEPT: usize = 8;
/// Prepared statements kept per connection.
const STATEMENTS_KEPT: usize = 128;

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
            .map_err(unreachable)?;
        for (at, statement) in statements.iter().enumerate() {
            let changed = execute(&transaction, statement).map_err(unreachable)?;
            if statement.must_change.is_some_and(|must| must != changed) {
                return Err(TransactError::NotAsManyRows { at, changed });
            }
        }
        transaction.commit().map_err(unreachable)?;
        Ok(())
    }

    fn query(&self, statement: &Statement) -> Result<Vec<Row>, ReadStoreError> {
        let kept = self.reading.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = kept.map_or_else(|| self.reader(), Ok)?;
        let rows = select(&connection, statement).map_err(unreachable);
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

fn unreachable(error: rusqlite::Error) -> ReadStoreError {
    ReadStoreError::Unreachable(StoreError::from(error).into())
}
