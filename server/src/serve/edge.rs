//! A process that is an edge and nothing else: no data directory, no log, no key but that of its own certificate.

use std::{sync::Arc, time::Duration};

use api::{
    Sockets,
    door::remote::RemoteDoor,
    health::{self, Check, Readiness},
};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::{
    doors::{edge_settings, with_metrics},
    link::{self, Linked},
    listener::Listeners,
};
use crate::{assets, settings::Settings, tasks::Tasks};

/// After the last request the link is closed within this time.
const UNLINK_SECS: u64 = 2;

/// It may take traffic while a gateway is linked.
struct Ready(Arc<Linked>);

impl Readiness for Ready {
    fn checks(&self) -> Vec<Check> {
        vec![self.0.check()]
    }
}

pub(super) async fn serve(
    settings: &Settings,
    metrics: PrometheusHandle,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let listeners = Listeners::bind(settings).await?;
    let post = link::listen(&settings.link).await?;
    info!(link = %post.address(), "waiting for gateways");
    let linked = Arc::new(Linked(post.posted()));

    // What is under way when the doors close still needs the link.
    let unlink = CancellationToken::new();
    let mut link_tasks = Tasks::new(unlink.clone());
    link_tasks.spawn("link", async move {
        post.run(unlink).await;
        Ok(())
    });

    let addresses = listeners.addresses();
    let sockets = Sockets::new(stop.clone());
    let readiness: Arc<dyn Readiness> = Arc::new(Ready(Arc::clone(&linked)));
    let edge = api::edge_router(
        RemoteDoor::new(linked),
        Arc::clone(&readiness),
        edge_settings(settings, &addresses, &sockets),
    );
    let mut door_tasks = Tasks::new(stop.clone());
    if let Some(listener) = listeners.edge {
        let router = edge.fallback_service(assets::edge());
        door_tasks.spawn("edge", listener.serve(router, stop.clone()));
    }
    if let Some(listener) = listeners.ops {
        let router = with_metrics(health::router(readiness), metrics);
        door_tasks.spawn("ops", listener.serve(router, stop.clone()));
    }
    door_tasks.spawn("sockets", async move {
        stop.cancelled().await;
        sockets.closed().await;
        Ok(())
    });
    addresses.announce(settings);

    let ended = tokio::select! {
        ended = door_tasks.until_stopped() => ended,
        failed = link_tasks.until_stopped() => failed,
    };
    let drained = door_tasks.drain(Duration::from_secs(settings.drain_secs)).await;
    let unlinked = link_tasks.drain(Duration::from_secs(UNLINK_SECS)).await;
    info!("stopped");
    ended.and(drained).and(unlinked)
}
