//! The server under chaos: a real process on data of its own, always on the same ports.

use std::{
    fs::{File, OpenOptions},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use tokio::{
    process::{Child, Command},
    time::Instant,
};

/// A start takes no longer, whatever the log has grown to.
const READY_TIMEOUT: Duration = Duration::from_secs(60);
const STOP_TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Clone, Debug)]
pub(super) struct Addresses {
    pub(super) edge: String,
    pub(super) desk: String,
}

pub(super) struct Server {
    lockstep: PathBuf,
    dir: PathBuf,
    ports: [u16; 3],
    child: Option<Child>,
}

impl Server {
    pub(super) fn prepare(lockstep: &Path, dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir)?;
        let data = dir.join("data");
        ensure!(!data.exists(), "{} exists; chaos needs a fresh data directory", data.display());
        // Held together, so that they are three; free again before the server wants them.
        let held = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0"));
        let mut ports = [0; 3];
        for (port, listener) in ports.iter_mut().zip(held) {
            *port = listener?.local_addr()?.port();
        }
        Ok(Self { lockstep: lockstep.to_owned(), dir: dir.to_owned(), ports, child: None })
    }

    pub(super) fn addresses(&self) -> Addresses {
        let [edge, desk, _] = self.ports.map(|port| format!("http://127.0.0.1:{port}"));
        Addresses { edge, desk }
    }

    pub(super) fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// Spawns the process and waits for nothing.
    pub(super) fn spawn(&mut self) -> Result<()> {
        let path = self.dir.join("server.log");
        let log: File = OpenOptions::new().create(true).append(true).open(&path)?;
        let [edge, desk, demo] = self.ports.map(|port| format!("127.0.0.1:{port}"));
        let child = Command::new(&self.lockstep)
            .args(["serve", "--demo", "--clock", "real", "--log", "warn", "--data-dir"])
            .arg(self.data())
            .args(["--edge", &edge, "--desk", &desk, "--demo-site", &demo])
            .args(["--mirror", "127.0.0.1:0"])
            .args(["--trusted-proxy", "127.0.0.1/32"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} does not start", self.lockstep.display()))?;
        self.child = Some(child);
        Ok(())
    }

    /// Spawns it and waits until it is ready.
    pub(super) async fn start(&mut self) -> Result<()> {
        self.spawn()?;
        let http = reqwest::Client::builder().timeout(Duration::from_secs(2)).build()?;
        let url = format!("{}/health/ready", self.addresses().desk);
        let until = Instant::now() + READY_TIMEOUT;
        loop {
            if http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().ok()?) {
                bail!(
                    "the server ended with {status} while starting; see server.log in {}",
                    self.dir.display()
                );
            }
            ensure!(Instant::now() < until, "the server was not ready within {READY_TIMEOUT:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// `kill -9`.
    pub(super) async fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("there is a server to kill")?;
        child.kill().await.context("the server cannot be killed")
    }

    /// SIGTERM, as an operator would.
    pub(super) async fn stop(&mut self) -> Result<ExitStatus> {
        let mut child = self.child.take().context("there is a server to stop")?;
        let id = child.id().context("the server is running")?;
        let signal = Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
        ensure!(signal.success(), "the server cannot be told to stop");
        tokio::time::timeout(STOP_TIMEOUT, child.wait())
            .await
            .context("the server does not stop")?
            .context("the server cannot be waited for")
    }

    /// `lockstep log verify`: whether it finds the log clean, and what it says.
    pub(super) async fn verify(&self) -> Result<(bool, String)> {
        let output = Command::new(&self.lockstep)
            .args(["log", "--data-dir"])
            .arg(self.data())
            .arg("verify")
            .output()
            .await?;
        let said = [output.stdout, output.stderr].concat();
        Ok((output.status.success(), String::from_utf8_lossy(&said).trim().to_owned()))
    }
}
