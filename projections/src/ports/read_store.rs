//! The read store: tables that are folds, written in transactions that move a checkpoint along.
//!
//! Statements are written once, in the words that `SQLite` and PostgreSQL share: `$n` parameters, `BIGINT` for
//! microseconds and counts, `TEXT` for ids, names and JSON, `ON CONFLICT … DO UPDATE`. A parameter that is compared
//! with nothing but `NULL` is `CAST` to its type.

use std::borrow::Cow;

use domain::time::Timestamp;
use futures::future::BoxFuture;
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
}

/// One statement of a transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub sql: Cow<'static, str>,
    pub parameters: Vec<Value>,
    /// Rows it must change; with any other number the whole transaction is rolled back.
    pub must_change: Option<usize>,
}

impl Statement {
    pub fn new(sql: impl Into<Cow<'static, str>>, parameters: Vec<Value>) -> Self {
        Self { sql: sql.into(), parameters, must_change: None }
    }
}

pub type Row = Vec<Value>;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `BIGINT`: microseconds and counts.
    Int,
    /// `TEXT`: ids, names, JSON.
    Text,
}

#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub null: bool,
}

/// Rows for one table, none of which is there yet.
#[derive(Clone, Debug)]
pub struct NewRows {
    pub table: String,
    pub columns: &'static [Column],
    pub rows: Vec<Row>,
}

impl NewRows {
    /// As statements, one a row.
    pub fn inserts(self) -> impl Iterator<Item = Statement> {
        let names: Vec<_> = self.columns.iter().map(|column| column.name).collect();
        let values: Vec<_> = (1..=names.len()).map(|n| format!("${n}")).collect();
        let (table, names, values) = (self.table, names.join(", "), values.join(", "));
        let sql = format!("INSERT INTO {table} ({names}) VALUES ({values})");
        self.rows.into_iter().map(move |row| Statement::new(sql.clone(), row))
    }
}

/// One transaction of a view that is built anew: statements, then rows, then statements again.
#[derive(Clone, Debug, Default)]
pub struct Fill {
    pub before: Vec<Statement>,
    pub rows: Vec<NewRows>,
    pub after: Vec<Statement>,
}

pub trait ReadStore: Send + Sync {
    /// All statements in one transaction, in order, or none of them; durable when it resolves.
    fn transact(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<(), TransactError>>;
    /// Like `transact`, for what the log can give again: a loss of power may take it back, all of it together.
    fn project(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<(), TransactError>>;
    /// All of it in one transaction, or nothing, like `project`; rows are written in the fastest way that the engine
    /// has.
    fn fill(&self, fill: Fill) -> BoxFuture<'_, Result<(), TransactError>> {
        let Fill { mut before, rows, after } = fill;
        before.extend(rows.into_iter().flat_map(NewRows::inserts));
        before.extend(after);
        self.project(before)
    }
    /// The rows of one `SELECT`, as of one moment.
    fn query(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, ReadStoreError>>;
}

#[derive(Debug, thiserror::Error)]
pub enum TransactError {
    /// Nothing was written.
    #[error("statement {at} changed {changed} rows, not as many as it must")]
    NotAsManyRows { at: usize, changed: usize },
    #[error(transparent)]
    Store(#[from] ReadStoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum ReadStoreError {
    #[error("the read store is not reachable")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Trying again would end the same way.
    #[error("the read store refuses what is to be written")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("what stands in the read store cannot be read; rebuild the view")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ReadStoreError {
    pub fn unreadable(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unreadable(what.into())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Int(i64::try_from(value).expect("sequence numbers and counts stay far below 2^63"))
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u8> for Value {
    fn from(value: u8) -> Self {
        Self::Int(value.into())
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Self::Int(value.0)
    }
}

impl From<Uuid> for Value {
    fn from(value: Uuid) -> Self {
        Self::Text(value.to_string())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
