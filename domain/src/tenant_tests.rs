//! What the tests of every aggregate of a tenant begin with, and the tests of the tenant itself.

use std::ops::Deref;

use proptest::prelude::*;

use super::*;
use crate::{
    command::Actor,
    entitlement::{NetworkTerms, Terms, Topics},
    id::{Channel, CommandId, NetworkName, PageName, QueueName, SkillName, TierName, TopicName},
    policy::{Definition, PageRule, Rule, Topic},
    queue::{self, Strategy as Order},
    requirement::Requirement,
    sealed::Sealed,
};

pub(crate) const fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

pub(crate) const BASIC: ContractId = ContractId(uuid(0xba51c));
pub(crate) const HOME: AccountId = AccountId(uuid(0xacc1));
pub(crate) const DANA: SubjectId = SubjectId(uuid(0xda));

/// A tenant under test; its clock moves by a second with each command.
#[derive(Clone)]
pub(crate) struct Given {
    tenant: Tenant,
    commands: u64,
}

impl Deref for Given {
    type Target = Tenant;
    fn deref(&self) -> &Tenant {
        &self.tenant
    }
}

impl Given {
    fn decide(
        &mut self,
        command: TenantCommand,
    ) -> Result<Vec<TenantEvent>, crate::command::Refusal> {
        self.commands += 1;
        let context = Context {
            now: Timestamp::from_secs(self.commands.try_into().unwrap()),
            actor: Actor::System,
            command_id: CommandId(uuid(self.commands.into())),
        };
        self.tenant.decide(&context, command)
    }

    pub(crate) fn must(&mut self, command: impl Into<TenantCommand>) -> Vec<TenantEvent> {
        self.decide(command.into()).expect("the test's command is not refused")
    }

    /// The code; and nothing has changed.
    pub(crate) fn refused(&mut self, command: impl Into<TenantCommand>) -> String {
        let before = self.tenant.clone();
        let refusal = self.decide(command.into()).expect_err("the test's command is refused");
        assert_eq!(self.tenant, before);
        assert!(!refusal.message.is_empty());
        refusal.code
    }
}

/// Founded, with site `demo` and the basic contract, and then these.
pub(crate) fn given(commands: &[TenantCommand]) -> Given {
    let mut given = Given { tenant: Tenant::default(), commands: 0 };
    given.must(Command::Found { clock: ClockKind::Real });
    given.must(Command::OpenSite { site: SiteName::parse("demo").unwrap() });
    given.must(contract::Command::Define {
        contract: BASIC,
        title: "Basic".into(),
        tier: TierName::parse("basic").unwrap(),
        terms: terms(),
    });
    for command in commands {
        given.must(command.clone());
    }
    given
}

pub(crate) fn terms() -> Terms {
    Terms {
        channels: [Channel::Phone, Channel::Chat].into(),
        topics: Topics::All,
        hours: None,
        priority: 0,
        concurrent_max: 1,
    }
}

pub(crate) fn network_terms() -> NetworkTerms {
    NetworkTerms { channels: [Channel::Chat].into(), topics: Topics::All }
}

pub(crate) fn sealed(subject: SubjectId) -> Sealed<String> {
    Sealed::new(subject, "c2VhbGVk".into())
}

pub(crate) fn record_account() -> TenantCommand {
    let command = account::Command::Record {
        account: HOME,
        subject: DANA,
        name: sealed(DANA),
        contract: BASIC,
        source: "crm".into(),
        as_of: Timestamp(5),
    };
    command.into()
}

pub(crate) fn publish() -> TenantCommand {
    policy::Command::Publish { definition: Box::new(definition()) }.into()
}

pub(crate) fn definition() -> Definition {
    let queue = QueueName::parse("faults").unwrap();
    let skill =
        |name: &str, level| Requirement::Skill { name: SkillName::parse(name).unwrap(), level };
    let page = |name: &str| PageName::parse(name).unwrap();
    let outage = TopicName::parse("outage").unwrap();
    Definition {
        topics: vec![Topic {
            topic: outage.clone(),
            title: "No connection".into(),
            queue: queue.clone(),
        }],
        pages: vec![
            PageRule { prefix: "/account".into(), page: page("account") },
            PageRule { prefix: "/".into(), page: page("home") },
            PageRule { prefix: "/account/bills".into(), page: page("bills") },
        ],
        other_page: page("other"),
        rules: vec![
            Rule { topic: Some(outage), page: None, tier: None, require: skill("faults", 2) },
            Rule {
                topic: None,
                page: None,
                tier: TierName::parse("gold").ok(),
                require: skill("gold", 1),
            },
            Rule {
                topic: None,
                page: Some(page("bills")),
                tier: None,
                require: skill("billing", 1),
            },
        ],
        queues: [(queue, faults())].into(),
        anonymous_contract: BASIC,
        country: crate::phone::Country::default(),
        zone: crate::zone::Zone::default(),
        dispositions: [("solved".into(), "Solved".into())].into(),
        reasons: [("lunch".into(), "Lunch".into())].into(),
        consent: [].into(),
        rejections: std::collections::BTreeMap::new(),
        shared_widgets: std::collections::BTreeSet::new(),
    }
}

