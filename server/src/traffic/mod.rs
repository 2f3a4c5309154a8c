//! `lockstep traffic`: plays a file of real calls through the server's public APIs, as customers and as agents.

mod act;
mod calls;
mod client;
mod draw;
mod journal;
mod pace;
mod plan;
mod player;
mod setup;
mod state;
mod summary;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use jiff::civil::Date;

use calls::Call;

#[derive(Args, Clone, Debug)]
pub(crate) struct TrafficArgs {
    /// The call file; see tests/data/README.md for the format
    #[arg(long, value_name = "FILE")]
    calls: PathBuf,
    /// The first date of the file to play [default: the file's first]
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// The last date of the file to play [default: the file's last]
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// The date as which the first date is played
    #[arg(long, value_name = "DATE")]
    shift_to: Option<Date>,
    /// Begin at this time of the first day, with the agents of that time already there
    #[arg(long, value_name = "HH:MM", conflicts_with = "driven")]
    from_time: Option<jiff::civil::Time>,
    /// So many times as fast as it was. Waits are those of the file only if the server's clock is `scaled` by the same
    #[arg(long, default_value_t = 1.0, value_name = "N", conflicts_with = "driven")]
    speed: f64,
    /// Full speed: move the server's clock, which must be `driven`
    #[arg(long)]
    driven: bool,
    /// Where customers connect
    #[arg(long, default_value = "http://127.0.0.1:7080", value_name = "URL")]
    edge: String,
    /// Where staff connect
    #[arg(long, default_value = "http://127.0.0.1:7081", value_name = "URL")]
    desk: String,
    #[arg(long, env = "LOCKSTEP_SITE", default_value = "demo", value_name = "NAME")]
    site: String,
    /// An administrator, who sets up the agents, contracts and queues of the file
    #[arg(long, default_value = "admin", value_name = "LOGIN")]
    admin_login: String,
    #[arg(long, env = "LOCKSTEP_ADMIN_PASSWORD", hide_env_values = true, value_name = "PASSWORD")]
    admin_password: String,
    /// What the company signs its customers' identity with: 32 bytes, or a PEM file (with `serve --demo`, secrets/demo-company in the data directory)
    #[arg(long, value_name = "FILE")]
    company_secret: PathBuf,
    #[arg(long, default_value = "brightwater", value_name = "NAME")]
    company_issuer: String,
    /// For everything that is drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the player writes down what it asked and was answered
    #[arg(long, default_value = "traffic.jsonl", value_name = "FILE")]
    journal: PathBuf,
    /// The server's data directory: at the end, compare the live state with what another process folds from record 1
    #[arg(long, value_name = "FOLDER")]
    compare_state: Option<PathBuf>,
    /// Write no progress bar
    #[arg(long)]
    quiet: bool,
}

pub(crate) fn run(args: TrafficArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("the runtime cannot start")?.block_on(play(args))
}

async fn play(args: TrafficArgs) -> anyhow::Result<ExitCode> {
    let all = calls::read(&args.calls)?;
    let distributions = draw::Distributions::of(&all, args.seed);
    let range = Range::of(&all, &args)?;
    let agents = plan::agents(&all);
    let days: Vec<Call> =
        all.iter().filter(|call| (range.from..=range.to).contains(&call.date)).cloned().collect();
    ensure!(!days.is_empty(), "the call file has no calls from {} to {}", range.from, range.to);
    let journal = journal::Journal::create(&args.journal)?;

    let world = setup::prepare(&args, &all, &agents, journal).await?;
    let plan = plan::Plan::of(&days, &distributions, range.shift_secs);
    let mut player = player::Player::new(&args, world, plan, range.shift_secs).await?;
    let played = player.play().await?;
    summary::print(&played);
    let same = match &args.compare_state {
        Some(data_dir) => player.compare_state(data_dir).await?,
        None => true,
    };
    Ok(if same && played.complete() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Which dates are played, and as which.
struct Range {
    from: Date,
    to: Date,
    shift_secs: i64,
}

impl Range {
    fn of(all: &[Call], args: &TrafficArgs) -> anyhow::Result<Self> {
        let dates = || all.iter().map(|call| call.date);
        let first = dates().min().context("the call file has no calls")?;
        let last = dates().max().context("the call file has no calls")?;
        let (from, to) = (args.from.unwrap_or(first).max(first), args.to.unwrap_or(last));
        if from > to {
            bail!("there is no day from {from} to {to}; the file has {first} to {last}");
        }
        let shift_secs = match args.shift_to {
            Some(date) => calls::midnight(date)? - calls::midnight(from)?,
            None => 0,
        };
        Ok(Self { from, to, shift_secs })
    }
}
