//! A tenant: everything of a company that is not live work, decided in one partition.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    account::{self, Account, Accounts},
    command::{Context, refusals},
    contract::{self, Contract, Contracts},
    event::DecodeError,
    id::{AccountId, ContractId, SiteName, SubjectId},
    network::{self, Networks},
    partition::Root,
    policy::{self, Policy},
    service::{self, Services},
    staff::{self, Staff},
    subject::{self, Erased},
    text,
    ticket::{self, Tickets},
    time::{Deadline, Timestamp},
};

pub const SITES_MAX: usize = 1_000;
/// Of anything that has a title.
pub const TITLE_CHARS_MAX: usize = 120;
/// A scaled clock runs at most this many times as fast.
pub const CLOCK_FACTOR_MAX: f64 = 100_000.0;

pub(crate) fn is_title(text: &str) -> bool {
    text::parse(text, text::Shape::Line, TITLE_CHARS_MAX).is_ok()
}

/// What partition time follows; recorded once, another kind is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    Real,
    /// origin + factor × elapsed.
    Scaled {
        origin: Timestamp,
        factor: f64,
    },
    /// The last time set.
    Driven,
}

/// All that is known of a tenant, folded from its partition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tenant {
    clock: Option<ClockKind>,
    sites: BTreeSet<SiteName>,
    accounts: Accounts,
    contracts: Contracts,
    networks: Networks,
    services: Services,
    tickets: Tickets,
    staff: Staff,
    policy: Option<Policy>,
    erased: Erased,
}

impl Tenant {
    /// `None` before the tenant is founded.
    pub fn clock(&self) -> Option<&ClockKind> {
        self.clock.as_ref()
    }

    pub fn sites(&self) -> &BTreeSet<SiteName> {
        &self.sites
    }

    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    pub fn account(&self, account: AccountId) -> Option<&Account> {
        self.accounts.get(&account)
    }

    pub fn contracts(&self) -> &Contracts {
        &self.contracts
    }

    pub fn contract(&self, contract: ContractId) -> Option<&Contract> {
        self.contracts.get(&contract)
    }

    /// Those removed too.
    pub fn networks(&self) -> &Networks {
        &self.networks
    }

    pub fn services(&self) -> &Services {
        &self.services
    }

    pub fn tickets(&self) -> &Tickets {
        &self.tickets
    }

    /// Those who left too.
    pub fn staff(&self) -> &Staff {
        &self.staff
    }

    /// `None` before the first is published.
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    pub fn erased(&self) -> &Erased {
        &self.erased
    }

    pub fn is_erased(&self, subject: SubjectId) -> bool {
        self.erased.contains(&subject)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Fixes the kind of clock; another kind later is refused.
    Found {
        clock: ClockKind,
    },
    OpenSite {
        site: SiteName,
    },
}

events! { "tenant" =>
    Founded = "tenant.founded" @ 1 { clock: ClockKind },
    SiteOpened = "tenant.site_opened" @ 1 { site: SiteName },
}

sum_of_events! {
    /// Everything that a tenant's partition holds.
    TenantEvent {
        Account(account), Command(command), Contract(contract), Network(network), Policy(policy), Service(service),
        Staff(staff), Subject(subject), Tenant(tenant), Ticket(ticket),
    }
}

/// Everything that a tenant's partition is asked to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum TenantCommand {
    Account(crate::account::Command),
    Contract(crate::contract::Command),
    Network(crate::network::Command),
    Policy(crate::policy::Command),
    Service(crate::service::Command),
    Staff(crate::staff::Command),
    Subject(crate::subject::Command),
    Tenant(Command),
    Ticket(crate::ticket::Command),
}

macro_rules! tenant_command_from {
    ($($variant:ident($command:ty)),* $(,)?) => {$(
        impl From<$command> for TenantCommand {
            fn from(command: $command) -> Self {
                Self::$variant(command)
            }
        }
    )*};
}

tenant_command_from! {
    Account(account::Command), Contract(contract::Command), Network(network::Command), Policy(policy::Command),
    Service(service::Command), Staff(staff::Command), Subject(subject::Command), Tenant(Command), Ticket(ticket::Command),
}

