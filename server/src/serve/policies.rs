//! The role that carries out what crosses partitions: whenever tenant or site change, what the site lacks is sent to
//! it.

use std::{sync::Arc, time::Duration};

use commands::{
    policy::{follow_tenant, recheck_callbacks},
    ports::{bus::CommandBus, clock::Clock},
};
use domain::{
    command::Envelope,
    id::SiteName,
    site::{Site, SiteCommand},
    tenant::Tenant,
};
use projections::{state::State, tail::Tail};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::engine::{Start, is_whole};
use crate::settings::Names;

/// What was sent and has not led anywhere is looked at again after this long.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub(crate) struct Policies {
    pub(crate) tenant: Tail<State<Tenant>>,
    pub(crate) site: Tail<State<Site>>,
    site_name: SiteName,
    clock: Arc<dyn Clock>,
}

impl Policies {
    pub(super) fn start<B: CommandBus<SiteCommand> + 'static>(
        start: &mut Start<'_>,
        names: &Names,
        bus: &Arc<B>,
    ) -> Self {
        let [tenant, site] = names.partitions();
        let policies = Self {
            tenant: start.tail("tenant's state", tenant),
            site: start.tail("site's state", site),
            site_name: names.site.clone(),
            clock: Arc::clone(start.clock),
        };
        let run = policies.clone().run(Arc::clone(bus), start.stop.clone());
        start.tasks.spawn("policies", run);
        policies
    }

    pub(super) async fn caught_up(&self) -> anyhow::Result<()> {
        is_whole(self.tenant.caught_up().await)?;
        is_whole(self.site.caught_up().await)
    }

    async fn run(
        self,
        bus: Arc<impl CommandBus<SiteCommand>>,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let mut tenant = self.tenant.changes();
        let mut site = self.site.changes();
        self.tenant.caught_up().await;
        self.site.caught_up().await;
        let mut terms_are_new = true;
        loop {
            let mut lacking = self.lacking();
            if std::mem::take(&mut terms_are_new) {
                lacking.extend(self.to_recheck());
            }
            for envelope in lacking {
                if let Err(error) = bus.send(envelope).await {
                    warn!(%error, "a policy's command was not sent; it will be again");
                    break;
                }
            }
            tokio::select! {
                _ = tenant.next() => terms_are_new = true,
                _ = site.next() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => terms_are_new = true,
                () = stop.cancelled() => return Ok(()),
            }
        }
    }

    /// Open callbacks whose terms have changed.
    fn to_recheck(&self) -> Vec<Envelope<SiteCommand>> {
        let now = self.clock.now().max(self.site.time());
        self.tenant.read(|tenant| {
            self.site.read(|site| recheck_callbacks(tenant.root(), site.root(), now))
        })
    }

    /// What the site still has to be told.
    pub(crate) fn lacking(&self) -> Vec<Envelope<SiteCommand>> {
        let now = self.clock.now().max(self.site.time());
        self.tenant.read(|tenant| {
            self.site.read(|site| follow_tenant(tenant.root(), &self.site_name, site.root(), now))
        })
    }
}
