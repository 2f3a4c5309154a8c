//! What must be installed: looked for before anything is built, and named with the way to get it.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Result, bail};

use crate::shell;

/// Node's lowest version that the front ends' tools run on.
const NODE: (u32, u32) = (20, 19);
/// PostgreSQL's lowest version.
const POSTGRES: u32 = 15;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    CCompiler,
    OpenSslHeaders,
    Node,
    Npm,
    Chromium,
    Jdk,
    Maven,
    Postgres,
    OpenSsl,
    Compose,
}

/// For building the server with its front ends.
pub(crate) const BUILD: &[Need] = &[Need::CCompiler, Need::OpenSslHeaders, Need::Node, Need::Npm];
/// For tests in a browser.
pub(crate) const BROWSER: &[Need] =
    &[Need::CCompiler, Need::OpenSslHeaders, Need::Node, Need::Npm, Need::Chromium];

/// For Kafka and PostgreSQL on this machine.
pub(crate) const SERVICES: &[Need] = &[Need::Jdk, Need::Maven, Need::Postgres, Need::OpenSsl];

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
            Self::OpenSslHeaders => answers("pkg-config", "--modversion openssl").is_none().then(|| {
                "  OpenSSL's headers (the Kafka client is built with TLS): apt-get install libssl-dev pkg-config".into()
            }),
            Self::Node => node_missing(says("node").as_deref()),
            Self::Npm => says("npm").is_none().then(|| {
                "  npm (builds the front ends): it comes with Node from nodejs.org, or apt-get install npm".into()
            }),
            Self::Chromium => ["chromium", "chromium-browser", "google-chrome"]
                .iter()
                .all(|name| says(name).is_none())
                .then(|| "  Chromium (plays the browser story): apt-get install chromium".into()),
            Self::Jdk => says("javac").is_none().then(|| {
                "  a JDK, 17 or later (runs Kafka): apt-get install default-jdk-headless".into()
            }),
            Self::Maven => says("mvn")
                .is_none()
                .then(|| "  Maven (downloads Kafka): apt-get install maven".into()),
            Self::Postgres => postgres_program("postgres").is_none().then(|| {
                "  PostgreSQL's server, 15 or later, as Debian packages it: apt-get install postgresql".into()
            }),
            Self::Compose => compose_program().is_none().then(|| {
                "  Docker Compose (reads docker-compose.yml; no Docker is needed for that): apt-get install --no-install-recommends docker-compose".into()
            }),
            Self::OpenSsl => answers("openssl", "version").is_none().then(|| {
                "  OpenSSL (makes certificates for development): apt-get install openssl".into()
            }),
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

/// Docker Compose, as a program or as Docker's plug-in.
pub(crate) fn compose(arguments: &str) -> Command {
    shell::command(&format!("{} {arguments}", compose_program().unwrap_or("docker-compose")))
}

fn compose_program() -> Option<&'static str> {
    let plug_in = || answers("docker", "compose version").map(|_| "docker compose");
    answers("docker-compose", "version").map(|_| "docker-compose").or_else(plug_in)
}

/// One of the server's programs, in the newest version that is installed; Debian keeps them off the path.
pub(crate) fn postgres_program(name: &str) -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let versions = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let program =
        |version: &u32| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin/{name}"));
    let newest =
        versions.filter(|version| *version >= POSTGRES && program(version).exists()).max()?;
    Some(program(&newest))
}

/// What a program answers to `--version`; `None` if it is not there.
fn says(program: &str) -> Option<String> {
    answers(program, "--version")
}

fn answers(program: &str, question: &str) -> Option<String> {
    let output =
        Command::new(program).args(question.split(' ')).stderr(Stdio::null()).output().ok()?;
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
