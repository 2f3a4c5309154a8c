//! `cargo xtask up`: Lockstep in one process with the demo company, and on request the calls of real days.

use std::process::{Child, Command, ExitCode};

use anyhow::{Context, Result};

use crate::{build, shell::root};

/// Real calls that play in the background, dates shifted to today.
const CALLS: &str = "tests/data/bank-calls-1999-08-01_20.csv";

pub(crate) fn up(demo: bool, serve: &[String]) -> Result<ExitCode> {
    let lockstep = build::release()?;
    let mut server = Command::new(&lockstep);
    server.args(["serve", "--demo"]).args(serve).current_dir(root());
    let mut server = server.spawn().context("cannot start the server")?;
    let mut player = demo
        .then(|| {
            let mut player = Command::new(&lockstep);
            player.args(["traffic", "--background", "--calls", CALLS]).current_dir(root());
            player.spawn().context("cannot start the player of calls")
        })
        .transpose()?;
    // An interrupt from the keyboard reaches the server too; it drains and ends by itself.
    let status = server.wait()?;
    if let Some(player) = &mut player {
        end(player)?;
    }
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn end(player: &mut Child) -> Result<()> {
    if player.try_wait()?.is_none() {
        player.kill()?;
        player.wait()?;
    }
    Ok(())
}
