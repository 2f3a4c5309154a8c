//! What the roles of this process stand on: log, bus, stores, keys; opened as the settings say, and no more of it than
//! the roles need.

use std::{convert::Infallible, sync::Arc, time::Duration};

use anyhow::{Context as _, ensure};
use commands::ports::{
    activity::ActivityLog, clock::Clock, identity::Credentials, log::EventLog, sealing::Sealer,
    snapshots::Snapshots,
};
use domain::{tenant::ClockKind, time::Span};
use infra::{
    clock::Real,
    data_dir::{DataDir, Layout, Secrets},
    postgres::{keys::PostgresKeys, read_store::PostgresReadStore},
    sqlite::{
        activity::SqliteActivity, keys::SqliteKeys, log::SqliteLog, read_store::SqliteReadStore,
        snapshots::SqliteSnapshots,
    },
};
use projections::ports::{
    activity::ActivitySource, opening::Opener, read_store::ReadStore, source::EventSource,
};
use tracing::{info, warn};

use super::{
    buses::{self, Buses, Queues},
    clock::{self, Clocks},
    cluster::Cluster,
};
use crate::settings::{self, ClockSetting, Names, Role, Settings};

/// The secret that wraps every key of the key store.
const MASTER: &str = "master";
const FORGET_EVERY: Duration = Duration::from_secs(60 * 60);
/// The log's pages have 4 KiB.
const PAGES_A_MIB: u32 = 256;

pub(crate) struct Ground {
    /// Held as long as anything stands on it.
    _data_dir: DataDir,
    pub(crate) secrets: Secrets,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) source: Arc<dyn EventSource>,
    pub(crate) snapshots: Arc<dyn Snapshots>,
    /// Where the roles project into it or read it.
    pub(crate) read: Option<Arc<dyn ReadStore>>,
    /// Where the roles have doors.
    pub(crate) private: Option<Private>,
    /// `None`: everything is in this process.
    pub(super) cluster: Option<Cluster>,
}

/// What only those may open who speak with people: their keys, and the pages they looked at.
pub(crate) struct Private {
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
pub(crate) struct Activity {
    pub(crate) log: Arc<dyn ActivityLog>,
    pub(crate) source: Arc<dyn ActivitySource>,
    /// What does not forget by itself.
    file: Option<SqliteActivity>,
}

impl Activity {
    pub(super) fn of<A: ActivityLog + ActivitySource + 'static>(activity: A) -> Self {
        let activity = Arc::new(activity);
        Self { log: Arc::clone(&activity) as _, source: activity as _, file: None }
    }
}

