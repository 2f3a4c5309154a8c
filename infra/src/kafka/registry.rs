//! Which partition of Kafka a site or a tenant lives in: a fold of the topic `registry`, never a hash.
//!
//! The first record that names a partition gives it the next number. Nobody can disagree on it, so two nodes that
//! register at once do no harm.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use domain::log::Partition;
use rdkafka::{
    Message,
    message::BorrowedMessage,
    producer::{FutureProducer, FutureRecord},
};
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{OnceCell, watch},
    time::timeout,
};
use tracing::{info, warn};

use super::{
    client::{ANSWER_WITHIN, BrokerError, Context, KafkaSettings, Shared},
    tail::{Feed, Tail},
};
use crate::blocking::blocking;

pub(super) const TOPIC: &str = "registry";
/// The topic of the log; those of commands and activity have as many partitions.
pub(crate) const EVENTS: &str = "events";
/// The registry has one partition.
const ONLY: i32 = 0;

/// What stands in the topic.
#[derive(Serialize, Deserialize)]
struct Registered {
    partition: String,
}

/// Every partition that was registered, with its number.
#[derive(Clone, Debug, Default)]
struct Table {
    numbers: BTreeMap<Partition, i32>,
    /// How much of the topic was read.
    next: i64,
    broken: Option<BrokerError>,
}

impl Table {
    fn register(&mut self, partition: Partition) {
        let number = i32::try_from(self.numbers.len()).expect("a cluster has few partitions");
        self.numbers.entry(partition).or_insert_with_key(|partition| {
            info!(%partition, number, "partition registered");
            number
        });
    }
}

/// Cloning it gives another handle on the same registry.
#[derive(Clone)]
pub struct Registry(Arc<Inner>);

struct Inner {
    settings: Shared,
    topic: String,
    tail: Tail,
    table: watch::Sender<Arc<Table>>,
    producer: OnceCell<FutureProducer<Context>>,
}

impl Registry {
    /// Connects, and reads what is registered.
    pub async fn open(settings: &KafkaSettings) -> Result<Self, BrokerError> {
        let settings = Arc::new(settings.clone());
        let registry = blocking(move || {
            let topic = settings.named(TOPIC);
            let tail = Tail::start(&settings, &topic)?;
            tail.partitions_of(&topic)?;
            let inner = Inner {
                settings,
                topic,
                tail,
                table: watch::Sender::default(),
                producer: OnceCell::new(),
            };
            Ok::<_, BrokerError>(Self(Arc::new(inner)))
        });
        let registry = registry.await?;
        registry.follow().await?;
        registry.current().await?;
        Ok(registry)
    }

    pub(crate) fn settings(&self) -> &Shared {
        &self.0.settings
    }

    async fn follow(&self) -> Result<(), BrokerError> {
        let inner = Arc::clone(&self.0);
        blocking(move || {
            let feed = Fold { table: inner.table.clone(), draft: Table::default() };
            inner.tail.follow(ONLY, 0, Box::new(feed))
        })
        .await
    }

    /// Reads up to the end of the topic as it is now.
    async fn current(&self) -> Result<Arc<Table>, BrokerError> {
        let inner = Arc::clone(&self.0);
        let (_, end) = blocking(move || inner.tail.ends(ONLY)).await?;
        self.read_until(|table| table.next >= end).await
    }

    async fn read_until(&self, enough: impl Fn(&Table) -> bool) -> Result<Arc<Table>, BrokerError> {
        let mut table = self.0.table.subscribe();
        let table =
            timeout(ANSWER_WITHIN, table.wait_for(|table| table.broken.is_some() || enough(table)));
        let Ok(Ok(table)) = table.await.map(|found| found.map(|table| Arc::clone(&table))) else {
            return Err(self.0.settings.unreachable());
        };
        match &table.broken {
            Some(why) => Err(why.clone()),
            None => Ok(table),
        }
    }

    /// As far as this process has read; it reads on by itself.
    pub fn number_of(&self, partition: &Partition) -> Option<i32> {
        self.0.table.borrow().numbers.get(partition).copied()
    }

