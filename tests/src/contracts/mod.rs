//! One suite for each port: what every adapter promises, as plain async functions that an adapter's test calls.

#![allow(
    clippy::unwrap_used,
    clippy::similar_names,
    reason = "a suite is a test: what it meets unexpectedly fails at once"
)]

pub mod activity;
pub mod bus;
pub mod door;
pub mod identity;
pub mod log;
pub mod read_store;
pub mod records;
pub mod sealing;
pub mod snapshots;
pub mod steering;
