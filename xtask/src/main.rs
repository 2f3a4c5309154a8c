//! `cargo xtask`: builds, checks and plays Lockstep; everything that a person or a machine does to the repository.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

mod build;
mod certificates;
mod check;
mod needs;
mod play;
mod report;
mod server;
mod services;
mod shell;
mod simulate;
mod test;
mod up;
mod web;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and start Lockstep with the demo company; prints addresses and logins
    Up {
        /// Play real calls in the background, so that the board is alive
        #[arg(long)]
        demo: bool,
        /// Handed on to `lockstep serve`
        #[arg(last = true)]
        serve: Vec<String>,
    },
    /// Prove everything at small sizes: `check`, then every test, story, chaos and traffic
    Test,
    /// Static checks: format, lints, docs, generated files, architecture, front ends
    Check {
        /// Bring format and generated files up to date instead of comparing them
        #[arg(long)]
        fix: bool,
    },
    /// Play a story in a real browser; screenshots in `target/story`, or `target/story-displays` and so on
    Story {
        #[arg(default_value = "whole")]
        which: play::Story,
        /// On Kafka and PostgreSQL, every role a process of its own
        #[arg(long)]
        kafka: bool,
    },
    /// Kill the server again and again under load, and prove that nothing acknowledged is lost
    Chaos {
        /// A cluster on Kafka and PostgreSQL, which crash once each
        #[arg(long)]
        kafka: bool,
        /// How often [default: 20; 50 with --kafka]
        #[arg(long)]
        kills: Option<u32>,
        /// How often the owner is stopped for half a minute, to wake up as a zombie
        #[arg(long, default_value_t = 3, requires = "kafka")]
        stops: u32,
        /// How often Kafka and PostgreSQL crash, each
        #[arg(long, default_value_t = 1, requires = "kafka")]
        crashes: u32,
        /// For when what happens
        #[arg(long, default_value_t = 1, requires = "kafka")]
        seed: u32,
        /// The run's topics and database stay
        #[arg(long, requires = "kafka")]
        keep: bool,
    },
    /// Play a file of real calls through the public APIs, then check the laws over the log
    Traffic {
        /// A call file in the format of `tests/data`
        #[arg(long)]
        calls: PathBuf,
        /// Handed on to `lockstep traffic`
        #[arg(last = true)]
        player: Vec<String>,
    },
    /// Kafka and PostgreSQL on this machine, without Docker
    Services(services::Services),
    /// Make an authority and certificates for the link between the two web servers, for development
    Certificates {
        /// Where to [default: `certificates` in the target folder]
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Run seeded worlds that fail on purpose and check the laws: `--seeds N --steps M`, `--break GUARD`, `--model`
    Simulate {
        /// Handed on to `simulate`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measure; one line a figure
    Bench {
        /// Instead of everything that needs neither services nor a browser
        what: Option<play::Bench>,
        /// Of `display`: on Kafka and PostgreSQL, every role a process of its own
        #[arg(long)]
        kafka: bool,
        #[arg(long)]
        json: bool,
        /// A tenth of the work, to see that everything runs
        #[arg(long)]
        quick: bool,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            report::failure(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Up { demo, serve } => up::up(demo, &serve),
        Command::Test => Ok(test::test()),
        Command::Check { fix } => Ok(check::check(fix)),
        Command::Story { which, kafka: false } => done(play::story(which)),
        Command::Story { which, kafka: true } => done(play::story_on_kafka(which)),
        Command::Chaos { kafka: false, kills, .. } => done(play::chaos(kills.unwrap_or(20))),
        Command::Chaos { kafka: true, kills, stops, crashes, seed, keep } => {
            let kills = kills.unwrap_or(50);
            let faults = play::Faults { kills, stops, stop_secs: 30, crashes };
            done(play::chaos_on_kafka(&faults, seed, keep))
        }
        Command::Traffic { calls, player } => done(play::traffic(&calls, &player)),
        Command::Services(services) => services::run(&services),
        Command::Certificates { out } => done(certificates::certificates(out)),
        Command::Simulate { arguments } => done(simulate::simulate(&arguments)),
        Command::Bench { what, kafka, json, quick } => {
            done(play::bench(what, &play::How { kafka, json, quick }))
        }
    }
}

fn done(result: Result<()>) -> Result<ExitCode> {
    result.map(|()| ExitCode::SUCCESS)
}
