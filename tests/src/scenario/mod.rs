//! What scenarios are made of: a real server process, and customers and staff who talk to it over real sockets.

pub mod cable;
pub mod certificates;
pub mod cluster;
pub mod customer;
pub mod graphql;
pub mod health;
pub mod page;
pub mod process;
pub mod server;
pub mod staff;
pub mod two_servers;

pub use cluster::{Cluster, Node};
pub use customer::Customer;
pub use server::{Options, Server};
pub use staff::Staff;
pub use two_servers::TwoServers;

use std::time::Duration;

/// Longer than anything takes on a busy machine; a scenario that waits for it has failed.
pub const PATIENCE: Duration = Duration::from_secs(30);
