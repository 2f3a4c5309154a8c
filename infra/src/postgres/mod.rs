//! Adapters on PostgreSQL: what many processes share beside the log.

pub mod keys;
pub mod pool;
pub mod read_store;
pub mod schema;

mod copy;
