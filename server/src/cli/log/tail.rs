//! `lockstep log tail`: the last records of the log, then what is added.

use std::{collections::VecDeque, process::ExitCode};

use domain::log::{Partition, Position, Recorded};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use projections::ports::source::Read;

use super::{OpenLog, line};
use crate::cli::print;

#[derive(clap::Args)]
pub(super) struct Args {
    /// Only this partition, such as `site:demo`
    #[arg(long)]
    partition: Option<Partition>,
    /// How many records to begin with
    #[arg(short = 'n', long, default_value_t = 20, value_name = "COUNT")]
    lines: usize,
    /// Go on with every record that is added
    #[arg(short, long)]
    follow: bool,
}

pub(super) async fn run(log: &OpenLog, args: Args) -> anyhow::Result<ExitCode> {
    let partitions = log.partitions(args.partition.as_ref()).await?;
    let mut last = Vec::new();
    let mut ends = Vec::new();
    for partition in partitions {
        let (records, position) = to_the_end(log, &partition, args.lines).await?;
        last.extend(records);
        ends.push((partition, position));
    }
    last.sort_by_key(|record| (record.time, record.seq));
    let skip = last.len().saturating_sub(args.lines);
    last.iter().skip(skip).for_each(|record| print(&line(record)));
    if args.follow {
        let tails = ends.into_iter().map(|(partition, from)| log.source.read(partition, from));
        stream::select_all(tails)
            .try_for_each(|read| async move {
                let whole = read.whole();
                let records = whole.iter().flat_map(|whole| &whole.records);
                records.for_each(|record| print(&line(record)));
                Ok(())
            })
            .await?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The last `count` records, and where the reader stands after them.
async fn to_the_end(
    log: &OpenLog,
    partition: &Partition,
    count: usize,
) -> anyhow::Result<(VecDeque<Recorded>, Position)> {
    let (mut kept, mut position) = (VecDeque::new(), Position::START);
    let mut reads = log.source.read(partition.clone(), position);
    while let Some(read) = reads.next().await {
        let Read::Whole(whole) = read? else { break };
        position = whole.position;
        kept.extend(whole.records.iter().cloned());
        kept.drain(..kept.len().saturating_sub(count));
    }
    Ok((kept, position))
}
