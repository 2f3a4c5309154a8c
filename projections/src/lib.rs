//! The read side: folds, the projector loop, live and stored views, and the ports they need.

pub mod ports;

pub mod outcomes;
pub mod tail;

pub mod directory;
