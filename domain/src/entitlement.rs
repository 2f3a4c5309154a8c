//! What a request gets: what contract *and* network allow, and which of them said no.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, Channel, ContractId, NetworkName, QueueName, TierName, TopicName, VisitId},
    requirement::Requirement,
};

/// Hours of one week in an IANA zone, and the days on which nobody is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Such as `Europe/Berlin`.
    pub zone: String,
    /// Open spans; a day may have several.
    pub week: Vec<OpenSpan>,
    /// `YYYY-MM-DD`, closed the whole day.
    #[serde(default)]
    pub holidays: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenSpan {
    /// 1 Monday … 7 Sunday.
    pub day: u8,
    /// Minutes after midnight, local.
    pub from_mins: u16,
    /// Up to 1440.
    pub until_mins: u16,
}

/// Which topics a set allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topics {
    All,
    Only(BTreeSet<TopicName>),
}

/// What a contract allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    pub channels: BTreeSet<Channel>,
    pub topics: Topics,
    /// `None`: always.
    pub hours: Option<Hours>,
    /// 0 regular … 9; see [`crate::queue::priority_head_start`].
    pub priority: u8,
    /// Requests open at the same time, per account (or per visit without one).
    pub concurrent_max: u8,
}

/// What a network allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkTerms {
    pub channels: BTreeSet<Channel>,
    pub topics: Topics,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractFacts {
    pub contract: ContractId,
    pub version: u32,
    pub tier: TierName,
    pub terms: Terms,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkFacts {
    pub network: NetworkName,
    pub version: u32,
    pub terms: NetworkTerms,
}

/// What the enricher attaches to a request, with the versions it read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub contract: ContractFacts,
    /// `None`: no network of ours matches the address; it forbids nothing.
    pub network: Option<NetworkFacts>,
    pub policy_version: u32,
    pub queue: QueueName,
    pub requirement: Requirement,
}

/// The rule that forbade a request, and on whose side it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    ContractChannel,
    ContractTopic,
    ContractHours,
    ContractConcurrent,
    NetworkChannel,
    NetworkTopic,
}

/// What is possible instead of what was denied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instead {
    Channel(Channel),
    /// When the contract's hours begin again.
    At(crate::time::Timestamp),
    /// From a network that allows it.
    OtherNetwork,
    /// After one of the open requests has ended.
    WhenOneEnds,
}

events! { "entitlement" =>
    Granted = "entitlement.granted" @ 1 {
        visit: Option<VisitId>, account: Option<AccountId>, channel: Channel, topic: TopicName,
        facts: Facts,
    },
    Denied = "entitlement.denied" @ 1 {
        visit: Option<VisitId>, account: Option<AccountId>, channel: Channel, topic: TopicName,
        facts: Facts,
        /// Everything that forbade it; the first is what the customer is told.
        rules: Vec<Rule>,
        instead: Vec<Instead>,
    },
}
