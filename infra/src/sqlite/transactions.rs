//! Small writes from many tasks, gathered into shared transactions.

use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    connection::StoreError,
    group_commit::{Batch, Writer},
};

/// Cloning it gives another handle on the same thread.
#[derive(Clone)]
pub(super) struct Transactions {
    writer: Arc<Writer<Box<dyn Task>>>,
}

/// An error that all who shared the transaction get.
pub(super) type Shared = Arc<StoreError>;

impl Transactions {
    pub(super) fn spawn(name: &str, connection: Connection) -> Self {
        Self { writer: Arc::new(Writer::spawn(name, Gathered { connection })) }
    }

    /// Resolves once what `act` wrote is committed. If `act` fails, nothing of its transaction is written.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Shared> {
        self.send(act, |_| (), false).await
    }

    /// Like `run`; hands what is committed to `tell` first, in the order of the commits, where it must not wait.
    pub(super) async fn run_and_tell<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        tell: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, Shared> {
        self.send(act, tell, false).await
    }

    /// Like `run`; then moves everything into the file and empties the write-ahead log, so that what was deleted
    /// is in neither.
    pub(super) async fn erase<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Shared> {
        self.send(act, |_| (), true).await
    }

    async fn send<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        tell: impl FnOnce(&T) + Send + 'static,
        erases: bool,
    ) -> Result<T, Shared> {
        let (answer, answered) = oneshot::channel();
        self.writer.send(Box::new(Closure { act: Some(act), result: None, tell, answer, erases }));
        answered.await.unwrap_or_else(|_| Err(Arc::new(StoreError::Stopped)))
    }
}

trait Task: Send {
    fn act(&mut self, connection: &Connection) -> rusqlite::Result<()>;
    fn erases(&self) -> bool;
    fn answer(self: Box<Self>, committed: Result<(), Shared>);
}

struct Closure<F, G, T> {
    act: Option<F>,
    result: Option<T>,
    tell: G,
    answer: oneshot::Sender<Result<T, Shared>>,
    erases: bool,
}

impl<F, G, T> Task for Closure<F, G, T>
where
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
    G: FnOnce(&T) + Send,
    T: Send,
{
    fn act(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if let Some(act) = self.act.take() {
            self.result = Some(act(connection)?);
        }
        Ok(())
    }

    fn erases(&self) -> bool {
        self.erases
    }

    fn answer(self: Box<Self>, committed: Result<(), Shared>) {
        let Self { result, tell, answer, .. } = *self;
        let done = committed.map(|()| {
            let result = result.expect("what is committed was done before");
            tell(&result);
            result
        });
        // Nobody waiting for it any more is fine.
        drop(answer.send(done));
    }
}

struct Gathered {
    connection: Connection,
}

impl Gathered {
    fn write(&self, tasks: &mut [Box<dyn Task>]) -> Result<(), StoreError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        for task in &mut *tasks {
            task.act(&self.connection)?;
        }
        self.connection.execute_batch("COMMIT")?;
        if tasks.iter().any(|task| task.erases()) {
            self.empty_the_write_ahead_log()?;
        }
        Ok(())
    }

    fn empty_the_write_ahead_log(&self) -> Result<(), StoreError> {
        let busy: i64 =
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy == 0 { Ok(()) } else { Err(StoreError::StillRead) }
    }
}

impl Batch for Gathered {
    type Job = Box<dyn Task>;

    fn commit(&mut self, tasks: &mut Vec<Self::Job>) {
        let written = self.write(tasks).map_err(|error| {
            if !self.connection.is_autocommit() {
                let _ = self.connection.execute_batch("ROLLBACK");
            }
            Arc::new(error)
        });
        tasks.drain(..).for_each(|task| task.answer(written.clone()));
    }
}
