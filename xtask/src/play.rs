//! What plays Lockstep from outside: the story, chaos, traffic and the benchmarks.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};

use crate::{
    build, needs,
    shell::{self, cargo, root},
    web,
};

/// The day of the call file that `cargo xtask test` plays.
const ONE_DAY: &str = "1999-08-03";
const CALLS: &str = "tests/data/bank-calls-1999-08-01_20.csv";

/// Screenshots stay in `target/story`.
pub(crate) fn story() -> Result<()> {
    needs::check(needs::BROWSER)?;
    let lockstep = build::release()?;
    web::install()?;
    let mut story = shell::command("node tests/browser/story.mjs");
    story.env("LOCKSTEP_BIN", lockstep).env("STORY_DIR", fresh("story")?);
    shell::run(story)
}

pub(crate) fn chaos(kills: u32) -> Result<()> {
    let lockstep = build::release()?;
    let mut chaos = judge("chaos")?;
    chaos.arg("--kills").arg(kills.to_string()).arg("--lockstep").arg(lockstep);
    chaos.arg("--dir").arg(fresh("chaos")?);
    shell::run(chaos)
}

pub(crate) fn traffic(calls: &Path, player: &[String]) -> Result<()> {
    let calls = fs::canonicalize(calls)
        .with_context(|| format!("there is no call file {}", calls.display()))?;
    let lockstep = build::release()?;
    let mut traffic = judge("traffic")?;
    traffic.arg("--calls").arg(calls).arg("--lockstep").arg(lockstep);
    traffic.arg("--dir").arg(fresh("traffic")?).args(player);
    shell::run(traffic)
}

pub(crate) fn one_day() -> Result<()> {
    let day = ["--from", ONE_DAY, "--to", ONE_DAY].map(String::from);
    traffic(&root().join(CALLS), &day)
}

pub(crate) fn bench(json: bool) -> Result<()> {
    needs::check(&[needs::Need::CCompiler])?;
    let mut bench = cargo("run --quiet --release --locked -p tests --bin bench --");
    if json {
        bench.arg("--json");
    }
    shell::run(bench)
}

/// A program that shares no code with what it judges.
fn judge(program: &str) -> Result<Command> {
    shell::run(cargo("build --quiet --release --locked -p judge --bins"))?;
    Ok(Command::new(build::target_dir()?.join("release").join(program)))
}

/// An empty folder in the target folder.
fn fresh(name: &str) -> Result<std::path::PathBuf> {
    let dir = build::target_dir()?.join(name);
    if dir.exists() {
        fs::remove_dir_all(&dir).with_context(|| format!("cannot empty {}", dir.display()))?;
    }
    fs::create_dir_all(&dir)?;
    Ok(dir)
}
