//! Where the operator's commands find the log: in a data directory, or on Kafka.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context as _, bail};
use commands::ports::log::EventLog;
use domain::log::Partition;
use infra::{
    data_dir::Layout,
    kafka::{activity::KafkaActivity, log::KafkaLog, registry::Registry},
    sqlite::{activity::SqliteActivityAudit, log::SqliteLog},
};
use projections::ports::{activity::ActivityAudit, source::EventSource};

use crate::settings::{DataDir, Kafka, Roles};

#[derive(clap::Args)]
pub(crate) struct Place {
    #[command(flatten)]
    pub(crate) data_dir: DataDir,
    #[command(flatten)]
    pub(crate) kafka: Kafka,
}

/// The log, for reading.
pub(crate) struct OpenLog {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) source: Arc<dyn EventSource>,
    /// Where it is a file.
    pub(crate) file: Option<PathBuf>,
}

impl Place {
    pub(crate) async fn open(&self) -> anyhow::Result<OpenLog> {
        if let Some(registry) = self.registry().await? {
            let log = Arc::new(KafkaLog::open(&registry).await?);
            return Ok(OpenLog { log: Arc::clone(&log) as _, source: log as _, file: None });
        }
        let path = Layout::of(&self.data_dir.path).log();
        if !path.exists() {
            bail!(
                "there is no log at {}; name the data directory with --data-dir, or brokers with --kafka",
                path.display()
            );
        }
        let log = Arc::new(SqliteLog::open_for_reading(&path)?);
        Ok(OpenLog { log: Arc::clone(&log) as _, source: log as _, file: Some(path) })
    }

    /// What was recorded beside it; `None`: nothing yet.
    pub(crate) async fn activity(&self) -> anyhow::Result<Option<Arc<dyn ActivityAudit>>> {
        if let Some(registry) = self.registry().await? {
            return Ok(Some(Arc::new(KafkaActivity::open(&registry).await?)));
        }
        let path = Some(Layout::of(&self.data_dir.path).activity()).filter(|path| path.exists());
        Ok(path.map(|path| Arc::new(SqliteActivityAudit::of(path)) as _))
    }

    /// Which partitions there are on Kafka; `None`: the log is a file.
    pub(crate) async fn registry(&self) -> anyhow::Result<Option<Registry>> {
        match self.kafka.connection(&Roles::all())? {
            Some(kafka) => Ok(Some(Registry::open(&kafka).await?)),
            None => Ok(None),
        }
    }
}

impl OpenLog {
    /// The one that is named, or all.
    pub(crate) async fn partitions(
        &self,
        named: Option<&Partition>,
    ) -> anyhow::Result<Vec<Partition>> {
        let all = self.source.partitions().await.context("the partitions could not be listed")?;
        let Some(named) = named else { return Ok(all) };
        if all.contains(named) {
            return Ok(vec![named.clone()]);
        }
        let all: Vec<_> = all.iter().map(Partition::to_string).collect();
        bail!("the log has no partition {named}; it has {}", all.join(", "))
    }
}
