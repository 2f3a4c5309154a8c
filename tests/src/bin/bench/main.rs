//! `cargo xtask bench`: figures of speed and size, each measured beside what it is compared with, in one run.

#![allow(clippy::disallowed_methods, reason = "measures in real time")]

mod displays;
mod durable;
mod fan_out;
mod kafka;
mod projection;
mod replay;
mod routing;

use std::{borrow::Cow, process::ExitCode};

use clap::{Parser, Subcommand};
use serde::Serialize;

/// The server's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Prints `name value unit [ratio]`, one line a figure; behind it the goal, where there is one.
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// One JSON object a line instead.
    #[arg(long, global = true)]
    json: bool,
    /// Only figures whose name contains this.
    #[arg(long, global = true, default_value = "")]
    only: String,
    /// A tenth of the work, to see that everything runs.
    #[arg(long, global = true)]
    quick: bool,
}

#[derive(Subcommand)]
enum What {
    /// Commands on Kafka, beside a bare relay and Kafka Streams on the same broker
    Kafka(kafka::Args),
    /// Stored views built anew in PostgreSQL, beside plain COPY and another library's listener
    Projection(projection::Args),
    /// Many displays at once on one node
    Displays,
    /// The process that decides, for `kafka`
    #[command(hide = true)]
    KafkaDecide { prefix: String, sites: usize },
    /// The process in the middle of the relay, for `kafka`
    #[command(hide = true)]
    KafkaRelay { prefix: String, partitions: usize },
}

/// One measured figure; `ratio` is to what the name says it is measured beside.
#[derive(Serialize)]
struct Figure {
    name: Cow<'static, str>,
    value: f64,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<Goal>,
}

/// What is wanted of a figure.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

impl Figure {
    fn new(name: impl Into<Cow<'static, str>>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, ratio: None, goal: None }
    }

    fn at_most(self, goal: f64) -> Self {
        Self { goal: Some(Goal::AtMost(goal)), ..self }
    }

    fn at_least(self, goal: f64) -> Self {
        Self { goal: Some(Goal::AtLeast(goal)), ..self }
    }

    /// The goal and whether it is met, as text.
    fn beside(&self) -> String {
        let (words, goal, met) = match self.goal {
            None => return String::new(),
            Some(Goal::AtMost(goal)) => ("at most", goal, self.value <= goal),
            Some(Goal::AtLeast(goal)) => ("at least", goal, self.value >= goal),
        };
        format!(" (goal: {words} {goal:.3}, {})", if met { "met" } else { "missed" })
    }
}

#[expect(clippy::print_stdout, reason = "figures are what this program is for")]
fn print(args: &Args, figures: &[Figure]) -> anyhow::Result<()> {
    for figure in figures {
        if args.json {
            println!("{}", serde_json::to_string(figure)?);
        } else {
            let ratio = figure.ratio.map(|ratio| format!(" {ratio:.3}")).unwrap_or_default();
            let beside = figure.beside();
            println!("{} {:.3} {}{ratio}{beside}", figure.name, figure.value, figure.unit);
        }
    }
    Ok(())
}

fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    match &args.what {
        None => general(&args)?,
        Some(What::Kafka(kafka)) => {
            kafka::run(kafka, args.quick, &args.only, &|figures| print(&args, figures))?;
        }
        Some(What::Projection(projection)) => {
            print(&args, &projection::figures(projection, args.quick)?)?;
        }
        Some(What::Displays) => print(&args, &displays::figures(args.quick)?)?,
        Some(What::KafkaDecide { prefix, sites }) => kafka::decide(prefix, *sites)?,
        Some(What::KafkaRelay { prefix, partitions }) => kafka::relay(prefix, *partitions)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn general(args: &Args) -> anyhow::Result<()> {
    let wanted = |name: &str| name.contains(&args.only);
    if wanted("routing") {
        print(args, &routing::figures(args.quick))?;
    }
    let folder = std::path::Path::new("target/bench");
    std::fs::create_dir_all(folder)?;
    let folder = tempfile::tempdir_in(folder)?;
    if wanted("durable") || wanted("replay") {
        print(args, &durable::figures(args.quick, folder.path())?)?;
    }
    if wanted("replay") {
        print(args, &replay::figures(folder.path())?)?;
    }
    if wanted("board_update") {
        print(args, &fan_out::figures(args.quick)?)?;
    }
    Ok(())
}
