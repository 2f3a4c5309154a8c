//! What the doors have inside: the ports that the server wires, and the few things that all resolvers share.

use std::{net::IpAddr, sync::Arc};

use async_graphql::{Context, Result};
use commands::ports::{
    activity::ActivityLog, bus::CommandBus, clock::Clock, identity::Credentials, sealing::Sealer,
};
use domain::{
    id::{AccountId, NodeName, SiteName, TenantName, VisitId},
    log::Partition,
    site::SiteCommand,
    tenant::TenantCommand,
    time::Timestamp,
};
use futures::future::BoxFuture;
use projections::{
    directory::Directory,
    live::Live,
    ports::{
        activity::ActivitySource, opening::Opener, read_store::ReadStore, source::EventSource,
    },
    tail::Tail,
};
use serde::{Deserialize, Serialize};

use crate::{
    desk::{recording::Looks, signals::Signalling},
    display::{digest::Digests, opened::Opened, register::Register},
    errors::coded,
    gateway::presence::Presence,
    graphql::{
        account::Account,
        page::PageSeen,
        service::Service,
        ticket::{Ticket, TicketNote},
    },
    names::Names,
    pages::Pages,
    sent::Sent,
};

/// Moves a driven clock: fires what is due, and answers when everything has settled.
pub trait ClockDriver: Send + Sync {
    /// The earliest deadline after that.
    fn advance(&self, to: Timestamp) -> BoxFuture<'_, Result<Option<Timestamp>, ClockNotAdvanced>>;
    /// The earliest deadline of any partition.
    fn next_due(&self) -> Option<Timestamp>;
}

#[derive(Debug, thiserror::Error)]
#[error("the clock was not advanced: {0}")]
pub struct ClockNotAdvanced(pub String);

/// The ports, as the server wires them.
pub struct Ports {
    pub tenant: TenantName,
    /// The one site that this process serves.
    pub site: SiteName,
    pub tenant_bus: Arc<dyn CommandBus<TenantCommand>>,
    pub site_bus: Arc<dyn CommandBus<SiteCommand>>,
    pub directory: Tail<Directory>,
    pub live: Tail<Live>,
    pub source: Arc<dyn EventSource>,
    /// `None` where nobody asks for history.
    pub read_store: Option<Arc<dyn ReadStore>>,
    pub sealer: Arc<dyn Sealer>,
    pub opener: Arc<dyn Opener>,
    pub credentials: Arc<dyn Credentials>,
    pub activity_log: Arc<dyn ActivityLog>,
    pub activity_source: Arc<dyn ActivitySource>,
    /// What may be opened for all who share a display.
    pub pages: Pages,
    /// This process, as registers name it.
    pub node: NodeName,
    pub clock: Arc<dyn Clock>,
    /// Only under the driven clock.
    pub clock_driver: Option<Arc<dyn ClockDriver>>,
}

pub struct Inside {
    pub ports: Ports,
    pub names: Names,
    pub sent: Sent,
    pub(crate) register: Register,
    pub(crate) presence: Presence,
    pub(crate) opened: Opened,
    pub(crate) digests: Digests,
    pub(crate) signalling: Signalling,
    pub(crate) looks: Looks,
    pub(crate) read_to: crate::history::ReadTo,
}

/// What is sealed of a page view, as JSON: address and title of the page, and where the customer called from.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Shown {
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub address: Option<IpAddr>,
}

/// The way in for resolvers; every desk request carries it.
pub fn inside<'c>(ctx: &Context<'c>) -> &'c Inside {
    ctx.data_unchecked::<Arc<Inside>>()
}

impl Inside {
    pub fn new(ports: Ports) -> Arc<Self> {
        let names = Names::new(Arc::clone(&ports.opener), ports.directory.clone());
        Arc::new(Self {
            names,
            sent: Sent::default(),
            register: Register::default(),
            presence: Presence::default(),
            opened: Opened::default(),
            digests: Digests::default(),
            signalling: Signalling::default(),
            looks: Looks::default(),
            read_to: crate::history::ReadTo::default(),
            ports,
        })
    }

    /// Partition time as far as the doors know: never behind what has been recorded.
    pub fn now(&self) -> Timestamp {
        let seen = self.ports.live.time().max(self.ports.directory.time());
        self.ports.clock.now().max(seen)
    }

    pub(crate) fn read_store(&self) -> Result<&dyn ReadStore> {
        let none = || coded("UNAVAILABLE", "this process has no read store; ask one with a desk");
        self.ports.read_store.as_deref().ok_or_else(none)
    }

    pub fn site_partition(&self) -> Partition {
        Partition::Site(self.ports.site.clone())
    }

    pub fn tenant_partition(&self) -> Partition {
        Partition::Tenant(self.ports.tenant.clone())
    }

