//! One suite for each port: what every adapter promises, as plain async functions that an adapter's test calls.

pub mod log;
pub mod records;
