//! The key store in an `SQLite` file of its own.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use domain::id::{StaffId, SubjectId};
use rusqlite::{Connection, OptionalExtension as _};

use super::{
    connection::{Durability, StoreError, open, open_for_reading},
    transactions::{Shared, Transactions},
};
use crate::{
    blocking::blocking,
    keys::{Boxed, Keys, Rows, Stored, Wrapped},
    sealing::{Key, Master},
};

/// A subject without a key was erased. `mark` tells which master key the wrapped keys are under.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS master (mark BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS subjects (
        subject TEXT PRIMARY KEY,
        key     BLOB
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS lookups (
        mac     BLOB PRIMARY KEY,
        subject TEXT NOT NULL REFERENCES subjects
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS lookups_subject ON lookups (subject);
    CREATE TABLE IF NOT EXISTS credentials (
        login TEXT PRIMARY KEY,
        staff TEXT NOT NULL,
        hash  TEXT NOT NULL
    ) WITHOUT ROWID;
";

#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "the key store was made under another master key; restore the one that belongs to it into the data directory's `secrets`"
    )]
    OtherMaster,
}

impl From<rusqlite::Error> for KeysError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

pub type SqliteKeys = Keys<SqliteRows>;

impl SqliteKeys {
    /// Opens (and creates) the file; `master` is the secret that wraps every key in it.
    pub fn open(path: &Path, master: [u8; 32]) -> Result<Self, KeysError> {
        let connection = open(path, Durability::Full)?;
        // What is deleted is overwritten.
        connection.execute_batch("PRAGMA secure_delete = ON")?;
        connection.execute_batch(SCHEMA)?;
        let master = Master::new(master);
        let mark: Option<Vec<u8>> =
            connection.query_row("SELECT mark FROM master", [], |row| row.get(0)).optional()?;
        match mark {
            Some(mark) if mark != master.mark => return Err(KeysError::OtherMaster),
            Some(_) => {}
            None => drop(connection.execute("INSERT INTO master VALUES (?1)", [&master.mark[..]])?),
        }
        let rows = SqliteRows {
            transactions: Transactions::spawn("keys", connection),
            reading: Arc::new(Mutex::new(open_for_reading(path)?)),
        };
        Ok(Self::new(rows, master))
    }
}

/// The file, by its writing thread and a connection for reading.
pub struct SqliteRows {
    transactions: Transactions,
    reading: Arc<Mutex<Connection>>,
}

impl SqliteRows {
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Boxed> {
        let reading = Arc::clone(&self.reading);
        let answer = blocking(move || {
            question(&reading.lock().unwrap_or_else(PoisonError::into_inner))
                .map_err(StoreError::from)
        });
        Ok(answer.await?)
    }
}

fn done(written: Result<usize, Shared>) -> Result<(), Boxed> {
    Ok(written.map(drop)?)
}

fn add_subject(
    connection: &Connection,
    subject: SubjectId,
    wrapped: &[u8],
) -> rusqlite::Result<usize> {
    connection
        .prepare_cached("INSERT INTO subjects (subject, key) VALUES (?1, ?2)")?
        .execute((subject.to_string(), wrapped))
}

fn looked_up(connection: &Connection, mac: &Key) -> rusqlite::Result<Option<SubjectId>> {
    let found: Option<String> = connection
        .prepare_cached("SELECT subject FROM lookups WHERE mac = ?1")?
        .query_row([&mac[..]], |row| row.get(0))
        .optional()?;
    Ok(found.and_then(|subject| subject.parse().ok()))
}

impl Rows for SqliteRows {
    fn key(&self, subject: SubjectId) -> Stored<'_, Option<Wrapped>> {
        Box::pin(self.ask(move |connection| {
            connection
                .prepare_cached("SELECT key FROM subjects WHERE subject = ?1")?
                .query_row([subject.to_string()], |row| {
                    Ok(row.get::<_, Option<_>>(0)?.map_or(Wrapped::Erased, Wrapped::Key))
                })
                .optional()
        }))
    }

    fn add(&self, subject: SubjectId, wrapped: Vec<u8>) -> Stored<'_, ()> {
        Box::pin(async move {
            let added =
                self.transactions.run(move |connection| add_subject(connection, subject, &wrapped));
            done(added.await)
        })
    }

    fn looked_up(&self, mac: Key) -> Stored<'_, Option<SubjectId>> {
        Box::pin(self.ask(move |connection| looked_up(connection, &mac)))
    }

    fn add_lookup(&self, mac: Key, subject: SubjectId, wrapped: Vec<u8>) -> Stored<'_, SubjectId> {
        Box::pin(async move {
            let added = self.transactions.run(move |connection| {
                if let Some(known) = looked_up(connection, &mac)? {
                    return Ok(known);
                }
                add_subject(connection, subject, &wrapped)?;
                connection
                    .prepare_cached("INSERT INTO lookups (mac, subject) VALUES (?1, ?2)")?
                    .execute((&mac[..], subject.to_string()))?;
                Ok(subject)
            });
            Ok(added.await?)
        })
    }

    fn erase(&self, subject: SubjectId) -> Stored<'_, ()> {
        Box::pin(async move {
            let erased = self.transactions.erase(move |connection| {
                let subject = subject.to_string();
                connection.execute("DELETE FROM lookups WHERE subject = ?1", [&subject])?;
                connection.execute(
                    "INSERT INTO subjects (subject, key) VALUES (?1, NULL)
                     ON CONFLICT (subject) DO UPDATE SET key = NULL",
                    [&subject],
                )
            });
            done(erased.await)
        })
    }

    fn set_login(&self, login: String, staff: StaffId, hash: String) -> Stored<'_, ()> {
        Box::pin(async move {
            let set = self.transactions.run(move |connection| {
                connection.execute(
                    "INSERT INTO credentials (login, staff, hash) VALUES (?1, ?2, ?3)
                     ON CONFLICT (login) DO UPDATE SET staff = excluded.staff, hash = excluded.hash",
                    (login, staff.to_string(), hash),
                )
            });
            done(set.await)
        })
    }

    fn login(&self, login: String) -> Stored<'_, Option<(StaffId, String)>> {
        Box::pin(async move {
            let found = self.ask(move |connection| {
                connection
                    .prepare_cached("SELECT staff, hash FROM credentials WHERE login = ?1")?
                    .query_row([login], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
                    .optional()
            });
            let Some((staff, hash)) = found.await? else { return Ok(None) };
            Ok(Some((staff.parse()?, hash)))
        })
    }

    fn remove_logins(&self, staff: StaffId) -> Stored<'_, ()> {
        Box::pin(async move {
            let removed = self.transactions.run(move |connection| {
                connection.execute("DELETE FROM credentials WHERE staff = ?1", [staff.to_string()])
            });
            done(removed.await)
        })
    }
}
