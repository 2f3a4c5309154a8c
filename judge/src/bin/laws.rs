//! `laws`: checks the laws over a log's plain records, and shows on request that it would notice a break.

#![allow(clippy::print_stdout, reason = "a report on standard output is what this program is for")]

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, ensure};
use clap::Parser;
use judge::{
    calls::Calls,
    journal::Journal,
    laws::{self, Beside, Played, Ruling},
    records,
    selftest::{self, Outcome},
};

/// A broken law is shown with at most this many violations.
const SHOWN_MAX: usize = 20;

/// Checks the laws over a log's plain records. Exit status 1 if one is broken.
#[derive(Parser)]
struct Args {
    /// The log: `log.db` of a data directory whose server is stopped or idle.
    #[arg(long)]
    log: PathBuf,
    /// The call file that was played (with --journal): for the skills that its calls require.
    #[arg(long, requires = "journal")]
    calls: Option<PathBuf>,
    /// The journal of `lockstep traffic` (with --calls).
    #[arg(long, requires = "calls")]
    journal: Option<PathBuf>,
    /// The log was not played to its end: work may still be open (L4 is not checked).
    #[arg(long)]
    open_ended: bool,
    /// Breaks a copy of the log in one way after the other: exactly the broken law must fail each time.
    #[arg(long)]
    self_test: bool,
}

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    let records = records::read(&args.log)?;
    ensure!(!records.is_empty(), "the log {} has no records", args.log.display());
    let played = match (&args.calls, &args.journal) {
        (Some(calls), Some(journal)) => {
            Some(Played { calls: Calls::read(calls)?, journal: Journal::read(journal)? })
        }
        _ => None,
    };
    let beside = Beside { played: played.as_ref(), drained: !args.open_ended };
    println!("{} records in {}", records.len(), args.log.display());
    let rulings = laws::judge(&records, beside);
    report(&rulings);
    if played.is_none() {
        println!("{}  {:<72} not checked: no call file", laws::SKILL.0, laws::SKILL.1);
    }
    let broken = rulings.iter().any(|ruling| !ruling.finding.violations.is_empty());
    if broken || !args.self_test {
        return Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    println!("\nself-test: one break at a time in a copy of these records");
    let trials = selftest::run(&records, beside)?;
    let mut missed = 0;
    for trial in &trials {
        let (word, text) = match &trial.outcome {
            Outcome::Caught(text) => ("caught", text.clone()),
            Outcome::NothingToBreak => ("MISSED", "the log has nothing to break so".to_owned()),
            Outcome::NotAsItShould(laws) if laws.is_empty() => {
                ("MISSED", "no law failed".to_owned())
            }
            Outcome::NotAsItShould(laws) => {
                let names: Vec<&str> = laws.iter().map(|law| law.0).collect();
                ("MISSED", format!("these failed: {}", names.join(", ")))
            }
        };
        missed += usize::from(word == "MISSED");
        println!("{}  {word}  {:<50} {text}", trial.law.0, trial.what);
    }
    println!("{} of {} breaks caught by exactly their law", trials.len() - missed, trials.len());
    Ok(if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(rulings: &[Ruling]) {
    for Ruling { name, finding } in rulings {
        let verdict = match finding.violations.len() {
            0 => "holds".to_owned(),
            n => format!("BROKEN {n} times"),
        };
        println!("{}  {:<72} checked {:>9} times: {verdict}", name.0, name.1, finding.checked);
        for violation in finding.violations.iter().take(SHOWN_MAX) {
            println!("      {}@{}: {}", violation.partition, violation.seq, violation.text);
        }
    }
}
