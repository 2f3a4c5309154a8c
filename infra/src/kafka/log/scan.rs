//! Folding a partition of the log from a place on to its end.

use std::{ops::ControlFlow, sync::Arc};

use domain::log::{Fold, Partition, Position, Tampered, Verdict, Whole};
use rdkafka::{Message, message::BorrowedMessage};

use super::{LogError, index::Index, record::Decoder};
use crate::kafka::{client::Shared, scan::scan};

/// Decisions handed over at once.
const BATCH_DECISIONS: usize = 2_048;
/// Once a batch holds so many bytes of event data it ends.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

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
        let Self { settings, topic, number, .. } = self;
        let stopped = scan(settings, topic, *number, from.at, end, |record| {
            folding.record(record)?;
            if !folding.is_full() {
                return Ok::<_, LogError>(ControlFlow::Continue(()));
            }
            Ok(into(folding.take(), folding.fold.position()))
        })?;
        if stopped.is_continue() {
            let _ = into(folding.take(), folding.fold.position());
        }
        Ok(folding.fold.position())
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
