//! When to stop: the signals of an operator or a service manager.

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::info;

/// Cancels `stop` at the first SIGTERM or SIGINT. More of them change nothing: how long a stop takes is limited.
#[expect(
    clippy::disallowed_methods,
    reason = "before there are tasks to watch; it ends with the process"
)]
pub(crate) fn on_signals(stop: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be handled")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be handled")?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        info!("stopping");
        stop.cancel();
        std::future::pending::<()>().await;
    });
    Ok(())
}
