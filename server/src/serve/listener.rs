//! A listener: bound before anything is said to be ready, drained before the process ends.

use std::net::SocketAddr;

use anyhow::Context as _;
use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

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
