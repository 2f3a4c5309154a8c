//! Drives a driven clock: one deadline after the other, each only when everything before it has settled.

use std::{sync::Arc, time::Duration};

use anyhow::bail;
use api::inside::{ClockDriver, ClockNotAdvanced};
use domain::{
    log::{Partition, Seq},
    time::Timestamp,
};
use futures::future::BoxFuture;
use infra::clock::Driven;
use tokio::time::timeout;

use super::{
    buses::Buses, buses::Counted, decide::Deciders, engine::Engine, engine::Views,
    policies::Policies,
};
use crate::settings::Names;

/// Of real time; nothing that settles takes this long.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);
/// How often the folds are looked at while they catch up.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

pub(crate) struct Driver {
    engine: Arc<Engine>,
    deciders: Deciders,
    views: Views,
    policies: Policies,
    partitions: [Partition; 2],
    driven: Arc<Driven>,
}

impl Driver {
    /// `None`: it drives only what is all in one process.
    pub(crate) fn new(engine: &Arc<Engine>, names: &Names, driven: Arc<Driven>) -> Option<Self> {
        Some(Self {
            deciders: engine.deciders.clone()?,
            views: engine.views.clone()?,
            policies: engine.policies.clone()?,
            partitions: names.partitions(),
            engine: Arc::clone(engine),
            driven,
        })
    }

    /// Fires what is due up to `to`, in order, and resolves when everybody has read it: the next deadline, if any.
    async fn go_on(&self, to: Timestamp) -> anyhow::Result<Option<Timestamp>> {
        loop {
            self.settle().await?;
            let due = self.earliest_due();
            match due {
                Some(due) if due <= to => self.driven.advance(due),
                _ if self.now() < to => self.driven.advance(to),
                _ => return Ok(due),
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.engine.clock.now()
    }

    fn earliest_due(&self) -> Option<Timestamp> {
        let each = self.deciders.each().into_iter();
        each.filter_map(|(_, one)| one.progress.borrow().next_due).min()
    }

    /// Every command sent is decided, everything due is fired, every policy and fold has read it.
    async fn settle(&self) -> anyhow::Result<()> {
        let settled = async {
            while !self.is_settled() {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        if timeout(SETTLED_WITHIN, settled).await.is_err() {
            bail!("what was due has not settled within {} s", SETTLED_WITHIN.as_secs());
        }
        Ok(())
    }

    fn is_settled(&self) -> bool {
        let Self { views, policies, partitions: [tenant, site], .. } = self;
        let Buses { tenant: to_tenant, site: to_site } = &views.buses;
        let read_by = |tails: [Seq; 2]| move |seq: Seq| tails.into_iter().all(|at| at >= seq);
        let tenants = [views.directory.position().seq, policies.tenant.position().seq];
        let sites = [views.live.position().seq, policies.site.position().seq];
        self.decided(tenant, to_tenant).is_some_and(read_by(tenants))
            && self.decided(site, to_site).is_some_and(read_by(sites))
            && policies.lacking().is_empty()
    }

    /// The partition's last record, if nothing more comes of itself now.
    fn decided<C>(&self, partition: &Partition, bus: &Counted<C>) -> Option<Seq> {
        let sent = bus.sent();
        let now = self.now();
        let progress = self.deciders.progress(partition)?.borrow().clone();
        let idle = progress.owns
            && progress.in_flight == 0
            && progress.taken >= sent
            && progress.next_due.is_none_or(|due| due > now);
        idle.then_some(progress.seq)
    }
}

impl ClockDriver for Driver {
    fn advance(&self, to: Timestamp) -> BoxFuture<'_, Result<Option<Timestamp>, ClockNotAdvanced>> {
        let advanced = self.go_on(to);
        Box::pin(async { advanced.await.map_err(|error| ClockNotAdvanced(error.to_string())) })
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.earliest_due()
    }
}
