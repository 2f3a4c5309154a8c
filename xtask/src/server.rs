//! A server of its own for a run: fresh data, free ports, its log in a file.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Stdio},
    thread,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::shell;

/// Its data, its log and whatever a run adds lie in `dir`.
pub(crate) struct Server {
    child: Child,
    dir: PathBuf,
    /// Such as `http://127.0.0.1:40001`.
    pub(crate) edge: String,
    pub(crate) desk: String,
}

impl Server {
    /// Starts it with the demo company and waits until it is ready.
    pub(crate) fn start(lockstep: &Path, dir: &Path, clock: &str) -> Result<Self> {
        let any = "127.0.0.1:0";
        let mut child = Command::new(lockstep)
            .args(["serve", "--demo", "--log-format", "json", "--clock", clock, "--data-dir"])
            .arg(dir.join("data"))
            .args(["--edge", any, "--desk", any, "--mirror", any, "--demo-site", any])
            // Whoever plays customers names an address for each.
            .args(["--trusted-proxy", "127.0.0.1/32"])
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", lockstep.display()))?;
        let errors = child.stderr.take().expect("standard error is a pipe");
        let mut server =
            Self { child, dir: dir.to_owned(), edge: String::new(), desk: String::new() };
        let ready = server.listen(errors)?;
        let address = |name: &str| {
            let address = ready["fields"][name].as_str().or(ready[name].as_str());
            address.with_context(|| format!("the server did not say its {name} address"))
        };
        (server.edge, server.desk) =
            (format!("http://{}", address("edge")?), format!("http://{}", address("desk")?));
        Ok(server)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// Keeps every line that it logs, and returns the one that says `ready`.
    fn listen(&mut self, errors: ChildStderr) -> Result<Value> {
        let path = self.dir.join("server.log");
        let mut file = File::create(&path)?;
        let mut lines = BufReader::new(errors).lines();
        while let Some(line) = lines.next().transpose()? {
            writeln!(file, "{line}")?;
            let said: Value = serde_json::from_str(&line).unwrap_or_default();
            if said["fields"]["message"] == "ready" || said["message"] == "ready" {
                thread::spawn(move || {
                    lines.map_while(Result::ok).for_each(|line| drop(writeln!(file, "{line}")));
                });
                return Ok(said);
            }
        }
        bail!("the server ended before it was ready; its log is {}", path.display())
    }

    /// Asks it to end, and waits.
    pub(crate) fn stop(mut self) -> Result<()> {
        shell::run(shell::command(&format!("kill -TERM {}", self.child.id())))?;
        let status = self.child.wait()?;
        let log = self.dir.join("server.log");
        ensure!(status.success(), "the server ended with {status}; its log is {}", log.display());
        Ok(())
    }
}

impl Drop for Server {
    /// A run that failed leaves no server behind.
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}
