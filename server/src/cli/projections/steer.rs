//! `stop`, `start`, `retry`, `skip`, `park`: what the operator decides about a view's work.

use anyhow::{Context as _, bail};
use commands::ports::clock::Clock as _;
use domain::log::{Partition, Seq};
use infra::clock::Real;
use projections::{
    control::{self, Held, Hold, Skipped},
    ports::read_store::TransactError,
    stored::StoredView,
};

use super::{super::print, Ground, named};

#[derive(clap::Args)]
pub(super) struct WhichArgs {
    /// One of those that `list` prints
    view: String,
    /// Only its work on this partition, such as `site:demo` [default: all of them]
    #[arg(long)]
    partition: Option<Partition>,
}

#[derive(clap::Args)]
pub(super) struct BecauseArgs {
    #[command(flatten)]
    which: WhichArgs,
    /// Why: whoever looks at the view reads it
    #[arg(long, default_value = "no reason given")]
    reason: String,
}

#[derive(clap::Args)]
pub(super) struct SkipArgs {
    #[command(flatten)]
    which: WhichArgs,
    /// Why: it is kept with the decision that is passed over
    #[arg(long)]
    reason: String,
    /// Who decides so
    #[arg(long, env = "USER", default_value = "operator")]
    operator: String,
}

type Work = (&'static StoredView, Partition);

impl WhichArgs {
    async fn all(&self, ground: &Ground) -> anyhow::Result<Vec<Work>> {
        let view = named(&self.view)?;
        let there = ground.partitions(view).await?;
        let Some(wanted) = &self.partition else {
            return Ok(there.into_iter().map(|partition| (view, partition)).collect());
        };
        if !there.contains(wanted) {
            bail!("{} does not read {wanted}; see `lockstep projections list`", self.view);
        }
        Ok(vec![(view, wanted.clone())])
    }

    /// Those that stand because a decision could not be projected.
    async fn failed(&self, ground: &Ground) -> anyhow::Result<Vec<(Work, Seq, Held)>> {
        let mut failed = Vec::new();
        for (view, partition) in self.all(ground).await? {
            if let Some(held) = control::held(&*ground.store, view, &partition).await?
                && let Some(seq) = held.failed
            {
                failed.push(((view, partition), seq, held));
            }
        }
        if failed.is_empty() {
            bail!("no decision stopped {}; see `lockstep projections list`", self.view);
        }
        Ok(failed)
    }
}

pub(super) async fn stop(ground: &Ground, args: &BecauseArgs) -> anyhow::Result<()> {
    hold(ground, args, Hold::Stopped).await
}

pub(super) async fn park(ground: &Ground, args: &BecauseArgs) -> anyhow::Result<()> {
    hold(ground, args, Hold::Parked).await
}

async fn hold(ground: &Ground, args: &BecauseArgs, hold: Hold) -> anyhow::Result<()> {
    for (view, partition) in args.which.all(ground).await? {
        control::hold(&*ground.store, view, &partition, hold, &args.reason, Real.now()).await?;
        print(&format!("{} {partition} is {}", view.name, hold.as_str()));
    }
    Ok(())
}

pub(super) async fn start(ground: &Ground, args: &WhichArgs) -> anyhow::Result<()> {
    for (view, partition) in args.all(ground).await? {
        control::run(&*ground.store, view, &partition).await?;
        print(&format!("{} {partition} goes on", view.name));
    }
    Ok(())
}

pub(super) async fn retry(ground: &Ground, args: &WhichArgs) -> anyhow::Result<()> {
    for ((view, partition), seq, _) in args.failed(ground).await? {
        control::run(&*ground.store, view, &partition).await?;
        print(&format!("{} {partition} tries decision {seq} again", view.name));
    }
    Ok(())
}

pub(super) async fn skip(ground: &Ground, args: &SkipArgs) -> anyhow::Result<()> {
    let failed = args.which.failed(ground).await?;
    let [((view, partition), seq, _)] = &failed[..] else {
        let partitions: Vec<_> = failed.iter().map(|((_, of), ..)| of.to_string()).collect();
        bail!("it stands in {}; name one with --partition", partitions.join(", "));
    };
    let (reason, operator) = (args.reason.clone(), args.operator.clone());
    let skipped = Skipped { seq: *seq, reason, operator, at: Real.now() };
    let done = control::skip(&*ground.store, view, partition, &skipped).await;
    if let Err(TransactError::NotAsManyRows { .. }) = done {
        bail!("it does not stand there any more; see `lockstep projections list`");
    }
    done.context("nothing was passed over")?;
    print(&format!("{} {partition} passes over decision {seq}", view.name));
    Ok(())
}
