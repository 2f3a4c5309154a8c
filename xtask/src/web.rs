//! The front ends: installed and built with npm, only when their sources have changed.

use std::{
    collections::BTreeSet,
    fs,
    hash::{DefaultHasher, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    build,
    shell::{self, root},
};

/// A script of `web/package.json`, or another npm command.
pub(crate) fn npm(arguments: &str) -> Command {
    let mut npm = shell::command("npm");
    npm.args(arguments.split_whitespace()).current_dir(root().join("web"));
    npm
}

/// Installs the packages of the lock file, unless that has been done.
pub(crate) fn install() -> Result<()> {
    let web = root().join("web");
    let sources = [web.join("package-lock.json"), web.join("package.json")];
    unless_unchanged("npm", &sources, &web.join("node_modules"), || {
        shell::run(npm("ci --no-audit --no-fund --loglevel=error"))
    })
}

/// Installs and builds into `web/dist`, which the server embeds.
pub(crate) fn build() -> Result<()> {
    install()?;
    let web = root().join("web");
    let sources = [web.clone(), root().join("api/schema")];
    unless_unchanged("web", &sources, &web.join("dist/desk"), || shell::run(npm("run build")))
}

/// Does the work and leaves a stamp of the sources; does nothing if the stamp is right and the result there.
fn unless_unchanged(
    name: &str,
    sources: &[PathBuf],
    result: &Path,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let stamp = build::target_dir()?.join(format!("{name}.stamp"));
    let now = format!("{:016x} {}", hash(sources)?, result.display());
    let there = fs::read_dir(result).is_ok_and(|mut entries| entries.next().is_some());
    if there && fs::read_to_string(&stamp).is_ok_and(|before| before == now) {
        return Ok(());
    }
    work()?;
    fs::create_dir_all(stamp.parent().expect("a stamp lies in the target folder"))?;
    fs::write(&stamp, now).with_context(|| format!("cannot write {}", stamp.display()))
}

fn hash(sources: &[PathBuf]) -> Result<u64> {
    let mut files = BTreeSet::new();
    for source in sources {
        collect(source, &mut files)?;
    }
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(file.as_os_str().as_encoded_bytes());
        hasher.write(&fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    Ok(hasher.finish())
}

fn collect(path: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.insert(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))? {
        let entry = entry?;
        if ![".", "node_modules", "dist"].iter().any(|made| {
            let name = entry.file_name();
            name == *made || (*made == "." && name.as_encoded_bytes().starts_with(b"."))
        }) {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}
