//! What is kept in the data directory, opened by the one process that may.

use std::sync::Arc;

use anyhow::Context as _;
use infra::{
    data_dir::DataDir,
    sqlite::{
        activity::SqliteActivity, keys::SqliteKeys, log::SqliteLog, read_store::SqliteReadStore,
        snapshots::SqliteSnapshots,
    },
};
use tracing::info;

use super::{clock::Clocks, engine::Ground};
use crate::settings;

/// The secret that wraps every key of the key store.
const MASTER: &str = "master";
/// The log's pages have 4 KiB.
const PAGES_A_MIB: u32 = 256;

pub(crate) struct Stores {
    pub(crate) data_dir: DataDir,
    pub(crate) log: Arc<SqliteLog>,
    pub(crate) keys: Arc<SqliteKeys>,
    pub(crate) activity: Arc<SqliteActivity>,
    snapshots: Arc<SqliteSnapshots>,
    pub(crate) read: Arc<SqliteReadStore>,
}

impl Stores {
    pub(crate) fn open(
        data_dir: &settings::DataDir,
        log_mib_max: Option<u32>,
    ) -> anyhow::Result<Self> {
        let data_dir = DataDir::open(&data_dir.path)?;
        let files = data_dir.layout();
        let log = SqliteLog::open_limited(&files.log(), log_mib_max.map(|mib| mib * PAGES_A_MIB))
            .context("the log could not be opened")?;
        let master = data_dir.secret(MASTER)?;
        let keys =
            SqliteKeys::open(&files.keys(), master).context("the key store could not be opened")?;
        let activity = SqliteActivity::open(&files.activity())
            .context("the activity log could not be opened")?;
        let snapshots = SqliteSnapshots::open(&files.snapshots())
            .context("the snapshots could not be opened; that file may be deleted")?;
        let read = SqliteReadStore::open(&files.read())
            .context("the read store could not be opened; it can be deleted, and is built anew")?;
        info!(folder = %files.root().display(), "data directory is open");
        Ok(Self {
            log: Arc::new(log),
            keys: Arc::new(keys),
            activity: Arc::new(activity),
            snapshots: Arc::new(snapshots),
            read: Arc::new(read),
            data_dir,
        })
    }

    pub(crate) fn ground(&self, clocks: &Clocks) -> Ground {
        Ground {
            log: Arc::clone(&self.log) as _,
            snapshots: Arc::clone(&self.snapshots) as _,
            source: Arc::clone(&self.log) as _,
            store: Arc::clone(&self.read) as _,
            clock: Arc::clone(&clocks.clock),
        }
    }
}
