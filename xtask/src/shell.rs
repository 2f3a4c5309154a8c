//! Other programs: run in a folder, with their output shown or taken.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

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

/// Runs it with its output shown.
pub(crate) fn run(mut command: Command) -> Result<()> {
    let line = line(&command);
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    ensure!(status.success(), "`{line}` ended with {status}");
    Ok(())
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
