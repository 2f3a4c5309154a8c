//! The read store in PostgreSQL, in the schema `read`.

use std::{pin::Pin, time::Duration};

use bytes::{BufMut as _, BytesMut};
use deadpool_postgres::Transaction;
use futures::{TryStreamExt as _, future::BoxFuture};
use projections::ports::read_store::{
    Fill, ReadStore, ReadStoreError, Row, Statement, TransactError, Value,
};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::{
    copy::copy,
    pool::{Pool, PostgresError, Settings, Trouble},
    schema::Schema,
};

/// PostgreSQL's `TEXT` cannot hold this character.
const NUL: char = '\0';
const INSTEAD_OF_NUL: &str = "\u{fffd}";

type Boxed = Box<dyn std::error::Error + Send + Sync>;

/// The commit does not wait for the disk.
const SOON: &str = "SET LOCAL synchronous_commit = off";

/// Many rows and indexes over them: no statement of it is ended for its length.
const AS_LONG_AS_IT_TAKES: &str =
    "SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '256MB'";
const FILL_TIMEOUT: Duration = Duration::from_secs(3_600);

#[derive(Clone, Copy)]
enum Commit {
    Durable,
    Soon,
}

/// Cloning it gives another handle on the same connections.
#[derive(Clone)]
pub struct PostgresReadStore {
    pool: Pool,
}

impl PostgresReadStore {
    /// Connects when it is first used.
    pub fn new(settings: &Settings) -> Result<Self, PostgresError> {
        Ok(Self { pool: Pool::new(settings, Schema::Read)? })
    }

    /// Connects now, to tell at once what is wrong with the database.
    pub async fn check(&self) -> Result<(), PostgresError> {
        self.pool.with(async |_| Ok(())).await.map_err(Trouble::error)
    }

    async fn write(&self, statements: Vec<Statement>, commit: Commit) -> Result<(), TransactError> {
        let done = self.pool.with(async |client| {
            let transaction = client.transaction().await?;
            match commit {
                Commit::Durable => {}
                Commit::Soon => transaction.batch_execute(SOON).await?,
            }
            execute(&transaction, &statements).await?;
            Ok(transaction.commit().await?)
        });
        done.await.map_err(not_written)
    }

    async fn fill_now(&self, fill: Fill) -> Result<(), TransactError> {
        let done = self.pool.with_patience(FILL_TIMEOUT, async |client| {
            let transaction = client.transaction().await?;
            transaction.batch_execute(SOON).await?;
            transaction.batch_execute(AS_LONG_AS_IT_TAKES).await?;
            execute(&transaction, &fill.before).await?;
            for rows in &fill.rows {
                copy(&transaction, rows).await?;
            }
            execute(&transaction, &fill.after).await?;
            Ok(transaction.commit().await?)
        });
        done.await.map_err(not_written)
    }
}

impl ReadStore for PostgresReadStore {
    fn transact(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<(), TransactError>> {
        Box::pin(self.write(statements, Commit::Durable))
    }

    fn project(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<(), TransactError>> {
        Box::pin(self.write(statements, Commit::Soon))
    }

    fn fill(&self, fill: Fill) -> BoxFuture<'_, Result<(), TransactError>> {
        Box::pin(self.fill_now(fill))
    }

    fn query(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, ReadStoreError>> {
        Box::pin(async move {
            let found = self.pool.question(async |client| {
                let prepared = client.prepare_cached(&statement.sql).await?;
                let rows = client.query_raw(&prepared, parameters(&statement)).await?;
                Ok(rows.try_collect::<Vec<_>>().await?)
            });
            let rows = found.await.map_err(|trouble| failed(trouble.error()))?;
            rows.iter().map(read).collect::<Result<_, _>>().map_err(ReadStoreError::unreadable)
        })
    }
}

/// Sends all statements without waiting for the answer to any, then looks at the answers in order: the first that is
/// not what it must be decides. Whoever waits for a row lock in the first statement finds the row as it is then.
async fn execute(transaction: &Transaction<'_>, statements: &[Statement]) -> Result<(), Trouble> {
    let mut sent = Vec::with_capacity(statements.len());
    let mut not_prepared = None;
    for statement in statements {
        match transaction.prepare_cached(&statement.sql).await {
            Ok(prepared) => {
                let mut answer = Box::pin(async move {
                    transaction.execute_raw(&prepared, parameters(statement)).await
                });
                // The first poll sends it; what it answers is looked at below.
                let early = futures::poll!(&mut answer);
                sent.push(Answer { early, late: answer });
            }
            Err(error) => {
                not_prepared = Some(error);
                break;
            }
        }
    }
    for (at, (answer, statement)) in sent.into_iter().zip(statements).enumerate() {
        let changed = usize::try_from(answer.get().await?).expect("rows of a batch are counted");
        if statement.must_change.is_some_and(|must| must != changed) {
            return Err(Trouble::NotAsManyRows { at, changed });
        }
    }
    not_prepared.map_or(Ok(()), |error| Err(error.into()))
}

type Changed = Result<u64, tokio_postgres::Error>;

/// The answer to a statement that was sent.
struct Answer<F> {
    early: std::task::Poll<Changed>,
    late: Pin<Box<F>>,
}

impl<F: Future<Output = Changed>> Answer<F> {
    async fn get(self) -> Changed {
        match self.early {
            std::task::Poll::Ready(changed) => changed,
            std::task::Poll::Pending => self.late.await,
        }
    }
}

fn parameters(statement: &Statement) -> impl ExactSizeIterator<Item = Bound<'_>> {
    statement.parameters.iter().map(Bound)
}

pub(super) fn put_text(text: &str, out: &mut BytesMut) {
    if text.contains(NUL) {
        out.put_slice(text.replace(NUL, INSTEAD_OF_NUL).as_bytes());
    } else {
        out.put_slice(text.as_bytes());
    }
}

#[derive(Debug)]
struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Int(value) if *ty == Type::INT8 => out.put_i64(*value),
            Value::Int(value) if *ty == Type::INT4 => out.put_i32(i32::try_from(*value)?),
            Value::Text(value) if *ty == Type::TEXT => put_text(value, out),
            Value::Int(_) | Value::Text(_) => {
                return Err(format!("a parameter is of another type than {ty}").into());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::TEXT].contains(ty)
    }

    to_sql_checked!();
}

struct Found(Value);

impl<'a> FromSql<'a> for Found {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Boxed> {
        Ok(Self(match *ty {
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
            _ => Value::Text(String::from_sql(ty, raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Boxed> {
        Ok(Self(Value::Null))
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::TEXT].contains(ty)
    }
}

fn read(row: &tokio_postgres::Row) -> Result<Row, tokio_postgres::Error> {
    (0..row.len()).map(|at| row.try_get(at).map(|Found(value)| value)).collect()
}

fn not_written(trouble: Trouble) -> TransactError {
    match trouble {
        Trouble::NotAsManyRows { at, changed } => TransactError::NotAsManyRows { at, changed },
        Trouble::Database(error) => TransactError::Store(failed(error)),
    }
}

fn failed(error: PostgresError) -> ReadStoreError {
    match error {
        refused @ PostgresError::Refused(_) => ReadStoreError::Refused(refused.into()),
        other => ReadStoreError::Unreachable(other.into()),
    }
}
