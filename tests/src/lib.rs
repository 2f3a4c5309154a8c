//! What tests of the whole share: contract suites, scenarios, and a simulated world.

#![allow(
    clippy::disallowed_methods,
    reason = "what is proved here runs in the real world, with real time and chance"
)]

pub mod contracts;
pub mod kafka;
pub mod postgres;
pub mod scenario;
pub mod services;
pub mod simulation;