    /// Every partition with its number, by name.
    pub fn list(&self) -> Vec<(Partition, i32)> {
        let table = self.0.table.borrow();
        table.numbers.iter().map(|(partition, number)| (partition.clone(), *number)).collect()
    }

    /// Resolves once somebody has registered the partition.
    pub async fn wait_for(&self, partition: &Partition) -> Result<i32, BrokerError> {
        let mut table = self.0.table.subscribe();
        let known =
            |table: &Arc<Table>| table.broken.is_some() || table.numbers.contains_key(partition);
        let table = table.wait_for(known).await.expect("the registry keeps its table");
        match (&table.broken, table.numbers.get(partition)) {
            (_, Some(number)) => Ok(*number),
            (Some(why), None) => Err(why.clone()),
            (None, None) => Err(BrokerError::Closed),
        }
    }

    /// Resolves once more partitions are registered than before.
    pub async fn grown(&self, before: usize) {
        let mut table = self.0.table.subscribe();
        let _ = table.wait_for(|table| table.numbers.len() > before).await;
    }

    /// The partition's number; it is given the next one if it has none.
    pub async fn register(&self, partition: &Partition) -> Result<i32, BrokerError> {
        if let Some(number) = self.number_of(partition) {
            return Ok(number);
        }
        let table = self.current().await?;
        if let Some(number) = table.numbers.get(partition) {
            return Ok(*number);
        }
        let inner = Arc::clone(&self.0);
        let (topic, places) = blocking(move || {
            let topic = inner.settings.named(EVENTS);
            let places = inner.tail.partitions_of(&topic)?;
            Ok::<_, BrokerError>((topic, places))
        })
        .await?;
        let full = BrokerError::Full { topic, places };
        if table.numbers.len() >= usize::try_from(places).unwrap_or(0) {
            return Err(full);
        }
        self.write(partition).await?;
        let table = self.read_until(|table| table.numbers.contains_key(partition)).await?;
        let number = table.numbers[partition];
        if number < places { Ok(number) } else { Err(full) }
    }

    async fn write(&self, partition: &Partition) -> Result<(), BrokerError> {
        let Inner { settings, topic, producer, .. } = &*self.0;
        let create = || async {
            let config = settings.writer(ANSWER_WITHIN);
            config.create_with_context(Context::new()).map_err(BrokerError::Other)
        };
        let producer = producer.get_or_try_init(create).await?;
        let value = serde_json::to_vec(&Registered { partition: partition.to_string() });
        let value = value.expect("a name is JSON");
        let record = FutureRecord::<(), _>::to(topic).partition(ONLY).payload(&value);
        let sent = producer.send(record, Duration::ZERO).await;
        sent.map(drop).map_err(|(raw, _)| {
            BrokerError::of(settings, raw, &format!("write `{topic}`"), &Context::new())
        })
    }
}

/// Folds the topic.
struct Fold {
    table: watch::Sender<Arc<Table>>,
    draft: Table,
}

impl Feed for Fold {
    fn record(&mut self, record: &BorrowedMessage<'_>) {
        let value = record.payload().unwrap_or_default();
        let registered = serde_json::from_slice::<Registered>(value);
        let named = registered.ok().and_then(|registered| registered.partition.parse().ok());
        if let Some(partition) = named {
            self.draft.register(partition);
        } else {
            warn!(offset = record.offset(), "a record in the registry names no partition");
        }
    }

    fn fed(&mut self, next: i64) {
        self.draft.next = next;
        self.table.send_replace(Arc::new(self.draft.clone()));
    }

    fn broken(&mut self, why: &BrokerError) {
        self.draft.broken = Some(why.clone());
        self.table.send_replace(Arc::new(self.draft.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_record_that_names_a_partition_gives_it_the_next_number() {
        let mut table = Table::default();
        for name in ["tenant:demo", "site:demo", "tenant:demo", "site:other", "site:demo"] {
            table.register(name.parse().unwrap());
        }
        let numbers = ["tenant:demo", "site:demo", "site:other"]
            .map(|name| table.numbers[&name.parse::<Partition>().unwrap()]);
        assert_eq!(numbers, [0, 1, 2]);
    }
}
