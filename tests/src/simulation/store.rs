//! The read store: SQLite in memory without a thread, whose answers may be lost and whose users may be dropped.

use std::sync::Arc;

use futures::future::BoxFuture;
use infra::sqlite::read_store::TABLES;
use projections::ports::read_store::{
    ReadStore, ReadStoreError, Row, Statement, TransactError, Value,
};
use rusqlite::{Connection, ToSql, types::ToSqlOutput, types::ValueRef};

use super::{
    broker::{Shared, locked, shared},
    executor::pause,
};

/// What goes wrong at a node's next transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing is written.
    Refused,
    /// Everything is written, and nobody is told.
    AnswerLost,
}

pub(super) struct Db {
    connection: Connection,
    pub(super) faults: Vec<Option<Fault>>,
    /// A checkpoint is moved wherever it stands.
    careless: bool,
    pub(super) transactions: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("the simulated store did not answer")]
struct NoAnswer;

impl Db {
    pub(super) fn new(nodes: usize, careless: bool) -> Shared<Self> {
        let connection = Connection::open_in_memory().expect("SQLite opens in memory");
        connection.execute_batch(TABLES).expect("the tables are made once");
        connection.set_prepared_statement_cache_capacity(64);
        shared(Self { connection, faults: vec![None; nodes], careless, transactions: 0 })
    }

    fn transact(&mut self, statements: &[Statement]) -> Result<(), TransactError> {
        self.transactions += 1;
        let careless = self.careless;
        let transaction = self.connection.transaction().map_err(unreachable)?;
        for (at, statement) in statements.iter().enumerate() {
            let blind = careless.then(|| without_compare(statement)).flatten();
            let statement = blind.as_ref().unwrap_or(statement);
            let changed = execute(&transaction, statement).map_err(unreachable)?;
            if statement.must_change.is_some_and(|must| must != changed) {
                return Err(TransactError::NotAsManyRows { at, changed });
            }
        }
        transaction.commit().map_err(unreachable)?;
        Ok(())
    }

    pub(super) fn query(&self, statement: &Statement) -> Result<Vec<Row>, ReadStoreError> {
        select(&self.connection, statement).map_err(unreachable)
    }
}

/// The step of a checkpoint as if it did not matter where it stands.
fn without_compare(statement: &Statement) -> Option<Statement> {
    let compare = statement.sql.find("AND seq = $9")?;
    let sql = statement.sql[..compare].to_owned();
    Some(Statement::new(sql, statement.parameters[..8].to_vec()))
}

/// One node's connection to the store.
#[derive(Clone)]
pub(super) struct SimStore {
    pub(super) db: Shared<Db>,
    pub(super) node: usize,
}

impl ReadStore for SimStore {
    fn transact(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<(), TransactError>> {
        let db = Arc::clone(&self.db);
        Box::pin(async move {
            pause().await;
            let fault = locked(&db).faults[self.node].take();
            if fault != Some(Fault::Refused) {
                locked(&db).transact(&statements)?;
            }
            pause().await;
            match fault {
                None => Ok(()),
                Some(Fault::Refused | Fault::AnswerLost) => {
                    Err(ReadStoreError::Unreachable(NoAnswer.into()).into())
                }
            }
        })
    }

    fn project(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<(), TransactError>> {
        self.transact(statements)
    }

    fn query(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, ReadStoreError>> {
        Box::pin(async move {
            pause().await;
            let rows = locked(&self.db).query(&statement);
            pause().await;
            rows
        })
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
        ValueRef::Real(_) | ValueRef::Blob(_) => return Err(rusqlite::Error::InvalidQuery),
    })
}

fn unreachable(error: rusqlite::Error) -> ReadStoreError {
    ReadStoreError::Unreachable(error.into())
}
