//! What is kept in the data directory, opened by the one process that may.

use std::sync::Arc;

use anyhow::Context as _;
use infra::{
    data_dir::DataDir,
    sqlite::{
        activity::SqliteActivity, keys::SqliteKeys, log::SqliteLog, snapshots::SqliteSnapshots,
    },
};
use tracing::info;

use super::{clock::Clocks, engine::Ground};
use crate::settings;

/// The secret that wraps every key of the key store.
const MASTER: &str = "master";

pub(crate) struct Stores {
    pub(crate) data_dir: DataDir,
    pub(crate) log: Arc<SqliteLog>,
    pub(crate) keys: Arc<SqliteKeys>,
    pub(crate) activity: Arc<SqliteActivity>,
    snapshots: Arc<SqliteSnapshots>,
}

impl Stores {
    pub(crate) fn open(data_dir: &settings::DataDir) -> anyhow::Result<Self> {
        let data_dir = DataDir::open(&data_dir.path)?;
        let files = data_dir.layout();
        let log = SqliteLog::open(&files.log()).context("the log could not be opened")?;
        let master = data_dir.secret(MASTER)?;
        let keys =
            SqliteKeys::open(&files.keys(), master).context("the key store could not be opened")?;
        let activity = SqliteActivity::open(&files.activity())
            .context("the activity log could not be opened")?;
        let snapshots = SqliteSnapshots::open(&files.snapshots())
            .context("the snapshots could not be opened; that file may be deleted")?;
        info!(folder = %files.root().display(), "data directory is open");
        Ok(Self {
            log: Arc::new(log),
            keys: Arc::new(keys),
            activity: Arc::new(activity),
            snapshots: Arc::new(snapshots),
            data_dir,
        })
    }

    pub(crate) fn ground(&self, clocks: &Clocks) -> Ground {
        Ground {
            log: Arc::clone(&self.log) as _,
            snapshots: Arc::clone(&self.snapshots) as _,
            source: Arc::clone(&self.log) as _,
            clock: Arc::clone(&clocks.clock),
        }
    }
}
