//! The adapters: what the ports of `commands` and `projections` promise, kept by real technology.

pub mod clock;
pub mod memory;
pub mod sqlite;

mod gate;
mod random;
