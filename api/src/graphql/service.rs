//! A service: a product that the customer has.

use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::scalar::Instant;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Service {
    pub id: Uuid,
    pub product: String,
    pub label: Option<String>,
    pub status: String,
    pub source: String,
    pub as_of: Instant,
}
