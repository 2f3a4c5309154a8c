//! Snapshots in an `SQLite` file of their own, which may be deleted at any time.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use commands::ports::snapshots::{SnapshotError, Snapshots};
use domain::{
    log::{Hash, Partition, Position, WriterId},
    snapshot::Snapshot,
};
use futures::future::BoxFuture;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{
    connection::{Durability, StoreError, open, open_for_reading},
    transactions::Transactions,
};
use crate::blocking::blocking;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS snapshots (
        partition TEXT    NOT NULL,
        fold      TEXT    NOT NULL,
        version   INTEGER NOT NULL,
        seq       INTEGER NOT NULL,
        epoch     INTEGER NOT NULL,
        writer    TEXT,
        hash      TEXT    NOT NULL,
        at        INTEGER NOT NULL,
        bytes     BLOB    NOT NULL,
        PRIMARY KEY (partition, fold)
    );
";

/// Cloning it gives another handle on the same store.
#[derive(Clone)]
pub struct SqliteSnapshots {
    transactions: Transactions,
    reading: Arc<Mutex<Connection>>,
}

impl SqliteSnapshots {
    /// Opens (and creates) the file.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = open(path, Durability::Normal)?;
        connection.execute_batch(SCHEMA)?;
        let reading = Arc::new(Mutex::new(open_for_reading(path)?));
        Ok(Self { transactions: Transactions::spawn("snapshots", connection), reading })
    }
}

impl Snapshots for SqliteSnapshots {
    fn load<'a>(
        &'a self,
        partition: &'a Partition,
        fold: &'a str,
        version: u32,
    ) -> BoxFuture<'a, Result<Option<Snapshot>, SnapshotError>> {
        let (reading, key) =
            (Arc::clone(&self.reading), (partition.to_string(), fold.to_owned(), version));
        Box::pin(async move {
            let loaded = blocking(move || {
                let reading = reading.lock().unwrap_or_else(PoisonError::into_inner);
                load(&reading, &key).map_err(StoreError::from)
            });
            loaded.await.map_err(|error| SnapshotError(error.into()))
        })
    }

    fn save<'a>(
        &'a self,
        partition: &'a Partition,
        fold: &'a str,
        version: u32,
        snapshot: Snapshot,
    ) -> BoxFuture<'a, Result<(), SnapshotError>> {
        let key = (partition.to_string(), fold.to_owned(), version);
        Box::pin(async move {
            let saved = self.transactions.run(move |connection| save(connection, &key, &snapshot));
            saved.await.map_err(|error| SnapshotError(error.into()))
        })
    }
}

fn load(
    connection: &Connection,
    key: &(String, String, u32),
) -> rusqlite::Result<Option<Snapshot>> {
    let mut select = connection.prepare_cached(
        "SELECT seq, epoch, writer, hash, at, bytes FROM snapshots
         WHERE partition = ?1 AND fold = ?2 AND version = ?3",
    )?;
    select.query_row((&key.0, &key.1, key.2), snapshot).optional()
}

fn snapshot(row: &Row<'_>) -> rusqlite::Result<Snapshot> {
    let not_text = |at, error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, error)
    };
    let writer: Option<String> = row.get(2)?;
    let writer = writer.map(|text| text.parse().map(WriterId)).transpose();
    let hash: Result<Hash, _> = row.get::<_, String>(3)?.parse();
    let position = Position {
        seq: row.get::<_, i64>(0)?.cast_unsigned(),
        epoch: row.get::<_, i64>(1)?.cast_unsigned(),
        writer: writer.map_err(|error| not_text(2, error.into()))?,
        hash: hash.map_err(|error| not_text(3, error.into()))?,
        at: row.get(4)?,
    };
    Ok(Snapshot { position, bytes: row.get(5)? })
}

fn save(
    connection: &Connection,
    key: &(String, String, u32),
    snapshot: &Snapshot,
) -> rusqlite::Result<()> {
    let Snapshot { position, bytes } = snapshot;
    connection.execute(
        "INSERT OR REPLACE INTO snapshots (partition, fold, version, seq, epoch, writer, hash, at, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        (
            &key.0,
            &key.1,
            key.2,
            position.seq.cast_signed(),
            position.epoch.cast_signed(),
            position.writer.map(|writer| writer.0.to_string()),
            position.hash.to_string(),
            position.at,
            bytes,
        ),
    )?;
    Ok(())
}
