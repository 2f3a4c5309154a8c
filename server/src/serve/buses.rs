//! The ways of commands to the two partitions that this process knows.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicU64, Ordering},
};

use commands::ports::bus::{BusError, CommandBus, CommandQueue};
use domain::{command::Envelope, log::Partition, site::SiteCommand, tenant::TenantCommand};
use futures::future::BoxFuture;
use infra::memory::bus::bus;

use super::decide::Deciders;

#[derive(Clone)]
pub(crate) struct Buses {
    pub(crate) tenant: Arc<Counted<TenantCommand>>,
    pub(crate) site: Arc<Counted<SiteCommand>>,
}

/// The other ends, where they are in this process.
pub(crate) struct Queues {
    pub(super) tenant: Box<dyn CommandQueue<TenantCommand>>,
    pub(super) site: Box<dyn CommandQueue<SiteCommand>>,
}

/// Both ends in this process.
pub(super) fn here() -> (Buses, Option<Queues>) {
    let (tenant, tenant_queue) = bus();
    let (site, site_queue) = bus();
    let buses = Buses {
        tenant: Arc::new(Counted::new(Box::new(tenant))),
        site: Arc::new(Counted::new(Box::new(site))),
    };
    let queues = Queues { tenant: Box::new(tenant_queue), site: Box::new(site_queue) };
    (buses, Some(queues))
}

impl Buses {
    /// What is in the way of the deciders in this process is told to who sends.
    pub(super) fn listen_to(&self, deciders: &Deciders, partitions: &[Partition; 2]) {
        let [tenant, site] = partitions;
        self.tenant.listen_to(deciders, tenant);
        self.site.listen_to(deciders, site);
    }
}

/// A bus that knows how many commands went in (a driven clock waits until as many were taken), and takes none while
/// nobody can decide them.
pub(crate) struct Counted<C> {
    bus: Box<dyn CommandBus<C>>,
    sent: AtomicU64,
    decider: OnceLock<(Deciders, Partition)>,
}

impl<C> Counted<C> {
    pub(super) fn new(bus: Box<dyn CommandBus<C>>) -> Self {
        Self { bus, sent: AtomicU64::new(0), decider: OnceLock::new() }
    }

    fn listen_to(&self, deciders: &Deciders, partition: &Partition) {
        self.decider.get_or_init(|| (deciders.clone(), partition.clone()));
    }

    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Acquire)
    }

    fn trouble(&self) -> Option<String> {
        let (deciders, partition) = self.decider.get()?;
        deciders.trouble(partition)
    }
}

impl<C: Send> CommandBus<C> for Counted<C> {
    fn send(&self, command: Envelope<C>) -> BoxFuture<'_, Result<(), BusError>> {
        Box::pin(async move {
            if let Some(trouble) = self.trouble() {
                return Err(BusError::Trouble(trouble));
            }
            self.sent.fetch_add(1, Ordering::AcqRel);
            let sent = self.bus.send(command).await;
            if sent.is_err() {
                self.sent.fetch_sub(1, Ordering::AcqRel);
            }
            sent
        })
    }
}
