//! The directory under a tenant that is decided for real: what was reported is found, and makes a request's facts.

#![allow(clippy::unwrap_used, reason = "what a test meets unexpectedly fails at once")]

mod world;

use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

use domain::{
    account,
    command::{Actor, Context},
    contract,
    entitlement::{NetworkTerms, Terms, Topics},
    id::{
        AccountId, Channel, CommandId, ContractId, NetworkName, PageName, QueueName, ServiceId,
        SiteName, SkillName, StaffId, SubjectId, TicketId, TierName, TopicName,
    },
    log::Whole,
    network,
    partition::Root as _,
    policy::{self, Definition, PageRule, Rule, Topic},
    queue::{self, Strategy},
    requirement::Requirement,
    service,
    staff::{self, Role},
    subject,
    tenant::{self, ClockKind, Tenant, TenantCommand, TenantEvent},
    ticket,
    time::Timestamp,
};
use projections::{
    directory::{Changed, Directory, NoFacts},
    tail::View as _,
};
use world::{START, sealed, uuid};

const BASIC: ContractId = ContractId(uuid::Uuid::from_u128(1));
const GOLD: ContractId = ContractId(uuid::Uuid::from_u128(2));
const HOME: AccountId = AccountId(uuid::Uuid::from_u128(3));
const DANA: SubjectId = SubjectId(uuid::Uuid::from_u128(4));

struct Company {
    tenant: Tenant,
    directory: Directory,
    commands: u64,
    seq: u64,
}

impl Company {
    fn order(&mut self, command: impl Into<TenantCommand>) -> Vec<TenantEvent> {
        self.commands += 1;
        let context = Context {
            now: START + domain::time::Span::secs(i64::try_from(self.commands).unwrap()),
            actor: Actor::System,
            command_id: CommandId(uuid(self.commands)),
        };
        let events = self.tenant.decide(&context, command.into()).unwrap();
        if !events.is_empty() {
            let stored = events.iter().map(|event| (event.kind(), event.encode())).collect();
            let whole: Arc<Whole> = Arc::new(world::whole(self.seq, &context, stored));
            self.seq = whole.position.seq;
            self.directory.apply(&whole).unwrap();
        }
        events
    }
}

fn terms() -> Terms {
    Terms {
        channels: [Channel::Chat].into(),
        topics: Topics::All,
        hours: None,
        priority: 0,
        concurrent_max: 1,
    }
}

fn topic(name: &str) -> TopicName {
    TopicName::parse(name).unwrap()
}

fn page(name: &str) -> PageName {
    PageName::parse(name).unwrap()
}

fn needs(name: &str) -> Requirement {
    Requirement::skill(&SkillName::parse(name).unwrap(), 2)
}

fn policy() -> policy::Command {
    let queue = QueueName::parse("faults").unwrap();
    let definition = queue::Definition {
        version: 1,
        title: "Faults".into(),
        strategy: Strategy::LongestIdle,
        steps: vec![],
        offer_secs: 20,
        linking_secs: 60,
        talk_secs_max: 3_600,
        wrap_up_secs: 30,
        wait_secs_max: 1_800,
        target_secs: 20,
        handle_secs: 300,
        callback_attempts_max: 2,
        callback_retry_secs: 60,
        callback_expires_secs: 86_400,
        hides_watchers: false,
    };
    let rule = |topic: Option<&str>, page: Option<&str>, tier: Option<&str>, skill| Rule {
        topic: topic.map(|name| TopicName::parse(name).unwrap()),
        page: page.map(|name| PageName::parse(name).unwrap()),
        tier: tier.map(|name| TierName::parse(name).unwrap()),
        require: needs(skill),
    };
    let definition = Definition {
        topics: vec![Topic {
            topic: topic("outage"),
            title: "Outage".into(),
            queue: queue.clone(),
        }],
        pages: vec![PageRule { prefix: "/bill".into(), page: page("bills") }],
        other_page: page("other"),
        rules: vec![
            rule(Some("outage"), None, None, "faults"),
            rule(None, Some("bills"), None, "billing"),
            rule(None, None, Some("gold"), "senior"),
        ],
        queues: BTreeMap::from([(queue, definition)]),
        country: domain::phone::Country::default(),
        zone: domain::zone::Zone::default(),
        anonymous_contract: BASIC,
        dispositions: BTreeMap::from([("solved".into(), "Solved".into())]),
        reasons: BTreeMap::new(),
        consent: BTreeMap::new(),
        rejections: BTreeMap::new(),
        shared_widgets: std::collections::BTreeSet::new(),
    };
    policy::Command::Publish { definition: Box::new(definition) }
}

