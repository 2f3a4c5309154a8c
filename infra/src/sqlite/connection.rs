//! How every `SQLite` file is opened, and what its errors say.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

/// A writer that finds the file locked waits at most this long.
const BUSY_TIMEOUT_MILLIS: u32 = 5_000;
/// Pages of 4 KiB that may gather in the write-ahead log before they move into the file.
const CHECKPOINT_PAGES: u32 = 4_096;
/// Memory for cached pages, per connection.
const CACHE_KIB: u32 = 16_384;

/// What a commit outlives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Loss of power: every commit is synced.
    Full,
    /// The death of this process; the last commits may go with the power.
    Normal,
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "the disk is full: what was accepted is kept, nothing more can be recorded; free some space and try again"
    )]
    Full(#[source] rusqlite::Error),
    #[error("{path} cannot be opened; check that it is there and that this user may use it")]
    Open {
        path: PathBuf,
        #[source]
        source: rusqlite::Error,
    },
    #[error("the file is damaged; stop the server and restore the file from a copy")]
    Damaged(#[source] rusqlite::Error),
    #[error("the file could not be read or written; look at the disk and the system's messages")]
    Failed(#[source] rusqlite::Error),
    #[error("deleted data cannot be cleared from the file while somebody reads it; try again")]
    StillRead,
    #[error("the thread that works on this file has ended; restart the server")]
    Stopped,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(error),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error),
            _ => Self::Failed(error),
        }
    }
}

/// Opens (and creates) a file for writing, in WAL mode.
pub fn open(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    let not_opened = |source| StoreError::Open { path: path.to_owned(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(not_opened)?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
    };
    connection
        .execute_batch(&format!(
            "PRAGMA busy_timeout = {BUSY_TIMEOUT_MILLIS};
             PRAGMA journal_mode = WAL;
             PRAGMA synchronous = {synchronous};
             PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};
             PRAGMA cache_size = -{CACHE_KIB};
             PRAGMA foreign_keys = ON;"
        ))
        .map_err(not_opened)?;
    Ok(connection)
}

/// Opens a file that is there already for reading only; a running writer is not disturbed.
pub fn open_for_reading(path: &Path) -> Result<Connection, StoreError> {
    let not_opened = |source| StoreError::Open { path: path.to_owned(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(not_opened)?;
    connection
        .execute_batch(&format!(
            "PRAGMA busy_timeout = {BUSY_TIMEOUT_MILLIS}; PRAGMA cache_size = -{CACHE_KIB};"
        ))
        .map_err(not_opened)?;
    Ok(connection)
}
