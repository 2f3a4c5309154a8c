//! The live fold of a tenant's partition: accounts, contracts, networks, policy, services, staff and tickets.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    sync::Arc,
};

use domain::{
    agent::Capacity,
    entitlement::{ContractFacts, Elsewhere, Facts, NetworkFacts, NetworkTerms, Terms},
    event::DecodeError,
    id::{
        AccountId, ContractId, LanguageName, NetworkName, PageName, ServiceId, SiteName, StaffId,
        SubjectId, TicketId, TierName, TopicName,
    },
    log::Whole,
    network::{in_all, longest_prefix},
    phone::Country,
    policy::{
        self, Definition,
        consent::{AgreedText, ConsentText},
    },
    requirement::Skills,
    sealed::Sealed,
    staff::Role,
    tenant::{self, ClockKind, TenantEvent},
    ticket,
    time::Timestamp,
    zone::Zone,
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::tail::View;

/// The network of whoever came through a proxy that did not say from where.
const UNKNOWN_ADDRESS: &str = "unknown-address";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub account: AccountId,
    pub subject: SubjectId,
    pub name: Sealed<String>,
    pub contract: ContractId,
    pub source: String,
    pub as_of: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    pub contract: ContractId,
    pub version: u32,
    pub title: String,
    pub tier: TierName,
    pub terms: Terms,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    pub network: NetworkName,
    pub version: u32,
    pub cidr: IpNet,
    pub terms: NetworkTerms,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    pub service: ServiceId,
    pub account: AccountId,
    pub product: String,
    pub label: Sealed<String>,
    pub status: String,
    pub source: String,
    pub as_of: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Staff {
    pub staff: StaffId,
    pub version: u32,
    pub name: Sealed<String>,
    pub roles: BTreeSet<Role>,
    pub site: SiteName,
    pub skills: Skills,
    pub capacity: Capacity,
    /// No longer with the company: may do nothing, but history still names them.
    pub left: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub ticket: TicketId,
    /// What people call it by.
    pub number: u32,
    pub account: AccountId,
    pub subject: SubjectId,
    pub service: Option<ServiceId>,
    pub topic: TopicName,
    pub text: Sealed<String>,
    pub state: ticket::State,
    pub opened_at: Timestamp,
    pub changed_at: Timestamp,
    pub notes: Vec<TicketNote>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TicketNote {
    pub at: Timestamp,
    pub state: ticket::State,
    pub text: Option<Sealed<String>>,
}

/// The policy in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    pub version: u32,
    pub definition: Definition,
}

/// A text that customers agree to, and when it was in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub version: String,
    pub language: LanguageName,
    pub text: ConsentText,
    pub since: Timestamp,
    pub replaced: Option<Timestamp>,
}

impl Consent {
    pub fn agreed(&self) -> AgreedText {
        let (language, version) = (self.language.clone(), self.version.clone());
        AgreedText { language, version, replaced: self.replaced }
    }
}

/// What the fold of a tenant knows. Ids and sealed texts; whoever shows it opens them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Directory {
    accounts: BTreeMap<AccountId, Account>,
    account_of: BTreeMap<SubjectId, AccountId>,
    contracts: BTreeMap<ContractId, Contract>,
    networks: BTreeMap<NetworkName, Network>,
    policy: Option<Arc<Policy>>,
    /// Every text that customers could ever agree to, by version.
    consents: BTreeMap<String, Consent>,
    services: BTreeMap<ServiceId, Service>,
    services_of: BTreeMap<AccountId, BTreeSet<ServiceId>>,
    staff: BTreeMap<StaffId, Staff>,
    tickets: BTreeMap<TicketId, Ticket>,
    tickets_of: BTreeMap<AccountId, Vec<TicketId>>,
    erased: BTreeSet<SubjectId>,
    clock: Option<ClockKind>,
    sites: BTreeSet<SiteName>,
    #[serde(skip)]
    changed: Changed,
}

/// What a run of decisions changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changed {
    /// Accounts, with their services and tickets.
    pub accounts: BTreeSet<AccountId>,
    pub staff: BTreeSet<StaffId>,
    pub erased: BTreeSet<SubjectId>,
    /// Contracts, networks or the policy: what a request gets may be another.
    pub terms: bool,
}

