//! The deciders' end of the command bus: one member of the group on a thread that never does anything slow.
//!
//! What the group hands to this process is a hint that it may own a partition; the log says whether it does.

mod slot;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use commands::ports::clock::Clock;
use rdkafka::{
    ClientContext, Message, Offset, TopicPartitionList,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance},
    error::KafkaError as Raw,
    message::BorrowedMessage,
    topic_partition_list::TopicPartitionListElem,
};
use tokio::sync::{oneshot, watch};
use tracing::{debug, info, warn};

pub use self::slot::KafkaQueue;
use self::slot::Slot;
use super::{
    bus::TOPIC,
    client::{BrokerError, Context, now, partitions_of},
    registry::Registry,
};
use crate::blocking::blocking;

pub(crate) const GROUP: &str = "deciders";

/// A member that says nothing for so long is taken for dead; the broker must allow it (`group.min.session.timeout.ms`).
const SESSION: &str = "2000";
const HEARTBEAT: &str = "300";
/// How long the thread sleeps at most while no command comes.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Commands taken before the thread looks at anything else.
const TAKE_AT_ONCE: usize = 1_024;
/// A busy decider makes room within this time, and all wait for it. One that does not is held back, so that the others
/// go on: letting it go again takes librdkafka up to a second.
const ROOM_WITHIN: Duration = Duration::from_secs(1);
/// How far this process has come is told to the group this often.
const COMMIT_EVERY: Duration = Duration::from_secs(1);

/// This process's membership. Dropping it leaves the group.
pub struct Deciders {
    slots: Arc<Slots>,
    left: Option<oneshot::Receiver<()>>,
}

/// The partitions, whether they are this process's or not.
#[derive(Default)]
struct Slots {
    by_number: Mutex<HashMap<i32, Arc<Slot>>>,
    leaving: AtomicBool,
}

impl Slots {
    fn of(&self, number: i32) -> Arc<Slot> {
        let mut slots = self.by_number.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(number).or_insert_with(|| Arc::new(Slot::new(number))))
    }

    fn all(&self) -> Vec<Arc<Slot>> {
        let slots = self.by_number.lock().unwrap_or_else(PoisonError::into_inner);
        slots.values().map(Arc::clone).collect()
    }
}

impl Deciders {
    /// Joins the group. Partitions come and go from then on.
    pub async fn join(registry: &Registry) -> Result<Self, BrokerError> {
        let settings = Arc::clone(registry.settings());
        let slots = Arc::<Slots>::default();
        let (leave, left) = oneshot::channel();
        let shared = Arc::clone(&slots);
        blocking(move || {
            let topic = settings.named(TOPIC);
            let mut config = settings.reader();
            // Only to ask: a member's consumer takes partitions as soon as it is asked anything.
            let asking = config.create_with_context(Context::new()).map_err(BrokerError::Other)?;
            partitions_of(&settings, &asking, &topic)?;
            config
                .set("group.id", settings.named(GROUP))
                .set("partition.assignment.strategy", "cooperative-sticky")
                .set("session.timeout.ms", SESSION)
                .set("heartbeat.interval.ms", HEARTBEAT)
                .set("auto.offset.reset", "earliest");
            let context = Membership {
                context: Context::new(),
                topic: topic.clone(),
                slots: Arc::clone(&shared),
            };
            let consumer: BaseConsumer<Membership> =
                config.create_with_context(context).map_err(BrokerError::Other)?;
            consumer.subscribe(&[&topic]).map_err(BrokerError::Other)?;
            let member = Member { topic, consumer, slots: shared };
            let thread = std::thread::Builder::new().name("kafka-deciders".to_owned());
            let running = thread.spawn(move || {
                member.run();
                let _ = leave.send(());
            });
            running.expect("the system has a thread to give");
            Ok::<_, BrokerError>(())
        })
        .await?;
        Ok(Self { slots, left: Some(left) })
    }

    /// Whether this process is to own a partition, and its commands. There is one queue for each.
    pub fn partition<C>(
        &self,
        number: i32,
        clock: Arc<dyn Clock>,
    ) -> (watch::Receiver<bool>, KafkaQueue<C>) {
        let slot = self.slots.of(number);
        (slot.assigned(), KafkaQueue::new(slot, clock))
    }

    /// Ends every queue: deciders finish what they have taken, and say so.
    pub fn drain(&self) {
        self.slots.all().iter().for_each(|slot| slot.close());
    }

    /// Tells the group how far this process has come, and leaves it: others take over at once.
    pub async fn leave(mut self) {
        self.slots.leaving.store(true, Ordering::Release);
        if let Some(left) = self.left.take() {
            let _ = left.await;
        }
    }
}

