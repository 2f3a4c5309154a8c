//! The adapters: what the ports of `commands` and `projections` promise, kept by real technology.

pub mod clock;
pub mod memory;

mod gate;
mod random;
