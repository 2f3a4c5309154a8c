//! Adapters on `SQLite`: the embedded default, one file for each kind of data.

pub mod connection;
pub mod log;

mod group_commit;
