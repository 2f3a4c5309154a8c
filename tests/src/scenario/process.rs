//! A `lockstep` process: started, listened to, signalled, killed.

use std::{
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    sync::watch,
    time::timeout,
};

use super::PATIENCE;

/// The binary under test: `LOCKSTEP_BIN`, or this workspace's, built once.
pub fn binary() -> &'static PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match std::env::var_os("LOCKSTEP_BIN") {
        Some(path) => path.into(),
        None => build().expect("`cargo build -p lockstep` must work before a scenario can run"),
    })
}

fn build() -> anyhow::Result<PathBuf> {
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--package", "lockstep"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        // Else build scripts that look at it run again, and half of the dependencies with them.
        .env_remove("CARGO_MANIFEST_DIR");
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    ensure!(cargo.status()?.success(), "the build failed");
    let here = std::env::current_exe()?;
    let folder = here.ancestors().nth(2).context("a test runs from target/PROFILE/deps")?;
    Ok(folder.join("lockstep"))
}

/// One line that the process logged.
#[derive(Clone, Debug)]
pub struct Line {
    pub level: String,
    pub message: String,
    pub fields: Value,
}

/// What it has logged so far, and what of it was not JSON.
#[derive(Default)]
struct Said {
    lines: Vec<Line>,
    raw: Vec<String>,
}

pub struct Process {
    child: Child,
    said: Arc<Mutex<Said>>,
    /// Counts lines; closed when the process has closed its standard error.
    count: watch::Receiver<usize>,
}

impl Process {
    /// Runs `lockstep` with these arguments. It dies with this value.
    pub fn start(mut command: Command) -> anyhow::Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} did not start", binary().display()))?;
        let errors = child.stderr.take().context("standard error is a pipe")?;
        let said = Arc::new(Mutex::new(Said::default()));
        let (tell, count) = watch::channel(0);
        let listener = Arc::clone(&said);
        tokio::spawn(async move {
            let mut lines = BufReader::new(errors).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                listener.lock().unwrap_or_else(PoisonError::into_inner).note(line);
                tell.send_modify(|count| *count += 1);
            }
        });
        Ok(Self { child, said, count })
    }

    pub fn id(&self) -> u32 {
        self.child.id().expect("the process has not been waited for")
    }

    /// The first line that says `message`, now or later.
    pub async fn hears(&mut self, message: &str) -> anyhow::Result<Line> {
        let heard = async {
            loop {
                self.count.mark_unchanged();
                if let Some(line) = self.lines().into_iter().find(|line| line.message == message) {
                    return Ok(line);
                }
                if self.count.changed().await.is_err() {
                    bail!("the process ended before it said `{message}`:\n{}", self.everything());
                }
            }
        };
        timeout(PATIENCE, heard).await.unwrap_or_else(|_| bail!("`{message}` was not said in time"))
    }

    pub fn lines(&self) -> Vec<Line> {
        self.said().lines.clone()
    }

    /// Lines of level WARN or ERROR.
    pub fn complaints(&self) -> Vec<Line> {
        self.lines().into_iter().filter(|line| ["WARN", "ERROR"].contains(&&*line.level)).collect()
    }

    /// All it wrote to standard error.
    pub fn everything(&self) -> String {
        self.said().raw.join("\n")
    }

    /// `kill -NAME`.
    pub async fn signal(&self, name: &str) -> anyhow::Result<()> {
        let kill = format!("kill -{name} {}", self.id());
        let status = Command::new("sh").args(["-c", &kill]).status().await?;
        ensure!(status.success(), "`{kill}` failed");
        Ok(())
    }

    /// Waits until it has ended and everything it wrote was read.
    pub async fn ended(&mut self) -> anyhow::Result<ExitStatus> {
        let ended = async {
            let status = self.child.wait().await?;
            while self.count.changed().await.is_ok() {}
            Ok(status)
        };
        timeout(PATIENCE, ended).await.unwrap_or_else(|_| bail!("the process did not end in time"))
    }

    fn said(&self) -> std::sync::MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Said {
    fn note(&mut self, raw: String) {
        if let Ok(line) = serde_json::from_str::<Value>(&raw) {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            self.lines.push(Line {
                level: text(&line["level"]),
                message: text(&line["fields"]["message"]),
                fields: line["fields"].clone(),
            });
        }
        self.raw.push(raw);
    }
}

/// A command that ends by itself, such as `log verify`: its status, and both of its outputs.
pub async fn run(arguments: &[&str]) -> anyhow::Result<(bool, String, String)> {
    let ran = Command::new(binary()).args(arguments).stdin(Stdio::null()).output();
    let output = timeout(PATIENCE, ran).await.context("the command did not end in time")??;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok((output.status.success(), text(output.stdout), text(output.stderr)))
}
