//! The engine without doors: for commands of the operator while no server runs.

use std::time::Duration;

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::{
    clock,
    engine::Engine,
    founding::Tenant,
    ground::{Ground, Keys},
};
use crate::{
    settings::{DataDir, Names, Roles},
    tasks::Tasks,
};

/// The last decisions are in the log within this time.
const SETTLE_SECS: u64 = 10;

/// Opens the data directory, lets `act` give the tenant its commands, and closes it again.
pub(crate) async fn offline<T, F: Future<Output = anyhow::Result<T>>>(
    data_dir: &DataDir,
    names: &Names,
    act: impl FnOnce(Keys, Tenant) -> F,
) -> anyhow::Result<T> {
    let ground = Ground::embedded(data_dir)?;
    let clock = clock::choose(&*ground.log, &names.partitions(), None).await?.clock;
    let stop = CancellationToken::new();
    let mut tasks = Tasks::new(stop.clone());
    let engine = Engine::start(&ground, &clock, names, &Roles::all(), &mut tasks, &stop).await?;
    let acted = async {
        engine.ready().await?;
        let views = engine.views.as_ref().context("all roles are here")?;
        let private = ground.private.as_ref().context("all roles are here")?;
        act(private.keys.clone(), views.orders(&engine)).await
    };
    let acted = tokio::select! {
        acted = acted => acted,
        failed = tasks.until_stopped() => Err(failed.err().unwrap_or_else(|| anyhow::anyhow!("stopped"))),
    };
    tasks.drain(Duration::from_secs(SETTLE_SECS)).await?;
    acted
}
