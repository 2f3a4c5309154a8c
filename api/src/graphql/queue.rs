//! A queue as the board shows it.

use async_graphql::SimpleObject;

use super::{metric::ServiceLevel, scalar::Instant, wait::ExpectedWait};

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct QueueRow {
    pub queue: String,
    pub title: String,
    pub waiting: u64,
    pub talking: u64,
    pub longest_wait_since: Option<Instant>,
    pub target_seconds: u32,
    pub service_level: Vec<ServiceLevel>,
    pub expected_wait: Option<ExpectedWait>,
    pub offered: u64,
    pub answered: u64,
    pub abandoned: u64,
    pub asa_seconds: Option<f64>,
    pub free_agents: u64,
}
