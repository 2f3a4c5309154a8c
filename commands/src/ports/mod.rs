//! What the write side needs of the world. Each port is implemented by adapters in `infra`.
//!
//! To add a port: a file here with an object-safe trait, its errors and the promises in words; a contract suite
//! in `tests/src/contracts/`, run by every adapter; the adapters; the wiring in `server`.

pub mod activity;
pub mod bus;
pub mod clock;
pub mod identity;
pub mod log;
pub mod sealing;
pub mod snapshots;