/// Why a request cannot even be checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoFacts {
    #[error("no policy is in force yet; an administrator must publish one")]
    NoPolicy,
    #[error("`{0}` is not a topic; ask about one of `topics`")]
    UnknownTopic(TopicName),
    #[error("this account is not known; the company's system has not reported it yet")]
    UnknownAccount(AccountId),
    #[error("the contract {0} is not known; the company's system has not reported it yet")]
    UnknownContract(ContractId),
}

impl Directory {
    pub fn account(&self, account: AccountId) -> Option<&Account> {
        self.accounts.get(&account)
    }

    pub fn account_of(&self, subject: SubjectId) -> Option<&Account> {
        self.accounts.get(self.account_of.get(&subject)?)
    }

    /// In the order of their ids; for pages, start after the last one seen.
    pub fn accounts_after(&self, after: Option<AccountId>) -> impl Iterator<Item = &Account> {
        use std::ops::Bound::{Excluded, Unbounded};
        self.accounts.range((after.map_or(Unbounded, Excluded), Unbounded)).map(|(_, one)| one)
    }

    pub fn contract(&self, contract: ContractId) -> Option<&Contract> {
        self.contracts.get(&contract)
    }

    pub fn contracts(&self) -> impl Iterator<Item = &Contract> {
        self.contracts.values()
    }

    pub fn networks(&self) -> impl Iterator<Item = &Network> {
        self.networks.values()
    }

    /// The network with the longest prefix that the address is in.
    pub fn network_of(&self, address: IpAddr) -> Option<&Network> {
        let networks = self.networks.values().map(|network| (network.cidr, network));
        longest_prefix(networks, address)
    }

    /// What the network of the address allows. Of an address that nobody knows: what every network allows.
    pub fn network_facts(&self, address: IpAddr) -> Option<NetworkFacts> {
        if address.is_unspecified() {
            let terms = in_all(self.networks.values().map(|network| &network.terms))?;
            let network = NetworkName::parse(UNKNOWN_ADDRESS).expect("a name of ours");
            return Some(NetworkFacts { network, version: 0, terms });
        }
        self.network_of(address).map(|network| NetworkFacts {
            network: network.network.clone(),
            version: network.version,
            terms: network.terms.clone(),
        })
    }

    pub fn policy(&self) -> Option<&Arc<Policy>> {
        self.policy.as_ref()
    }

    /// The company's own, as the policy says.
    pub fn country(&self) -> Country {
        self.policy.as_ref().map(|policy| policy.definition.country.clone()).unwrap_or_default()
    }

    /// By whose clock the site's days are drawn, as the policy says.
    pub fn zone(&self) -> Zone {
        self.policy.as_ref().map(|policy| policy.definition.zone.clone()).unwrap_or_default()
    }

    pub fn service(&self, service: ServiceId) -> Option<&Service> {
        self.services.get(&service)
    }

    pub fn services_of(&self, account: AccountId) -> impl Iterator<Item = &Service> {
        let ids = self.services_of.get(&account).into_iter().flatten();
        ids.filter_map(|id| self.services.get(id))
    }

    pub fn staff(&self, staff: StaffId) -> Option<&Staff> {
        self.staff.get(&staff)
    }

    /// Everybody who has not left.
    pub fn all_staff(&self) -> impl Iterator<Item = &Staff> {
        self.staff.values().filter(|one| !one.left)
    }

    pub fn ticket(&self, ticket: TicketId) -> Option<&Ticket> {
        self.tickets.get(&ticket)
    }

    /// The oldest first.
    pub fn tickets_of(&self, account: AccountId) -> impl Iterator<Item = &Ticket> {
        let ids = self.tickets_of.get(&account).into_iter().flatten();
        ids.filter_map(|id| self.tickets.get(id))
    }

    pub fn is_erased(&self, subject: SubjectId) -> bool {
        self.erased.contains(&subject)
    }

    pub fn clock(&self) -> Option<&ClockKind> {
        self.clock.as_ref()
    }

    pub fn sites(&self) -> &BTreeSet<SiteName> {
        &self.sites
    }

