//! The binary `lockstep`: the one place that knows every part. Settings, wiring, telemetry, command line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod assets;
mod cli;
mod demo;
mod ed25519;
mod serve;
mod settings;
mod tasks;
mod telemetry;
mod traffic;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An event-sourced contact centre: every interaction is an event in one log.
#[derive(Parser)]
#[command(name = "lockstep", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server: all roles in one process
    Serve(Box<settings::Settings>),
    /// Read the log: follow it, check it, fold it
    Log(cli::log::Args),
    /// Erase a person: destroy the key that everything personal about them is sealed under
    Erase(cli::erase::Args),
    /// Play a file of real calls through the public APIs of a running server
    Traffic(Box<traffic::TrafficArgs>),
    /// Look whether everything is there: brokers, topics, settings, permissions, clock, database
    Doctor(cli::doctor::Args),
    /// Print who decides what
    Owners(cli::owners::Args),
    /// Look at the stored views, and build them anew
    Projections(cli::projections::Args),
    /// Bring PostgreSQL's schemas to the version that this program knows
    Migrate(cli::migrate::Args),
    /// Print a GraphQL schema
    Schema(cli::schema::Args),
    /// Print every code with which a door says no
    Refusals(cli::refusals::Args),
    /// Print the settings
    Settings(cli::settings::Args),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(settings) => serve::run(*settings),
        Command::Log(args) => cli::log::run(args),
        Command::Erase(args) => cli::erase::run(&args),
        Command::Traffic(args) => traffic::run(*args),
        Command::Doctor(args) => cli::doctor::run(&args),
        Command::Owners(args) => cli::owners::run(&args),
        Command::Projections(args) => cli::projections::run(&args),
        Command::Migrate(args) => cli::migrate::run(&args),
        Command::Schema(args) => Ok(cli::schema::run(&args)),
        Command::Refusals(args) => Ok(cli::refusals::run(&args)),
        Command::Settings(args) => cli::settings::run(&args),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            cli::fail(&error);
            ExitCode::FAILURE
        }
    }
}
