//! `cargo xtask bench`: figures of speed and size, each measured beside what it is compared with, in one run.

#![allow(clippy::disallowed_methods, reason = "measures in real time")]

mod durable;
mod fan_out;
mod replay;
mod routing;

use std::process::ExitCode;

use clap::Parser;
use serde::Serialize;

/// Prints `name value unit [ratio]`, one line a figure.
#[derive(Parser)]
struct Args {
    /// One JSON object a line instead.
    #[arg(long)]
    json: bool,
    /// Only figures whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// A tenth of the work, to see that everything runs.
    #[arg(long)]
    quick: bool,
}

/// One measured figure; `ratio` is to what the name says it is measured beside.
#[derive(Serialize)]
struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
}

impl Figure {
    fn new(name: &'static str, value: f64, unit: &'static str) -> Self {
        Self { name, value, unit, ratio: None }
    }
}

#[expect(clippy::print_stdout, reason = "figures are what this program is for")]
fn print(args: &Args, figures: &[Figure]) -> anyhow::Result<()> {
    for figure in figures {
        if args.json {
            println!("{}", serde_json::to_string(figure)?);
        } else {
            let ratio = figure.ratio.map(|ratio| format!(" {ratio:.3}")).unwrap_or_default();
            println!("{} {:.3} {}{ratio}", figure.name, figure.value, figure.unit);
        }
    }
    Ok(())
}

fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let wanted = |name: &str| name.contains(&args.only);
    if wanted("routing") {
        print(&args, &routing::figures(args.quick))?;
    }
    let folder = std::path::Path::new("target/bench");
    std::fs::create_dir_all(folder)?;
    let folder = tempfile::tempdir_in(folder)?;
    if wanted("durable") || wanted("replay") {
        print(&args, &durable::figures(args.quick, folder.path())?)?;
    }
    if wanted("replay") {
        print(&args, &replay::figures(folder.path())?)?;
    }
    if wanted("board_update") {
        print(&args, &fan_out::figures(args.quick)?)?;
    }
    Ok(ExitCode::SUCCESS)
}
