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

    /// What both allow.
    pub(crate) fn and(self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, other) => other.clone(),
            (all, Self::All) => all,
            (Self::Only(ours), Self::Only(theirs)) => {
                Self::Only(ours.intersection(theirs).cloned().collect())
            }
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
    #[serde(default, skip_serializing_if = "Elsewhere::is_empty")]
    pub elsewhere: Elsewhere,
}

/// The channels on which the same network would allow more to somebody else, or about something else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// For somebody who is not signed in: where some contract allows this topic.
    #[serde(default)]
    pub signed_in: BTreeSet<Channel>,
    /// Where the contract allows another topic of the policy.
    #[serde(default)]
    pub other_topic: BTreeSet<Channel>,
}

impl Elsewhere {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// `others` are the contracts one may be signed in with, `topics` those that are not asked about.
    pub fn of<'a>(
        topic: &TopicName,
        terms: &Terms,
        network: Option<&NetworkTerms>,
        others: impl Iterator<Item = &'a Terms>,
        topics: impl Iterator<Item = &'a TopicName>,
    ) -> Self {
        let allowed = |terms: &Terms, topic: &TopicName| -> BTreeSet<Channel> {
            let by_network = network.is_none_or(|network| network.topics.allow(topic));
            let channels = terms.channels.iter().copied().filter(|channel| {
                SERVED.contains(channel)
                    && network.is_none_or(|network| network.channels.contains(channel))
            });
            if by_network && terms.topics.allow(topic) {
                channels.collect()
            } else {
                BTreeSet::new()
            }
        };
        Self {
            signed_in: others.flat_map(|terms| allowed(terms, topic)).collect(),
            other_topic: topics.flat_map(|other| allowed(terms, other)).collect(),
        }
    }
}

/// The channels that have a medium so far: no other is offered.
pub const SERVED: [Channel; 2] = [Channel::Chat, Channel::Phone];

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

/// What is possible instead of what was denied: each by itself passes the same check.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instead {
    /// Possible now.
    Channel(Channel),
    /// On this channel, when the contract's hours begin again.
    At(Timestamp),
    /// From a network that allows it.
    OtherNetwork,
    /// After one of the open requests has ended.
    WhenOneEnds,
    /// With the contract of a customer who is signed in.
    SignIn,
    /// About a topic that contract and network allow on this channel.
    OtherTopic,
}

/// What somebody who asks on a channel finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Possibility {
    Possible,
    /// Time alone brings it back: both have to come true where both are told.
    NotNow {
        /// When the hours begin again; `None`: they are not what forbids it.
        until: Option<Timestamp>,
        one_must_end: bool,
    },
    /// Contract or network leave it out; each of these by itself would bring it in.
    NotIncluded {
        changes: BTreeSet<Change>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    SignIn,
    OtherNetwork,
    OtherTopic,
}

/// A channel as [`possible`] finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub channel: Channel,
    /// All that forbid it, in the order in which they are told.
    pub rules: Vec<Rule>,
    pub possibility: Possibility,
}

/// What is open already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Of the account at the site (or of the visit, without an account).
    pub requests: u32,
    /// A callback about this topic, which is asked for once.
    pub callback: bool,
}

/// A no: everything that forbids it, and what is possible instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// In the order in which they are told: what never changes by waiting comes first. Never empty.
    pub rules: Vec<Rule>,
    pub instead: Vec<Instead>,
}

impl Rule {
    /// As it is stored, and as screens choose their words by.
    pub fn code(self) -> &'static str {
        match self {
            Self::ContractChannel => "contract_channel",
            Self::ContractTopic => "contract_topic",
            Self::ContractHours => "contract_hours",
            Self::ContractConcurrent => "contract_concurrent",
            Self::NetworkChannel => "network_channel",
            Self::NetworkTopic => "network_topic",
        }
    }

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

/// Each channel that is served, as somebody who asks at `at` finds it.
pub fn possible(facts: &Facts, topic: &TopicName, open: Open, at: Timestamp) -> Vec<Way> {
    SERVED.iter().map(|channel| way(facts, *channel, topic, open, at)).collect()
}

