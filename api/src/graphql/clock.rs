//! The clock that partition time follows.

use async_graphql::SimpleObject;

use super::scalar::Instant;

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Clock {
    pub kind: String,
    pub now: Instant,
    pub next_due: Option<Instant>,
}
