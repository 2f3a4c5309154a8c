//! The customers' web server in a process of its own, everything else in another, and a cable between them.

use std::net::SocketAddr;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use super::{
    Options, Server,
    cable::Cable,
    certificates::Certificates,
    health,
    process::{Line, Process, binary},
};

/// What runs beside the edge, on one data directory.
const INSIDE: &str = "gateway,desk,decide,project,effects";

/// A process that is an edge and nothing else.
pub struct Edge {
    flags: Vec<String>,
    process: Process,
    /// Of the customers' listener.
    pub address: SocketAddr,
    /// Where it waits for gateways.
    pub link: SocketAddr,
    ops: SocketAddr,
    /// Whether it may complain of a lost link.
    may_lose: bool,
}

impl Edge {
    /// For gateways on this machine's usual address.
    pub async fn start(certificates: &Certificates) -> anyhow::Result<Self> {
        let any = "127.0.0.1:0".parse()?;
        let mut flags = certificates.flags("edge");
        flags.extend(
            ["--link-from", "127.0.0.1/32", "--trusted-proxy", "127.0.0.1/32"].map(str::to_owned),
        );
        let (process, [address, link, ops]) = ready(&flags, [any; 3]).await?;
        Ok(Self { flags, process, address, link, ops, may_lose: false })
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it answers for its health and metrics.
    pub fn ops(&self) -> String {
        format!("http://{}", self.ops)
    }

    /// It ends by itself, without having complained.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.process.signal("TERM").await?;
        let status = self.process.ended().await?;
        let all = self.process.everything();
        ensure!(status.success(), "the edge ended with {status}:\n{all}");
        let complaints = self.process.complaints();
        let loss = |line: &Line| self.may_lose && line.message == "link lost";
        ensure!(complaints.iter().all(loss), "the edge complained:\n{all}");
        Ok(())
    }

    /// `kill -9`.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        self.process.signal("KILL").await?;
        self.process.ended().await.map(drop)
    }

    /// Another process on the same ports.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        let addresses = [self.address, self.link, self.ops];
        (self.process, _) = ready(&self.flags, addresses).await?;
        Ok(())
    }
}

async fn ready(
    flags: &[String],
    [edge, link, ops]: [SocketAddr; 3],
) -> anyhow::Result<(Process, [SocketAddr; 3])> {
    // Nothing of a data directory may be needed: there is none where this process runs.
    let nowhere = "/nonexistent/lockstep";
    let mut command = Command::new(binary());
    command
        .args(["serve", "--role", "edge", "--log-format", "json", "--data-dir", nowhere])
        .args(["--edge", &edge.to_string(), "--link-listen", &link.to_string()])
        .args(["--ops", &ops.to_string()])
        .args(flags);
    let mut process = Process::start(command)?;
    let waiting = process.hears("waiting for gateways").await?;
    let ready = process.hears("ready").await?;
    let address = |fields: &Value, name: &str| {
        let text = fields[name].as_str().with_context(|| format!("no address of {name}"))?;
        anyhow::Ok(text.parse::<SocketAddr>()?)
    };
    let edge = address(&ready.fields, "edge")?;
    let link = address(&waiting.fields, "link")?;
    Ok((process, [edge, link, address(&ready.fields, "ops")?]))
}

pub struct TwoServers {
    pub edge: Edge,
    /// Its `edge()` is the other process.
    pub inside: Server,
    pub cable: Cable,
    pub certificates: Certificates,
}

impl TwoServers {
    /// Both run, and are linked.
    pub async fn start() -> anyhow::Result<Self> {
        let certificates = Certificates::make().await?;
        let edge = Edge::start(&certificates).await?;
        let cable = Cable::lay(edge.link).await?;
        let inside = inside(&certificates, &[cable.address()], Some(edge.address)).await?;
        let this = Self { edge, inside, cable, certificates };
        this.linked().await?;
        Ok(this)
    }

    /// Both sides' health says that the link stands.
    pub async fn linked(&self) -> anyhow::Result<()> {
        self.health(true).await
    }

    /// Both sides' health says that there is none.
    pub async fn unlinked(&self) -> anyhow::Result<()> {
        self.health(false).await
    }

    async fn health(&self, up: bool) -> anyhow::Result<()> {
        link_is(&self.edge.url(), up).await?;
        link_is(&self.inside.desk(), up).await
    }

    /// Each process ends by itself and has complained of nothing but what was tolerated.
    pub async fn stop(self) -> anyhow::Result<TempDir> {
        let folder = self.inside.stop().await?;
        self.edge.stop().await?;
        Ok(folder)
    }

    /// The scenario cuts the link: both sides may say so.
    pub fn tolerate_loss(&mut self) {
        self.inside.tolerate("link lost");
        self.inside.tolerate("no link");
        self.edge.may_lose = true;
    }
}

/// Everything but an edge, with a gateway that dials `edges`; customers come through the one at `customers`.
pub async fn inside(
    certificates: &Certificates,
    edges: &[SocketAddr],
    customers: Option<SocketAddr>,
) -> anyhow::Result<Server> {
    let mut flags = certificates.flags("gateway");
    flags.extend(["--role", INSIDE].map(str::to_owned));
    for edge in edges {
        flags.extend(["--link-dial".to_owned(), edge.to_string()]);
    }
    // Nobody listens on the port of nothing: a customer without an edge reaches nobody.
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
    let edge = Some(customers.unwrap_or(nowhere));
    Server::start_with(Options { flags, edge, ..Options::default() }).await
}

/// Waits until a server's health says that of its link.
pub async fn link_is(server: &str, up: bool) -> anyhow::Result<()> {
    let what = if up { "that the link is up" } else { "that the link is down" };
    let said = health::until(server, what, |report| {
        let link = report.checks.iter().find(|check| check.name.starts_with("link to"));
        link.is_some_and(|link| link.ok == up) && (up || !report.ready)
    });
    said.await.map(drop)
}
