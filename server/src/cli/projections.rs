//! `lockstep projections`: the stored views and how far they have read; building one anew.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use domain::log::Partition;
use infra::{
    data_dir::Layout,
    sqlite::{log::SqliteLog, read_store::SqliteReadStore},
};
use projections::{
    checkpoint, ports::source::EventSource as _, projector, stored, stored::StoredView,
};

use super::print;
use crate::settings;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    data_dir: settings::DataDir,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print every stored view, its version, how far it has read, and how far it is behind
    List,
    /// Build a view anew from the log, beside the one in use, and put it in its place; a server may run meanwhile
    Rebuild {
        /// One of those that `list` prints; without it, all of them
        view: Option<String>,
    },
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let files = Layout::of(&args.data_dir.path);
        if !files.log().exists() {
            bail!(
                "there is no log in {}; name the data directory with --data-dir",
                files.root().display()
            );
        }
        let log = SqliteLog::open_for_reading(&files.log())?;
        let store = SqliteReadStore::open(&files.read())?;
        match &args.command {
            Command::List => list(&log, &store).await?,
            Command::Rebuild { view } => {
                for view in wanted(view.as_deref())? {
                    projector::rebuild(view, &log, &store)
                        .await
                        .with_context(|| format!("{} was not built; it is as it was", view.name))?;
                    print(&format!("{} is built", view.name));
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn wanted(name: Option<&str>) -> anyhow::Result<Vec<&'static StoredView>> {
    let views: Vec<_> =
        stored::ALL.into_iter().filter(|view| name.is_none_or(|name| view.name == name)).collect();
    if views.is_empty() {
        let names: Vec<_> = stored::ALL.iter().map(|view| view.name).collect();
        bail!("there is no such view; choose one of {}", names.join(", "));
    }
    Ok(views)
}

async fn list(log: &SqliteLog, store: &SqliteReadStore) -> anyhow::Result<()> {
    for one in checkpoint::progress(store).await? {
        let partition: Partition = one.partition.parse()?;
        let end = i64::try_from(log.end(&partition).await?.seq)?;
        let behind = end - one.seq;
        print(&format!(
            "{} v{} {}@{} {behind} behind",
            one.view, one.version, one.partition, one.seq
        ));
    }
    Ok(())
}
