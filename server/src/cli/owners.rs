//! `lockstep owners`: who decides what, as the log and the group say.

use std::process::ExitCode;

use anyhow::Context as _;
use infra::kafka::health;

use super::{place::Place, print};
use crate::settings::Roles;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(owners(args))
}

async fn owners(args: &Args) -> anyhow::Result<ExitCode> {
    let registry = args.place.registry().await?.context(
        "a log in a data directory has one owner, the process that uses the directory; name brokers with --kafka",
    )?;
    let log = args.place.open().await?;
    let kafka = args.place.kafka.connection(&Roles::all())?.context("it has just been read")?;
    let group = health::group(&kafka).await?;
    print(&format!(
        "{:<28} {:>6} {:>6} {:>10}  {:<20} {:>8}",
        "PARTITION", "NUMBER", "EPOCH", "SEQ", "NODE", "WAITING"
    ));
    let mut all_owned = true;
    for (partition, number) in registry.list() {
        let end = log.source.end(&partition).await?;
        let member = group.members.iter().find(|member| member.partitions.contains(&number));
        all_owned &= member.is_some();
        let node = member.map_or("nobody", |member| &member.node);
        let waiting = group.lag.get(&number).map_or_else(|| "?".to_owned(), ToString::to_string);
        print(&format!(
            "{:<28} {number:>6} {:>6} {:>10}  {node:<20} {waiting:>8}",
            partition.to_string(),
            end.epoch,
            end.seq
        ));
    }
    if !all_owned {
        print("nobody decides for some of these; start a process with `--role decide`");
    }
    Ok(if all_owned { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
