//! `reset`, `rebuild`, `switch`: a view's rows made anew.

use std::{collections::HashMap, sync::Mutex, sync::PoisonError};

use anyhow::{Context as _, bail};
use domain::log::{Partition, Position, Seq};
use indicatif::{ProgressBar, ProgressStyle};
use projections::{
    checkpoint,
    rebuild::{self, Beside},
    stored::{self, StoredView},
};

use super::{super::print, Ground, named};

#[derive(clap::Args)]
pub(super) struct ResetArgs {
    /// One of those that `list` prints
    view: String,
}

#[derive(clap::Args)]
pub(super) struct RebuildArgs {
    /// One of those that `list` prints [default: all of them]
    view: Option<String>,
    /// Put it in the place of the one in use when it is built (this is what happens anyway)
    #[arg(long, overrides_with = "no_switch")]
    switch: bool,
    /// Leave it beside the one in use, for `switch`
    #[arg(long)]
    no_switch: bool,
}

#[derive(clap::Args)]
pub(super) struct SwitchArgs {
    /// A view that `rebuild --no-switch` built
    view: String,
}

pub(super) async fn reset(ground: &Ground, args: &ResetArgs) -> anyhow::Result<()> {
    let view = named(&args.view)?;
    checkpoint::reset(&*ground.store, view).await?;
    print(&format!("{} begins again from nothing", view.name));
    Ok(())
}

pub(super) async fn rebuild(ground: &Ground, args: &RebuildArgs) -> anyhow::Result<()> {
    let views = match &args.view {
        Some(name) => vec![named(name)?],
        None => stored::ALL.to_vec(),
    };
    let (source, store) = (&*ground.source, &*ground.store);
    let bar = Bar::over(ground, &views).await?;
    let told = |partition: &Partition, position: &Position| bar.reached(partition, position);
    let built = rebuild::beside(&views, source, store, &told).await;
    let built = built.context("nothing was built; every view is as it was")?;
    bar.done();
    for one in built {
        let name = one.view.name;
        if args.no_switch && !args.switch {
            print(&format!("{name} is built beside the one in use"));
            continue;
        }
        let switched = rebuild::switch(one, store).await;
        switched.with_context(|| format!("{name} is as it was"))?;
        print(&format!("{name} is built"));
    }
    Ok(())
}

pub(super) async fn switch(ground: &Ground, args: &SwitchArgs) -> anyhow::Result<()> {
    let view = named(&args.view)?;
    let (source, store) = (&*ground.source, &*ground.store);
    let Some(generation) = checkpoint::beside(store, view).await? else {
        bail!(
            "nothing of this version of {} stands beside the one in use; run `rebuild --no-switch` first",
            view.name
        );
    };
    let as_it_was = || format!("{} is as it was", view.name);
    let built = Beside { view, generation };
    let bar = Bar::over(ground, &[view]).await.with_context(as_it_was)?;
    let told = |partition: &Partition, position: &Position| bar.reached(partition, position);
    rebuild::go_on(built, source, store, &told).await.with_context(as_it_was)?;
    bar.done();
    rebuild::switch(built, store).await.with_context(as_it_was)?;
    print(&format!("{} is switched", view.name));
    Ok(())
}

/// How much of the log is read, where a person looks on.
struct Bar {
    bar: ProgressBar,
    reached: Mutex<HashMap<Partition, Seq>>,
}

impl Bar {
    /// Each partition is read once for all of the views.
    async fn over(ground: &Ground, views: &[&StoredView]) -> anyhow::Result<Self> {
        let mut events = 0;
        for partition in ground.source.partitions().await? {
            if views.iter().any(|view| view.reads.includes(&partition)) {
                events += ground.source.end(&partition).await?.seq;
            }
        }
        let style = "{msg} {bar:40} {human_pos}/{human_len} events {per_sec} {eta}";
        let bar = ProgressBar::new(events).with_message("reading");
        bar.set_style(ProgressStyle::with_template(style).context("the bar's template")?);
        Ok(Self { bar, reached: Mutex::default() })
    }

    fn reached(&self, partition: &Partition, position: &Position) {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        reached.insert(partition.clone(), position.seq);
        self.bar.set_position(reached.values().sum());
    }

    fn done(&self) {
        self.bar.finish_and_clear();
    }
}
