//! What a request gets: what contract *and* network allow, and which of them said no.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, Channel, ContractId, NetworkName, QueueName, TierName, TopicName, VisitId},
    requirement::Requirement,
    time::Timestamp,
};

pub use crate::hours::{Hours, OpenSpan};

/// Which topics a set allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topics {
    All,
    Only(BTreeSet<TopicName>),
}

impl Topics {
    pub fn allow(&self, topic: &TopicName) -> bool {
        match self {
            Self::All => true,
            Self::Only(topics) => topics.contains(topic),
        }
    }

    /// No topic at all.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::All => false,
            Self::Only(topics) => topics.is_empty(),
        }
    }
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
    At(Timestamp),
    /// From a network that allows it.
    OtherNetwork,
    /// After one of the open requests has ended.
    WhenOneEnds,
}

/// A no: everything that forbids it, and what is possible instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// In the order in which they are told: what never changes by waiting comes first. Never empty.
    pub rules: Vec<Rule>,
    pub instead: Vec<Instead>,
}

impl Rule {
    /// For the screen: why, and what to do.
    pub fn text(self) -> &'static str {
        match self {
            Self::ContractChannel => {
                "Your contract does not include this way to reach us. Please choose another one."
            }
            Self::ContractTopic => {
                "Your contract does not include help with this topic. Please choose another topic."
            }
            Self::ContractHours => {
                "Nobody is here for your contract at this hour. Please come back when we are open, or choose a time for a callback."
            }
            Self::ContractConcurrent => {
                "Your contract has as many open requests as it allows. Please wait until one has ended, or cancel one."
            }
            Self::NetworkChannel => {
                "The network you are in does not allow this way to reach us. Please choose another one, or ask from another network."
            }
            Self::NetworkTopic => {
                "The network you are in does not allow requests about this topic. Please ask from another network."
            }
        }
    }
}

