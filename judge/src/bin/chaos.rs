//! `chaos`: kills the server again and again under load, and proves from outside that it kept its promises.

#![allow(clippy::print_stdout, reason = "a report on standard output is what this program is for")]

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Result;
use clap::Parser;
use judge::chaos::{
    self, IN_FLIGHT_MIN, Plan, Promise,
    cluster::{self, Faults},
};

/// Kills a server again and again under load. Exit status 1 if it broke a promise.
#[derive(Parser)]
struct Args {
    /// The release binary
    #[arg(long, env = "LOCKSTEP_BIN", default_value = "target/release/lockstep")]
    lockstep: PathBuf,
    /// For data, logs and journal; a folder of its own is made (and removed) without it
    #[arg(long)]
    dir: Option<PathBuf>,
    #[arg(long, default_value_t = 21)]
    kills: u32,
    /// For when the kills come and what people do
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A cluster on the Kafka and PostgreSQL that `services.json` in this folder describes, instead of one process
    #[arg(long, value_name = "FOLDER")]
    services: Option<PathBuf>,
    /// Of a cluster: how often the owner is stopped, to wake up as a zombie
    #[arg(long, default_value_t = 3, requires = "services")]
    stops: u32,
    /// For how long
    #[arg(long, default_value_t = 30, requires = "services")]
    stop_secs: u64,
    /// Of a cluster: how often Kafka and PostgreSQL are killed, each
    #[arg(long, default_value_t = 0, requires = "services")]
    crashes: u32,
    /// Of a cluster: how many talk
    #[arg(long, default_value_t = 96, requires = "services")]
    customers: usize,
    /// Topics and database stay; otherwise they go, unless a promise was broken
    #[arg(long, requires = "services")]
    keep: bool,
    /// The command that starts what of the services does not run
    #[arg(last = true)]
    services_up: Vec<String>,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let args = Args::parse();
    let own = tempfile::tempdir()?;
    let dir = args.dir.clone().unwrap_or_else(|| own.path().to_owned());
    let promises = match args.services.clone() {
        Some(services) => on_a_cluster(args, dir, services).await?,
        None => on_one_process(args, dir).await?,
    };
    for promise in &promises {
        let word = if promise.kept { "kept  " } else { "BROKEN" };
        println!("{word}  {:<66} {}", promise.what, promise.counted);
    }
    let kept = promises.iter().all(|promise| promise.kept);
    Ok(if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn on_one_process(args: Args, dir: PathBuf) -> Result<Vec<Promise>> {
    let Args { lockstep, kills, seed, .. } = args;
    let verdict = chaos::run(&Plan { lockstep, dir, kills, seed }).await?;
    let done = &verdict.kills;
    println!(
        "{} kills: {} at work with at least {} commands in flight (wanted {IN_FLIGHT_MIN}), {} of a starting server",
        done.working + done.starting,
        done.working,
        done.in_flight_min,
        done.starting
    );
    Ok(verdict.promises)
}

async fn on_a_cluster(args: Args, dir: PathBuf, services: PathBuf) -> Result<Vec<Promise>> {
    let Args {
        lockstep, kills, seed, stops, stop_secs, crashes, customers, keep, services_up, ..
    } = args;
    let stop_for = Duration::from_secs(stop_secs);
    let faults = Faults { kills, stops, stop_for, crashes };
    let plan =
        cluster::Plan { lockstep, dir, services, services_up, faults, customers, seed, keep };
    let verdict = cluster::run(&plan).await?;
    for figure in &verdict.figures {
        println!("{figure}");
    }
    Ok(verdict.promises)
}
