//! The live end of one topic: one consumer and one thread feed every partition that this process follows.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::time::Timestamp;
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::{KafkaError as Raw, RDKafkaErrorCode as Code},
    message::BorrowedMessage,
    topic_partition_list::TopicPartitionListElem,
};
use tracing::warn;

use super::client::{BrokerError, Context, Shared, ask, partitions_of};

/// How long the thread sleeps at most while nothing comes: it looks whether it is still wanted.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Records fed before readers are told.
const FEED_AT_ONCE: usize = 1_024;

/// What is made of the records of one partition, in their order.
pub(crate) trait Feed: Send {
    fn record(&mut self, record: &BorrowedMessage<'_>);
    /// What was at hand has been fed; `next` is the offset to come.
    fn fed(&mut self, next: i64);
    /// Nothing more will come.
    fn broken(&mut self, why: &BrokerError);
}

pub(crate) struct Tail(Arc<Tailed>);

struct Tailed {
    settings: Shared,
    topic: String,
    consumer: BaseConsumer<Context>,
    followed: Mutex<HashMap<i32, Followed>>,
    unwanted: AtomicBool,
}

struct Followed {
    next: i64,
    /// Something was fed since the readers were told.
    fresh: bool,
    feed: Box<dyn Feed>,
}

impl Tail {
    pub(crate) fn start(settings: &Shared, topic: &str) -> Result<Self, BrokerError> {
        let consumer = settings.reader().create_with_context(Context::new());
        let tailed = Arc::new(Tailed {
            settings: Arc::clone(settings),
            topic: topic.to_owned(),
            consumer: consumer.map_err(BrokerError::Other)?,
            followed: Mutex::default(),
            unwanted: AtomicBool::new(false),
        });
        let thread = std::thread::Builder::new().name("kafka-tail".to_owned());
        let tail = Self(Arc::clone(&tailed));
        thread.spawn(move || tailed.run()).expect("the system has a thread to give");
        Ok(tail)
    }

    /// Feeds what stands in a partition from an offset on. Blocks.
    pub(crate) fn follow(
        &self,
        partition: i32,
        from: i64,
        feed: Box<dyn Feed>,
    ) -> Result<(), BrokerError> {
        let Tailed { topic, consumer, .. } = &*self.0;
        self.0.locked().insert(partition, Followed { next: from, fresh: false, feed });
        let assigned =
            place(topic, partition, from).and_then(|place| consumer.incremental_assign(&place));
        assigned.map_err(|raw| {
            self.0.locked().remove(&partition);
            BrokerError::Other(raw)
        })
    }

    /// The first offset of a partition and the one behind its last. Blocks.
    pub(crate) fn ends(&self, partition: i32) -> Result<(i64, i64), BrokerError> {
        let Tailed { settings, topic, consumer, .. } = &*self.0;
        ask(settings, consumer, &format!("read `{topic}`"), |client, within| {
            client.fetch_watermarks(topic, partition, within)
        })
    }

    /// The offset of the first record that was written at `time` or later. Blocks.
    pub(crate) fn offset_at(&self, partition: i32, time: Timestamp) -> Result<i64, BrokerError> {
        let Tailed { settings, topic, consumer, .. } = &*self.0;
        // Below zero are the names of other places.
        let millis = (time.0 / 1_000).max(0);
        let found = ask(settings, consumer, &format!("read `{topic}`"), |_, within| {
            consumer.offsets_for_times(place(topic, partition, millis)?, within)
        })?;
        match found.elements().first().map(TopicPartitionListElem::offset) {
            Some(Offset::Offset(offset)) => Ok(offset),
            _ => Ok(self.ends(partition)?.1),
        }
    }

    /// Every broker as `host:port`. Blocks.
    pub(crate) fn brokers(&self) -> Result<Vec<String>, BrokerError> {
        let Tailed { settings, topic, consumer, .. } = &*self.0;
        let metadata = ask(settings, consumer, "see the brokers", |client, within| {
            client.fetch_metadata(Some(topic), within)
        })?;
        let brokers = metadata.brokers().iter();
        Ok(brokers.map(|broker| format!("{}:{}", broker.host(), broker.port())).collect())
    }

    /// Blocks.
    pub(crate) fn partitions_of(&self, topic: &str) -> Result<i32, BrokerError> {
        partitions_of(&self.0.settings, &self.0.consumer, topic)
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        self.0.unwanted.store(true, Ordering::Release);
    }
}

/// One partition of a topic, to be read from an offset on.
pub(crate) fn place(topic: &str, partition: i32, from: i64) -> Result<TopicPartitionList, Raw> {
    let mut place = TopicPartitionList::with_capacity(1);
    place.add_partition_offset(topic, partition, Offset::Offset(from))?;
    Ok(place)
}

impl Tailed {
    /// The consumer closes here too: that takes its time.
    fn run(&self) {
        while !self.unwanted.load(Ordering::Acquire) {
            if let Some(polled) = self.consumer.poll(LOOK_EVERY) {
                self.feed(polled);
            }
        }
        self.break_all(&BrokerError::Closed);
    }

    fn feed(&self, first: Result<BorrowedMessage<'_>, Raw>) {
        let mut followed = self.locked();
        let (mut polled, mut broken, mut left) = (Some(first), None, FEED_AT_ONCE);
        while let Some(result) = polled {
            match result {
                Ok(record) => feed(&mut followed, &record),
                Err(raw) => broken = self.broken_by(raw).or(broken),
            }
            left -= 1;
            polled = if left == 0 { None } else { self.consumer.poll(Duration::ZERO) };
        }
        for followed in followed.values_mut().filter(|followed| followed.fresh) {
            followed.fresh = false;
            followed.feed.fed(followed.next);
        }
        drop(followed);
        if let Some(why) = broken {
            warn!(topic = self.topic, error = %why, "the live end of a topic cannot be read");
            self.break_all(&why);
        }
    }

    /// What librdkafka does not get over by itself. It does not say which partition it means.
    fn broken_by(&self, raw: Raw) -> Option<BrokerError> {
        match raw.rdkafka_error_code() {
            Some(
                Code::AutoOffsetReset
                | Code::OffsetOutOfRange
                | Code::UnknownTopicOrPartition
                | Code::UnknownTopic
                | Code::UnknownPartition
                | Code::TopicAuthorizationFailed
                | Code::GroupAuthorizationFailed,
            ) => {}
            _ if matches!(raw, Raw::MessageConsumptionFatal(_)) => {}
            _ => return None,
        }
        let doing = format!("read `{}`", self.topic);
        Some(BrokerError::of(&self.settings, raw, &doing, self.consumer.context()))
    }

    fn break_all(&self, why: &BrokerError) {
        let mut followed = self.locked();
        let _ = self.consumer.unassign();
        for (_, mut followed) in followed.drain() {
            followed.feed.broken(why);
        }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<i32, Followed>> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn feed(followed: &mut HashMap<i32, Followed>, record: &BorrowedMessage<'_>) {
    let Some(followed) = followed.get_mut(&record.partition()) else { return };
    if record.offset() >= followed.next {
        followed.feed.record(record);
        followed.next = record.offset() + 1;
        followed.fresh = true;
    }
}
