//! `lockstep log`: the auditor's commands. They only read, beside a running server or after a dead one.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use domain::log::{Partition, Recorded};
use infra::sqlite::log::SqliteLog;
use projections::ports::source::EventSource as _;

use crate::settings::DataDir;

mod show;
mod state;
mod tail;
mod verify;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    data_dir: DataDir,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the last records, and with -f every new one
    Tail(tail::Args),
    /// Follow one contact: every record that is about it
    Show(show::Args),
    /// Check epochs, sequence and hash chain of every partition, and name the first broken record
    Verify,
    /// Fold a partition from its first record, and print the state's SHA-256
    State(state::Args),
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let file = LogFile::of(&args.data_dir)?;
    runtime.block_on(async {
        match args.command {
            Command::Tail(args) => tail::run(&file, args).await,
            Command::Show(args) => show::run(&file, &args).await,
            Command::Verify => verify::run(&file).await,
            Command::State(args) => state::run(&file, &args).await,
        }
    })
}

/// The log of a data directory, opened for reading.
struct LogFile {
    path: PathBuf,
    log: SqliteLog,
}

impl LogFile {
    fn of(data_dir: &DataDir) -> anyhow::Result<Self> {
        let path = data_dir.path.join("log.db");
        if !path.exists() {
            bail!("there is no log at {}; name the data directory with --data-dir", path.display());
        }
        let log = SqliteLog::open_for_reading(&path)?;
        Ok(Self { path, log })
    }

    /// The one that is named, or all.
    async fn partitions(&self, named: Option<&Partition>) -> anyhow::Result<Vec<Partition>> {
        let all = self.log.partitions().await.context("the partitions could not be listed")?;
        let Some(named) = named else { return Ok(all) };
        if all.contains(named) {
            return Ok(vec![named.clone()]);
        }
        let all: Vec<_> = all.iter().map(Partition::to_string).collect();
        bail!("the log has no partition {named}; it has {}", all.join(", "))
    }
}

/// One record, one line: when, where, what, who, and the data as stored.
fn line(record: &Recorded) -> String {
    let at = jiff::Timestamp::from_microsecond(record.time.0)
        .map_or_else(|_| record.time.0.to_string(), |at| format!("{at:.6}"));
    let Recorded { partition, seq, kind, actor, data, .. } = record;
    let data = String::from_utf8_lossy(data);
    format!("{at} {partition}@{seq} {kind} {actor} {data}")
}
