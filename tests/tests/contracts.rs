//! Every adapter keeps the promises of its port.

#![allow(clippy::unwrap_used, reason = "what a test meets unexpectedly fails at once")]

#[path = "contracts/activity.rs"]
mod activity;
#[path = "contracts/bus.rs"]
mod bus;
#[path = "contracts/door.rs"]
mod door;
#[path = "contracts/kafka.rs"]
mod kafka;
#[path = "contracts/kafka_bus.rs"]
mod kafka_bus;
#[path = "contracts/kafka_permissions.rs"]
mod kafka_permissions;
#[path = "contracts/keys.rs"]
mod keys;
#[path = "contracts/log.rs"]
mod log;
#[path = "contracts/postgres.rs"]
mod postgres;
#[path = "contracts/read_store.rs"]
mod read_store;
#[path = "contracts/snapshots.rs"]
mod snapshots;
