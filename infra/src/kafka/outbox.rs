//! The way of what is written to Kafka: a few records go at once, many go together.
//!
//! An idempotent producer of librdkafka sends nothing more while five messages of a partition or more are under way, and
//! its thread spins while some wait inside it (`rd_kafka_toppar_producer_serve`; see
//! <https://github.com/confluentinc/librdkafka/pull/4989>). So what it cannot send at once waits here, and then goes by a
//! second producer, which gathers for [`GATHERS_FOR`]. One of the two has nothing under way: the order stays.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rdkafka::{
    client::Client,
    error::{KafkaError as Raw, RDKafkaErrorCode as Code},
    message::OwnedHeaders,
    producer::{BaseProducer, BaseRecord, Producer as _, PurgeConfig},
};

use super::client::{BrokerError, Context, KafkaSettings, now};

/// In milliseconds: short enough that nobody notices, long enough that a request has many records.
const GATHERS_FOR: &str = "1";
/// With so many under way, librdkafka still makes a request.
const AT_ONCE_MAX: usize = 4;
/// So many are in the producer before its thread has woken up: they go in one request.
const TOGETHER_MAX: usize = 16;
const POLL_FOR: Duration = Duration::from_millis(100);
/// Long enough that what a stall has held up does not look like much.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// It is busy from so many in [`LOOK_EVERY`] on: everything is gathered.
const BUSY_FROM: u32 = 600;

/// Records of one topic, each delivered or not delivered once. `V` is what a record holds.
pub(super) struct Outbox<V>(Arc<Inner<V>>);

struct Inner<V> {
    topic: Arc<str>,
    prompt: BaseProducer<Context>,
    gathering: BaseProducer<Context>,
    line: Mutex<Line<Written<V>>>,
    told: Box<dyn Fn(Result<(), Raw>) + Send + Sync>,
    closed: AtomicBool,
}

struct Written<V> {
    partition: i32,
    headers: OwnedHeaders,
    value: V,
}

impl<V: AsRef<[u8]> + Send + 'static> Outbox<V> {
    /// `told`: what became of each record, in their order. Nobody is told of a record unless [`Self::poll`] is called.
    pub(super) fn open(
        settings: &KafkaSettings,
        topic: &str,
        (within, records_max): (Duration, usize),
        told: impl Fn(Result<(), Raw>) + Send + Sync + 'static,
    ) -> Result<Self, BrokerError> {
        let own = Arc::new(OnceLock::<Weak<Inner<V>>>::new());
        let producer = |linger_ms: &str| {
            let own = Arc::clone(&own);
            let context = Context::telling(move |delivered| {
                if let Some(inner) = own.get().and_then(Weak::upgrade) {
                    inner.delivered(delivered);
                }
            });
            let mut config = settings.writer(within);
            config.set("queue.buffering.max.messages", records_max.to_string());
            let created = config.set("linger.ms", linger_ms).create_with_context(context);
            created.map_err(BrokerError::Other)
        };
        let inner = Arc::new(Inner {
            topic: topic.into(),
            prompt: producer("0")?,
            gathering: producer(GATHERS_FOR)?,
            line: Mutex::new(Line::new(now())),
            told: Box::new(told),
            closed: AtomicBool::new(false),
        });
        own.get_or_init(|| Arc::downgrade(&inner));
        let polled = Arc::clone(&inner);
        let thread = std::thread::Builder::new().name("kafka-outbox".to_owned());
        // The last one to leave drops the producers, which may still be busy.
        let polling = thread.spawn(move || {
            while !polled.closed.load(Ordering::Acquire) {
                polled.gathering.poll(POLL_FOR);
            }
        });
        polling.expect("the system has a thread to give");
        Ok(Self(inner))
    }

    /// Records that go together, in this order. Never waits.
    pub(super) fn put(&self, partition: i32, records: Vec<(OwnedHeaders, V)>) {
        let written = |(headers, value)| Written { partition, headers, value };
        let mut line = self.0.locked();
        line.put(records.into_iter().map(written), now());
        self.0.send(&mut line);
    }
}

impl<V> Outbox<V> {
    /// Hears for so long what has become of records.
    pub(super) fn poll(&self, within: Duration) {
        self.0.prompt.poll(within);
    }

    /// Gives up what was not sent yet.
    pub(super) fn purge(&self) {
        // First what waits here: it would follow what is delivered, or is not, by the purge.
        let given_up = std::mem::take(&mut self.0.locked().waiting);
        for _ in given_up {
            (self.0.told)(Err(Raw::MessageProduction(Code::PurgeQueue)));
        }
        self.0.prompt.purge(PurgeConfig::default().queue());
        self.0.gathering.purge(PurgeConfig::default().queue());
    }

    pub(super) fn client(&self) -> &Client<Context> {
        self.0.prompt.client()
    }

    pub(super) fn context(&self) -> &Arc<Context> {
        self.0.prompt.context()
    }
}

impl<V> Drop for Outbox<V> {
    fn drop(&mut self) {
        self.0.closed.store(true, Ordering::Release);
    }
}

impl<V: AsRef<[u8]>> Inner<V> {
    fn delivered(&self, delivered: Result<(), Raw>) {
        (self.told)(delivered);
        let mut line = self.locked();
        line.under_way -= 1;
        self.send(&mut line);
    }

