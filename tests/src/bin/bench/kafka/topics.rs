//! Topics of one run, gone afterwards.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use infra::kafka::client::{KafkaSettings, Login};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, Consumer},
    groups::GroupInfo,
    message::{BorrowedMessage, Headers},
    metadata::MetadataTopic,
    producer::BaseProducer,
};
use tests::kafka::settings;

const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Topics {
    pub(super) settings: KafkaSettings,
}

impl Topics {
    pub(super) fn of(prefix: &str) -> Self {
        Self { settings: settings("operator", prefix) }
    }

    pub(super) async fn make(&self, names: &[(&str, i32)]) -> anyhow::Result<()> {
        let names: Vec<_> = names.iter().map(|(name, size)| (self.named(name), *size)).collect();
        let new: Vec<_> = names
            .iter()
            .map(|(name, size)| NewTopic::new(name, *size, TopicReplication::Fixed(1)))
            .collect();
        let made = self.admin()?.create_topics(&new, &options()).await;
        for topic in made.context("Kafka does not answer; run `cargo xtask services up`")? {
            topic.map_err(|(name, code)| anyhow::anyhow!("{name} cannot be made: {code}"))?;
        }
        Ok(())
    }

    /// Everything whose name begins with this run's prefix, whoever made it.
    pub(super) async fn remove(&self) -> anyhow::Result<()> {
        let prefix = self.named("");
        let admin = self.admin()?;
        let all = admin.inner().fetch_metadata(None, PATIENCE)?;
        let own: Vec<_> = all
            .topics()
            .iter()
            .map(MetadataTopic::name)
            .filter(|n| n.starts_with(&prefix))
            .collect();
        admin.delete_topics(&own, &options()).await?;
        let groups = admin.inner().fetch_group_list(None, PATIENCE)?;
        let own: Vec<_> = groups
            .groups()
            .iter()
            .map(GroupInfo::name)
            .filter(|n| n.starts_with(&prefix))
            .collect();
        if !own.is_empty() {
            admin.delete_groups(&own, &options()).await?;
        }
        Ok(())
    }

    pub(super) fn named(&self, name: &str) -> String {
        format!("{}.{name}", self.settings.topic_prefix)
    }

    pub(super) fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.settings.bootstrap);
        config.set_log_level(RDKafkaLogLevel::Error);
        if let Some(Login { user, password, .. }) = &self.settings.login {
            config
                .set("security.protocol", "SASL_PLAINTEXT")
                .set("sasl.mechanism", "PLAIN")
                .set("sasl.username", user)
                .set("sasl.password", password);
        }
        config
    }

    /// Writes at once, in order, without gaps.
    pub(super) fn producer(&self) -> anyhow::Result<BaseProducer> {
        let mut config = self.client();
        config.set("enable.idempotence", "true").set("acks", "all").set("linger.ms", "0");
        Ok(config.set("delivery.report.only.error", "true").create()?)
    }

    /// Reads all partitions of a topic from their beginning.
    pub(super) fn consumer(
        &self,
        topic: &str,
        partitions: usize,
        isolation: &str,
    ) -> anyhow::Result<BaseConsumer> {
        let mut config = self.client();
        config
            .set("group.id", self.named("bench"))
            .set("enable.auto.commit", "false")
            .set("isolation.level", isolation)
            .set("fetch.queue.backoff.ms", "5");
        let consumer: BaseConsumer = config.create()?;
        let mut all = TopicPartitionList::new();
        for partition in 0..i32::try_from(partitions)? {
            all.add_partition_offset(&self.named(topic), partition, Offset::Beginning)?;
        }
        consumer.assign(&all)?;
        Ok(consumer)
    }

    fn admin(&self) -> anyhow::Result<Arc<AdminClient<DefaultClientContext>>> {
        Ok(Arc::new(self.client().create()?))
    }
}

fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(PATIENCE)).request_timeout(Some(PATIENCE))
}

/// Everything of a record that stands in the log: names and values of its headers, key and value.
pub(super) fn bytes_of(record: &BorrowedMessage<'_>) -> usize {
    let headers = record.headers().map_or(0, |headers| {
        headers.iter().map(|header| header.key.len() + header.value.map_or(0, <[u8]>::len)).sum()
    });
    headers + record.key().map_or(0, <[u8]>::len) + record.payload().map_or(0, <[u8]>::len)
}

/// Sends a record; waits while there is no room.
pub(super) fn produce(
    producer: &BaseProducer,
    record: rdkafka::producer::BaseRecord<'_, str, [u8]>,
) -> anyhow::Result<()> {
    use rdkafka::{error::KafkaError, types::RDKafkaErrorCode};
    let begun = std::time::Instant::now();
    let mut record = record;
    loop {
        producer.poll(Duration::ZERO);
        match producer.send(record) {
            Ok(()) => return Ok(()),
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                ensure!(begun.elapsed() < PATIENCE, "the broker takes nothing any more");
                record = back;
                producer.poll(Duration::from_millis(1));
            }
            Err((error, _)) => return Err(error.into()),
        }
    }
}
