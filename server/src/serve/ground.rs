//! What everything stands on: log, bus, stores, keys; opened as the settings say, by the one process that may.

use std::sync::Arc;

use anyhow::Context as _;
use commands::ports::{
    activity::ActivityLog, identity::Credentials, log::EventLog, sealing::Sealer,
    snapshots::Snapshots,
};
use infra::{
    data_dir::{DataDir, Secrets},
    sqlite::{
        activity::SqliteActivity, keys::SqliteKeys, log::SqliteLog, read_store::SqliteReadStore,
        snapshots::SqliteSnapshots,
    },
};
use projections::ports::{
    activity::ActivitySource, opening::Opener, read_store::ReadStore, source::EventSource,
};
use tracing::info;

use super::{
    buses::{self, Buses, Queues},
    clock::{self, Clocks},
};
use crate::settings::{self, Settings};

/// The secret that wraps every key of the key store.
const MASTER: &str = "master";
/// The log's pages have 4 KiB.
const PAGES_A_MIB: u32 = 256;

pub(crate) struct Ground {
    /// Held as long as anything stands on it.
    _data_dir: DataDir,
    pub(crate) secrets: Secrets,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) source: Arc<dyn EventSource>,
    pub(crate) snapshots: Arc<dyn Snapshots>,
    pub(crate) read: Arc<dyn ReadStore>,
    pub(crate) keys: Keys,
    pub(crate) activity: Activity,
}

/// The key store, as each who uses it sees it.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) sealer: Arc<dyn Sealer>,
    pub(crate) opener: Arc<dyn Opener>,
    pub(crate) credentials: Arc<dyn Credentials>,
}

impl Keys {
    fn of<K: Sealer + Opener + Credentials + 'static>(keys: K) -> Self {
        let keys = Arc::new(keys);
        Self {
            sealer: Arc::clone(&keys) as _,
            opener: Arc::clone(&keys) as _,
            credentials: keys as _,
        }
    }
}

/// The activity log, as who writes and who reads it see it.
#[derive(Clone)]
pub(crate) struct Activity {
    pub(crate) log: Arc<dyn ActivityLog>,
    pub(crate) source: Arc<dyn ActivitySource>,
}

impl Activity {
    fn of<A: ActivityLog + ActivitySource + 'static>(activity: A) -> Self {
        let activity = Arc::new(activity);
        Self { log: Arc::clone(&activity) as _, source: activity as _ }
    }
}

impl Ground {
    pub(crate) async fn open(settings: &Settings) -> anyhow::Result<Self> {
        Self::embedded(&settings.data_dir, settings.log_mib_max)
    }

    /// The clock of what is recorded here.
    pub(crate) async fn clocks(&self, settings: &Settings) -> anyhow::Result<Clocks> {
        clock::choose(&*self.log, &settings.names.partitions(), Some(settings.clock)).await
    }

    /// Everything embedded, in the data directory.
    pub(crate) fn embedded(
        data_dir: &settings::DataDir,
        log_mib_max: Option<u32>,
    ) -> anyhow::Result<Self> {
        let data_dir = DataDir::open(&data_dir.path)?;
        let files = data_dir.layout();
        let secrets = Secrets::open(files.secrets())?;
        let log = SqliteLog::open_limited(&files.log(), log_mib_max.map(|mib| mib * PAGES_A_MIB))
            .context("the log could not be opened")?;
        let keys = SqliteKeys::open(&files.keys(), secrets.secret(MASTER)?)
            .context("the key store could not be opened")?;
        let activity = SqliteActivity::open(&files.activity())
            .context("the activity log could not be opened")?;
        let snapshots = SqliteSnapshots::open(&files.snapshots())
            .context("the snapshots could not be opened; that file may be deleted")?;
        let read = SqliteReadStore::open(&files.read())
            .context("the read store could not be opened; it can be deleted, and is built anew")?;
        info!(folder = %files.root().display(), "data directory is open");
        let log = Arc::new(log);
        Ok(Self {
            log: Arc::clone(&log) as _,
            source: log as _,
            snapshots: Arc::new(snapshots),
            read: Arc::new(read),
            keys: Keys::of(keys),
            activity: Activity::of(activity),
            secrets,
            _data_dir: data_dir,
        })
    }

    /// The ways of commands, and their other ends where these are in this process.
    pub(super) fn lanes(&self) -> (Buses, Option<Queues>) {
        buses::here()
    }
}
