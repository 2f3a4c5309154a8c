//! `laws`: checks the laws over a log's plain records, and shows on request that it would notice a break.

#![allow(clippy::print_stdout, reason = "a report on standard output is what this program is for")]

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, ensure};
use clap::{Args, Parser};
use judge::{
    calls::Calls,
    fold::Tampering,
    journal::Journal,
    kafka::{self, Broker, Log},
    laws::{self, Beside, Played, Ruling},
    records,
    selftest::{self, Outcome},
};

/// A broken law is shown with at most this many violations.
const SHOWN_MAX: usize = 20;

/// Checks the laws over a log's plain records. Exit status 1 if one is broken.
#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    kafka: Kafka,
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

/// Where the log is.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct From {
    /// A log on SQLite: `log.db` of a data directory whose server is stopped or idle.
    #[arg(long)]
    log: Option<PathBuf>,
    /// A log on Kafka: its brokers. It is read to its end as it is when the reading begins.
    #[arg(long, value_name = "HOST:PORT,…")]
    kafka: Option<String>,
}

#[derive(Args)]
struct Kafka {
    /// Topics are this, a dot, and `registry` and `events`
    #[arg(long = "kafka-prefix", default_value = "lockstep")]
    prefix: String,
    /// Who reads (SASL PLAIN)
    #[arg(long = "kafka-user", requires = "password_file")]
    user: Option<String>,
    /// With that user's password
    #[arg(long = "kafka-password-file", requires = "user")]
    password_file: Option<PathBuf>,
    /// Certificate authority of the brokers (PEM); with it connections are TLS
    #[arg(long = "kafka-ca")]
    ca: Option<PathBuf>,
}

impl Cli {
    fn read(&self) -> Result<Log> {
        let From { log, kafka } = &self.from;
        let Some(bootstrap) = kafka else {
            let log = log.as_deref().context("the log is on SQLite or on Kafka")?;
            return Ok(Log { records: records::read(log)?, ..Log::default() });
        };
        let Kafka { prefix, user, password_file, ca } = &self.kafka;
        kafka::read(&Broker {
            bootstrap: bootstrap.clone(),
            prefix: prefix.clone(),
            login: user.clone().zip(password_file.clone()),
            ca: ca.clone(),
        })
    }
}

fn main() -> Result<ExitCode> {
    let args = Cli::parse();
    let log = args.read()?;
    let records = &log.records;
    ensure!(!records.is_empty(), "the log has no records that count");
    let played = match (&args.calls, &args.journal) {
        (Some(calls), Some(journal)) => {
            Some(Played { calls: Calls::read(calls)?, journal: Journal::read(journal)? })
        }
        _ => None,
    };
    let beside = Beside { played: played.as_ref(), drained: !args.open_ended };
    println!("{} records that count", records.len());
    if args.from.kafka.is_some() {
        void(&log);
    }
    let rulings = laws::judge(records, beside);
    report(&rulings);
    if played.is_none() {
        println!("{}  {:<72} not checked: no call file", laws::SKILL.0, laws::SKILL.1);
    }
    let broken = !log.tampering.is_empty()
        || rulings.iter().any(|ruling| !ruling.finding.violations.is_empty());
    if broken || !args.self_test {
        return Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    println!("\nself-test: one break at a time in a copy of these records");
    let trials = selftest::run(records, beside)?;
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

/// What was left out, and where the reading had to end.
fn void(log: &Log) {
    let kinds: Vec<String> =
        log.voids.kinds().iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    println!("void: {}", kinds.join(", "));
    for Tampering { at, text } in &log.tampering {
        println!("TAMPERED  {}@{}: {text}; nothing behind it was read", at.partition, at.seq);
    }
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
