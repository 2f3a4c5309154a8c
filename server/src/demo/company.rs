//! The demo company, Brightwater Broadband, as plain data: what it sells, who serves, who is served, from where.
//!
//! | Customer | Contract | May ask |
//! |---|---|---|
//! | not signed in | Visitor | chat and phone, about tariffs and moving house only |
//! | BW-1001 Ada | Plus, priority 1 | everything, at any time |
//! | BW-1002 Ben | Basic, priority 0 | everything but business |
//! | BW-1003 Chloe | Business, priority 3 | everything, two requests at once |
//! | BW-1004 Drew | Prepaid, priority 0 | chat only, in office hours |
//!
//! | Network | From | Allows |
//! |---|---|---|
//! | `loopback`, `loopback-v6` | 127.0.0.0/8, `::1` | everything |
//! | `partner-kiosk` | 127.0.9.0/28 | phone about tariffs: every chat is denied, and every other topic |
//! | `branch-v6` | 2001:db8:20::/48 | chat |

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    agent::{Capacity, Presence},
    command::derived_id,
    entitlement::{Hours, NetworkTerms, OpenSpan, Terms, Topics},
    id::{
        AccountId, Channel, ContractId, NetworkName, PageName, QueueName, ServiceId, SkillName,
        StaffId, TierName, TopicName, WidgetName,
    },
    phone::Country,
    policy::{Definition, PageRule, Rejection, Rule, Topic},
    queue::{self, Strategy},
    requirement::{Proficiency, Requirement, Skills},
    staff::Role,
    zone::Zone,
};
use ipnet::IpNet;
use uuid::Uuid;

/// Where the demo's facts are said to come from.
pub(crate) const SOURCE: &str = "brightwater-crm";
/// Every demo login has it; `cargo xtask up` prints it.
pub(crate) const PASSWORD: &str = "brightwater-demo";

pub(crate) struct Member {
    pub(crate) login: &'static str,
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    pub(crate) skills: &'static [(&'static str, Proficiency)],
    pub(crate) chats: u8,
}

pub(crate) const STAFF: [Member; 7] = [
    agent("dana", "Dana", &[("billing", 4), ("moving", 4), ("sales", 2)], 1),
    agent("noor", "Noor", &[("technical", 5), ("billing", 2), ("business", 3)], 2),
    agent("sam", "Sam", &[("sales", 5), ("technical", 3), ("business", 4)], 2),
    other("kim", "Kim", Role::Supervisor),
    other("alex", "Alex", Role::Analyst),
    other("robin", "Robin", Role::Auditor),
    other("admin", "Administrator", Role::Administrator),
];

const fn agent(
    login: &'static str,
    name: &'static str,
    skills: &'static [(&'static str, Proficiency)],
    chats: u8,
) -> Member {
    Member { login, name, role: Role::Agent, skills, chats }
}

const fn other(login: &'static str, name: &'static str, role: Role) -> Member {
    Member { login, name, role, skills: &[], chats: 0 }
}

impl Member {
    pub(crate) fn id(&self) -> StaffId {
        StaffId(id("staff", self.login))
    }

    /// In words, for the sign-in page of the demo.
    pub(crate) fn what(&self) -> String {
        let skills = || self.skills.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        match self.role {
            Role::Agent => format!("agent for {}", skills()),
            Role::Supervisor => "supervisor".to_owned(),
            Role::Analyst => "analyst".to_owned(),
            Role::Auditor => "auditor".to_owned(),
            Role::Administrator => "administrator".to_owned(),
        }
    }

    pub(crate) fn skills(&self) -> Skills {
        self.skills.iter().map(|(name, level)| (skill(name), *level)).collect()
    }

    pub(crate) fn capacity(&self) -> Capacity {
        match self.role {
            Role::Agent => Capacity::from([(Channel::Phone, 1), (Channel::Chat, self.chats)]),
            Role::Supervisor | Role::Analyst | Role::Auditor | Role::Administrator => {
                Capacity::new()
            }
        }
    }
}

pub(crate) struct Customer {
    /// The company's own number for the customer: what its identity tokens name.
    pub(crate) external_id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) contract: &'static str,
    /// Product, label, status.
    pub(crate) services: &'static [(&'static str, &'static str, &'static str)],
    /// Topic and text.
    pub(crate) tickets: &'static [(&'static str, &'static str)],
}

pub(crate) const CUSTOMERS: [Customer; 4] = [
    Customer {
        external_id: "BW-1001",
        name: "Ada",
        contract: "plus",
        services: &[
            ("Fibre 250", "Home, 14 Mill Lane", "active"),
            ("Landline", "01632 960 101", "active"),
        ],
        tickets: &[
            ("fault", "The connection drops every evening around eight, for a few minutes."),
            ("billing", "October's bill has the router on it twice."),
        ],
    },
    Customer {
        external_id: "BW-1002",
        name: "Ben",
        contract: "basic",
        services: &[("Fibre 50", "Home, 3 Quay Street", "active")],
        tickets: &[("moving", "Moving to 9 Harbour View on the first of the month.")],
    },
    Customer {
        external_id: "BW-1003",
        name: "Chloe",
        contract: "business",
        services: &[
            ("Business fibre 1000", "Bakery, 21 Market Square", "active"),
            ("Fixed address", "203.0.113.40", "active"),
        ],
        tickets: &[("business", "Please quote a second line for the new shop.")],
    },
    Customer {
        external_id: "BW-1004",
        name: "Drew",
        contract: "prepaid",
        services: &[("Mobile data 20 GB", "Tablet", "active")],
        tickets: &[],
    },
];

