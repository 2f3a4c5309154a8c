//! A page that a visit looked at.

use async_graphql::SimpleObject;

use super::scalar::Instant;

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct PageSeen {
    pub at: Instant,
    pub page: String,
    pub title: Option<String>,
    pub url: Option<String>,
}
