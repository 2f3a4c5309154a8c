//! One process of the cluster: its roles, its own data directory and log, and what a signal does to it.

use std::{
    fs::OpenOptions,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use tokio::{
    process::{Child, Command},
    time::Instant,
};

use super::services::signal;

/// Whatever the log has grown to.
const READY_TIMEOUT: Duration = Duration::from_secs(90);
const STOP_TIMEOUT: Duration = Duration::from_secs(60);
/// A process that is stopped does not answer at all.
const HEALTH_TIMEOUT: Duration = Duration::from_millis(500);

/// What a process says of itself at `/health/ready`.
#[derive(Debug, Deserialize)]
struct Health {
    checks: Vec<Check>,
}

#[derive(Debug, Deserialize)]
struct Check {
    name: String,
    says: String,
}

/// What a node says that it is to a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    Owner,
    /// It would take over.
    By,
    /// It is about to take over, or in trouble.
    Elsewhere,
}

pub(super) struct Node {
    pub(super) name: String,
    lockstep: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
    health: String,
    http: reqwest::Client,
    child: Option<Child>,
    stopped: bool,
    /// When it is started, or woken up, again.
    pub(super) back_at: Option<Instant>,
}

impl Node {
    /// `health` is the address that answers for it.
    pub(super) fn prepare(
        lockstep: &Path,
        dir: &Path,
        name: &str,
        health: &str,
        arguments: Vec<String>,
    ) -> Result<Self> {
        let data = dir.join(name);
        let own = ["serve", "--clock", "real", "--log", "info", "--node", name, "--data-dir"];
        let own = own.map(str::to_owned).into_iter().chain([data.display().to_string()]);
        Ok(Self {
            name: name.to_owned(),
            lockstep: lockstep.to_owned(),
            arguments: own.chain(arguments).collect(),
            log: dir.join(format!("{name}.log")),
            health: format!("http://{health}/health/ready"),
            http: reqwest::Client::builder().timeout(HEALTH_TIMEOUT).build()?,
            child: None,
            stopped: false,
            back_at: None,
        })
    }

    /// Spawns the process and waits for nothing.
    pub(super) fn spawn(&mut self) -> Result<()> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log)?;
        let child = Command::new(&self.lockstep)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} does not start", self.lockstep.display()))?;
        self.child = Some(child);
        Ok(())
    }

    /// Waits until it says that it may take traffic.
    pub(super) async fn ready(&mut self) -> Result<()> {
        let until = Instant::now() + READY_TIMEOUT;
        loop {
            let answer = self.http.get(&self.health).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            self.still_runs()?;
            ensure!(
                Instant::now() < until,
                "{} was not ready within {READY_TIMEOUT:?}; its log is {}",
                self.name,
                self.log.display()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Fails if it has ended although nobody killed it.
    pub(super) fn still_runs(&mut self) -> Result<()> {
        let Some(child) = &mut self.child else { return Ok(()) };
        if let Some(status) = child.try_wait()? {
            bail!("{} ended by itself with {status}; its log is {}", self.name, self.log.display());
        }
        Ok(())
    }

    /// Neither killed nor stopped.
    pub(super) fn runs(&self) -> bool {
        self.child.is_some() && !self.stopped
    }

    /// What it says that it is to the partition; `None` if it says nothing.
    pub(super) async fn stands(&self, partition: &str) -> Option<Stands> {
        if !self.runs() {
            return None;
        }
        let answer = self.http.get(&self.health).send().await.ok()?;
        let health: Health = answer.json().await.ok()?;
        let check = health.checks.into_iter().find(|check| check.name == partition)?;
        Some(match check.says.as_str() {
            says if says.starts_with("owned") => Stands::Owner,
            says if says.starts_with("stands by") => Stands::By,
            _ => Stands::Elsewhere,
        })
    }

    /// `kill -9`.
    pub(super) async fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("there is a process to kill")?;
        child.kill().await.with_context(|| format!("{} cannot be killed", self.name))
    }

    /// It knows nothing of the time until it wakes up.
    pub(super) async fn suspend(&mut self) -> Result<()> {
        signal("STOP", &self.pid()?).await?;
        self.stopped = true;
        Ok(())
    }

    /// Started or woken up again, if it was killed or stopped.
    pub(super) async fn mend(&mut self) -> Result<()> {
        self.back_at = None;
        if self.stopped {
            signal("CONT", &self.pid()?).await?;
            self.stopped = false;
        } else if self.child.is_none() {
            self.spawn()?;
        }
        Ok(())
    }

    /// SIGTERM, as an operator would.
    pub(super) async fn stop(&mut self) -> Result<ExitStatus> {
        signal("TERM", &self.pid()?).await?;
        let mut child = self.child.take().context("there is a process to stop")?;
        tokio::time::timeout(STOP_TIMEOUT, child.wait())
            .await
            .with_context(|| format!("{} does not stop", self.name))?
            .context("a process can be waited for")
    }

    fn pid(&self) -> Result<String> {
        let id = self.child.as_ref().and_then(Child::id);
        Ok(id.with_context(|| format!("{} does not run", self.name))?.to_string())
    }
}

/// So many free ports of the loopback address: held together, so that they differ, and free again when they are
/// wanted.
pub(super) fn free_addresses<const N: usize>() -> Result<[String; N]> {
    let held = [(); N].map(|()| TcpListener::bind("127.0.0.1:0"));
    let mut addresses = [const { String::new() }; N];
    for (address, listener) in addresses.iter_mut().zip(held) {
        *address = listener?.local_addr()?.to_string();
    }
    Ok(addresses)
}
