//! What processes that stand apart share on Kafka: the log, the bus and the activity log.

use std::sync::Arc;

use commands::ports::log::EventLog;
use domain::{id::SiteName, log::Partition};
use infra::kafka::{
    activity::KafkaActivity, bus::KafkaBuses, health, log::KafkaLog, registry::Registry,
};
use projections::ports::source::EventSource;
use tracing::info;

use super::{
    buses::{Buses, Counted},
    ground::Activity,
};
use crate::settings::{Names, Role, Settings};

pub(crate) struct Cluster {
    pub(super) registry: Registry,
}

impl Cluster {
    /// `None`: the settings name no brokers.
    pub(super) async fn join(settings: &Settings) -> anyhow::Result<Option<Self>> {
        let Some(kafka) = settings.kafka.connection(&settings.roles)? else { return Ok(None) };
        let registry = Registry::open(&kafka).await?;
        health::even(&kafka).await?;
        if settings.roles.has(Role::Decide) {
            for partition in settings.names.partitions() {
                let number = registry.register(&partition).await?;
                info!(%partition, number, "partition is registered");
            }
        }
        Ok(Some(Self { registry }))
    }

    pub(super) async fn log(&self) -> anyhow::Result<(Arc<dyn EventLog>, Arc<dyn EventSource>)> {
        let log = Arc::new(KafkaLog::open(&self.registry).await?);
        Ok((Arc::clone(&log) as _, log as _))
    }

    pub(super) async fn activity(&self, site: &SiteName) -> anyhow::Result<Activity> {
        self.known(&Partition::Site(site.clone())).await?;
        let activity = KafkaActivity::open(&self.registry).await?;
        activity.follow(site).await?;
        Ok(Activity::of(activity))
    }

    /// Resolves once somebody who decides has registered both partitions.
    pub(super) async fn buses(&self, names: &Names) -> anyhow::Result<Buses> {
        let [tenant, site] = names.partitions();
        for partition in [&tenant, &site] {
            self.known(partition).await?;
        }
        let buses = KafkaBuses::open(&self.registry)?;
        Ok(Buses {
            tenant: Arc::new(Counted::new(Box::new(buses.bus(&tenant)))),
            site: Arc::new(Counted::new(Box::new(buses.bus(&site)))),
        })
    }

    async fn known(&self, partition: &Partition) -> anyhow::Result<()> {
        if self.registry.number_of(partition).is_none() {
            info!(%partition, "nobody has registered this partition yet; a process with the role decide does");
            self.registry.wait_for(partition).await?;
        }
        Ok(())
    }
}
