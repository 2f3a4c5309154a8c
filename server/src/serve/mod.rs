//! `lockstep serve`: every role in one process, wired together, until it is told to stop.

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::{Router, routing::get};
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::{
    assets,
    demo::{self, identity::Company},
    secrets::Secrets,
    settings::Settings,
    tasks::Tasks,
    telemetry,
};

pub(crate) mod founding;
mod listener;
mod orders;
mod stop;

use listener::Listener;

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
    let secrets = Secrets::open(&settings.data_dir.path)?;

    let edge = Listener::bind("--edge", settings.edge).await?;
    let desk = Listener::bind("--desk", settings.desk).await?;
    let edge_url =
        settings.edge_url.clone().unwrap_or_else(|| format!("http://{}", edge.address()));

    let mut tasks = Tasks::new(stop.clone());
    if settings.demo {
        let site = Listener::bind("--demo-site", settings.demo_site).await?;
        let company = Company::open(&secrets, Arc::new(infra::clock::Real))?;
        let router = demo::site::router(company, &edge_url, settings.site.as_str());
        info!(address = %site.address(), "demo site is listening");
        tasks.spawn("demo site", site.serve(router, stop.clone()));
    }
    info!(edge = %edge.address(), desk = %desk.address(), "listening");
    let metrics = Router::new().route("/metrics", get(move || async move { metrics.render() }));
    tasks.spawn("edge", edge.serve(assets::edge(), stop.clone()));
    tasks.spawn("desk", desk.serve(metrics.fallback_service(assets::desk()), stop.clone()));

    let ended = tasks.until_stopped().await;
    let drained = tasks.drain(Duration::from_secs(settings.drain_secs)).await;
    ended.and(drained)
}