refusals! { "tenant" =>
    OtherClock = "other_clock", "this data was begun with another kind of clock; start with that one, or with an empty data directory";
    ClockFactor with { most = CLOCK_FACTOR_MAX } = "clock_factor", "a clock cannot run that many times as fast; choose a factor above 0 up to {CLOCK_FACTOR_MAX}";
    TooManySites with { most = SITES_MAX } = "too_many_sites", "there are {SITES_MAX} sites already";
}

fn decide(tenant: &Tenant, command: Command) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Found { clock: ClockKind::Scaled { factor, .. } }
            if !(factor > 0.0 && factor <= CLOCK_FACTOR_MAX) =>
        {
            Err(Refusal::ClockFactor)
        }
        Command::Found { clock } => match &tenant.clock {
            None => Ok(vec![Event::Founded { clock }]),
            Some(held) if *held == clock => Ok(vec![]),
            Some(_) => Err(Refusal::OtherClock),
        },
        Command::OpenSite { site } if tenant.sites.contains(&site) => Ok(vec![]),
        Command::OpenSite { .. } if tenant.sites.len() >= SITES_MAX => Err(Refusal::TooManySites),
        Command::OpenSite { site } => Ok(vec![Event::SiteOpened { site }]),
    }
}

fn evolve(tenant: &mut Tenant, event: &Event) {
    match event.clone() {
        Event::Founded { clock } => tenant.clock = Some(clock),
        Event::SiteOpened { site } => {
            tenant.sites.insert(site);
        }
    }
}

/// Nothing of a tenant falls due by itself: no state here is pending work.
impl Root for Tenant {
    type Command = TenantCommand;
    type Event = TenantEvent;

    fn decide(
        &mut self,
        context: &Context,
        command: TenantCommand,
    ) -> Result<Vec<TenantEvent>, crate::command::Refusal> {
        fn all<E: Into<TenantEvent>>(events: Vec<E>) -> Vec<TenantEvent> {
            events.into_iter().map(Into::into).collect()
        }
        let events = match command {
            TenantCommand::Account(command) => all(account::decide(self, command)?),
            TenantCommand::Contract(command) => all(contract::decide(self, command)?),
            TenantCommand::Network(command) => all(network::decide(self, command)?),
            TenantCommand::Policy(command) => all(policy::decide(self, command)?),
            TenantCommand::Service(command) => all(service::decide(self, command)?),
            TenantCommand::Staff(command) => all(staff::decide(self, command)?),
            TenantCommand::Subject(command) => all(subject::decide(&self.erased, &command)),
            TenantCommand::Tenant(command) => all(decide(self, command)?),
            TenantCommand::Ticket(command) => all(ticket::decide(self, context, command)?),
        };
        for event in &events {
            self.evolve(event, context.now);
        }
        Ok(events)
    }

    fn evolve(&mut self, event: &TenantEvent, at: Timestamp) {
        match event {
            TenantEvent::Account(event) => account::evolve(&mut self.accounts, event),
            TenantEvent::Command(_) => {}
            TenantEvent::Contract(event) => contract::evolve(&mut self.contracts, event),
            TenantEvent::Network(event) => network::evolve(&mut self.networks, event),
            TenantEvent::Policy(event) => policy::evolve(&mut self.policy, event),
            TenantEvent::Service(event) => service::evolve(&mut self.services, event),
            TenantEvent::Staff(event) => staff::evolve(&mut self.staff, event),
            TenantEvent::Subject(event) => subject::evolve(&mut self.erased, event),
            TenantEvent::Tenant(event) => evolve(self, event),
            TenantEvent::Ticket(event) => ticket::evolve(&mut self.tickets, event, at),
        }
    }

    fn next_due(&self) -> Option<Deadline> {
        None
    }

    fn fire(&mut self, _: &Context) -> Vec<TenantEvent> {
        vec![]
    }

    const FOLD: Option<u32> = Some(1);

    fn freeze(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a tenant's state is always JSON")
    }

    fn thaw(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    fn kind(event: &TenantEvent) -> (&'static str, u32) {
        event.kind()
    }

    fn encode(event: &TenantEvent) -> Vec<u8> {
        event.encode()
    }

    fn decode(kind: &str, data: &[u8]) -> Result<TenantEvent, DecodeError> {
        TenantEvent::decode(kind, data)
    }

    fn meta(event: crate::command::Event) -> TenantEvent {
        TenantEvent::Command(event)
    }
}

#[cfg(test)]
#[path = "tenant_tests.rs"]
pub(crate) mod tests;
