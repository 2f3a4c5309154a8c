//! Reading a partition of the log from a place on to its end, with a consumer of its own.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use domain::log::{Fold, Partition, Position, Tampered, Verdict, Whole};
use rdkafka::{
    Message,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError as Raw,
    message::BorrowedMessage,
};

use super::{LogError, index::Index, record::Decoder};
use crate::kafka::{
    client::{BrokerError, Context, Shared},
    tail::place,
};

/// Decisions handed over at once.
const BATCH_DECISIONS: usize = 2_048;
/// Once a batch holds so many bytes of event data it ends.
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// How long one poll waits, and how many in a row may find nothing.
const POLL_FOR: Duration = Duration::from_millis(250);
const POLLS_WITHOUT_PROGRESS_MAX: u32 = 40;

pub(super) struct Scan {
    pub(super) settings: Shared,
    pub(super) topic: Arc<str>,
    pub(super) number: i32,
    pub(super) partition: Partition,
    pub(super) index: Arc<Index>,
}

impl Scan {
    /// Folds from a position up to offset `end`; `into` may stop it. Where it stands then. Blocks.
    pub(super) fn run(
        &self,
        from: Position,
        end: i64,
        mut into: impl FnMut(Vec<Whole>, Position) -> ControlFlow<()>,
    ) -> Result<Position, LogError> {
        let mut folding = Folding {
            partition: &self.partition,
            index: &self.index,
            decoder: Decoder::new(self.partition.clone()),
            fold: Fold::resume(from),
            batch: Vec::new(),
            bytes: 0,
        };
        if from.at >= end {
            return Ok(from);
        }
        let consumer = self.consumer(from.at)?;
        let (mut next, mut idle) = (from.at, 0);
        while next < end {
            match consumer.poll(POLL_FOR) {
                Some(Ok(record)) => {
                    next = record.offset() + 1;
                    idle = 0;
                    folding.record(&record)?;
                    if folding.is_full() && into(folding.take(), folding.fold.position()).is_break()
                    {
                        return Ok(folding.fold.position());
                    }
                }
                // The rest up to `end` is not records: markers of a stranger's transaction.
                Some(Err(Raw::PartitionEOF(_))) => break,
                Some(Err(raw)) => self.check(raw, &consumer)?,
                None => idle += 1,
            }
            if idle > POLLS_WITHOUT_PROGRESS_MAX {
                return Err(self.settings.unreachable().into());
            }
        }
        let _ = into(folding.take(), folding.fold.position());
        Ok(folding.fold.position())
    }

    fn consumer(&self, from: i64) -> Result<BaseConsumer<Context>, BrokerError> {
        let mut config = self.settings.reader();
        config.set("enable.partition.eof", "true");
        let consumer: BaseConsumer<Context> =
            config.create_with_context(Context::new()).map_err(BrokerError::Other)?;
        let assigned =
            place(&self.topic, self.number, from).and_then(|place| consumer.assign(&place));
        assigned.map_err(BrokerError::Other)?;
        Ok(consumer)
    }

    /// What passes by itself is waited for; the rest is said.
    fn check(&self, raw: Raw, consumer: &BaseConsumer<Context>) -> Result<(), BrokerError> {
        let doing = format!("read `{}`", self.topic);
        match BrokerError::of(&self.settings, raw, &doing, consumer.context()) {
            BrokerError::Unreachable { .. } => Ok(()),
            error => Err(error),
        }
    }
}

struct Folding<'s> {
    partition: &'s Partition,
    index: &'s Index,
    decoder: Decoder,
    fold: Fold,
    batch: Vec<Whole>,
    bytes: usize,
}

impl Folding<'_> {
    fn record(&mut self, record: &BorrowedMessage<'_>) -> Result<(), LogError> {
        let at = record.offset() + 1;
        match self.decoder.entry(record) {
            Ok(entry) => {
                if let Verdict::Whole(whole) = self.fold.feed(entry, at)? {
                    self.index.note(&whole);
                    self.bytes +=
                        whole.records.iter().map(|record| record.data.len()).sum::<usize>();
                    self.batch.push(whole);
                }
            }
            Err(stranger) => {
                let position = self.fold.position();
                if stranger.is_by_the_owner_at(position) {
                    let (partition, seq) = (self.partition.clone(), position.seq + 1);
                    return Err(Tampered { partition, seq, at }.into());
                }
            }
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.batch.len() >= BATCH_DECISIONS || self.bytes >= BATCH_BYTES
    }

    fn take(&mut self) -> Vec<Whole> {
        self.bytes = 0;
        std::mem::take(&mut self.batch)
    }
}