/// What contract *and* network allow is allowed; nothing else is.
///
/// `at` is when it is to be: now, or the time of a callback.
pub fn check(
    facts: &Facts,
    channel: Channel,
    topic: &TopicName,
    open: Open,
    at: Timestamp,
    now: Timestamp,
) -> Result<(), Denial> {
    // Whether another callback is open is for the callback to say.
    let Way { rules, possibility, .. } =
        way(facts, channel, topic, Open { callback: false, ..open }, at);
    let mut instead: Vec<_> = possible(facts, topic, open, now)
        .into_iter()
        .filter(|other| other.channel != channel && other.possibility == Possibility::Possible)
        .map(|other| Instead::Channel(other.channel))
        .collect();
    match possibility {
        Possibility::Possible => return Ok(()),
        Possibility::NotNow { until: Some(at), one_must_end: false } => {
            instead.push(Instead::At(at));
        }
        Possibility::NotNow { until: None, one_must_end: true } => {
            instead.push(Instead::WhenOneEnds);
        }
        Possibility::NotNow { .. } => {}
        Possibility::NotIncluded { changes } => {
            instead.extend(changes.into_iter().map(|change| match change {
                Change::SignIn => Instead::SignIn,
                Change::OtherNetwork => Instead::OtherNetwork,
                Change::OtherTopic => Instead::OtherTopic,
            }));
        }
    }
    Err(Denial { rules, instead })
}