    fn send(&self, line: &mut Line<Written<V>>) {
        let (way, go) = line.go();
        let producer = match way {
            Way::Prompt => &self.prompt,
            Way::Gathering => &self.gathering,
        };
        for Written { partition, headers, value } in go {
            let record = BaseRecord::<(), _>::to(&self.topic).partition(partition);
            let sent = producer.send(record.payload(value.as_ref()).headers(headers));
            if let Err((raw, _)) = sent {
                line.under_way -= 1;
                (self.told)(Err(raw));
            }
        }
    }
}

impl<V> Inner<V> {
    fn locked(&self) -> MutexGuard<'_, Line<Written<V>>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Prompt,
    Gathering,
}

/// Which goes when, and by which way.
struct Line<T> {
    waiting: Vec<T>,
    pace: Pace,
    way: Way,
    /// By this way; the other one has none.
    under_way: usize,
}

impl<T> Line<T> {
    fn new(now: Instant) -> Self {
        Self { waiting: Vec::new(), pace: Pace::new(now), way: Way::Prompt, under_way: 0 }
    }

    fn put(&mut self, items: impl IntoIterator<Item = T>, now: Instant) {
        let before = self.waiting.len();
        self.waiting.extend(items);
        self.pace.count(now, self.waiting.len() - before);
    }

    /// What goes now, and by which way: all or nothing.
    fn go(&mut self) -> (Way, Vec<T>) {
        let (many, waiting) = (self.pace.is_busy(), self.waiting.len());
        let goes = match self.way {
            _ if self.under_way == 0 => {
                let gathers = many || waiting > TOGETHER_MAX;
                self.way = if gathers { Way::Gathering } else { Way::Prompt };
                true
            }
            Way::Prompt => !many && waiting <= TOGETHER_MAX && self.under_way <= AT_ONCE_MAX,
            Way::Gathering => many,
        };
        let go = if goes { std::mem::take(&mut self.waiting) } else { Vec::new() };
        self.under_way += go.len();
        (self.way, go)
    }
}

/// How much comes.
struct Pace {
    looked: Instant,
    since: u32,
    busy: bool,
}

impl Pace {
    fn new(now: Instant) -> Self {
        Self { looked: now, since: 0, busy: false }
    }

    fn is_busy(&self) -> bool {
        self.busy
    }

    fn count(&mut self, now: Instant, came: usize) {
        self.since = self.since.saturating_add(u32::try_from(came).unwrap_or(u32::MAX));
        let passed = now.saturating_duration_since(self.looked);
        if passed >= LOOK_EVERY {
            let looks = passed.as_secs_f64() / LOOK_EVERY.as_secs_f64();
            self.busy = f64::from(self.since) >= f64::from(BUSY_FROM) * looks;
            (self.looked, self.since) = (now, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(line: &mut Line<u32>, items: std::ops::RangeInclusive<u32>) -> Vec<u32> {
        line.put(items, now());
        line.go().1
    }

    fn delivered(line: &mut Line<u32>, records: usize) -> Vec<u32> {
        line.under_way -= records;
        line.go().1
    }

    #[test]
    fn few_go_at_once_and_what_has_to_wait_goes_together() {
        let mut line = Line::new(now());
        assert_eq!(put(&mut line, 1..=2), [1, 2]);
        assert_eq!(put(&mut line, 3..=5), [3, 4, 5], "with the first two");
        assert!(put(&mut line, 6..=6).is_empty(), "librdkafka would spin");
        assert!(put(&mut line, 7..=9).is_empty());
        assert_eq!(delivered(&mut line, 1), [6, 7, 8, 9]);
        assert_eq!(line.way, Way::Prompt);
    }

    #[test]
    fn many_go_by_the_way_that_gathers_and_never_beside_the_other() {
        let mut line = Line::new(now());
        assert_eq!(put(&mut line, 1..=2), [1, 2]);
        assert!(put(&mut line, 3..=99).is_empty());
        assert_eq!((delivered(&mut line, 2).len(), line.way), (97, Way::Gathering));
        assert!(put(&mut line, 100..=100).is_empty(), "it is not much that comes now");
        assert!(delivered(&mut line, 96).is_empty());
        assert_eq!((delivered(&mut line, 1), line.way), (vec![100], Way::Prompt));
        line.pace.busy = true;
        assert!(put(&mut line, 101..=101).is_empty());
        assert_eq!((delivered(&mut line, 1), line.way), (vec![101], Way::Gathering));
        assert_eq!(put(&mut line, 102..=102), [102], "behind the others");
    }

    #[test]
    fn it_is_busy_while_much_comes() {
        let begun = now();
        let mut pace = Pace::new(begun);
        let mut after = |micros: u64, came: usize| {
            pace.count(begun + Duration::from_micros(micros), came);
            pace.is_busy()
        };
        assert!((1..=400).all(|n| !after(n * 500, 1)), "2 000 in a second");
        assert!(!after(230_000, 60) && !after(330_000, 140), "2 000 in a second, and a stall");
        assert!((1..=200).any(|n| after(340_000 + n * 1_000, 10)), "10 000 in a second");
        assert!(!after(5_000_000, 1), "one after a long time");
    }
}
