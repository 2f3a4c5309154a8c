//! The server's binary, and where cargo puts what it builds.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{
    needs,
    shell::{self, cargo},
    web,
};

/// Cargo's target folder, wherever the settings put it.
pub(crate) fn target_dir() -> Result<PathBuf> {
    let text = shell::output(cargo("metadata --format-version 1 --no-deps"))?;
    let metadata: serde_json::Value = serde_json::from_str(&text)?;
    let target = metadata["target_directory"].as_str();
    Ok(target.context("`cargo metadata` does not say where the target folder is")?.into())
}

/// The server for real use, with its front ends inside; and, in the same build, the programs that judge it.
pub(crate) fn release() -> Result<PathBuf> {
    needs::check(needs::BUILD)?;
    web::build()?;
    // One build of both: cargo would compile what they share twice, once with the features of each.
    shell::run(cargo("build --release --locked -p lockstep -p judge --bins"))?;
    released("lockstep")
}

/// A program that [`release`] has built.
pub(crate) fn released(program: &str) -> Result<PathBuf> {
    Ok(target_dir()?.join("release").join(program))
}
