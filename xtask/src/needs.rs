//! What must be installed: looked for before anything is built, and named with the way to get it.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

/// Node's lowest version that the front ends' tools run on.
const NODE: (u32, u32) = (20, 19);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    CCompiler,
    Node,
    Npm,
    Chromium,
}

/// For building the server with its front ends.
pub(crate) const BUILD: &[Need] = &[Need::CCompiler, Need::Node, Need::Npm];
/// For tests in a browser.
pub(crate) const BROWSER: &[Need] = &[Need::CCompiler, Need::Node, Need::Npm, Need::Chromium];

/// Fails with everything that is missing, all at once.
pub(crate) fn check(needs: &[Need]) -> Result<()> {
    let missing: Vec<String> = needs.iter().filter_map(|need| need.missing()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!("something is missing on this machine\n{}", missing.join("\n"))
}

impl Need {
    fn missing(self) -> Option<String> {
        match self {
            Self::CCompiler => says("cc").is_none().then(|| {
                "  a C compiler (SQLite is built from source): apt-get install build-essential".into()
            }),
            Self::Node => node_missing(says("node").as_deref()),
            Self::Npm => says("npm").is_none().then(|| {
                "  npm (builds the front ends): it comes with Node from nodejs.org, or apt-get install npm".into()
            }),
            Self::Chromium => ["chromium", "chromium-browser", "google-chrome"]
                .iter()
                .all(|name| says(name).is_none())
                .then(|| "  Chromium (plays the browser story): apt-get install chromium".into()),
        }
    }
}

fn node_missing(version: Option<&str>) -> Option<String> {
    let (major, minor) = NODE;
    let how = format!(
        "Node {major}.{minor} or later is needed (builds the front ends): https://nodejs.org/en/download, or apt-get install nodejs on Debian 13"
    );
    let Some(version) = version else { return Some(format!("  {how}")) };
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(str::parse::<u32>);
    let found = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    (found < NODE).then(|| format!("  Node {} is too old; {how}", version.trim()))
}

/// What a program answers to `--version`; `None` if it is not there.
fn says(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_and_no_node_are_both_named() {
        for (version, missing) in [
            (None, true),
            (Some("v18.20.4\n"), true),
            (Some("v20.18.3\n"), true),
            (Some("v20.19.0\n"), false),
            (Some("v24.1.0\n"), false),
        ] {
            assert_eq!(node_missing(version).is_some(), missing, "{version:?}");
        }
    }
}
