//! Apache Kafka: the log, the command bus and the activity log of many processes.

pub mod activity;
pub mod bus;
pub mod client;
pub mod health;
pub mod log;
pub mod members;
pub mod registry;

mod envelope;
mod headers;
mod outbox;
mod scan;
mod tail;
mod trouble;