impl Customer {
    pub(crate) fn account(&self) -> AccountId {
        AccountId(id("account", self.external_id))
    }

    pub(crate) fn service(&self, n: usize) -> ServiceId {
        ServiceId(id("service", &format!("{}/{n}", self.external_id)))
    }
}

pub(crate) fn contract_id(name: &str) -> ContractId {
    ContractId(id("contract", name))
}

/// The same in every data directory, so that seeding again finds what is there.
fn id(noun: &str, name: &str) -> Uuid {
    derived_id(&[b"brightwater", noun.as_bytes(), name.as_bytes()])
}

/// Id, title, tier, terms.
pub(crate) fn contracts() -> Vec<(ContractId, &'static str, TierName, Terms)> {
    let both = BTreeSet::from([Channel::Chat, Channel::Phone]);
    let terms = |channels: &BTreeSet<Channel>, topics, priority, concurrent_max| Terms {
        channels: channels.clone(),
        topics,
        hours: None,
        priority,
        concurrent_max,
    };
    let mut prepaid = terms(&BTreeSet::from([Channel::Chat]), Topics::All, 0, 1);
    prepaid.hours = Some(office_hours());
    [
        ("visitor", "Visitor", terms(&both, only(&["tariffs", "moving"]), 0, 1)),
        ("basic", "Basic", terms(&both, only(&["billing", "fault", "moving", "tariffs"]), 0, 1)),
        ("plus", "Plus", terms(&both, Topics::All, 1, 2)),
        ("business", "Business", terms(&both, Topics::All, 3, 2)),
        ("prepaid", "Prepaid", prepaid),
    ]
    .into_iter()
    .map(|(name, title, terms)| (contract_id(name), title, tier(name), terms))
    .collect()
}

fn office_hours() -> Hours {
    let day = |day| OpenSpan { day, from_mins: 9 * 60, until_mins: 17 * 60 };
    Hours {
        zone: "Europe/London".to_owned(),
        week: (1..=5).map(day).collect(),
        holidays: BTreeSet::from(["2026-12-25".to_owned(), "2027-01-01".to_owned()]),
    }
}

pub(crate) fn networks() -> Vec<(NetworkName, IpNet, NetworkTerms)> {
    let all = || NetworkTerms { channels: Channel::ALL.into(), topics: Topics::All };
    let kiosk = NetworkTerms { channels: [Channel::Phone].into(), topics: only(&["tariffs"]) };
    let branch = NetworkTerms { channels: [Channel::Chat].into(), topics: Topics::All };
    [
        ("loopback", "127.0.0.0/8", all()),
        ("loopback-v6", "::1/128", all()),
        ("partner-kiosk", "127.0.9.0/28", kiosk),
        ("branch-v6", "2001:db8:20::/48", branch),
    ]
    .into_iter()
    .map(|(name, cidr, terms)| {
        let name = NetworkName::parse(name).expect("a name of ours");
        (name, cidr.parse().expect("a network of ours"), terms)
    })
    .collect()
}

pub(crate) fn policy() -> Definition {
    let topics = [
        ("billing", "Bills and payments", "billing"),
        ("fault", "Broadband is slow or down", "technical"),
        ("moving", "Moving house", "moving"),
        ("tariffs", "Tariffs and new contracts", "sales"),
        ("business", "Business lines", "business"),
    ];
    let pages = [
        ("/account", "account"),
        ("/tariffs", "tariffs"),
        ("/broadband", "broadband"),
        ("/moving", "moving"),
        ("/business", "business"),
        ("/help", "help"),
    ];
    let rule = |topic: &str, require| Rule {
        topic: Some(self::topic(topic)),
        page: None,
        tier: None,
        require,
    };
    let mut rules = vec![
        rule("billing", needs("billing", 2)),
        rule("fault", needs("technical", 3)),
        rule("moving", needs("moving", 3)),
        rule("tariffs", needs("sales", 2)),
        rule("business", needs("business", 3)),
    ];
    rules.push(Rule {
        topic: Some(topic("fault")),
        page: None,
        tier: Some(tier("business")),
        require: needs("business", 2),
    });
    Definition {
        topics: topics
            .map(|(name, title, waits_in)| Topic {
                topic: topic(name),
                title: title.to_owned(),
                queue: queue_name(waits_in),
            })
            .into(),
        pages: pages
            .map(|(prefix, name)| PageRule { prefix: prefix.to_owned(), page: page(name) })
            .into(),
        other_page: page("other"),
        rules,
        queues: queues(),
        anonymous_contract: contract_id("visitor"),
        country: Country::parse("GB").expect("a country of ours"),
        zone: Zone::parse("Europe/London").expect("a zone of ours"),
        consent: domain::policy::consent::built_in(),
        dispositions: titled(&[
            ("solved", "Solved"),
            ("sold", "Sold"),
            ("follow-up", "Needs a follow-up"),
            ("wrong-queue", "Wrong queue"),
            ("no-answer", "Customer did not answer"),
        ]),
        reasons: titled(&[
            ("coffee", "Coffee"),
            ("lunch", "Lunch"),
            ("team-meeting", "Team meeting"),
            ("coaching", "Coaching"),
            ("paperwork", "Paperwork"),
        ]),
        rejections: [
            ("not-my-area", "Not my area", None),
            ("know-them", "I know this customer", None),
            ("finishing-up", "Still finishing something", None),
            ("break", "Taking a break", Some(Presence::Break)),
            ("lunch", "Going to lunch", Some(Presence::Meal)),
        ]
        .map(|(code, title, then)| (code.to_owned(), Rejection { title: title.to_owned(), then }))
        .into(),
        shared_widgets: ["tariff-calculator", "router-set-up"].map(widget).into(),
    }
}

