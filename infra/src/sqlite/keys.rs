//! The key store in an `SQLite` file: subjects' keys, look-up values, and the credentials of staff.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use commands::ports::{
    identity::{Credentials, IdentityError},
    sealing::{SealError, Sealer},
};
use domain::{
    id::{StaffId, SubjectId},
    sealed::Sealed,
};
use futures::future::BoxFuture;
use projections::ports::opening::{OpenError, Opener};
use rusqlite::{Connection, OptionalExtension as _};

use super::{
    connection::{Durability, StoreError, open, open_for_reading},
    transactions::Transactions,
};
use crate::{
    blocking::blocking,
    passwords, random,
    sealing::{self, Cache, Held, Key, Master},
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

/// Cloning it gives another handle on the same store.
#[derive(Clone)]
pub struct SqliteKeys {
    transactions: Transactions,
    reading: Arc<Mutex<Connection>>,
    master: Arc<Master>,
    cache: Arc<Cache>,
}

/// There is no trace of this subject: neither a key nor its erasure.
#[derive(Debug, thiserror::Error)]
#[error("subject {0} has no key although it was never erased; restore the key store from a copy")]
struct NoTrace(SubjectId);

/// The store's key box does not open under the master key.
#[derive(Debug, thiserror::Error)]
#[error("the key of subject {0} was altered; restore the key store from a copy")]
struct AlteredKey(SubjectId);

type Boxed = Box<dyn std::error::Error + Send + Sync>;

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
        Ok(Self {
            transactions: Transactions::spawn("keys", connection),
            reading: Arc::new(Mutex::new(open_for_reading(path)?)),
            master: Arc::new(master),
            cache: Arc::default(),
        })
    }

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

    async fn key(&self, subject: SubjectId) -> Result<Option<Held>, Boxed> {
        if let Some(held) = self.cache.get(subject) {
            return Ok(Some(held));
        }
        let found = self.ask(move |connection| wrapped_key(connection, subject)).await?;
        let held = match found {
            None => return Ok(None),
            Some(Wrapped::Erased) => Held::Erased,
            Some(Wrapped::Key(wrapped)) => {
                let key = self.master.unwrap(subject, &wrapped);
                Held::Key(key.ok_or(AlteredKey(subject))?)
            }
        };
        self.cache.put(subject, held);
        Ok(Some(held))
    }

    fn fresh(&self) -> (SubjectId, Key, Vec<u8>) {
        let (subject, key) = (SubjectId(random::uuid()), sealing::new_key());
        (subject, key, self.master.wrap(subject, &key))
    }
}

enum Wrapped {
    Key(Vec<u8>),
    Erased,
}

fn wrapped_key(connection: &Connection, subject: SubjectId) -> rusqlite::Result<Option<Wrapped>> {
    connection
        .prepare_cached("SELECT key FROM subjects WHERE subject = ?1")?
        .query_row([subject.to_string()], |row| {
            Ok(row.get::<_, Option<_>>(0)?.map_or(Wrapped::Erased, Wrapped::Key))
        })
        .optional()
}

fn add_subject(
    connection: &Connection,
    subject: SubjectId,
    wrapped: &[u8],
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO subjects (subject, key) VALUES (?1, ?2)")?
        .execute((subject.to_string(), wrapped))
        .map(drop)
}

fn looked_up(connection: &Connection, mac: &Key) -> rusqlite::Result<Option<SubjectId>> {
    let found: Option<String> = connection
        .prepare_cached("SELECT subject FROM lookups WHERE mac = ?1")?
        .query_row([&mac[..]], |row| row.get(0))
        .optional()?;
    Ok(found.and_then(|subject| subject.parse().ok()))
}

