//! An ownership on Kafka: a producer of its own that never waits, and a ledger that the hub answers.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use commands::ports::log::{AppendError, Lease};
use domain::log::{Claim, Decision, Epoch, Position, Recorded, Seq, WriterId};
use futures::future::{BoxFuture, ready};
use rdkafka::error::KafkaError as Raw;

use super::{
    LogError,
    ledger::{Appended, Ledger},
    record,
};
use crate::{
    gate::Gate,
    kafka::{
        client::{BrokerError, Context, Shared},
        outbox::Outbox,
    },
};

/// A broker that takes a record no sooner than this has not taken it.
const WRITTEN_WITHIN: Duration = Duration::from_secs(10);
/// How often the producer is asked what went wrong.
const POLL_FOR: Duration = Duration::from_millis(100);
/// While the claim is under way: librdkafka asks for the producer id that it needs first when it hears of the brokers,
/// and else only every half second.
const HURRY_FOR: Duration = Duration::from_millis(10);
const HEAR_WITHIN: Duration = Duration::from_millis(200);
/// Nothing has been read back for so many polls in a row: nobody will say any more.
const POLLS_WITHOUT_PROGRESS_MAX: u32 = 150;
/// Records in the producer's memory at most; a decider has far fewer under way.
const QUEUE_MAX: usize = 400_000;

pub(super) struct KafkaLease {
    writing: Writing,
    /// Where the last submitted decision ends.
    gate: Gate,
    position: Position,
    /// A decision that does not continue the log was submitted: no more is taken.
    closed: bool,
}

impl KafkaLease {
    pub(super) fn new(writing: Writing, position: Position) -> Self {
        Self { writing, gate: Gate::resume(position), position, closed: false }
    }

    fn append(&mut self, decision: Decision) -> Result<BoxFuture<'static, Appended>, AppendError> {
        if self.closed {
            return Err(AppendError::Unknown(None));
        }
        // What would be void, or break the chain, must never get in: it cannot be taken back.
        let whole = self.gate.admit(decision, 0).inspect_err(|_| self.closed = true)?;
        let answered = self.writing.ledger.expect(whole.position.seq)?;
        self.writing.records(&whole.records);
        Ok(Box::pin(async move { answered.await.unwrap_or(Err(AppendError::Unknown(None))) }))
    }
}

impl Lease for KafkaLease {
    fn epoch(&self) -> Epoch {
        self.position.epoch
    }

    fn writer(&self) -> WriterId {
        self.position.writer.expect("a lease begins after its own claim")
    }

    fn position(&self) -> Position {
        self.position
    }

    fn submit(&mut self, decision: Decision) -> BoxFuture<'static, Appended> {
        self.append(decision).unwrap_or_else(|error| Box::pin(ready(Err(error))))
    }
}

/// The producer of one claim and of what is decided under it.
pub(super) struct Writing {
    outbox: Arc<Outbox<Arc<[u8]>>>,
    ledger: Arc<Ledger>,
    topic: Arc<str>,
    number: i32,
    source: String,
}

impl Writing {
    /// Every error of the producer ends the ledger.
    pub(super) fn start(
        settings: &Shared,
        topic: &Arc<str>,
        number: i32,
        ledger: &Arc<Ledger>,
        source: String,
    ) -> Result<Self, BrokerError> {
        let told = failing(settings, topic, Arc::downgrade(ledger));
        let outbox = Outbox::open(settings, topic, (WRITTEN_WITHIN, QUEUE_MAX), told)?;
        let writing = Self {
            outbox: Arc::new(outbox),
            ledger: Arc::clone(ledger),
            topic: Arc::clone(topic),
            number,
            source,
        };
        writing.poll();
        Ok(writing)
    }

    /// Polls the outbox on a thread of its own and, in the end, drops it there: it may still be busy.
    fn poll(&self) {
        let (outbox, ledger) = (Arc::clone(&self.outbox), Arc::clone(&self.ledger));
        let topic = Arc::clone(&self.topic);
        let thread = std::thread::Builder::new().name("kafka-lease".to_owned());
        let polling = thread.spawn(move || {
            let mut patience = Patience::default();
            while Arc::strong_count(&outbox) > 1 {
                if ledger.is_claiming() {
                    outbox.poll(HURRY_FOR);
                    let _ = outbox.client().fetch_metadata(Some(&topic), HEAR_WITHIN);
                    continue;
                }
                outbox.poll(POLL_FOR);
                if patience.is_over(ledger.oldest()) {
                    ledger.unknown(None);
                }
                if ledger.is_over() {
                    outbox.purge();
                }
            }
        });
        polling.expect("the system has a thread to give");
    }

    pub(super) fn claim(&self, claim: &Claim) {
        let written = record::claim(claim, &self.source);
        let (headers, value) = written.expect("the clock shows a year before 9999");
        self.outbox.put(self.number, vec![(headers, value.as_bytes().into())]);
    }

    fn records(&self, records: &[Recorded]) {
        let written = records.iter().map(|record| {
            let headers = record::headers(record, &self.source);
            (headers.expect("the clock shows a year before 9999"), Arc::clone(&record.data))
        });
        self.outbox.put(self.number, written.collect());
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.ledger.unknown(None);
    }
}

/// What happens at a record that was not delivered: it may be in the log or not.
fn failing(
    settings: &Shared,
    topic: &Arc<str>,
    ledger: Weak<Ledger>,
) -> impl Fn(Result<(), Raw>) + Send + Sync + 'static {
    let (settings, doing) = (Arc::clone(settings), format!("write `{topic}`"));
    move |delivered| {
        if let (Err(raw), Some(ledger)) = (delivered, ledger.upgrade()) {
            let error = BrokerError::of(&settings, raw, &doing, &Context::new());
            ledger.unknown(LogError::Broker(error));
        }
    }
}

/// Counts polls, not time: a process that was suspended meanwhile gives the log its time.
#[derive(Default)]
struct Patience {
    oldest: Option<Seq>,
    polls: u32,
}

impl Patience {
    fn is_over(&mut self, oldest: Option<Seq>) -> bool {
        if oldest != self.oldest {
            *self = Self { oldest, polls: 0 };
        }
        self.polls += 1;
        oldest.is_some() && self.polls > POLLS_WITHOUT_PROGRESS_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_ends_only_without_progress() {
        let mut patience = Patience::default();
        for seq in 1..=3 {
            for _ in 0..POLLS_WITHOUT_PROGRESS_MAX {
                assert!(!patience.is_over(Some(seq)));
            }
        }
        assert!(patience.is_over(Some(3)));
        for _ in 0..=POLLS_WITHOUT_PROGRESS_MAX {
            assert!(!patience.is_over(None));
        }
    }
}
