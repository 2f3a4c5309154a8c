//! The tenant's routing policy: topics, the names of pages, what a request requires, and the queues.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    id::{ContractId, PageName, QueueName, TierName, TopicName},
    queue,
    requirement::Requirement,
};

/// What customers can ask about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    pub topic: TopicName,
    pub title: String,
    /// Where requests about it wait.
    pub queue: QueueName,
}

/// The first rule whose prefix begins the page's path names the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageRule {
    pub prefix: String,
    pub page: PageName,
}

/// What matches (each absent field matches all) is required; the requirements of all matching rules are joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    #[serde(default)]
    pub topic: Option<TopicName>,
    #[serde(default)]
    pub page: Option<PageName>,
    #[serde(default)]
    pub tier: Option<TierName>,
    pub require: Requirement,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub topics: Vec<Topic>,
    pub pages: Vec<PageRule>,
    /// The name of a page that no rule names.
    pub other_page: PageName,
    pub rules: Vec<Rule>,
    pub queues: BTreeMap<QueueName, queue::Definition>,
    /// Whose terms hold for somebody who is not signed in.
    pub anonymous_contract: ContractId,
    /// What agents may choose from at wrap-up: code and title.
    pub dispositions: BTreeMap<String, String>,
    /// Reasons for not being available: code and title.
    pub reasons: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Puts the next version in force.
    Publish { definition: Box<Definition> },
}

events! { "policy" =>
    Published = "policy.published" @ 1 { version: u32, definition: Box<Definition> },
}
