//! The log as auditors read it: records, and the live fold at a `seq`.

use async_graphql::SimpleObject;
use uuid::Uuid;

use super::scalar::{Instant, Token};

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Record {
    pub seq: u64,
    pub at: Instant,
    pub kind: String,
    pub version: u32,
    pub actor: String,
    pub command_id: Uuid,
    pub data_json: String,
    pub hash: String,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct LiveState {
    pub tokens: Vec<Token>,
    pub seq: u64,
    pub sha256: String,
    pub json: String,
}
