//! The doors: what customers, staff and machines reach over HTTP, with everything behind them put together.

use std::net::SocketAddr;

use axum::{Router, routing::get};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::{Stores, clock::Clocks, engine::Engine};
use crate::{assets, demo::identity::Company, settings::Settings};

/// Where the listeners are.
pub(super) struct Addresses {
    pub(super) edge: SocketAddr,
    pub(super) desk: SocketAddr,
    pub(super) demo_site: Option<SocketAddr>,
}

impl Addresses {
    /// The edge as customers' browsers see it.
    pub(super) fn edge_url(&self, settings: &Settings) -> String {
        settings.edge_url.clone().unwrap_or_else(|| format!("http://{}", self.edge))
    }

    /// Said once, when everything works.
    pub(super) fn announce(&self, settings: &Settings) {
        let demo_site = self.demo_site.map(tracing::field::display);
        info!(edge = %self.edge, desk = %self.desk, demo_site, clock = %settings.clock, "ready");
    }
}

pub(super) struct Doors {
    pub(super) edge: Router,
    pub(super) desk: Router,
}

#[expect(clippy::too_many_arguments, reason = "the one place where everything meets")]
pub(super) fn open(
    settings: &Settings,
    stores: &Stores,
    clocks: &Clocks,
    engine: &Engine,
    company: Option<&Company>,
    addresses: &Addresses,
    metrics: PrometheusHandle,
    stop: &CancellationToken,
) -> anyhow::Result<Doors> {
    let metrics = Router::new().route("/metrics", get(move || async move { metrics.render() }));
    Ok(Doors { edge: assets::edge(), desk: metrics.fallback_service(assets::desk()) })
}
