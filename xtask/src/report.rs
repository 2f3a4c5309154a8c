//! Parts of a longer run: each is announced, timed, and listed in a table at the end.
#![expect(clippy::print_stdout, reason = "the table is what the command is for")]

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Error, Result};

enum Outcome {
    Passed,
    Failed(String),
    /// What it builds on has failed.
    NotRun,
}

/// What was run so far. A part that fails does not stop those that do not build on it.
#[derive(Default)]
pub(crate) struct Report {
    parts: Vec<(String, Duration, Outcome)>,
}

impl Report {
    /// True if it passed.
    #[expect(clippy::disallowed_methods, reason = "how long it takes a person to wait")]
    pub(crate) fn part(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        eprintln!("\n── {name}");
        let begin = Instant::now();
        let outcome = match work() {
            Ok(()) => Outcome::Passed,
            Err(error) => {
                let why = chain(&error);
                eprintln!("error: {}", first(&why));
                Outcome::Failed(why)
            }
        };
        let passed = matches!(outcome, Outcome::Passed);
        let took = begin.elapsed();
        eprintln!("── {name}: {} in {}", if passed { "passed" } else { "FAILED" }, text(took));
        self.parts.push((name.to_owned(), took, outcome));
        passed
    }

    /// A part that makes no sense unless what it builds on has passed.
    pub(crate) fn part_after(
        &mut self,
        before: bool,
        name: &str,
        work: impl FnOnce() -> Result<()>,
    ) -> bool {
        if before {
            return self.part(name, work);
        }
        self.parts.push((name.to_owned(), Duration::ZERO, Outcome::NotRun));
        false
    }

    /// Prints what failed, and the table; success if everything passed.
    pub(crate) fn finish(self) -> ExitCode {
        println!();
        for (name, _, outcome) in &self.parts {
            if let Outcome::Failed(why) = outcome {
                println!("── {name}: FAILED\n{why}\n");
            }
        }
        let mut all = true;
        for (name, took, outcome) in &self.parts {
            let word = match outcome {
                Outcome::Passed => "passed".to_owned(),
                Outcome::Failed(why) => format!("FAILED   {}", first(why)),
                Outcome::NotRun => "NOT RUN  what it builds on failed".to_owned(),
            };
            all &= matches!(outcome, Outcome::Passed);
            println!("{name:<34} {:>9}  {word}", text(*took));
        }
        let sum: Duration = self.parts.iter().map(|(_, took, _)| *took).sum();
        println!("{:<34} {:>9}  {}", "all", text(sum), if all { "passed" } else { "FAILED" });
        if all { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Tells it to whoever started the command.
pub(crate) fn failure(error: &Error) {
    eprintln!("error: {}", chain(error));
}

/// The error with everything that led to it.
fn chain(error: &Error) -> String {
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join("\n  because: ")
}

fn first(why: &str) -> &str {
    why.lines().next().unwrap_or_default()
}

fn text(took: Duration) -> String {
    format!("{}m {:04.1}s", took.as_secs() / 60, took.as_secs_f64() % 60.0)
}

/// What to open now, and as whom.
pub(crate) fn welcome(site: &str, desk: &str, mirror: &str, password: &str) {
    println!(
        "
Lockstep is ready.

  customer     http://{site}/          the demo company's site, with the widget
  agent        http://{desk}/          logins dana, noor, sam
  supervisor   http://{desk}/board     login kim
  auditor      http://{desk}/          login robin
  developer    http://{desk}/graphiql  login admin

  customers' pages are shown to staff from http://{mirror}/, an origin of its own

  password of every login: {password}
  stop with Ctrl-C; what happened stays in the data directory
"
    );
}
