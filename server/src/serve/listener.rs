//! A listener: bound before anything is said to be ready, drained before the process ends.

use std::net::SocketAddr;

use anyhow::Context as _;
use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::doors::Addresses;
use crate::settings::{Role, Settings};

/// The listeners that the roles of this process need.
pub(super) struct Listeners {
    pub(super) edge: Option<Listener>,
    pub(super) desk: Option<Listener>,
    pub(super) mirror: Option<Listener>,
    /// Health and metrics, where no desk answers for them.
    pub(super) ops: Option<Listener>,
    /// Only with `--demo`.
    pub(super) demo_site: Option<Listener>,
}

impl Listeners {
    pub(super) async fn bind(settings: &Settings) -> anyhow::Result<Self> {
        let roles = &settings.roles;
        let demo_site = (settings.demo && roles.has(Role::Desk)).then_some(settings.demo_site);
        Ok(Self {
            edge: bind("--edge", roles.has(Role::Edge).then_some(settings.edge)).await?,
            desk: bind("--desk", roles.has(Role::Desk).then_some(settings.desk)).await?,
            mirror: bind("--mirror", roles.has(Role::Desk).then_some(settings.mirror)).await?,
            ops: bind("--ops", roles.ops).await?,
            demo_site: bind("--demo-site", demo_site).await?,
        })
    }

    pub(super) fn addresses(&self) -> Addresses {
        let address = |listener: &Option<Listener>| listener.as_ref().map(Listener::address);
        Addresses {
            edge: address(&self.edge),
            desk: address(&self.desk),
            mirror: address(&self.mirror),
            ops: address(&self.ops),
            demo_site: address(&self.demo_site),
        }
    }
}

async fn bind(flag: &str, address: Option<SocketAddr>) -> anyhow::Result<Option<Listener>> {
    match address {
        Some(address) => Listener::bind(flag, address).await.map(Some),
        None => Ok(None),
    }
}

pub(crate) struct Listener {
    tcp: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// `flag` is what the operator changes when the address is taken.
    pub(crate) async fn bind(flag: &str, address: SocketAddr) -> anyhow::Result<Self> {
        let tcp = TcpListener::bind(address).await.with_context(|| {
            format!("nothing can listen at {address}; free it or choose another with {flag}")
        })?;
        let address = tcp.local_addr().context("a listener knows its own address")?;
        Ok(Self { tcp, address })
    }

    /// With the port that the system chose if the setting says 0.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// After `stop` no connection is accepted, and requests in flight are finished.
    pub(crate) async fn serve(self, router: Router, stop: CancellationToken) -> anyhow::Result<()> {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(self.tcp, service).with_graceful_shutdown(stop.cancelled_owned()).await?;
        Ok(())
    }
}
