//! `lockstep log`: the auditor's commands. They only read, beside a running server or after a dead one.

use std::process::ExitCode;

use clap::Subcommand;
use domain::{log::Recorded, time::Timestamp};

use super::place::{OpenLog, Place};

mod show;
mod state;
mod tail;
mod verify;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the last records, and with -f every new one
    Tail(tail::Args),
    /// Follow one contact: every record that is about it
    Show(show::Args),
    /// Check epochs, sequence and hash chain of every partition, and name the first broken record; then what was
    /// recorded of displays
    Verify,
    /// Fold a partition from its first record, and print the state's SHA-256
    State(state::Args),
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let log = args.place.open().await?;
        match args.command {
            Command::Tail(args) => tail::run(&log, args).await,
            Command::Show(args) => show::run(&log, &args).await,
            Command::Verify => verify::run(&log, &args.place).await,
            Command::State(args) => state::run(&log, &args).await,
        }
    })
}

/// One record, one line: when, where, what, who, and the data as stored.
fn line(record: &Recorded) -> String {
    let at = time(record.time);
    let Recorded { partition, seq, kind, actor, data, .. } = record;
    let data = String::from_utf8_lossy(data);
    format!("{at} {partition}@{seq} {kind} {actor} {data}")
}

fn time(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.0)
        .map_or_else(|_| at.0.to_string(), |at| format!("{at:.6}"))
}