fn company() -> Company {
    let mut company =
        Company { tenant: Tenant::default(), directory: Directory::default(), commands: 0, seq: 0 };
    company.order(tenant::Command::Found { clock: ClockKind::Driven });
    company.order(tenant::Command::OpenSite { site: SiteName::parse("demo").unwrap() });
    for (contract, tier) in [(BASIC, "basic"), (GOLD, "gold")] {
        let tier = TierName::parse(tier).unwrap();
        let title = format!("{tier} contract");
        company.order(contract::Command::Define { contract, title, tier, terms: terms() });
    }
    company.order(account(GOLD, START));
    for (name, cidr) in [("office", "10.0.0.0/8"), ("lab", "10.1.0.0/16")] {
        company.order(network::Command::Define {
            network: NetworkName::parse(name).unwrap(),
            cidr: cidr.parse().unwrap(),
            terms: NetworkTerms { channels: [Channel::Chat].into(), topics: Topics::All },
        });
    }
    company
}

fn account(contract: ContractId, as_of: Timestamp) -> account::Command {
    account::Command::Record {
        account: HOME,
        subject: DANA,
        name: sealed("name"),
        contract,
        source: "crm".into(),
        as_of,
    }
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn facts_name_the_versions_they_were_read_at() {
    let mut company = company();
    let ask = |company: &Company, account, from: &str, about: &str| {
        company.directory.facts(account, address(from), &topic(about), &page("bills"))
    };
    assert_eq!(ask(&company, None, "10.1.2.3", "outage"), Err(NoFacts::NoPolicy));
    company.order(policy());
    let known = ask(&company, Some(HOME), "10.1.2.3", "outage").unwrap();
    assert_eq!((known.contract.contract, known.policy_version), (GOLD, 1));
    assert_eq!(known.network.as_ref().unwrap().network.as_str(), "lab", "the longest prefix");
    assert_eq!(
        known.requirement,
        needs("faults").and(needs("billing")).and(needs("senior")),
        "what topic, page and tier require, joined"
    );
    let anonymous = ask(&company, None, "::ffff:10.9.9.9", "outage").unwrap();
    assert_eq!(anonymous.contract.contract, BASIC);
    assert_eq!(anonymous.network.unwrap().network, NetworkName::parse("office").unwrap());
    assert_eq!(ask(&company, None, "192.0.2.1", "outage").unwrap().network, None);
    assert_eq!(
        ask(&company, None, "192.0.2.1", "cooking"),
        Err(NoFacts::UnknownTopic(topic("cooking")))
    );
    let nobody = AccountId(uuid(99));
    assert_eq!(
        ask(&company, Some(nobody), "192.0.2.1", "outage"),
        Err(NoFacts::UnknownAccount(nobody))
    );
    assert_eq!(company.directory.page_named("/bills/7"), Some(page("bills")));
    assert_eq!(company.directory.page_named("/"), Some(page("other")));
}

#[test]
fn a_network_that_was_removed_forbids_nothing() {
    let mut company = company();
    let lab = NetworkName::parse("lab").unwrap();
    company.order(network::Command::Remove { network: lab });
    let found = company.directory.network_of(address("10.1.2.3")).unwrap();
    assert_eq!(found.network.as_str(), "office");
}

#[test]
fn an_account_is_found_by_its_customer_with_services_and_tickets() {
    let mut company = company();
    company.order(policy());
    let service = ServiceId(uuid(50));
    company.order(service::Command::Record {
        service,
        account: HOME,
        product: "Fibre".into(),
        label: sealed("label"),
        status: "active".into(),
        source: "crm".into(),
        as_of: START,
    });
    let open = || ticket::Command::Open {
        account: HOME,
        subject: DANA,
        service: Some(service),
        topic: topic("outage"),
        text: sealed("text"),
    };
    let tickets: Vec<TicketId> = (0..3)
        .flat_map(|_| company.order(open()))
        .filter_map(|event| match event {
            TenantEvent::Ticket(ticket::Event::Opened { ticket, .. }) => Some(ticket),
            _ => None,
        })
        .collect();
    let note = Some(sealed("note"));
    let state = ticket::State::Pending;
    company.order(ticket::Command::Change { ticket: tickets[0], state, note });

    let directory = &company.directory;
    assert_eq!(directory.account_of(DANA).map(|one| one.account), Some(HOME));
    assert_eq!(directory.services_of(HOME).count(), 1);
    let numbers: Vec<_> = directory.tickets_of(HOME).map(|one| one.number).collect();
    assert_eq!(numbers, [1, 2, 3], "the oldest first");
    let changed = directory.ticket(tickets[0]).unwrap();
    assert_eq!((changed.state, changed.notes.len()), (state, 1));
    assert!(changed.changed_at > changed.opened_at);
}

#[test]
fn staff_who_left_are_named_by_history_and_may_do_nothing() {
    let mut company = company();
    let staff = StaffId(uuid(60));
    company.order(staff::Command::Enroll {
        staff,
        name: sealed("name"),
        roles: [Role::Agent].into(),
        site: SiteName::parse("demo").unwrap(),
        skills: BTreeMap::new(),
        capacity: [(Channel::Chat, 2)].into(),
    });
    assert_eq!(company.directory.all_staff().count(), 1);
    company.order(staff::Command::Leave { staff });
    assert_eq!(company.directory.all_staff().count(), 0);
    let left = company.directory.staff(staff).unwrap();
    assert!(left.left && left.roles.is_empty());
}

#[test]
fn what_changed_is_named_once() {
    let mut company = company();
    let changed = company.directory.take_changed().unwrap();
    assert!(changed.terms && changed.accounts.contains(&HOME));
    assert_eq!(company.directory.take_changed(), None);
    company.order(account(BASIC, START + domain::time::Span::secs(1)));
    company.order(subject::Command::Erase { subject: DANA });
    let changed = company.directory.take_changed().unwrap();
    let expected = Changed { accounts: [HOME].into(), erased: [DANA].into(), ..Changed::default() };
    assert_eq!(changed, expected);
    assert!(company.directory.is_erased(DANA));
}

#[test]
fn a_text_that_was_replaced_keeps_its_words_and_says_when() {
    let mut company = company();
    company.order(policy());
    let german = company.directory.consent_in("de-AT").unwrap().clone();
    assert_eq!((german.language.as_str(), german.replaced), ("de", None));
    assert_eq!(company.directory.consent_in("fr").unwrap().language.as_str(), "en");

    let policy::Command::Publish { mut definition } = policy();
    definition.consent = policy::consent::built_in();
    let other = definition.consent.get_mut(&german.language).unwrap();
    other.title = "Darf {name} diese Seite sehen?".to_owned();
    company.order(policy::Command::Publish { definition });
    let now = company.directory.consent_in("de").unwrap();
    assert_eq!(now.text.title, "Darf {name} diese Seite sehen?");
    let before = company.directory.consent(&german.version).unwrap();
    assert_eq!(before.text, german.text);
    assert_eq!(before.replaced, Some(now.since));
    assert_eq!(company.directory.consent("2026-01"), None);

    company.order(policy());
    assert_eq!(
        company.directory.consent(&german.version).unwrap().replaced,
        None,
        "in force again"
    );
}
