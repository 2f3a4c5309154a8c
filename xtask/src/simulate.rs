//! `cargo xtask simulate`: seeded worlds that fail on purpose, on all cores of this machine.

use anyhow::Result;

use crate::shell::{self, cargo};

/// `arguments` as `simulate --help` names them.
pub(crate) fn simulate(arguments: &[String]) -> Result<()> {
    let mut simulate = cargo("run --quiet --locked --release --package tests --bin simulate --");
    simulate.args(arguments);
    shell::run(simulate)
}
