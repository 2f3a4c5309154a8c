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

/// The server for real use, with its front ends inside.
pub(crate) fn release() -> Result<PathBuf> {
    needs::check(needs::BUILD)?;
    web::build()?;
    shell::run(cargo("build --release --locked -p lockstep"))?;
    Ok(target_dir()?.join("release/lockstep"))
}
