//! The read side: folds, the projector loop, live and stored views, and the ports they need.

pub mod ports;

pub mod outcomes;
pub mod tail;

pub mod directory;

pub mod expected_wait;
pub mod floor;
pub mod metrics;

pub mod board;
pub mod desk;
pub mod live;
pub mod own;
pub mod state;
