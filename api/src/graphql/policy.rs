//! The routing policy in force: topics, dispositions, reasons.

use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Policy {
    pub version: u32,
    pub definition_json: String,
    pub topics: Vec<Topic>,
    pub dispositions: Vec<Code>,
    pub reasons: Vec<Code>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Topic {
    pub topic: String,
    pub title: String,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Code {
    pub code: String,
    pub title: String,
}
