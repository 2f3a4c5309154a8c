//! `lockstep doctor`: is everything there that Lockstep needs? It only looks.

use std::process::ExitCode;

use commands::{partition_time::AHEAD_OF_WALL_MAX, ports::clock::Clock as _};
use domain::time::Timestamp;
use infra::{
    clock::Real,
    kafka::health,
    postgres::{read_store::PostgresReadStore, schema},
};

use super::{place::Place, print};
use crate::settings::{Names, Postgres, Roles};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    postgres: Postgres,
    #[command(flatten)]
    names: Names,
}

/// What was looked at, and what is wrong with it.
#[derive(Default)]
struct Findings {
    problems: usize,
}

impl Findings {
    fn say(&mut self, what: &str, found: Result<String, String>) {
        match found {
            Ok(says) => print(&format!("well     {what:<12} {says}")),
            Err(says) => {
                self.problems += 1;
                print(&format!("PROBLEM  {what:<12} {says}"));
            }
        }
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut findings = Findings::default();
        kafka(args, &mut findings).await?;
        log(args, &mut findings).await;
        postgres(args, &mut findings).await?;
        Ok(match findings.problems {
            0 => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        })
    })
}

async fn kafka(args: &Args, findings: &mut Findings) -> anyhow::Result<()> {
    let Some(settings) = args.place.kafka.connection(&Roles::all())? else { return Ok(()) };
    let health = match health::look(&settings).await {
        Ok(health) => health,
        Err(error) => {
            findings.say("brokers", Err(whole(&error)));
            return Ok(());
        }
    };
    findings.say("brokers", Ok(health.brokers.join(", ")));
    let problems = health.problems();
    for topic in &health.topics {
        let Ok(partitions) = &topic.partitions else { continue };
        let settings = match &topic.wrong_settings {
            None => "; this user may not see its settings",
            Some(_) => "",
        };
        findings.say("topic", Ok(format!("{}: {partitions} partitions{settings}", topic.name)));
    }
    for problem in problems {
        findings.say("topic", Err(problem));
    }
    findings.say(
        "deciders",
        match health::group(&settings).await {
            Err(error) => Err(whole(&error)),
            Ok(group) if group.members.is_empty() => {
                Err("nobody is in the group; start a process with `--role decide`".to_owned())
            }
            Ok(group) => {
                let nodes: Vec<_> =
                    group.members.iter().map(|member| member.node.as_str()).collect();
                Ok(format!("{} ({})", nodes.join(", "), group.state))
            }
        },
    );
    Ok(())
}

/// Readable, whole, and not from the future.
async fn log(args: &Args, findings: &mut Findings) {
    let log = match args.place.open().await {
        Ok(log) => log,
        Err(error) => return findings.say("log", Err(format!("{error:#}"))),
    };
    for partition in args.names.partitions() {
        let mut last = Timestamp::MIN;
        let mut into = |whole: domain::log::Whole| {
            last = whole.records.last().map_or(last, |record| record.time);
        };
        let read = log.log.read(&partition, domain::log::Position::START, &mut into).await;
        let ahead = last - Real.now();
        findings.say("log", match read {
            Err(error) => Err(format!("{partition}: {}", whole(&error))),
            Ok(_) if ahead > AHEAD_OF_WALL_MAX => Err(format!(
                "{partition}: its last record is {} s ahead of this machine's clock; set the clock right",
                ahead.as_secs()
            )),
            Ok(end) => Ok(format!("{partition}: {} records, epoch {}", end.seq, end.epoch)),
        });
    }
}

async fn postgres(args: &Args, findings: &mut Findings) -> anyhow::Result<()> {
    let Some(settings) = args.postgres.connection("doctor")? else { return Ok(()) };
    let store = PostgresReadStore::new(&settings)?;
    findings.say(
        "PostgreSQL",
        match store.check().await {
            Ok(()) => Ok(format!("schema read at version {}", schema::Schema::Read.version())),
            Err(error) => Err(whole(&error)),
        },
    );
    Ok(())
}

/// With everything that led to it.
fn whole(error: &(dyn std::error::Error + 'static)) -> String {
    let mut says = error.to_string();
    let mut cause = error.source();
    while let Some(because) = cause {
        says.push_str(": ");
        says.push_str(&because.to_string());
        cause = because.source();
    }
    says
}
