//! A network that customers come from, and its terms in force.

use async_graphql::SimpleObject;

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Network {
    pub name: String,
    pub version: u32,
    pub cidr: String,
    pub terms_json: String,
}
