//! `lockstep schema`: the GraphQL schemas as the doors serve them.

use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Whose schema
    door: Door,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Door {
    /// Customers
    Edge,
    /// Staff
    Desk,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let sdl = match args.door {
        Door::Edge => api::edge_sdl(),
        Door::Desk => api::desk_sdl(),
    };
    super::print(sdl.trim_end());
    ExitCode::SUCCESS
}
