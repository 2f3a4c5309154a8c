//! A log on Apache Kafka, read to its end and written as plain records: those that count, and how many do not.

mod entry;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, Consumer},
    message::BorrowedMessage,
};
use serde::Deserialize;

use crate::{
    fold::{Fold, Folded, Tampering, Voids},
    records::Record,
};

const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// A read that brings nothing for so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL_FOR: Duration = Duration::from_millis(500);

/// Where the log is, and who reads it.
#[derive(Clone, Debug)]
pub struct Broker {
    pub bootstrap: String,
    /// Topics are this, a dot, and `registry` and `events`.
    pub prefix: String,
    /// A user of the broker (SASL PLAIN) and the file with its password.
    pub login: Option<(String, PathBuf)>,
    /// The authority that the broker's certificate is signed by; with it, the connection is TLS.
    pub ca: Option<PathBuf>,
}

impl Broker {
    /// What every client needs.
    pub fn client(&self) -> Result<ClientConfig> {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap).set("client.id", "judge");
        config.set_log_level(RDKafkaLogLevel::Critical);
        let protocol = match (&self.login, &self.ca) {
            (None, None) => "PLAINTEXT",
            (None, Some(_)) => "SSL",
            (Some(_), None) => "SASL_PLAINTEXT",
            (Some(_), Some(_)) => "SASL_SSL",
        };
        config.set("security.protocol", protocol);
        if let Some((user, file)) = &self.login {
            let password = std::fs::read_to_string(file)
                .with_context(|| format!("there is no password in {}", file.display()))?;
            config.set("sasl.mechanism", "PLAIN").set("sasl.username", user);
            config.set("sasl.password", password.trim_end());
        }
        if let Some(ca) = &self.ca {
            config.set("ssl.ca.location", ca.to_string_lossy());
        }
        Ok(config)
    }

    pub fn topic(&self, name: &str) -> String {
        format!("{}.{name}", self.prefix)
    }
}

/// What the log holds.
#[derive(Debug, Default)]
pub struct Log {
    /// What counts: partition by partition, each in its order.
    pub records: Vec<Record>,
    /// What does not.
    pub voids: Voids,
    /// By partition, where its chain breaks.
    pub tampering: Vec<Tampering>,
}

/// Everything up to the end, as it is now.
pub fn read(broker: &Broker) -> Result<Log> {
    let mut config = broker.client()?;
    config
        .set("group.id", broker.topic("judge"))
        .set("enable.auto.commit", "false")
        // What is no longer there must not be skipped unseen.
        .set("auto.offset.reset", "error")
        .set("queued.max.messages.kbytes", "65536");
    let consumer: BaseConsumer = config.create().context("no client of Kafka can be made")?;
    let registry = registry(&consumer, &broker.topic("registry"))?;
    let mut log = Log::default();
    let mut folds: BTreeMap<i32, (Arc<str>, Fold)> = registry
        .into_iter()
        .map(|(partition, number)| (number, (Arc::from(partition), Fold::default())))
        .collect();
    to_the_end(&consumer, &broker.topic("events"), |record| {
        if let Some((partition, fold)) = folds.get_mut(&record.partition()) {
            return fold.feed(partition, entry::of(record, partition));
        }
        log.voids.strangers += 1;
        Ok(())
    })?;
    for (_, fold) in folds.into_values() {
        let Folded { valid, voids, tampering } = fold.end();
        log.records.extend(valid);
        log.voids += voids;
        log.tampering.extend(tampering);
    }
    Ok(log)
}

/// Each site and tenant with the number of its partition: the first record that names it gives it the next one.
fn registry(consumer: &BaseConsumer, topic: &str) -> Result<BTreeMap<String, i32>> {
    #[derive(Deserialize)]
    struct Registered {
        partition: String,
    }
    let mut numbers = BTreeMap::new();
    to_the_end(consumer, topic, |record| {
        let value = record.payload().unwrap_or_default();
        if let Ok(Registered { partition }) = serde_json::from_slice(value) {
            let next = i32::try_from(numbers.len()).context("there are few partitions")?;
            numbers.entry(partition).or_insert(next);
        }
        Ok(())
    })?;
    Ok(numbers)
}

/// Hands over every record of all partitions of a topic, each partition in its order, up to their ends as they are
/// when this begins.
fn to_the_end(
    consumer: &BaseConsumer,
    topic: &str,
    mut each: impl FnMut(&BorrowedMessage<'_>) -> Result<()>,
) -> Result<()> {
    let unreachable = || format!("topic `{topic}` cannot be read");
    let metadata = consumer.fetch_metadata(Some(topic), ANSWER_WITHIN).with_context(unreachable)?;
    let partitions = metadata.topics().first().map_or(&[][..], |found| found.partitions());
    ensure!(!partitions.is_empty(), "there is no topic `{topic}`");
    let mut from = TopicPartitionList::new();
    let mut missing: BTreeMap<i32, i64> = BTreeMap::new();
    for partition in partitions {
        let number = partition.id();
        let (low, high) =
            consumer.fetch_watermarks(topic, number, ANSWER_WITHIN).with_context(unreachable)?;
        ensure!(low == 0, "the first {low} records of `{topic}` partition {number} are gone");
        if high > 0 {
            missing.insert(number, high);
            from.add_partition_offset(topic, number, Offset::Beginning)?;
        }
    }
    consumer.assign(&from).with_context(unreachable)?;
    let mut waited = Duration::ZERO;
    while !missing.is_empty() {
        if let Some(Ok(record)) = consumer.poll(POLL_FOR) {
            waited = Duration::ZERO;
            let Some(end) = missing.get(&record.partition()).copied() else { continue };
            if record.offset() < end {
                each(&record)?;
            }
            if record.offset() + 1 >= end {
                missing.remove(&record.partition());
            }
        } else {
            // What librdkafka reports it gets over by itself, or never: then patience ends.
            waited += POLL_FOR;
            if waited > PATIENCE {
                bail!("`{topic}` brings nothing more before its end; does the broker run?");
            }
        }
    }
    consumer.unassign()?;
    Ok(())
}
