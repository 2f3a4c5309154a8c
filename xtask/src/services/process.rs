//! Processes that outlive the command which started them: known by a file with their id, their output in a log.

use std::{
    fmt,
    fs::{self, File},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, ensure};

use crate::shell;

const LOOK_EVERY: Duration = Duration::from_millis(100);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const LOG_TAIL_LINES: usize = 15;
const LOG_TAIL_LINE_CHARS: usize = 240;
/// A process that has just ended may still hold its ports.
const FREE_PATIENCE: Duration = Duration::from_secs(5);

/// A program in the background. Its id is believed only if the process that has it was started with `mark` among
/// its arguments: ids are used again.
pub(super) struct Background {
    pub(super) pid_file: PathBuf,
    pub(super) log: PathBuf,
    pub(super) mark: String,
}

impl Background {
    pub(super) fn pid(&self) -> Option<u32> {
        let text = fs::read_to_string(&self.pid_file).ok()?;
        let pid = text.lines().next()?.trim().parse().ok()?;
        let arguments = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        String::from_utf8_lossy(&arguments).contains(&self.mark).then_some(pid)
    }

    /// In a session of its own: no terminal that closes, and no Ctrl-C, reaches it. The log of the time before is
    /// kept beside the new one.
    pub(super) fn start(&self, program: &Command) -> Result<Child> {
        drop(fs::rename(&self.log, self.log.with_extension("log.before")));
        let log = File::create(&self.log);
        let log = log.with_context(|| format!("cannot write {}", self.log.display()))?;
        let mut session = Command::new("setsid");
        session.arg(program.get_program()).args(program.get_args());
        session.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = session.spawn().context("cannot start a program in the background")?;
        fs::write(&self.pid_file, child.id().to_string())?;
        Ok(child)
    }

    /// Asks it to end, and ends it if it does not.
    pub(super) fn stop(&self, patience: Duration) -> Result<()> {
        let Some(pid) = self.pid() else { return Ok(()) };
        shell::run(shell::command(&format!("kill -TERM {pid}")))?;
        if !until(patience, || self.pid().is_none()) {
            shell::run(shell::command(&format!("kill -KILL {pid}")))?;
            ensure!(until(patience, || self.pid().is_none()), "process {pid} does not end");
        }
        drop(fs::remove_file(&self.pid_file));
        Ok(())
    }

    /// What went wrong, with the end of the log.
    pub(super) fn failure(&self, what: &str) -> anyhow::Error {
        let tail = tail(&self.log);
        anyhow!("{what}; the end of its log {}:\n{tail}", self.log.display())
    }
}

pub(super) fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    let from = lines.len().saturating_sub(LOG_TAIL_LINES);
    let cut =
        |line: &&str| format!("  {}", line.chars().take(LOG_TAIL_LINE_CHARS).collect::<String>());
    lines[from..].iter().map(cut).collect::<Vec<_>>().join("\n")
}

/// Looks again and again; true as soon as it is so, false if it is not in time.
#[expect(clippy::disallowed_methods, reason = "how long a person waits for a program to start")]
pub(super) fn until(patience: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < patience {
        if is_so() {
            return true;
        }
        thread::sleep(LOOK_EVERY);
    }
    is_so()
}

pub(super) fn connect(port: u16) -> Option<TcpStream> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let stream = TcpStream::connect_timeout(&address, CONNECT_TIMEOUT).ok()?;
    stream.set_read_timeout(Some(CONNECT_TIMEOUT)).ok()?;
    Some(stream)
}

/// Fails if somebody else listens there.
pub(super) fn ensure_free(port: u16, flag: &str) -> Result<()> {
    ensure!(
        until(FREE_PATIENCE, || connect(port).is_none()),
        "port {port} of 127.0.0.1 is taken by another program (`ss -ltnp` says which)\n  stop it, or use another port: cargo xtask services up --{flag} PORT"
    );
    Ok(())
}

/// A line of `status`.
pub(super) struct Says {
    pub(super) name: &'static str,
    pub(super) version: String,
    pub(super) at: String,
    pub(super) pid: Option<u32>,
    pub(super) reachable: bool,
}

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, version, at, pid, reachable } = self;
        let process = pid.map_or("not running".into(), |pid| format!("process {pid}"));
        let reach = if *reachable { "reachable" } else { "NOT REACHABLE" };
        write!(f, "{name:<10}  {version}  {at}  {process}  {reach}")
    }
}