/// Each queue keeps what the request requires and lowers its own part over time.
fn queues() -> BTreeMap<QueueName, queue::Definition> {
    [
        ("billing", "Bills and payments", Strategy::LongestIdle, "billing", 3),
        ("technical", "Broadband is slow or down", Strategy::BestProficiency, "technical", 4),
        ("moving", "Moving house", Strategy::LongestIdle, "moving", 3),
        ("sales", "Tariffs and new contracts", Strategy::BestProficiency, "sales", 4),
        ("business", "Business lines", Strategy::LongestIdle, "business", 4),
    ]
    .into_iter()
    .map(|(name, title, strategy, skill, level)| {
        (queue_name(name), queue_of(title, strategy, skill, level))
    })
    .collect()
}

fn queue_of(title: &str, strategy: Strategy, skill: &str, level: Proficiency) -> queue::Definition {
    let step =
        |after_secs, requirement| queue::Step { after_secs, requirement, keeps_request: true };
    queue::Definition {
        version: 1,
        title: title.to_owned(),
        strategy,
        steps: vec![
            step(0, needs(skill, level)),
            step(20, needs(skill, level - 1)),
            step(60, Requirement::Anybody),
        ],
        offer_secs: 20,
        linking_secs: 60,
        talk_secs_max: 3_600,
        wrap_up_secs: 60,
        wait_secs_max: 1_800,
        target_secs: 30,
        handle_secs: 240,
        callback_attempts_max: 3,
        callback_retry_secs: 300,
        callback_expires_secs: 86_400,
        hides_watchers: false,
    }
}

fn needs(name: &str, level: Proficiency) -> Requirement {
    Requirement::skill(&skill(name), level)
}

fn only(topics: &[&str]) -> Topics {
    Topics::Only(topics.iter().map(|name| topic(name)).collect())
}

fn titled(codes: &[(&str, &str)]) -> BTreeMap<String, String> {
    codes.iter().map(|(code, title)| ((*code).to_owned(), (*title).to_owned())).collect()
}

fn skill(name: &str) -> SkillName {
    SkillName::parse(name).expect("a name of ours")
}

fn topic(name: &str) -> TopicName {
    TopicName::parse(name).expect("a name of ours")
}

fn tier(name: &str) -> TierName {
    TierName::parse(name).expect("a name of ours")
}

fn widget(name: &str) -> WidgetName {
    WidgetName::parse(name).expect("a name of ours")
}

fn page(name: &str) -> PageName {
    PageName::parse(name).expect("a name of ours")
}

fn queue_name(name: &str) -> QueueName {
    QueueName::parse(name).expect("a name of ours")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_a_queue_and_somebody_who_can_serve_it() {
        let policy = policy();
        for topic in &policy.topics {
            assert!(policy.queues.contains_key(&topic.queue), "{}", topic.topic);
            let required = policy
                .rules
                .iter()
                .filter(|rule| rule.topic.as_ref() == Some(&topic.topic))
                .fold(Requirement::Anybody, |all, rule| all.and(rule.require.clone()));
            let serves = STAFF.iter().any(|one| {
                one.role == Role::Agent
                    && required.holds(&one.skills())
                    && policy.queues[&topic.queue].steps[0].requirement.holds(&one.skills())
            });
            assert!(serves, "nobody serves {}", topic.topic);
        }
    }

    #[test]
    fn every_customer_has_a_contract_and_asks_about_topics_that_exist() {
        let policy = policy();
        for customer in &CUSTOMERS {
            assert!(contracts().iter().any(|(id, ..)| *id == contract_id(customer.contract)));
            for (about, _) in customer.tickets {
                assert!(policy.topics.iter().any(|one| one.topic == topic(about)), "{about}");
            }
        }
    }
}
