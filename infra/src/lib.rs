//! The adapters: what the ports of `commands` and `projections` promise, kept by real technology.

pub mod clock;
pub mod data_dir;
pub mod kafka;
pub mod link;
pub mod memory;
pub mod postgres;
pub mod snapshots;
pub mod sqlite;

mod blocking;
mod gate;
mod keys;
mod passwords;
mod random;
mod recent;
mod sealing;
mod watchers;
