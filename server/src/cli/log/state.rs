//! `lockstep log state`: a partition's state, folded from its first record and from nothing else.

use std::process::ExitCode;

use anyhow::bail;
use domain::{
    log::{Partition, Position, Seq, Whole},
    partition::Root,
    site::Site,
    tenant::Tenant,
};
use projections::{state::State, tail::View as _};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::OpenLog;
use crate::cli::print;

#[derive(clap::Args)]
pub(super) struct Args {
    /// Such as `site:demo`
    #[arg(long)]
    partition: Partition,
    /// The state after this record, which must be the last of its decision; without it, the state now
    #[arg(long, value_name = "SEQ")]
    at: Option<Seq>,
    /// Print the state itself, as the JSON that the SHA-256 is taken of
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(log: &OpenLog, args: &Args) -> anyhow::Result<ExitCode> {
    log.partitions(Some(&args.partition)).await?;
    let (seq, json) = match &args.partition {
        Partition::Site(_) => fold::<Site>(log, args).await?,
        Partition::Tenant(_) => fold::<Tenant>(log, args).await?,
    };
    if args.json {
        print(&json);
    } else {
        print(&format!("{}@{seq} {}", args.partition, hex::encode(Sha256::digest(&json))));
    }
    Ok(ExitCode::SUCCESS)
}

async fn fold<R: Root + Serialize + Sync>(
    log: &OpenLog,
    args: &Args,
) -> anyhow::Result<(Seq, String)> {
    let until = args.at.unwrap_or(Seq::MAX);
    let (mut state, mut broken) = (State::<R>::default(), None);
    let mut into = |whole: Whole| {
        if whole.position.seq <= until && broken.is_none() {
            broken = state.apply(&whole).err();
        }
    };
    let end = log.log.read(&args.partition, Position::START, &mut into).await?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    let seq = state.seq();
    match args.at {
        Some(at) if at > end.seq => {
            bail!("{} ends at {}; it has no record {at} yet", args.partition, end.seq)
        }
        Some(at) if at != seq => {
            bail!("record {at} stands within a decision; the one before it ends at {seq}")
        }
        _ => Ok((seq, state.json())),
    }
}
