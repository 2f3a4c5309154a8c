//! `lockstep projections`: how far the stored views have read, and the operator's verbs for them.

use std::{process::ExitCode, sync::Arc};

use anyhow::Context as _;
use clap::Subcommand;
use domain::log::Partition;
use infra::{
    data_dir::Layout, postgres::read_store::PostgresReadStore, sqlite::read_store::SqliteReadStore,
};
use projections::{
    ports::{read_store::ReadStore, source::EventSource},
    stored::{self, StoredView},
};

use super::place::Place;
use crate::settings;

mod build;
mod look;
mod steer;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    postgres: settings::Postgres,
    #[command(subcommand)]
    command: Command,
}

/// A server may run meanwhile; what it is told here it does within a second or two.
#[derive(Subcommand)]
enum Command {
    /// Print every stored view: its version, how far it has read each partition, and what holds it
    List,
    /// Print how many events each view is behind in each partition
    Lag(look::LagArgs),
    /// Stop a view at its next batch; it stays stopped over restarts
    Stop(steer::BecauseArgs),
    /// Let a view that was stopped or parked go on where it stands
    Start(steer::WhichArgs),
    /// Give up every row of a view and begin it again from nothing, in place: until it has read everything, lists are incomplete
    Reset(build::ResetArgs),
    /// Build a view anew from the log, beside the one in use, and put it in its place
    Rebuild(build::RebuildArgs),
    /// Put what `rebuild --no-switch` built in the place of the one in use, once it has read the rest
    Switch(build::SwitchArgs),
    /// Try the decision that stopped a view again
    Retry(steer::WhichArgs),
    /// Pass over the very decision that stopped a view, and keep who decided so and why
    Skip(steer::SkipArgs),
    /// Set a view aside: the server is well without it until it is started again
    Park(steer::BecauseArgs),
}

/// What the verbs work on.
struct Ground {
    source: Arc<dyn EventSource>,
    store: Arc<dyn ReadStore>,
}

impl Ground {
    async fn open(args: &Args) -> anyhow::Result<Self> {
        let source = args.place.open().await?.source;
        let store: Arc<dyn ReadStore> = match args.postgres.connection("operator")? {
            None => Arc::new(SqliteReadStore::open(&Layout::of(&args.place.data_dir.path).read())?),
            Some(connection) => {
                let store = PostgresReadStore::new(&connection)?;
                store.check().await?;
                Arc::new(store)
            }
        };
        Ok(Self { source, store })
    }

    /// The partitions that a view is a fold of.
    async fn partitions(&self, view: &StoredView) -> anyhow::Result<Vec<Partition>> {
        let all = self.source.partitions().await?;
        Ok(all.into_iter().filter(|partition| view.reads.includes(partition)).collect())
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let ground = Ground::open(args).await?;
        match &args.command {
            Command::List => look::list(&ground).await?,
            Command::Lag(args) => return look::lag(&ground, args).await,
            Command::Stop(args) => steer::stop(&ground, args).await?,
            Command::Start(args) => steer::start(&ground, args).await?,
            Command::Reset(args) => build::reset(&ground, args).await?,
            Command::Rebuild(args) => build::rebuild(&ground, args).await?,
            Command::Switch(args) => build::switch(&ground, args).await?,
            Command::Retry(args) => steer::retry(&ground, args).await?,
            Command::Skip(args) => steer::skip(&ground, args).await?,
            Command::Park(args) => steer::park(&ground, args).await?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn named(name: &str) -> anyhow::Result<&'static StoredView> {
    stored::ALL.into_iter().find(|view| view.name == name).with_context(|| {
        let names: Vec<_> = stored::ALL.iter().map(|view| view.name).collect();
        format!("there is no view `{name}`; choose one of {}", names.join(", "))
    })
}