    pub fn topic_title(&self, topic: &domain::id::TopicName) -> String {
        self.ports.directory.read(|directory| {
            let policy = directory.policy();
            let known = policy
                .and_then(|policy| policy.definition.topics.iter().find(|one| one.topic == *topic));
            known.map_or_else(|| topic.to_string(), |one| one.title.clone())
        })
    }

    /// As the policy in force calls it; the name itself where that does not have it any more.
    pub fn title_of_topic(&self, topic: &str) -> String {
        domain::id::TopicName::parse(topic)
            .map_or_else(|_| topic.to_owned(), |topic| self.topic_title(&topic))
    }

    pub fn title_of_queue(&self, queue: &str) -> String {
        let title = self.ports.directory.read(|directory| {
            let queue = domain::id::QueueName::parse(queue).ok()?;
            let known = directory.policy()?.definition.queues.get(&queue)?;
            Some(known.title.clone())
        });
        title.unwrap_or_else(|| queue.to_owned())
    }

    pub fn account(&self, account: AccountId) -> Option<Account> {
        self.ports.directory.read(|directory| {
            let account = directory.account(account)?;
            let contract = directory.contract(account.contract);
            Some(Account {
                id: account.account.0,
                subject: account.subject.0,
                contract_title: contract.map(|one| one.title.clone()).unwrap_or_default(),
                source: account.source.clone(),
                as_of: account.as_of.into(),
            })
        })
    }

    pub async fn services(&self, account: AccountId) -> Result<Vec<Service>> {
        let rows: Vec<_> = self
            .ports
            .directory
            .read(|directory| directory.services_of(account).cloned().collect());
        let mut services = Vec::with_capacity(rows.len());
        for row in rows {
            services.push(Service {
                id: row.service.0,
                label: self.names.open(&row.label).await?,
                product: row.product,
                status: row.status,
                source: row.source,
                as_of: row.as_of.into(),
            });
        }
        Ok(services)
    }

    /// Newest first.
    pub async fn tickets(&self, account: AccountId) -> Result<Vec<Ticket>> {
        let mut rows: Vec<_> =
            self.ports.directory.read(|directory| directory.tickets_of(account).cloned().collect());
        rows.sort_by_key(|row| std::cmp::Reverse(row.number));
        let mut tickets = Vec::with_capacity(rows.len());
        for row in rows {
            tickets.push(self.ticket(row).await?);
        }
        Ok(tickets)
    }

    pub async fn ticket(&self, row: projections::directory::Ticket) -> Result<Ticket> {
        let mut notes = Vec::with_capacity(row.notes.len());
        for note in &row.notes {
            let text = self.names.open_some(note.text.as_ref()).await?;
            notes.push(TicketNote { at: note.at.into(), state: note.state.into(), text });
        }
        Ok(Ticket {
            id: row.ticket.0,
            number: row.number,
            topic_title: self.topic_title(&row.topic),
            topic: row.topic.to_string(),
            state: row.state.into(),
            text: self.names.open(&row.text).await?,
            service: row.service.map(|service| service.0),
            opened_at: row.opened_at.into(),
            changed_at: row.changed_at.into(),
            notes,
        })
    }

    /// The latest pages of a visit, oldest first.
    pub async fn pages(&self, visit: VisitId, last: usize) -> Result<Vec<PageSeen>> {
        let seen = self.ports.activity_source.pages(visit, last).await.map_err(|error| {
            tracing::warn!(visit.id = %visit, error = %error, "pages of a visit were not read");
            coded("UNAVAILABLE", "the visit's pages cannot be read now; try again in a moment")
        })?;
        let mut pages = Vec::with_capacity(seen.len());
        for one in seen {
            let shown = self.shown(&one.shown).await?;
            let some = |text: String| (!text.is_empty()).then_some(text);
            pages.push(PageSeen {
                at: one.time.into(),
                page: one.page.to_string(),
                title: shown.as_ref().and_then(|shown| some(shown.title.clone())),
                url: shown.and_then(|shown| some(shown.url)),
            });
        }
        Ok(pages)
    }

    /// Where the visit called from when it showed its latest page.
    pub async fn address_of(&self, visit: VisitId) -> Result<Option<String>> {
        let seen = self.ports.activity_source.pages(visit, 1).await.map_err(|error| {
            tracing::warn!(visit.id = %visit, error = %error, "a visit's address was not read");
            coded("UNAVAILABLE", "the visit's address cannot be read now; try again in a moment")
        })?;
        let Some(latest) = seen.last() else { return Ok(None) };
        let shown = self.shown(&latest.shown).await?;
        Ok(shown.and_then(|shown| shown.address).map(|address| address.to_string()))
    }

    async fn shown(&self, sealed: &domain::sealed::Sealed<String>) -> Result<Option<Shown>> {
        let opened = self.names.open(sealed).await?;
        Ok(opened.map(|json| serde_json::from_str(&json).unwrap_or_default()))
    }
}
