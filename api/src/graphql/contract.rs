//! A contract and its terms in force.

use async_graphql::SimpleObject;
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Contract {
    pub id: Uuid,
    pub version: u32,
    pub title: String,
    pub tier: String,
    pub terms_json: String,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Entitlement {
    pub contract_title: String,
    pub contract_version: u32,
    pub tier: String,
    pub network: Option<String>,
    pub network_version: Option<u32>,
    pub policy_version: u32,
}
