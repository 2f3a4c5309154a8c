//! `list` and `lag`: how far each view has come, and what holds it.

use std::{collections::HashMap, process::ExitCode};

use domain::{
    log::{Partition, Seq},
    time::Timestamp,
};
use projections::{
    checkpoint, control,
    stored::{self, StoredView},
};

use super::{super::print, Ground};

#[derive(clap::Args)]
pub(super) struct LagArgs {
    /// End with a failure if any view that is not parked is further behind than so many events
    #[arg(long, value_name = "EVENTS")]
    max: Option<Seq>,
}

/// One view's work on one partition.
struct Standing {
    view: &'static StoredView,
    partition: Partition,
    /// Version of the rows in use, and up to where they go; `None` before the first was written.
    at: Option<(i64, Seq)>,
    end: Seq,
    held: Option<control::Held>,
}

impl Standing {
    fn behind(&self) -> Seq {
        self.end.saturating_sub(self.at.map_or(0, |(_, seq)| seq))
    }
}

async fn standings(ground: &Ground) -> anyhow::Result<Vec<Standing>> {
    let store = &*ground.store;
    let mut at = HashMap::new();
    for one in checkpoint::progress(store).await? {
        at.insert((one.view, one.partition), (one.version, one.seq.unsigned_abs()));
    }
    let held = control::all_held(store).await?;
    let mut held: HashMap<_, _> =
        held.into_iter().map(|(view, partition, held)| ((view, partition), held)).collect();
    let mut ends = HashMap::new();
    for partition in ground.source.partitions().await? {
        let end = ground.source.end(&partition).await?.seq;
        ends.insert(partition, end);
    }
    let mut standings = Vec::new();
    for view in stored::ALL {
        for partition in ground.partitions(view).await? {
            let key = (view.name.to_owned(), partition.to_string());
            let end = ends.get(&partition).copied().unwrap_or_default();
            let (at, held) = (at.remove(&key), held.remove(&key));
            standings.push(Standing { view, partition, at, end, held });
        }
    }
    Ok(standings)
}

pub(super) async fn list(ground: &Ground) -> anyhow::Result<()> {
    for one in standings(ground).await? {
        let (name, partition, behind) = (one.view.name, &one.partition, one.behind());
        let at = match one.at {
            Some((version, seq)) => format!("v{version} {partition}@{seq}"),
            None => format!("v{} {partition}@0", one.view.version),
        };
        print(&format!("{name} {at} {behind} behind{}", state(one.held.as_ref())));
        for skipped in control::skipped(&*ground.store, one.view, partition).await? {
            let control::Skipped { seq, reason, operator, at } = skipped;
            print(&format!("  passed over {seq} at {}: {reason} ({operator})", when(at)));
        }
    }
    Ok(())
}

fn state(held: Option<&control::Held>) -> String {
    let Some(control::Held { hold, reason, since, failed }) = held else { return String::new() };
    let failed = failed.map(|seq| format!(" at decision {seq}")).unwrap_or_default();
    format!(" {}{failed} since {}: {reason}", hold.as_str(), when(*since))
}

fn when(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.0).map_or_else(|_| at.0.to_string(), |at| at.to_string())
}

pub(super) async fn lag(ground: &Ground, args: &LagArgs) -> anyhow::Result<ExitCode> {
    let mut worst = 0;
    for one in standings(ground).await? {
        let parked = one.held.as_ref().is_some_and(|held| held.hold == control::Hold::Parked);
        if !parked {
            worst = worst.max(one.behind());
        }
        print(&format!("{} {} {}", one.view.name, one.partition, one.behind()));
    }
    let fine = args.max.is_none_or(|max| worst <= max);
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
