//! When to stop: the signals of an operator or a service manager.

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::info;

/// Cancels `stop` at the first SIGTERM or SIGINT; the second ends the process at once.
pub(crate) fn on_signals(stop: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be handled")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be handled")?;
    tokio::spawn(async move {
        for count in 0_u8.. {
            tokio::select! {
                _ = terminate.recv() => {},
                _ = interrupt.recv() => {},
            }
            if count > 0 {
                info!("stopping at once");
                std::process::exit(1);
            }
            info!("stopping; a second signal stops at once");
            stop.cancel();
        }
    });
    Ok(())
}
