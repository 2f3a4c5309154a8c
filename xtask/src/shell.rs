//! Other programs: run in a folder, with their output shown or taken.

use std::{
    collections::VecDeque,
    io::{self, BufRead, BufReader, IsTerminal, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, ensure};

/// So many of its last lines are told again when a program has failed.
const LAST_LINES: usize = 40;
/// What a program leaves running may hold its output open; that is not waited for.
const AFTER_THE_END: Duration = Duration::from_secs(1);

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask is a folder of the workspace").to_owned()
}

/// A program in the workspace's folder, its arguments separated by spaces.
pub(crate) fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().expect("a command line names a program"));
    command.args(words).current_dir(root());
    command
}

/// By name, so that whoever chooses toolchains sees it.
pub(crate) fn cargo(arguments: &str) -> Command {
    command(&format!("cargo {arguments}"))
}

/// Runs it with its output shown. Where nobody watches, an error holds its last lines as well: such
/// output is kept in files, and those are read from their end.
pub(crate) fn run(mut command: Command) -> Result<()> {
    let line = line(&command);
    let cannot = || format!("cannot start `{line}`");
    if io::stderr().is_terminal() {
        let status = command.status().with_context(cannot)?;
        ensure!(status.success(), "`{line}` ended with {status}");
        return Ok(());
    }
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().with_context(cannot)?;
    let last = Arc::new(Mutex::new(VecDeque::new()));
    let (open, closed) = mpsc::channel::<()>();
    pass_on(child.stdout.take().expect("piped"), io::stdout(), &last, open.clone());
    pass_on(child.stderr.take().expect("piped"), io::stderr(), &last, open);
    let status = child.wait()?;
    // Ends early when both have closed theirs.
    let _ = closed.recv_timeout(AFTER_THE_END);
    let last = last.lock().unwrap_or_else(PoisonError::into_inner);
    let lines = last.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
    ensure!(status.success(), "`{line}` ended with {status}\n{lines}");
    Ok(())
}

/// Shows what is read, and keeps the last lines. `open` lives until there is no more.
fn pass_on(
    from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    last: &Arc<Mutex<VecDeque<String>>>,
    open: mpsc::Sender<()>,
) {
    let last = Arc::clone(last);
    thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            let _ = writeln!(to, "{line}");
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if last.len() == LAST_LINES {
                last.pop_front();
            }
            last.push_back(line);
        }
        drop(open);
    });
}

/// Runs it and takes what it prints on standard output.
pub(crate) fn output(mut command: Command) -> Result<String> {
    let line = line(&command);
    let output = command.output().with_context(|| format!("cannot start `{line}`"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{line}` ended with {}\n{said}", output.status);
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` did not print text"))
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
