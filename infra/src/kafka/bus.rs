//! The doors' end of the command bus: commands are produced to the partition that the registry names.

use std::{
    marker::PhantomData,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use commands::ports::bus::{BusError, CommandBus, WAITING_MAX};
use domain::{command::Envelope, log::Partition};
use futures::future::BoxFuture;
use rdkafka::error::{KafkaError as Raw, RDKafkaErrorCode as Code};
use serde::Serialize;
use tokio::sync::watch;

use super::{
    client::{BrokerError, Shared, now},
    envelope,
    members::GROUP,
    outbox::Outbox,
    registry::Registry,
};

/// The topic that commands travel on.
pub(super) const TOPIC: &str = "commands";
/// A broker that takes a command no sooner than this has not taken it; its sender has given up by then.
const TAKEN_WITHIN: Duration = Duration::from_secs(5);
const POLL_FOR: Duration = Duration::from_millis(100);
/// After a command that no broker took, commands are refused for so long before another is tried.
const REFUSE_FOR: Duration = Duration::from_secs(1);
/// While commands are sent, the deciders' group is looked at this often,
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// the answer is waited for so long,
const LOOK_WITHIN: Duration = Duration::from_secs(2);
/// and nobody listens once it has been empty for so long: members come and go while nodes restart.
const EMPTY_FOR: Duration = Duration::from_secs(3);

/// The one producer of all of this process's commands. Cloning it gives another handle on it.
#[derive(Clone)]
pub struct KafkaBuses(Arc<Inner>);

struct Inner {
    registry: Registry,
    topic: String,
    outbox: Outbox<Vec<u8>>,
    sent: Arc<Sent>,
    /// Somebody has sent a command since the group was looked at.
    asked: AtomicBool,
    group: watch::Sender<Group>,
}

/// What became of the commands on their way to the broker.
#[derive(Default)]
struct Sent {
    on_the_way: AtomicUsize,
    failed: Mutex<Option<(Instant, Raw)>>,
}

impl Sent {
    fn delivered(&self, delivered: Result<(), Raw>) {
        self.on_the_way.fetch_sub(1, Ordering::AcqRel);
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        match delivered {
            Ok(()) => *failed = None,
            Err(raw) => {
                metrics::counter!("lockstep_bus_undelivered_total").increment(1);
                *failed = Some((now(), raw));
            }
        }
    }

    /// Why no broker takes commands now.
    fn trouble(&self) -> Option<Raw> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.as_ref().filter(|(at, _)| at.elapsed() < REFUSE_FOR).map(|(_, raw)| raw.clone())
    }
}

/// Whether any decider listens, as far as is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Group {
    looked: Option<Instant>,
    empty_since: Option<Instant>,
}

impl Group {
    /// Nobody listens, and that is not just nodes coming and going.
    pub fn is_deserted(&self) -> bool {
        self.empty_since.is_some_and(|since| since.elapsed() >= EMPTY_FOR)
    }
}

impl KafkaBuses {
    pub fn open(registry: &Registry) -> Result<Self, BrokerError> {
        let topic = registry.settings().named(TOPIC);
        let sent = Arc::<Sent>::default();
        let told = Arc::clone(&sent);
        let limits = (TAKEN_WITHIN, 2 * WAITING_MAX);
        let outbox = Outbox::open(registry.settings(), &topic, limits, move |delivered| {
            told.delivered(delivered);
        })?;
        let inner = Arc::new(Inner {
            registry: registry.clone(),
            topic,
            outbox,
            sent,
            asked: AtomicBool::new(false),
            group: watch::Sender::default(),
        });
        let polled = Arc::clone(&inner);
        let thread = std::thread::Builder::new().name("kafka-bus".to_owned());
        let polling = thread.spawn(move || {
            while Arc::strong_count(&polled) > 1 {
                polled.outbox.poll(POLL_FOR);
                polled.look_at_the_group();
            }
        });
        polling.expect("the system has a thread to give");
        Ok(Self(inner))
    }

    /// Told each time the deciders' group was looked at, which is done only while commands are sent.
    pub fn group(&self) -> watch::Receiver<Group> {
        self.0.group.subscribe()
    }

    /// The way to one partition's decider.
    pub fn bus<C>(&self, partition: &Partition) -> KafkaBus<C> {
        let source = partition.to_string();
        KafkaBus { buses: self.clone(), partition: partition.clone(), source, of: PhantomData }
    }
}

impl Inner {
    fn settings(&self) -> &Shared {
        self.registry.settings()
    }

    /// Only while commands are sent: an idle door asks the broker nothing.
    fn look_at_the_group(&self) {
        let before = *self.group.borrow();
        if before.looked.is_some_and(|looked| looked.elapsed() < LOOK_EVERY)
            || !self.asked.swap(false, Ordering::AcqRel)
        {
            return;
        }
        let name = self.settings().named(GROUP);
        let found = self.outbox.client().fetch_group_list(Some(&name), LOOK_WITHIN);
        // Unknown is not empty: whoever may not look is not told that nobody listens.
        let empty = found.is_ok_and(|found| {
            found.groups().iter().all(|group| group.name() != name || group.members().is_empty())
        });
        let looked = now();
        let empty_since = empty.then(|| before.empty_since.unwrap_or(looked));
        self.group.send_replace(Group { looked: Some(looked), empty_since });
    }

    fn send<C: Serialize>(
        &self,
        partition: &Partition,
        source: &str,
        command: &Envelope<C>,
    ) -> Result<(), BusError> {
        self.asked.store(true, Ordering::Release);
        let Some(number) = self.registry.number_of(partition) else {
            return Err(BusError::NobodyListens);
        };
        if let Some(raw) = self.sent.trouble() {
            return Err(self.trouble(raw));
        }
        if self.group.borrow().is_deserted() {
            return Err(BusError::NobodyListens);
        }
        if self.sent.on_the_way.fetch_add(1, Ordering::AcqRel) >= WAITING_MAX {
            self.sent.on_the_way.fetch_sub(1, Ordering::AcqRel);
            return Err(BusError::Full);
        }
        let Some((headers, body)) = envelope::written(command, source) else {
            self.sent.on_the_way.fetch_sub(1, Ordering::AcqRel);
            return Err(self.trouble(Raw::MessageProduction(Code::InvalidRecord)));
        };
        self.outbox.put(number, vec![(headers, body)]);
        Ok(())
    }

    fn trouble(&self, raw: Raw) -> BusError {
        let doing = format!("write `{}`", self.topic);
        let why = BrokerError::of(self.settings(), raw, &doing, self.outbox.context());
        BusError::Trouble(why.to_string())
    }
}

/// The way of commands to one partition's decider.
pub struct KafkaBus<C> {
    buses: KafkaBuses,
    partition: Partition,
    source: String,
    of: PhantomData<fn(C)>,
}

impl<C> Clone for KafkaBus<C> {
    fn clone(&self) -> Self {
        self.buses.bus(&self.partition)
    }
}

impl<C: Serialize + Send + Sync> CommandBus<C> for KafkaBus<C> {
    fn send(&self, command: Envelope<C>) -> BoxFuture<'_, Result<(), BusError>> {
        let sent = self.buses.0.send(&self.partition, &self.source, &command);
        Box::pin(std::future::ready(sent))
    }
}
