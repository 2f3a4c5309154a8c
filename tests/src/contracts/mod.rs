//! One suite for each port: what every adapter promises, as plain async functions that an adapter's test calls.

pub mod activity;
pub mod bus;
pub mod identity;
pub mod log;
pub mod records;
pub mod sealing;
