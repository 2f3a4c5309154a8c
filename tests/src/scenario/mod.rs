//! What scenarios are made of: a real server process, and customers and staff who talk to it over real sockets.

pub mod customer;
pub mod graphql;
pub mod process;
pub mod server;
pub mod staff;

pub use customer::Customer;
pub use server::{Options, Server};
pub use staff::Staff;

use std::time::Duration;

/// Longer than anything takes on a busy machine; a scenario that waits for it has failed.
pub const PATIENCE: Duration = Duration::from_secs(30);
