//! The engine without doors: for commands of the operator while no server runs.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{clock, engine::Engine, founding::Tenant, stores::Stores};
use crate::{
    settings::{DataDir, Names},
    tasks::Tasks,
};

/// The last decisions are in the log within this time.
const SETTLE_SECS: u64 = 10;

/// Opens the data directory, lets `act` give the tenant its commands, and closes it again.
pub(crate) async fn offline<T, F: Future<Output = anyhow::Result<T>>>(
    data_dir: &DataDir,
    names: &Names,
    act: impl FnOnce(Arc<Stores>, Tenant) -> F,
) -> anyhow::Result<T> {
    let stores = Arc::new(Stores::open(data_dir, None)?);
    let clocks = clock::choose(&*stores.log, &names.partitions(), None).await?;
    let stop = CancellationToken::new();
    let mut tasks = Tasks::new(stop.clone());
    let engine = Engine::start(&stores.ground(&clocks), names, &mut tasks, &stop);
    let acted = async {
        engine.ready().await?;
        act(stores, engine.orders()).await
    };
    let acted = tokio::select! {
        acted = acted => acted,
        failed = tasks.until_stopped() => Err(failed.err().unwrap_or_else(|| anyhow::anyhow!("stopped"))),
    };
    tasks.drain(Duration::from_secs(SETTLE_SECS)).await?;
    acted
}
