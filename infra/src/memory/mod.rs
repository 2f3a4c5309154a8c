//! Adapters that keep everything in this process's memory: for tests, simulation, and in-process wiring.

pub mod activity;
pub mod bus;
pub mod keys;
pub mod log;
pub mod snapshots;
