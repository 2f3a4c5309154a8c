//! What no program on this broker can beat by much: producer, consumer, producer, consumer, and nothing between them.
//!
//! Records are as many and as large as Lockstep's; it shares no code with Lockstep's way to Kafka.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use rdkafka::{Message, consumer::BaseConsumer, producer::BaseProducer, producer::BaseRecord};
use tokio::runtime::Runtime;

use super::{
    load::{Seen, Subject},
    lockstep::{Process, Shape, until_left_alone},
    topics::{Topics, produce},
};

const IN: &str = "relay-in";
const OUT: &str = "relay-out";
const POLL_FOR: Duration = Duration::from_millis(100);

pub(super) struct Relay {
    topic: String,
    partitions: usize,
    producer: BaseProducer,
    /// A record asks for answers: number, how many, how large each is to be; the rest only fills it.
    records: Vec<Vec<u8>>,
    seen: Seen,
    listener: Listener,
    _hop: Process,
}

impl Relay {
    pub(super) fn start(
        runtime: &Runtime,
        topics: &Topics,
        partitions: usize,
        shape: &Shape,
    ) -> anyhow::Result<Self> {
        let size = i32::try_from(partitions)?;
        runtime.block_on(topics.make(&[(IN, size), (OUT, size)]))?;
        let prefix = topics.settings.topic_prefix.clone();
        let hop = Process::of_this_program(&["kafka-relay", &prefix, &partitions.to_string()])?;
        let records = shape.decisions.iter().map(|(bytes, answers)| {
            let mut record = vec![0; 8];
            record.push(u8::try_from(answers.len())?);
            for answer in answers {
                record.extend(u32::try_from(*answer)?.to_be_bytes());
            }
            record.resize((*bytes).max(record.len()), b'x');
            anyhow::Ok(record)
        });
        let seen = Seen::default();
        let consumer = topics.consumer(OUT, partitions, "read_uncommitted")?;
        Ok(Self {
            topic: topics.named(IN),
            partitions,
            producer: topics.producer()?,
            records: records.collect::<Result<_, _>>()?,
            listener: Listener::start(consumer, seen.clone(), |record| {
                let value = record.payload()?;
                (value.get(8) == Some(&1)).then(|| number(value))?
            }),
            seen,
            _hop: hop,
        })
    }
}

impl Subject for Relay {
    fn name(&self) -> &'static str {
        "relay"
    }

    fn send(&mut self, number: u64) -> anyhow::Result<()> {
        let at = usize::try_from(number)?;
        let count = self.records.len();
        let record = &mut self.records[at % count];
        record[..8].copy_from_slice(&number.to_be_bytes());
        let partition = i32::try_from(at % self.partitions)?;
        let record = BaseRecord::to(&self.topic).partition(partition).payload(&record[..]);
        produce(&self.producer, record)
    }

    fn seen(&self) -> &Seen {
        &self.seen
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.listener.stop();
    }
}

fn number(value: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(value.get(..8)?.try_into().ok()?))
}

/// The process in the middle.
pub(crate) fn relay(prefix: &str, partitions: usize) -> anyhow::Result<()> {
    let topics = Topics::of(prefix);
    let consumer = topics.consumer(IN, partitions, "read_uncommitted")?;
    let producer = topics.producer()?;
    let out = topics.named(OUT);
    let unwanted = Arc::new(AtomicBool::new(false));
    let wanted = Arc::clone(&unwanted);
    let hop = std::thread::spawn(move || -> anyhow::Result<()> {
        let mut answer = Vec::new();
        while !wanted.load(Ordering::Acquire) {
            let Some(record) = consumer.poll(POLL_FOR) else { continue };
            let record = record?;
            let value = record.payload().unwrap_or_default();
            let (number, answers) = (&value[..8], usize::from(value[8]));
            for at in 0..answers {
                let size = &value[9 + at * 4..][..4];
                let size = u32::from_be_bytes(size.try_into()?) as usize;
                answer.clear();
                answer.extend_from_slice(number);
                answer.push(u8::from(at + 1 == answers));
                answer.resize(size.max(9), b'x');
                let record =
                    BaseRecord::to(&out).partition(record.partition()).payload(&answer[..]);
                produce(&producer, record)?;
            }
        }
        Ok(())
    });
    until_left_alone();
    unwanted.store(true, Ordering::Release);
    hop.join().map_err(|_| anyhow::anyhow!("the relay died"))?
}

/// A thread that notes the number of each record that has one.
pub(super) struct Listener {
    unwanted: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    pub(super) fn start(
        consumer: BaseConsumer,
        seen: Seen,
        number_of: impl Fn(&rdkafka::message::BorrowedMessage<'_>) -> Option<u64> + Send + 'static,
    ) -> Self {
        let unwanted = Arc::new(AtomicBool::new(false));
        let wanted = Arc::clone(&unwanted);
        let thread = std::thread::spawn(move || {
            while !wanted.load(Ordering::Acquire) {
                match consumer.poll(POLL_FOR) {
                    Some(Ok(record)) => {
                        if let Some(number) = number_of(&record) {
                            seen.note(number);
                        }
                    }
                    Some(Err(error)) => seen.wrong(format!("answers cannot be read: {error}")),
                    None => {}
                }
            }
        });
        Self { unwanted, thread: Some(thread) }
    }

    pub(super) fn stop(&mut self) {
        self.unwanted.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
