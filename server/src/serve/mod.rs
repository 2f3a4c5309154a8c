//! `lockstep serve`: every role in one process, wired together, until it is told to stop.

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use api::Sockets;
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::{
    demo::{self, identity::Company, seed::Seed},
    settings::Settings,
    tasks::Tasks,
    telemetry,
};

mod clock;
mod doors;
mod driver;
mod engine;
mod follow;
pub(crate) mod founding;
mod listener;
mod offline;
mod orders;
mod readiness;
mod stop;
mod stores;

use doors::Behind;
use engine::Engine;
use listener::Listener;
pub(crate) use offline::offline;
use stores::Stores;

/// The deciders' last decisions are in the log within this time of the doors' end.
const SETTLE_SECS: u64 = 10;

pub(crate) fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    settings.check()?;
    telemetry::logging(&settings.log, settings.log_format)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime could not be started")?;
    runtime.block_on(serve(settings))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    stop::on_signals(stop.clone())?;
    let metrics = telemetry::metrics()?;
    let stores = Stores::open(&settings.data_dir, settings.log_mib_max)?;
    let partitions = settings.names.partitions();
    let clocks = clock::choose(&*stores.log, &partitions, Some(settings.clock)).await?;

    let edge = Listener::bind("--edge", settings.edge).await?;
    let desk = Listener::bind("--desk", settings.desk).await?;
    let demo_site = if settings.demo {
        Some(Listener::bind("--demo-site", settings.demo_site).await?)
    } else {
        None
    };

    let engine_stop = CancellationToken::new();
    let mut engine_tasks = Tasks::new(engine_stop.clone());
    let ground = stores.ground(&clocks);
    let engine = Engine::start(&ground, &settings.names, &mut engine_tasks, &engine_stop);

    let begun = tokio::select! {
        begun = begin(&settings, &stores, &clocks, &engine) => begun,
        failed = engine_tasks.until_stopped() => failed,
        () = stop.cancelled() => return engine_tasks.drain(Duration::from_secs(SETTLE_SECS)).await,
    };
    begun?;

    let mut door_tasks = Tasks::new(stop.clone());
    let addresses = doors::Addresses {
        edge: edge.address(),
        desk: desk.address(),
        demo_site: demo_site.as_ref().map(Listener::address),
    };
    let company = if settings.demo {
        Some(Company::open(&stores.data_dir, Arc::clone(&clocks.clock))?)
    } else {
        None
    };
    let sockets = Sockets::new(stop.clone());
    let doors = Behind {
        settings: &settings,
        stores: &stores,
        clocks: &clocks,
        engine: &engine,
        company: company.as_ref(),
        addresses: &addresses,
        metrics,
        sockets: &sockets,
    };
    let doors = doors.open()?;
    let closing = (stop.clone(), sockets.clone());
    door_tasks.spawn("sockets", async move {
        let (stop, sockets) = closing;
        stop.cancelled().await;
        sockets.closed().await;
        Ok(())
    });
    door_tasks.spawn("edge", edge.serve(doors.edge, stop.clone()));
    door_tasks.spawn("desk", desk.serve(doors.desk, stop.clone()));
    if let (Some(listener), Some(company)) = (demo_site, company) {
        let edge_url = addresses.edge_url(&settings);
        let router = demo::site::router(company, &edge_url, settings.names.site.as_str());
        door_tasks.spawn("demo site", listener.serve(router, stop.clone()));
    }
    addresses.announce(&settings);

    let ended = tokio::select! {
        ended = door_tasks.until_stopped() => ended,
        failed = engine_tasks.until_stopped() => failed,
    };
    let drained = door_tasks.drain(Duration::from_secs(settings.drain_secs)).await;
    let settled = engine_tasks.drain(Duration::from_secs(SETTLE_SECS)).await;
    info!("stopped");
    ended.and(drained).and(settled)
}

/// Owning, hydrated, founded: what the doors need behind them.
async fn begin(
    settings: &Settings,
    stores: &Stores,
    clocks: &clock::Clocks,
    engine: &Engine,
) -> anyhow::Result<()> {
    engine.ready().await?;
    let tenant = engine.orders();
    founding::found(&tenant, clocks.kind.clone(), &settings.names.site).await?;
    if settings.demo {
        let seed = Seed {
            tenant: &tenant,
            sealer: &*stores.keys,
            credentials: &*stores.keys,
            site: &settings.names.site,
            now: clocks.clock.now(),
        };
        seed.plant().await?;
    }
    founding::first_administrator(&tenant, &*stores.keys, &*stores.keys, &stores.data_dir, settings)
        .await
}
