//! `lockstep serve`: the roles of this process, wired together, until it is told to stop.

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use api::{
    Sockets,
    display::{digest, register::tell_who_leaves},
    gateway::presence::tell_who_is_gone,
    inside::Inside,
};
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::{
    demo::{self, identity::Company, seed::Seed},
    settings::{Role, Settings},
    tasks::Tasks,
    telemetry,
};

mod alarm;
mod buses;
mod clock;
mod cluster;
mod decide;
mod doors;
mod driver;
mod edge;
mod engine;
pub(crate) mod founding;
mod ground;
mod link;
mod listener;
mod offline;
mod orders;
mod policies;
mod readiness;
mod stop;

use doors::Behind;
use engine::Engine;
use ground::{Ground, Keys};
use link::Dialled;
use listener::Listeners;
pub(crate) use offline::offline;

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
    if settings.roles.are_outside() {
        return edge::serve(&settings, metrics, stop).await;
    }
    let ground = Ground::open(&settings).await?;
    let clocks = ground.clocks(&settings).await?;
    let listeners = Listeners::bind(&settings).await?;
    let links = Dialled::new(&settings.link).await?;

    let engine_stop = CancellationToken::new();
    let mut engine_tasks = Tasks::new(engine_stop.clone());
    let (names, roles) = (&settings.names, &settings.roles);
    let engine =
        Engine::start(&ground, &clocks.clock, names, roles, &mut engine_tasks, &engine_stop)
            .await?;

    let begun = tokio::select! {
        begun = begin(&settings, &ground, &clocks, &engine) => begun,
        failed = engine_tasks.until_stopped() => failed,
        () = stop.cancelled() => return engine_tasks.drain(Duration::from_secs(SETTLE_SECS)).await,
    };
    begun?;

    let mut door_tasks = Tasks::new(stop.clone());
    let addresses = listeners.addresses();
    let company = if settings.demo {
        Some(Company::open(&ground.secrets, Arc::clone(&clocks.clock))?)
    } else {
        None
    };
    let sockets = Sockets::new(stop.clone());
    let behind = Behind {
        settings: &settings,
        ground: &ground,
        clocks: &clocks,
        engine: &engine,
        company: company.as_ref(),
        addresses: &addresses,
        metrics,
        sockets: &sockets,
        links: &links.states,
    };
    let doors = behind.open()?;
    let closing = (stop.clone(), sockets.clone());
    door_tasks.spawn("sockets", async move {
        let (stop, sockets) = closing;
        stop.cancelled().await;
        sockets.closed().await;
        Ok(())
    });
    if let Some(inside) = &doors.inside {
        keep_displays(inside, &mut door_tasks, &stop, sockets.clone());
    }
    if let Some(retention) = ground.retention(&settings, &clocks.clock) {
        door_tasks.spawn("frames' retention", until(stop.clone(), retention));
    }
    if let Some(gateway) = &doors.gateway {
        links.serve(gateway, &mut door_tasks, &stop);
    }
    let Listeners { edge, desk, mirror, ops, demo_site } = listeners;
    let served = [
        ("edge", edge, doors.edge),
        ("desk", desk, doors.desk),
        ("mirror", mirror, doors.mirror),
        ("ops", ops, doors.ops),
    ];
    for (name, listener, router) in served {
        if let (Some(listener), Some(router)) = (listener, router) {
            door_tasks.spawn(name, listener.serve(router, stop.clone()));
        }
    }
    if let (Some(listener), Some(company)) = (demo_site, company) {
        let places = addresses.places(&settings);
        let router = demo::site::router(company, &places, settings.names.site.as_str());
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

/// What runs for the displays beside their doors.
fn keep_displays(
    inside: &Arc<Inside>,
    tasks: &mut Tasks,
    stop: &CancellationToken,
    sockets: Sockets,
) {
    let (leaving, stopped) = (Arc::clone(inside), stop.clone());
    tasks.spawn("display register", async move {
        let over = async {
            stopped.cancelled().await;
            sockets.closed().await;
        };
        tell_who_leaves(leaving, over).await;
        Ok(())
    });
    let gone = tell_who_is_gone(Arc::clone(inside), stop.clone().cancelled_owned());
    tasks.spawn("customers who are gone", async move {
        gone.await;
        Ok(())
    });
    let digests = digest::each_minute(Arc::clone(inside), stop.clone());
    tasks.spawn("digest of displays", async move {
        digests.await;
        Ok(())
    });
}

async fn until<T>(stop: CancellationToken, task: impl Future<Output = T>) -> anyhow::Result<()> {
    tokio::select! {
        _ = task => {}
        () = stop.cancelled() => {}
    }
    Ok(())
}

/// Hydrated, and founded by whoever has a desk: what the doors need behind them.
async fn begin(
    settings: &Settings,
    ground: &Ground,
    clocks: &clock::Clocks,
    engine: &Engine,
) -> anyhow::Result<()> {
    engine.ready().await?;
    let (Some(views), Some(private)) = (&engine.views, &ground.private) else { return Ok(()) };
    if !settings.roles.has(Role::Desk) {
        return Ok(());
    }
    let tenant = views.orders(engine);
    let Keys { sealer, credentials, .. } = &private.keys;
    founding::found(&tenant, clocks.kind.clone(), &settings.names.site).await?;
    if settings.demo {
        let seed = Seed {
            tenant: &tenant,
            sealer: &**sealer,
            credentials: &**credentials,
            site: &settings.names.site,
            now: clocks.clock.now(),
        };
        seed.plant().await?;
    }
    let secrets = &ground.secrets;
    founding::first_administrator(&tenant, &**sealer, &**credentials, secrets, settings).await
}
