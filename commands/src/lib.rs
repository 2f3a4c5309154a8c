//! The write side: command handlers over a partition's state, the decider loop, timers, and the ports they need.

pub mod ports;