fn way(facts: &Facts, channel: Channel, topic: &TopicName, open: Open, at: Timestamp) -> Way {
    let terms = &facts.contract.terms;
    let network = facts.network.as_ref().map(|network| &network.terms);
    let closed = terms.hours.as_ref().filter(|hours| !hours.is_open(at));
    let full = open.requests >= terms.concurrent_max.into();
    let rules: Vec<Rule> = [
        (Rule::ContractChannel, !terms.channels.contains(&channel)),
        (Rule::ContractTopic, !terms.topics.allow(topic)),
        (Rule::NetworkChannel, network.is_some_and(|network| !network.channels.contains(&channel))),
        (Rule::NetworkTopic, network.is_some_and(|network| !network.topics.allow(topic))),
        (Rule::ContractHours, closed.is_some()),
        (Rule::ContractConcurrent, full),
    ]
    .into_iter()
    .filter_map(|(rule, forbids)| forbids.then_some(rule))
    .collect();
    let has = |rule| rules.contains(&rule);
    let by_contract = has(Rule::ContractChannel) || has(Rule::ContractTopic);
    let by_network = has(Rule::NetworkChannel) || has(Rule::NetworkTopic);
    let by_topic = has(Rule::ContractTopic) || has(Rule::NetworkTopic);
    let opens = closed.and_then(|hours| hours.next_opening(at));
    let never_opens = closed.is_some() && opens.is_none();
    let one_must_end = full && terms.concurrent_max > 0;
    let never = never_opens || terms.concurrent_max == 0;
    let possibility = if by_contract || by_network || never {
        let changes = [
            (Change::SignIn, facts.elsewhere.signed_in.contains(&channel)),
            (Change::OtherNetwork, by_network && !by_contract && !never),
            (
                Change::OtherTopic,
                by_topic && !never && facts.elsewhere.other_topic.contains(&channel),
            ),
        ];
        let changes = changes.into_iter().filter_map(|(change, helps)| helps.then_some(change));
        Possibility::NotIncluded { changes: changes.collect() }
    } else {
        let one_must_end = one_must_end || (open.callback && channel == Channel::Phone);
        match opens {
            None if !one_must_end => Possibility::Possible,
            until => Possibility::NotNow { until, one_must_end },
        }
    };
    Way { channel, rules, possibility }
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
            elsewhere: Elsewhere::default(),
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
        let terms = |topics| Terms { channels: [Phone, Chat, Email].into(), topics, ..terms() };
        let all = || network(&[Phone, Chat, Email], Topics::All);
        let chat_only = Terms { channels: [Chat].into(), hours: hours(2), ..terms(Topics::All) };
        let closed = Terms { hours: hours(2), ..terms(Topics::All) };
        let tuesday = Instead::At(Timestamp::from_secs(1_774_947_600));
        let mut visitor = facts(terms(only(&["bill"])), all());
        visitor.elsewhere.signed_in = [Phone].into();
        visitor.elsewhere.other_topic = [Phone, Chat].into();
        for (facts, channel, open, rules, instead) in [
            (facts(terms(Topics::All), None), Phone, 0, vec![], vec![]),
            (
                facts(Terms { channels: [Phone, Chat].into(), ..terms(Topics::All) }, all()),
                Email,
                0,
                vec![Rule::ContractChannel],
                vec![Instead::Channel(Chat), Instead::Channel(Phone)],
            ),
            // Nobody serves e-mail, so it is not offered.
            (
                facts(terms(Topics::All), network(&[Chat, Email], Topics::All)),
                Phone,
                0,
                vec![Rule::NetworkChannel],
                vec![Instead::Channel(Chat), Instead::OtherNetwork],
            ),
            (facts(terms(only(&["bill"])), all()), Phone, 0, vec![Rule::ContractTopic], vec![]),
            (
                visitor.clone(),
                Phone,
                0,
                vec![Rule::ContractTopic],
                vec![Instead::SignIn, Instead::OtherTopic],
            ),
            (visitor, Chat, 0, vec![Rule::ContractTopic], vec![Instead::OtherTopic]),
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
            // The circle: chat is closed, and a call is in no contract of theirs.
            (
                facts(chat_only.clone(), None),
                Phone,
                0,
                vec![Rule::ContractChannel, Rule::ContractHours],
                vec![],
            ),
            (facts(chat_only, None), Chat, 0, vec![Rule::ContractHours], vec![tuesday]),
            // Neither by itself would help.
            (
                facts(closed, None),
                Phone,
                1,
                vec![Rule::ContractHours, Rule::ContractConcurrent],
                vec![],
            ),
            (
                facts(terms(Topics::All), None),
                Phone,
                1,
                vec![Rule::ContractConcurrent],
                vec![Instead::WhenOneEnds],
            ),
        ] {
            let open = Open { requests: open, callback: false };
            let answer = check(&facts, channel, &topic("outage"), open, NOON, NOON);
            let denial = answer.err().unwrap_or(Denial { rules: vec![], instead: vec![] });
            assert_eq!((denial.rules, denial.instead), (rules, instead));
        }
    }

    #[test]
    fn before_asking_one_reads_what_the_check_would_say() {
        use Channel::{Chat, Phone};
        let until = Some(Timestamp::from_secs(1_774_947_600));
        let not_now = |until, one_must_end| Possibility::NotNow { until, one_must_end };
        let never = |changes: &[Change]| Possibility::NotIncluded {
            changes: changes.iter().copied().collect(),
        };
        let both = |hours| Terms { channels: [Phone, Chat].into(), hours, ..terms() };
        let no_hours = Some(Hours { week: vec![], ..hours(1).unwrap() });
        let kiosk = network(&[Phone], Topics::All);
        let none = Open::default();
        let full = Open { requests: 9, callback: false };
        let called = Open { requests: 0, callback: true };
        for (facts, open, chat, phone) in [
            (facts(both(None), None), none, Possibility::Possible, Possibility::Possible),
            (facts(both(hours(2)), None), none, not_now(until, false), not_now(until, false)),
            (facts(both(hours(2)), None), full, not_now(until, true), not_now(until, true)),
            (facts(both(None), None), full, not_now(None, true), not_now(None, true)),
            (facts(both(None), None), called, Possibility::Possible, not_now(None, true)),
            (facts(both(no_hours), None), none, never(&[]), never(&[])),
            (
                facts(both(None), kiosk.clone()),
                none,
                never(&[Change::OtherNetwork]),
                Possibility::Possible,
            ),
            (
                facts(Terms { channels: [Chat].into(), ..both(None) }, kiosk),
                none,
                never(&[Change::OtherNetwork]),
                never(&[]),
            ),
        ] {
            let ways = possible(&facts, &topic("outage"), open, NOON);
            let found: Vec<_> = ways.into_iter().map(|way| way.possibility).collect();
            assert_eq!(found, [chat, phone]);
        }
    }

    #[test]
    fn elsewhere_is_only_what_the_same_network_allows_on_a_channel_that_is_served() {
        use Channel::{Chat, Email, Phone};
        let visitor = Terms { channels: [Chat, Email].into(), topics: only(&["bill"]), ..terms() };
        let plus = Terms { channels: [Chat, Phone].into(), topics: Topics::All, ..terms() };
        let (outage, bill) = (topic("outage"), topic("bill"));
        let of = |network: Option<NetworkTerms>| {
            let others = [&visitor, &plus].into_iter();
            Elsewhere::of(&outage, &visitor, network.as_ref(), others, [&bill].into_iter())
        };
        let signed_in = [Chat, Phone].into();
        assert_eq!(of(None), Elsewhere { signed_in, other_topic: [Chat].into() });
        let kiosk = of(network(&[Phone], only(&["outage"])));
        assert_eq!(kiosk, Elsewhere { signed_in: [Phone].into(), other_topic: [].into() });
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
        fn granted_is_exactly_what_stands_in_both_sets_and_every_alternative_passes_the_same_check(
            ours in (channels(), topics(), prop::option::of(1u8..=7), 1u8..4),
            theirs in prop::option::of((channels(), topics())),
            others in prop::collection::vec((channels(), topics()), 0..3),
            channel in prop::sample::select(Channel::ALL.to_vec()), requests in 0u32..4,
            later in prop::option::of(0i64..(14 * 24)),
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
            let terms = Terms {
                channels: ours.0, topics: ours.1, hours: ours.2.and_then(hours), concurrent_max: ours.3, priority: 0,
            };
            let at = later.map_or(NOON, |later| NOON + crate::time::Span::secs(3_600 * later));
            let open_then = terms.hours.as_ref().is_none_or(|hours| hours.is_open(at));
            let here = open_then && requests < ours.3.into();
            let network = theirs.map(|(channels, topics)| NetworkTerms { channels, topics });
            let others: Vec<_> = others
                .into_iter()
                .map(|(channels, topics)| Terms { channels, topics, ..terms.clone() })
                .collect();
            let mut facts = facts(terms.clone(), network.clone());
            let (outage, bill) = (topic("outage"), topic("bill"));
            facts.elsewhere =
                Elsewhere::of(&outage, &terms, network.as_ref(), others.iter(), [&bill].into_iter());
            let open = Open { requests, callback: false };
            let answer = check(&facts, channel, &outage, open, at, NOON);
            prop_assert_eq!(answer.is_ok(), both.contains(&(channel, "outage")) && here);
            let Err(denial) = answer else { return Ok(()) };
            prop_assert!(!denial.rules.is_empty());
            let passes = |facts: &Facts, channel, topic: &TopicName, requests, at| {
                check(facts, channel, topic, Open { requests, callback: false }, at, NOON).is_ok()
            };
            // When the hours forbid it too, a change of whom or of where brings it in, at an hour of the contract.
            let open_at = |facts: &Facts| {
                let hours = facts.contract.terms.hours.as_ref();
                hours.map_or(at, |hours| hours.next_opening(at).unwrap())
            };
            for one in denial.instead {
                match one {
                    Instead::Channel(one) => {
                        prop_assert!(one != channel && passes(&facts, one, &outage, requests, NOON));
                    }
                    Instead::At(at) => prop_assert!(passes(&facts, channel, &outage, requests, at)),
                    Instead::WhenOneEnds => {
                        prop_assert!(passes(&facts, channel, &outage, u32::from(ours.3) - 1, at));
                    }
                    Instead::OtherNetwork => {
                        let elsewhere = Facts { network: None, ..facts.clone() };
                        prop_assert!(passes(&elsewhere, channel, &outage, 0, open_at(&facts)));
                    }
                    Instead::OtherTopic => {
                        prop_assert!(passes(&facts, channel, &bill, 0, open_at(&facts)));
                    }
                    Instead::SignIn => {
                        let as_other = |terms: &Terms| {
                            let mut signed_in = facts.clone();
                            signed_in.contract.terms = terms.clone();
                            passes(&signed_in, channel, &outage, 0, open_at(&signed_in))
                        };
                        prop_assert!(others.iter().any(as_other));
                    }
                }
            }
            for way in possible(&facts, &outage, open, NOON) {
                let asked = passes(&facts, way.channel, &outage, requests, NOON);
                prop_assert_eq!(way.possibility == Possibility::Possible, asked);
                if let Possibility::NotNow { until, one_must_end } = way.possibility {
                    let requests = if one_must_end { u32::from(ours.3) - 1 } else { requests };
                    prop_assert!(passes(&facts, way.channel, &outage, requests, until.unwrap_or(NOON)));
                }
            }
        }
    }
}
