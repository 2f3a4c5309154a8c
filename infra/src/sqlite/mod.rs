//! Adapters on `SQLite`: the embedded default, one file for each kind of data.

pub mod activity;
pub mod connection;
pub mod keys;
pub mod log;
pub mod read_store;
pub mod snapshots;

mod group_commit;
mod transactions;
