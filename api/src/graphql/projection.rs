//! A stored view and how far it has read.

use async_graphql::SimpleObject;

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Projection {
    pub name: String,
    pub version: u32,
    pub partition: String,
    pub seq: u64,
    pub lag: u64,
}