impl Ground {
    pub(crate) async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let data_dir = DataDir::open(&settings.data_dir.path)?;
        let files = data_dir.layout();
        let secrets = settings.secrets.clone().unwrap_or_else(|| files.secrets());
        let secrets = Secrets::open(secrets)?;
        let roles = &settings.roles;
        let has_doors = roles.has(Role::Gateway) || roles.has(Role::Desk);
        let reads = roles.has(Role::Project) || roles.has(Role::Desk);
        let cluster = Cluster::join(settings).await?;
        let (log, source) = match &cluster {
            Some(cluster) => cluster.log().await?,
            None => log_file(files, settings.log_mib_max)?,
        };
        let postgres = settings.postgres.connection("lockstep")?;
        let read: Option<Arc<dyn ReadStore>> = match (&postgres, reads) {
            (_, false) => None,
            (None, true) => Some(Arc::new(read_file(files)?)),
            (Some(postgres), true) => {
                let store = PostgresReadStore::new(postgres)?;
                store.check().await?;
                Some(Arc::new(store))
            }
        };
        let private = if has_doors {
            let master = secrets.secret(MASTER)?;
            let keys = match &postgres {
                Some(postgres) => Keys::of(PostgresKeys::open(postgres, master).await?),
                None => key_file(files, master)?,
            };
            let activity = match &cluster {
                Some(cluster) => cluster.activity(&settings.names.site).await?,
                None => activity_file(files)?,
            };
            Some(Private { keys, activity })
        } else {
            None
        };
        let snapshots = Arc::new(snapshot_file(files)?);
        info!(folder = %files.root().display(), "data directory is open");
        Ok(Self { _data_dir: data_dir, secrets, log, source, snapshots, read, private, cluster })
    }

    /// Everything in the data directory, whatever else the settings could say.
    pub(crate) fn embedded(data_dir: &settings::DataDir) -> anyhow::Result<Self> {
        let data_dir = DataDir::open(&data_dir.path)?;
        let files = data_dir.layout();
        let secrets = Secrets::open(files.secrets())?;
        let (log, source) = log_file(files, None)?;
        let keys = key_file(files, secrets.secret(MASTER)?)?;
        let private = Private { keys, activity: activity_file(files)? };
        Ok(Self {
            log,
            source,
            snapshots: Arc::new(snapshot_file(files)?),
            read: Some(Arc::new(read_file(files)?)),
            private: Some(private),
            cluster: None,
            secrets,
            _data_dir: data_dir,
        })
    }

    /// Forgets, for ever, what displays showed longer ago than the settings say. `None`: nothing here has to be forgotten.
    pub(super) fn retention(
        &self,
        settings: &Settings,
        clock: &Arc<dyn Clock>,
    ) -> Option<impl Future<Output = Infallible> + use<>> {
        let file = self.private.as_ref()?.activity.file.clone()?;
        let (kept, clock) =
            (Span::secs(i64::from(settings.frames_kept_days) * 24 * 60 * 60), Arc::clone(clock));
        Some(async move {
            loop {
                if let Err(error) = file.forget_frames(clock.now() - kept).await {
                    warn!(%error, "what displays showed long ago could not be deleted");
                }
                tokio::time::sleep(FORGET_EVERY).await;
            }
        })
    }

    /// The clock of what is recorded here.
    pub(crate) async fn clocks(&self, settings: &Settings) -> anyhow::Result<Clocks> {
        if self.cluster.is_none() {
            return clock::choose(&*self.log, &settings.names.partitions(), Some(settings.clock))
                .await;
        }
        ensure!(
            settings.clock == ClockSetting::Real,
            "several processes share only the real clock; leave --clock out"
        );
        Ok(Clocks { clock: Arc::new(Real), kind: ClockKind::Real, driven: None })
    }

    /// The ways of commands, if this process sends any, and their other ends where these are here.
    pub(super) async fn lanes(
        &self,
        names: &Names,
        sends: bool,
    ) -> anyhow::Result<(Option<Buses>, Option<Queues>)> {
        match &self.cluster {
            Some(cluster) if sends => Ok((Some(cluster.buses(names).await?), None)),
            Some(_) => Ok((None, None)),
            None => {
                let (buses, queues) = buses::here();
                Ok((Some(buses), queues))
            }
        }
    }
}

type Log = (Arc<dyn EventLog>, Arc<dyn EventSource>);

fn log_file(files: &Layout, mib_max: Option<u32>) -> anyhow::Result<Log> {
    let log = SqliteLog::open_limited(&files.log(), mib_max.map(|mib| mib * PAGES_A_MIB))
        .context("the log could not be opened")?;
    let log = Arc::new(log);
    Ok((Arc::clone(&log) as _, log as _))
}

fn read_file(files: &Layout) -> anyhow::Result<SqliteReadStore> {
    SqliteReadStore::open(&files.read())
        .context("the read store could not be opened; it can be deleted, and is built anew")
}

fn key_file(files: &Layout, master: [u8; 32]) -> anyhow::Result<Keys> {
    let keys =
        SqliteKeys::open(&files.keys(), master).context("the key store could not be opened")?;
    Ok(Keys::of(keys))
}

fn activity_file(files: &Layout) -> anyhow::Result<Activity> {
    let activity =
        SqliteActivity::open(&files.activity()).context("the activity log could not be opened")?;
    Ok(Activity { file: Some(activity.clone()), ..Activity::of(activity) })
}

fn snapshot_file(files: &Layout) -> anyhow::Result<SqliteSnapshots> {
    SqliteSnapshots::open(&files.snapshots())
        .context("the snapshots could not be opened; that file may be deleted")
}
