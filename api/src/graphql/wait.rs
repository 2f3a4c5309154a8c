//! How long somebody is expected to wait, and what a customer is told before asking.

use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};

use super::{link::Channel, scalar::Instant};

/// Method and basis are named to whoever sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct ExpectedWait {
    pub seconds: u32,
    pub low_seconds: u32,
    pub high_seconds: u32,
    pub method: String,
    pub basis: String,
    /// How many of the last contacts it rests on; 0: on the time planned for one.
    pub recent: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Availability {
    pub channel: Channel,
    pub allowed: bool,
    pub free_now: bool,
    /// In words: `Someone is free now`, `About 4 minutes`, `Open Monday 08:00`, or why not.
    pub message: String,
    pub expected_wait: Option<ExpectedWait>,
    pub opens_at: Option<Instant>,
}
