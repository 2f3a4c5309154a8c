//! `lockstep serve --demo` on free ports and a data directory of its own.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use tempfile::TempDir;
use tokio::process::Command;

use super::process::{Line, Process, binary};

/// How the server of a scenario differs from the usual one.
#[derive(Clone, Debug)]
pub struct Options {
    pub clock: String,
    /// More flags of `lockstep serve`.
    pub flags: Vec<String>,
    /// The edge, if it is another process.
    pub edge: Option<SocketAddr>,
}

impl Default for Options {
    fn default() -> Self {
        Self { clock: "real".to_owned(), flags: Vec::new(), edge: None }
    }
}

/// A running server. Without [`Server::stop`] a scenario has not looked at what it logged.
pub struct Server {
    folder: TempDir,
    options: Options,
    process: Process,
    addresses: Addresses,
    tolerated: Vec<String>,
}

#[derive(Clone, Debug)]
struct Addresses {
    edge: String,
    desk: String,
    mirror: String,
    demo: String,
}

impl Server {
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with(Options::default()).await
    }

    pub async fn start_with(options: Options) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let any = "127.0.0.1:0".to_owned();
        let wanted =
            Addresses { edge: any.clone(), desk: any.clone(), mirror: any.clone(), demo: any };
        let (process, addresses) = ready(folder.path(), &options, &wanted).await?;
        Ok(Self { folder, options, process, addresses, tolerated: Vec::new() })
    }

    /// Such as `http://127.0.0.1:40001`.
    pub fn edge(&self) -> String {
        format!("http://{}", self.addresses.edge)
    }

    pub fn desk(&self) -> String {
        format!("http://{}", self.addresses.desk)
    }

    /// Where staff see customers' pages.
    pub fn mirror(&self) -> String {
        format!("http://{}", self.addresses.mirror)
    }

    /// The demo company's own site.
    pub fn demo(&self) -> String {
        format!("http://{}", self.addresses.demo)
    }

    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// For the next start.
    pub fn options(&mut self) -> &mut Options {
        &mut self.options
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// A line of level WARN or ERROR that says this belongs to the scenario.
    pub fn tolerate(&mut self, message: &str) {
        self.tolerated.push(message.to_owned());
    }

    /// `kill -9`, then a new process on the same data and the same ports.
    pub async fn kill_and_restart(&mut self) -> anyhow::Result<()> {
        self.kill().await?;
        self.restart().await
    }

    pub async fn kill(&mut self) -> anyhow::Result<()> {
        self.process.signal("KILL").await?;
        self.process.ended().await?;
        self.check_log()
    }

    pub async fn restart(&mut self) -> anyhow::Result<()> {
        let (process, _) = ready(self.folder.path(), &self.options, &self.addresses).await?;
        self.process = process;
        Ok(())
    }

    /// Starts a process on the same data and kills it as soon as it has said `message`.
    pub async fn kill_when(&mut self, message: &str) -> anyhow::Result<()> {
        let Addresses { edge, desk, mirror, demo } = &self.addresses;
        let command = command(self.folder.path(), &self.options, [edge, desk, mirror, demo]);
        self.process = Process::start(command)?;
        self.process.hears(message).await?;
        self.kill().await
    }

    /// SIGTERM; the server must end by itself without an error and without having complained.
    pub async fn stop(mut self) -> anyhow::Result<TempDir> {
        self.process.signal("TERM").await?;
        let status = self.process.ended().await?;
        ensure!(status.success(), "the server ended with {status}:\n{}", self.process.everything());
        self.check_log()?;
        Ok(self.folder)
    }

    fn check_log(&self) -> anyhow::Result<()> {
        let unexpected: Vec<Line> = self
            .process
            .complaints()
            .into_iter()
            .filter(|line| !self.tolerated.iter().any(|known| line.message.contains(known)))
            .collect();
        ensure!(unexpected.is_empty(), "the server complained: {unexpected:#?}");
        Ok(())
    }
}

/// The command line of a server.
pub fn command(folder: &Path, options: &Options, ports: [&str; 4]) -> Command {
    let mut command = Command::new(binary());
    let [edge, desk, mirror, demo] = ports;
    command
        .args(["serve", "--demo", "--log-format", "json", "--data-dir"])
        .arg(folder.join("data"))
        .args(["--edge", edge, "--desk", desk, "--mirror", mirror, "--demo-site", demo])
        .args(["--clock", &options.clock])
        .args(&options.flags);
    command
}

async fn ready(
    folder: &Path,
    options: &Options,
    wanted: &Addresses,
) -> anyhow::Result<(Process, Addresses)> {
    let ports = [&*wanted.edge, &*wanted.desk, &*wanted.mirror, &*wanted.demo];
    let mut process = Process::start(command(folder, options, ports))?;
    let ready = process.hears("ready").await?;
    let address = |name: &str| match ready.fields[name].as_str() {
        Some(address) => Ok(address.to_owned()),
        None => bail!("the server did not say its {name} address"),
    };
    let addresses = Addresses {
        edge: match options.edge {
            Some(elsewhere) => elsewhere.to_string(),
            None => address("edge")?,
        },
        desk: address("desk")?,
        mirror: address("mirror")?,
        demo: address("demo_site").context("a scenario runs with --demo")?,
    };
    Ok((process, addresses))
}
