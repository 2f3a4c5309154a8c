//! `chaos`: kills the server again and again under load, and proves from outside that it kept its promises.

#![allow(clippy::print_stdout, reason = "a report on standard output is what this program is for")]

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::Parser;
use judge::chaos::{self, IN_FLIGHT_MIN, Plan};

/// Kills a server again and again under load. Exit status 1 if it broke a promise.
#[derive(Parser)]
struct Args {
    /// The release binary
    #[arg(long, env = "LOCKSTEP_BIN", default_value = "target/release/lockstep")]
    lockstep: PathBuf,
    /// For data, server log and journal; a folder of its own is made (and removed) without it
    #[arg(long)]
    dir: Option<PathBuf>,
    #[arg(long, default_value_t = 21)]
    kills: u32,
    /// For when the kills come and what people do
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let Args { lockstep, dir, kills, seed } = Args::parse();
    let own = tempfile::tempdir()?;
    let dir = dir.unwrap_or_else(|| own.path().to_owned());
    let verdict = chaos::run(&Plan { lockstep, dir, kills, seed }).await?;
    let done = &verdict.kills;
    println!(
        "{} kills: {} at work with at least {} commands in flight (wanted {IN_FLIGHT_MIN}), {} of a starting server",
        done.working + done.starting,
        done.working,
        done.in_flight_min,
        done.starting
    );
    for promise in &verdict.promises {
        let word = if promise.kept { "kept  " } else { "BROKEN" };
        println!("{word}  {:<66} {}", promise.what, promise.counted);
    }
    Ok(if verdict.kept() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
