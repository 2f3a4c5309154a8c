//! Every adapter keeps the promises of its port.

#[path = "contracts/log.rs"]
mod log;
