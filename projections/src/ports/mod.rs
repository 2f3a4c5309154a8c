//! What the read side needs of the world. Each port is implemented by adapters in `infra`.

pub mod activity;
pub mod opening;
pub mod read_store;
pub mod snapshots;
pub mod source;
