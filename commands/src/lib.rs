//! The write side: command handlers over a partition's state, the decider loop, timers, and the ports they need.

pub mod decider;
pub mod hydration;
pub mod partition_time;
pub mod policy;
pub mod ports;
