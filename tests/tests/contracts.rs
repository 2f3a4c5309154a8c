//! Every adapter keeps the promises of its port.

#[path = "contracts/activity.rs"]
mod activity;
#[path = "contracts/bus.rs"]
mod bus;
#[path = "contracts/keys.rs"]
mod keys;
#[path = "contracts/log.rs"]
mod log;