    /// The name that the policy gives to a page, by the path of its address.
    pub fn page_named(&self, path: &str) -> Option<PageName> {
        Some(self.policy.as_ref()?.definition.name_page(path))
    }

    /// The text of this version, whether or not it is still in force.
    pub fn consent(&self, version: &str) -> Option<&Consent> {
        self.consents.get(version)
    }

    /// The text in force for a page in this language: that one, else English, else any.
    pub fn consent_in(&self, language: &str) -> Option<&Consent> {
        let language = language.to_ascii_lowercase();
        let plain = language.split('-').next().unwrap_or_default();
        let in_force = || self.consents.values().filter(|one| one.replaced.is_none());
        let of = |wanted: &str| in_force().find(|one| one.language.as_str() == wanted);
        of(&language).or_else(|| of(plain)).or_else(|| of("en")).or_else(|| in_force().next())
    }

    fn consents_at(&mut self, at: Timestamp, definition: &Definition) {
        let texts = definition.consent_texts();
        let texts: BTreeMap<String, _> = texts
            .iter()
            .map(|(language, text)| (text.version(language), (language, text)))
            .collect();
        for one in self.consents.values_mut().filter(|one| !texts.contains_key(&one.version)) {
            one.replaced.get_or_insert(at);
        }
        for (version, (language, text)) in texts {
            let known = self.consents.entry(version.clone()).or_insert_with(|| Consent {
                version,
                language: language.clone(),
                text: text.clone(),
                since: at,
                replaced: None,
            });
            known.replaced = None;
        }
    }

    /// What entitlement is checked against, with the versions it was read at.
    pub fn facts(
        &self,
        account: Option<AccountId>,
        address: IpAddr,
        topic: &TopicName,
        page: &PageName,
    ) -> Result<Facts, NoFacts> {
        let policy = self.policy.as_ref().ok_or(NoFacts::NoPolicy)?;
        let contract = match account {
            Some(id) => self.accounts.get(&id).ok_or(NoFacts::UnknownAccount(id))?.contract,
            None => policy.definition.anonymous_contract,
        };
        let contract = self.contracts.get(&contract).ok_or(NoFacts::UnknownContract(contract))?;
        let (queue, requirement) = policy
            .definition
            .requires(topic, page, &contract.tier)
            .ok_or_else(|| NoFacts::UnknownTopic(topic.clone()))?;
        let network = self.network_facts(address);
        let signed_out = account.is_none();
        let others = self.contracts.values().filter(|_| signed_out).map(|other| &other.terms);
        let topics = policy.definition.topics.iter().map(|one| &one.topic);
        let elsewhere = Elsewhere::of(
            topic,
            &contract.terms,
            network.as_ref().map(|network| &network.terms),
            others,
            topics.filter(|other| *other != topic),
        );
        Ok(Facts {
            contract: ContractFacts {
                contract: contract.contract,
                version: contract.version,
                tier: contract.tier.clone(),
                terms: contract.terms.clone(),
            },
            network,
            policy_version: policy.version,
            queue,
            requirement,
            elsewhere,
        })
    }
}

impl View for Directory {
    type Changed = Changed;