fn faults() -> queue::Definition {
    queue::Definition {
        version: 1,
        title: "Faults".into(),
        strategy: Order::LongestIdle,
        steps: vec![],
        offer_secs: 20,
        linking_secs: 60,
        talk_secs_max: 3600,
        wrap_up_secs: 30,
        wait_secs_max: 1800,
        target_secs: 20,
        handle_secs: 240,
        callback_attempts_max: 3,
        callback_retry_secs: 600,
        callback_expires_secs: 86_400,
        hides_watchers: false,
    }
}

#[test]
fn the_kind_of_clock_is_fixed_once() {
    let mut tenant = given(&[]);
    assert_eq!(tenant.must(Command::Found { clock: ClockKind::Real }).len(), 0);
    assert_eq!(tenant.refused(Command::Found { clock: ClockKind::Driven }), "tenant.other_clock");
    let scaled = |factor| ClockKind::Scaled { origin: Timestamp(0), factor };
    for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let code = tenant.refused(Command::Found { clock: scaled(factor) });
        assert_eq!(code, "tenant.clock_factor");
    }
}

#[test]
fn a_site_is_opened_once() {
    let mut tenant = given(&[]);
    let site = SiteName::parse("north").unwrap();
    assert_eq!(tenant.must(Command::OpenSite { site: site.clone() }).len(), 1);
    assert_eq!(tenant.must(Command::OpenSite { site: site.clone() }).len(), 0);
    assert!(tenant.sites().contains(&site));
}

/// A few of everything, so that random sequences meet each other.
fn any_command() -> impl Strategy<Value = TenantCommand> {
    let network = |n: u8| NetworkName::parse(&format!("n{n}")).unwrap();
    prop_oneof![
        (0u8..3, 0u8..3).prop_map(move |(n, net)| {
            let cidr = format!("10.{net}.0.0/16").parse().unwrap();
            network::Command::Define { network: network(n), cidr, terms: network_terms() }.into()
        }),
        (0u8..3).prop_map(move |n| network::Command::Remove { network: network(n) }.into()),
        (0i64..4).prop_map(|as_of| {
            account::Command::Record {
                account: HOME,
                subject: DANA,
                name: sealed(DANA),
                contract: BASIC,
                source: "crm".into(),
                as_of: Timestamp(as_of),
            }
            .into()
        }),
        Just(publish()),
        Just(subject::Command::Erase { subject: DANA }.into()),
        (0u8..2).prop_map(|priority| {
            contract::Command::Define {
                contract: BASIC,
                title: "Basic".into(),
                tier: TierName::parse("basic").unwrap(),
                terms: Terms { priority, ..terms() },
            }
            .into()
        }),
        Just(
            ticket::Command::Open {
                account: HOME,
                subject: DANA,
                service: None,
                topic: TopicName::parse("outage").unwrap(),
                text: sealed(DANA),
            }
            .into()
        ),
    ]
}

proptest! {
    #[test]
    fn replaying_what_was_decided_gives_the_state_that_decided_it(
        commands in prop::collection::vec(any_command(), 0..40),
    ) {
        let mut deciding = Given { tenant: Tenant::default(), commands: 0 };
        let mut replayed = Tenant::default();
        for command in commands {
            let decided = deciding.decide(command.clone());
            let at = Timestamp::from_secs(deciding.commands.try_into().unwrap());
            for event in decided.as_deref().unwrap_or_default() {
                let (kind, _) = event.kind();
                let stored = TenantEvent::decode(kind, &event.encode()).unwrap();
                prop_assert_eq!(&stored, event);
                replayed.evolve(&stored, at);
            }
            prop_assert_eq!(&replayed, &deciding.tenant);
            if decided.is_ok() && !matches!(command, TenantCommand::Ticket(ticket::Command::Open { .. })) {
                prop_assert_eq!(deciding.decide(command), Ok(vec![]));
            }
        }
        let stored = serde_json::to_string(&replayed).unwrap();
        prop_assert_eq!(serde_json::from_str::<Tenant>(&stored).unwrap(), replayed);
    }
}