impl Sealer for SqliteKeys {
    fn new_subject(&self) -> BoxFuture<'_, Result<SubjectId, SealError>> {
        Box::pin(async move {
            let (subject, key, wrapped) = self.fresh();
            let added =
                self.transactions.run(move |connection| add_subject(connection, subject, &wrapped));
            added.await.map_err(unreachable)?;
            self.cache.put(subject, Held::Key(key));
            Ok(subject)
        })
    }

    fn subject_of<'a>(
        &'a self,
        kind: &'a str,
        value: &'a str,
    ) -> BoxFuture<'a, Result<SubjectId, SealError>> {
        Box::pin(async move {
            let mac = self.master.lookup(kind, value);
            let known = self.ask(move |connection| looked_up(connection, &mac)).await;
            if let Some(subject) = known.map_err(SealError::Unreachable)? {
                return Ok(subject);
            }
            let (subject, _, wrapped) = self.fresh();
            let added = self.transactions.run(move |connection| {
                // Somebody else may have been quicker.
                if let Some(known) = looked_up(connection, &mac)? {
                    return Ok(known);
                }
                add_subject(connection, subject, &wrapped)?;
                connection
                    .prepare_cached("INSERT INTO lookups (mac, subject) VALUES (?1, ?2)")?
                    .execute((&mac[..], subject.to_string()))?;
                Ok(subject)
            });
            added.await.map_err(unreachable)
        })
    }

    fn seal<'a>(
        &'a self,
        subject: SubjectId,
        text: &'a str,
    ) -> BoxFuture<'a, Result<Sealed<String>, SealError>> {
        Box::pin(async move {
            match self.key(subject).await.map_err(SealError::Unreachable)? {
                Some(Held::Key(key)) => {
                    Ok(Sealed::new(subject, sealing::seal(&key, subject, text)))
                }
                Some(Held::Erased) => Err(SealError::Erased),
                None => Err(SealError::Unreachable(NoTrace(subject).into())),
            }
        })
    }

    fn erase(&self, subject: SubjectId) -> BoxFuture<'_, Result<(), SealError>> {
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
            // Gone from memory first: whatever becomes of the file, this process opens nothing any more.
            self.cache.put(subject, Held::Erased);
            erased.await.map(drop).map_err(unreachable)
        })
    }
}

impl Opener for SqliteKeys {
    fn open<'a>(
        &'a self,
        sealed: &'a Sealed<String>,
    ) -> BoxFuture<'a, Result<Option<String>, OpenError>> {
        Box::pin(async move {
            match self.key(sealed.subject).await.map_err(OpenError::Unreachable)? {
                Some(Held::Key(key)) => {
                    let text = sealing::open(&key, sealed.subject, &sealed.boxed);
                    text.map(Some).ok_or(OpenError::Altered)
                }
                Some(Held::Erased) => Ok(None),
                None => Err(OpenError::Unreachable(NoTrace(sealed.subject).into())),
            }
        })
    }
}

impl Credentials for SqliteKeys {
    fn set<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
        staff: StaffId,
    ) -> BoxFuture<'a, Result<(), IdentityError>> {
        Box::pin(async move {
            let row = (login.to_owned(), staff.to_string(), passwords::hash(password).await);
            let set = self.transactions.run(move |connection| {
                connection.execute(
                    "INSERT INTO credentials (login, staff, hash) VALUES (?1, ?2, ?3)
                     ON CONFLICT (login) DO UPDATE SET staff = excluded.staff, hash = excluded.hash",
                    row,
                )
            });
            set.await.map(drop).map_err(|error| IdentityError::Unreachable(error.into()))
        })
    }

    fn verify<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
    ) -> BoxFuture<'a, Result<Option<StaffId>, IdentityError>> {
        Box::pin(async move {
            let login = login.to_owned();
            let found = self.ask(move |connection| {
                connection
                    .prepare_cached("SELECT staff, hash FROM credentials WHERE login = ?1")?
                    .query_row([login], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()
            });
            let found: Option<(String, String)> =
                found.await.map_err(IdentityError::Unreachable)?;
            let (staff, hash) = found.unzip();
            let matches = passwords::matches(password, hash).await;
            Ok(staff.filter(|_| matches).and_then(|staff| staff.parse().ok()))
        })
    }

    fn remove(&self, staff: StaffId) -> BoxFuture<'_, Result<(), IdentityError>> {
        Box::pin(async move {
            let removed = self.transactions.run(move |connection| {
                connection.execute("DELETE FROM credentials WHERE staff = ?1", [staff.to_string()])
            });
            removed.await.map(drop).map_err(|error| IdentityError::Unreachable(error.into()))
        })
    }
}

fn unreachable(error: Arc<StoreError>) -> SealError {
    SealError::Unreachable(error.into())
}