impl Drop for Deciders {
    fn drop(&mut self) {
        self.drain();
        self.slots.leaving.store(true, Ordering::Release);
    }
}

/// What the thread runs.
struct Member {
    topic: String,
    consumer: BaseConsumer<Membership>,
    slots: Arc<Slots>,
}

impl Member {
    fn run(self) {
        let mut committed = now();
        while !self.slots.leaving.load(Ordering::Acquire) {
            let (mut polled, mut left) = (self.consumer.poll(LOOK_EVERY), TAKE_AT_ONCE);
            while let Some(result) = polled {
                match result {
                    Ok(record) => self.command(&record),
                    Err(raw) => debug!(error = %raw, "the command bus has trouble"),
                }
                left -= 1;
                polled = if left == 0 { None } else { self.consumer.poll(Duration::ZERO) };
            }
            self.resume();
            if committed.elapsed() >= COMMIT_EVERY {
                committed = now();
                commit(&self.consumer, &self.topic, self.slots.all(), CommitMode::Async);
            }
        }
        commit(&self.consumer, &self.topic, self.slots.all(), CommitMode::Sync);
        // Dropping the consumer leaves the group.
        drop(self.consumer);
        self.slots.all().iter().for_each(|slot| slot.close());
    }

    fn command(&self, record: &BorrowedMessage<'_>) {
        let slot = self.slots.of(record.partition());
        if slot.put(record).is_full() && slot.must_hold_back(ROOM_WITHIN) {
            self.change(&slot, Consumer::pause);
        }
    }

    fn resume(&self) {
        for slot in self.slots.all() {
            if slot.may_resume() {
                self.change(&slot, Consumer::resume);
            }
        }
    }

    fn change(
        &self,
        slot: &Slot,
        change: impl Fn(&BaseConsumer<Membership>, &TopicPartitionList) -> Result<(), Raw>,
    ) {
        let mut place = TopicPartitionList::with_capacity(1);
        place.add_partition(&self.topic, slot.number());
        if let Err(error) = change(&self.consumer, &place) {
            warn!(number = slot.number(), %error, "a partition of the command bus could not be held back or let go");
        }
    }
}

/// Tells the group how far the deciders of these partitions have come.
fn commit(
    consumer: &BaseConsumer<Membership>,
    topic: &str,
    slots: impl IntoIterator<Item = Arc<Slot>>,
    mode: CommitMode,
) {
    let mut places = TopicPartitionList::new();
    for slot in slots {
        if let Some(done) = slot.to_commit() {
            let _ = places.add_partition_offset(topic, slot.number(), Offset::Offset(done));
        }
    }
    if places.count() > 0
        && let Err(error) = consumer.commit(&places, mode)
    {
        info!(%error, "the group was not told how far this node has come; some commands come again");
    }
}

/// Hears from the group.
struct Membership {
    context: Context,
    topic: String,
    slots: Arc<Slots>,
}

impl ClientContext for Membership {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.context.log(level, facility, text);
    }

    fn error(&self, error: Raw, reason: &str) {
        self.context.error(error, reason);
    }
}

impl ConsumerContext for Membership {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Revoke(partitions) => {
                let slots: Vec<_> = self.named(partitions).collect();
                if !consumer.assignment_lost() {
                    // Sent before the partition is given back, without waiting for the answer.
                    commit(consumer, &self.topic, slots.clone(), CommitMode::Async);
                }
                let numbers: Vec<_> = slots.iter().map(|slot| slot.number()).collect();
                info!(?numbers, "the group takes partitions back");
                for slot in slots {
                    slot.revoke();
                }
            }
            Rebalance::Assign(_) => {}
            Rebalance::Error(error) => warn!(%error, "the deciders' group has trouble"),
        }
    }

    fn post_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(partitions) = rebalance {
            for slot in self.named(partitions) {
                debug!(number = slot.number(), "the group gives the partition to this node");
                slot.assign();
            }
        }
    }
}

impl Membership {
    fn named(&self, partitions: &TopicPartitionList) -> impl Iterator<Item = Arc<Slot>> {
        let numbers: Vec<_> =
            partitions.elements().iter().map(TopicPartitionListElem::partition).collect();
        numbers.into_iter().map(|number| self.slots.of(number))
    }
}

impl Slot {
    fn put(&self, record: &BorrowedMessage<'_>) -> slot::Room {
        let command =
            super::envelope::Raw::read(record.headers(), record.payload().unwrap_or_default());
        self.push(record.offset(), command)
    }
}