/// What contract *and* network allow is allowed; nothing else is.
///
/// `open_now` is how many requests the account has open at the site (or the visit, without an account).
pub fn check(
    facts: &Facts,
    channel: Channel,
    topic: &TopicName,
    open_now: u32,
    now: Timestamp,
) -> Result<(), Denial> {
    let terms = &facts.contract.terms;
    let network = facts.network.as_ref().map(|network| &network.terms);
    let opens = terms.hours.as_ref().filter(|hours| !hours.is_open(now));
    let full = open_now >= terms.concurrent_max.into();
    let rules: Vec<Rule> = [
        (Rule::ContractChannel, !terms.channels.contains(&channel)),
        (Rule::ContractTopic, !terms.topics.allow(topic)),
        (Rule::NetworkChannel, network.is_some_and(|network| !network.channels.contains(&channel))),
        (Rule::NetworkTopic, network.is_some_and(|network| !network.topics.allow(topic))),
        (Rule::ContractHours, opens.is_some()),
        (Rule::ContractConcurrent, full),
    ]
    .into_iter()
    .filter_map(|(rule, forbids)| forbids.then_some(rule))
    .collect();
    if rules.is_empty() {
        return Ok(());
    }
    let has = |rule| rules.contains(&rule);
    let topic_denied = has(Rule::ContractTopic) || has(Rule::NetworkTopic);
    let channel_denied = has(Rule::ContractChannel) || has(Rule::NetworkChannel);
    let by_network = has(Rule::NetworkChannel) || has(Rule::NetworkTopic);
    let by_contract = has(Rule::ContractChannel) || has(Rule::ContractTopic);
    let mut instead = Vec::new();
    if channel_denied && !topic_denied {
        let allowed =
            |channel: &&Channel| network.is_none_or(|network| network.channels.contains(channel));
        instead.extend(terms.channels.iter().filter(allowed).map(|one| Instead::Channel(*one)));
    }
    if by_network && !by_contract {
        instead.push(Instead::OtherNetwork);
    }
    instead.extend(opens.and_then(|hours| hours.next_opening(now)).map(Instead::At));
    if full {
        instead.push(Instead::WhenOneEnds);
    }
    Err(Denial { rules, instead })
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tenant::tests::{terms, uuid};

    const NOON: Timestamp = Timestamp::from_secs(1_774_872_000); // Monday 2026-03-30 12:00 UTC

    fn topic(name: &str) -> TopicName {
        TopicName::parse(name).unwrap()
    }

    fn only(names: &[&str]) -> Topics {
        Topics::Only(names.iter().map(|name| topic(name)).collect())
    }

    fn facts(terms: Terms, network: Option<NetworkTerms>) -> Facts {
        let network = network.map(|terms| NetworkFacts {
            network: NetworkName::parse("office").unwrap(),
            version: 1,
            terms,
        });
        Facts {
            contract: ContractFacts {
                contract: ContractId(uuid(1)),
                version: 1,
                tier: TierName::parse("basic").unwrap(),
                terms,
            },
            network,
            policy_version: 1,
            queue: QueueName::parse("faults").unwrap(),
            requirement: Requirement::Anybody,
        }
    }

    fn hours(day: u8) -> Option<Hours> {
        let week = vec![OpenSpan { day, from_mins: 540, until_mins: 1020 }];
        Some(Hours { zone: "UTC".into(), week, holidays: BTreeSet::new() })
    }

    fn network(channels: &[Channel], topics: Topics) -> Option<NetworkTerms> {
        Some(NetworkTerms { channels: channels.iter().copied().collect(), topics })
    }

    #[test]
    fn each_denial_names_its_rules_and_what_is_possible_instead() {
        use Channel::{Chat, Email, Phone};
        let terms = |topics| Terms { channels: [Phone, Chat].into(), topics, ..terms() };
        let all = || network(&[Phone, Chat, Email], Topics::All);
        let closed = Terms { hours: hours(2), ..terms(Topics::All) };
        let tuesday = Instead::At(Timestamp::from_secs(1_774_947_600));
        for (facts, channel, open, rules, instead) in [
            (facts(terms(Topics::All), None), Phone, 0, vec![], vec![]),
            (
                facts(terms(Topics::All), all()),
                Email,
                0,
                vec![Rule::ContractChannel],
                vec![Instead::Channel(Phone), Instead::Channel(Chat)],
            ),
            (facts(terms(only(&["bill"])), all()), Phone, 0, vec![Rule::ContractTopic], vec![]),
            (
                facts(terms(Topics::All), network(&[Chat], Topics::All)),
                Phone,
                0,
                vec![Rule::NetworkChannel],
                vec![Instead::Channel(Chat), Instead::OtherNetwork],
            ),
            (
                facts(terms(Topics::All), network(&[Chat], only(&["bill"]))),
                Phone,
                0,
                vec![Rule::NetworkChannel, Rule::NetworkTopic],
                vec![Instead::OtherNetwork],
            ),
            (
                facts(closed.clone(), None),
                Phone,
                0,
                vec![Rule::ContractHours],
                vec![tuesday.clone()],
            ),
            (
                facts(closed, None),
                Phone,
                1,
                vec![Rule::ContractHours, Rule::ContractConcurrent],
                vec![tuesday, Instead::WhenOneEnds],
            ),
        ] {
            let answer = check(&facts, channel, &topic("outage"), open, NOON);
            let denial = answer.err().unwrap_or(Denial { rules: vec![], instead: vec![] });
            assert_eq!((denial.rules, denial.instead), (rules, instead));
        }
    }

    #[test]
    fn every_rule_says_what_to_do() {
        for rule in [
            Rule::ContractChannel,
            Rule::ContractTopic,
            Rule::ContractHours,
            Rule::ContractConcurrent,
            Rule::NetworkChannel,
            Rule::NetworkTopic,
        ] {
            assert!(rule.text().contains("Please"), "{rule:?}");
        }
    }

    fn channels() -> impl Strategy<Value = BTreeSet<Channel>> {
        prop::sample::subsequence(Channel::ALL.to_vec(), 0..=6).prop_map(BTreeSet::from_iter)
    }

    fn topics() -> impl Strategy<Value = Topics> {
        let some = prop::sample::subsequence(vec!["outage", "bill"], 0..=2);
        prop_oneof![Just(Topics::All), some.prop_map(|names| only(&names))]
    }

    proptest! {
        #[test]
        fn granted_is_exactly_what_stands_in_both_sets(
            ours in (channels(), topics(), prop::option::of(1u8..=7), 0u8..4),
            theirs in prop::option::of((channels(), topics())),
            channel in prop::sample::select(Channel::ALL.to_vec()), open in 0u32..4,
        ) {
            let set = |channels: &BTreeSet<Channel>, topics: &Topics| -> BTreeSet<(Channel, &str)> {
                let topics = ["outage", "bill"].into_iter().filter(|name| topics.allow(&topic(name)));
                topics.flat_map(|name| channels.iter().map(move |one| (*one, name))).collect()
            };
            let by_contract = set(&ours.0, &ours.1);
            let both = match &theirs {
                Some(theirs) => &by_contract & &set(&theirs.0, &theirs.1),
                None => by_contract,
            };
            let here = ours.2.is_none_or(|day| day == 1) && open < ours.3.into();
            let terms = Terms {
                channels: ours.0, topics: ours.1, hours: ours.2.and_then(hours), concurrent_max: ours.3, priority: 0,
            };
            let network = theirs.map(|(channels, topics)| NetworkTerms { channels, topics });
            let facts = facts(terms, network);
            let answer = check(&facts, channel, &topic("outage"), open, NOON);
            prop_assert_eq!(answer.is_ok(), both.contains(&(channel, "outage")) && here);
            if let Err(denial) = answer {
                prop_assert!(!denial.rules.is_empty());
                for one in denial.instead {
                    if let Instead::Channel(one) = one {
                        prop_assert!(both.contains(&(one, "outage")) && one != channel);
                    }
                }
            }
        }
    }
}
