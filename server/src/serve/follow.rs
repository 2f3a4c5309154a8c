//! Runs the policies: whenever tenant or site change, what the site lacks is sent to it.

use std::{sync::Arc, time::Duration};

use commands::{policy::follow_tenant, ports::bus::CommandBus as _};
use domain::{command::Envelope, site::SiteCommand};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::engine::Engine;

/// What was sent and has not led anywhere is looked at again after this long.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

pub(crate) async fn run(engine: Arc<Engine>, stop: CancellationToken) -> anyhow::Result<()> {
    let mut tenant = engine.tenant.state.changes();
    let mut site = engine.site.state.changes();
    engine.tenant.state.caught_up().await;
    engine.site.state.caught_up().await;
    loop {
        for envelope in lacking(&engine) {
            if let Err(error) = engine.site.bus.send(envelope).await {
                warn!(%error, "a policy's command was not sent; it will be again");
                break;
            }
        }
        tokio::select! {
            _ = tenant.next() => {}
            _ = site.next() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}

/// What the site still has to be told.
pub(crate) fn lacking(engine: &Engine) -> Vec<Envelope<SiteCommand>> {
    let now = engine.clock.now().max(engine.site.state.time());
    engine.tenant.state.read(|tenant| {
        let tell = |site: &projections::state::State<_>| {
            follow_tenant(tenant.root(), &engine.site_name, site.root(), now)
        };
        engine.site.state.read(tell)
    })
}