    const FOLD: Option<(&'static str, u32)> = Some(("directory", 2));

    fn freeze(&self) -> String {
        serde_json::to_string(self).expect("a directory is always JSON")
    }

    fn thaw(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    fn apply(&mut self, whole: &Whole) -> Result<(), DecodeError> {
        for record in &whole.records {
            if !record.kind.starts_with("command.") {
                self.evolve(TenantEvent::decode(&record.kind, &record.data)?, record.time);
            }
        }
        Ok(())
    }

    fn take_changed(&mut self) -> Option<Changed> {
        let changed = std::mem::take(&mut self.changed);
        (changed != Changed::default()).then_some(changed)
    }
}

impl Directory {
    /// Folds one event.
    pub fn evolve(&mut self, event: TenantEvent, at: Timestamp) {
        match event {
            TenantEvent::Account(event) => self.account_event(event),
            TenantEvent::Contract(event) => self.contract_event(event),
            TenantEvent::Network(event) => self.network_event(event),
            TenantEvent::Policy(policy::Event::Published { version, definition }) => {
                self.consents_at(at, &definition);
                self.policy = Some(Arc::new(Policy { version, definition: *definition }));
                self.changed.terms = true;
            }
            TenantEvent::Service(event) => self.service_event(event),
            TenantEvent::Staff(event) => self.staff_event(event),
            TenantEvent::Subject(domain::subject::Event::Erased { subject }) => {
                self.erased.insert(subject);
                self.changed.erased.insert(subject);
                self.changed.accounts.extend(self.account_of.get(&subject));
            }
            TenantEvent::Tenant(tenant::Event::Founded { clock }) => self.clock = Some(clock),
            TenantEvent::Tenant(tenant::Event::SiteOpened { site }) => {
                self.sites.insert(site);
            }
            TenantEvent::Ticket(event) => self.ticket_event(event, at),
            TenantEvent::Command(_) => {}
        }
    }

    fn account_event(&mut self, event: domain::account::Event) {
        let domain::account::Event::Recorded { account, subject, name, contract, source, as_of } =
            event;
        self.changed.accounts.insert(account);
        self.account_of.insert(subject, account);
        self.accounts.insert(account, Account { account, subject, name, contract, source, as_of });
    }

    fn contract_event(&mut self, event: domain::contract::Event) {
        let domain::contract::Event::Defined { contract, version, title, tier, terms } = event;
        self.changed.terms = true;
        self.contracts.insert(contract, Contract { contract, version, title, tier, terms });
    }

    fn network_event(&mut self, event: domain::network::Event) {
        self.changed.terms = true;
        match event {
            domain::network::Event::Defined { network, version, cidr, terms } => {
                let row = Network { network: network.clone(), version, cidr, terms };
                self.networks.insert(network, row);
            }
            domain::network::Event::Removed { network } => {
                self.networks.remove(&network);
            }
        }
    }

    fn service_event(&mut self, event: domain::service::Event) {
        let domain::service::Event::Recorded {
            service,
            account,
            product,
            label,
            status,
            source,
            as_of,
        } = event;
        self.changed.accounts.insert(account);
        let row = Service { service, account, product, label, status, source, as_of };
        if let Some(before) = self.services.insert(service, row)
            && before.account != account
            && let Some(others) = self.services_of.get_mut(&before.account)
        {
            others.remove(&service);
            self.changed.accounts.insert(before.account);
        }
        self.services_of.entry(account).or_default().insert(service);
    }

    fn staff_event(&mut self, event: domain::staff::Event) {
        match event {
            domain::staff::Event::Enrolled {
                staff,
                version,
                name,
                roles,
                site,
                skills,
                capacity,
            } => {
                self.changed.staff.insert(staff);
                let left = false;
                let row = Staff { staff, version, name, roles, site, skills, capacity, left };
                self.staff.insert(staff, row);
            }
            domain::staff::Event::Left { staff } => {
                self.changed.staff.insert(staff);
                if let Some(row) = self.staff.get_mut(&staff) {
                    row.left = true;
                    row.roles.clear();
                }
            }
        }
    }

    fn ticket_event(&mut self, event: ticket::Event, at: Timestamp) {
        match event {
            ticket::Event::Opened { ticket, number, account, subject, service, topic, text } => {
                self.changed.accounts.insert(account);
                self.tickets_of.entry(account).or_default().push(ticket);
                let row = Ticket {
                    ticket,
                    number,
                    account,
                    subject,
                    service,
                    topic,
                    text,
                    state: ticket::State::Open,
                    opened_at: at,
                    changed_at: at,
                    notes: Vec::new(),
                };
                self.tickets.insert(ticket, row);
            }
            ticket::Event::Changed { ticket, state, note } => {
                self.ticket_note(ticket, TicketNote { at, state, text: note });
            }
            ticket::Event::Closed { ticket, note } => {
                let state = ticket::State::Closed;
                self.ticket_note(ticket, TicketNote { at, state, text: note });
            }
        }
    }

    fn ticket_note(&mut self, ticket: TicketId, note: TicketNote) {
        if let Some(row) = self.tickets.get_mut(&ticket) {
            self.changed.accounts.insert(row.account);
            row.state = note.state;
            row.changed_at = note.at;
            row.notes.push(note);
        }
    }
}
