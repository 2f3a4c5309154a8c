//! L6: dense sequence, epochs in order, whole decisions, and the hash chain recomputed.
//!
//! The embedded log lets no void record in, and of a log on Kafka only those come here that the fold lets count; so a
//! record that counts for nothing breaks the law as well. What is broken once is reported once: the check goes on from what the record says.

use std::{collections::BTreeMap, sync::Arc};

use uuid::Uuid;

use super::{Finding, Lasts, Law};
use crate::{
    chain::{self, Hash},
    records::{At, Place, Record},
};

/// A decision whose parts are not all there yet.
struct Open {
    parts: u32,
    of: u32,
    command: Uuid,
    begins: At,
}

#[derive(Default)]
struct End {
    epoch: u64,
    writer: Option<Uuid>,
    seq: u64,
    hash: Hash,
    open: Option<Open>,
}

#[derive(Default)]
pub(super) struct Order {
    ends: BTreeMap<Arc<str>, End>,
}

impl End {
    fn claim(&mut self, claim: &Record, finding: &mut Finding) {
        finding.check(claim, claim.epoch == self.epoch + 1, || {
            format!("claim of epoch {} after epoch {}", claim.epoch, self.epoch)
        });
        finding.check(claim, self.open.is_none(), || {
            format!("a claim stands in the middle of the decision after record {}", self.seq)
        });
        self.hash = chain::after_claim(&self.hash, claim);
        self.epoch = claim.epoch;
        self.writer = Some(claim.writer);
        self.open = None;
    }

    fn record(&mut self, record: &Record, place: &Place, finding: &mut Finding) {
        let owner = record.epoch == self.epoch && Some(record.writer) == self.writer;
        finding.check(record, owner, || {
            format!("written under epoch {} by somebody who does not own it", record.epoch)
        });
        finding.check(record, place.seq == self.seq + 1, || {
            format!("sequence {} stands after {}", place.seq, self.seq)
        });
        let part = match &self.open {
            None => place.part == 0 && place.parts >= 1,
            Some(open) => {
                place.part == open.parts && place.parts == open.of && place.command == open.command
            }
        };
        finding.check(record, part, || {
            format!("part {} of {} does not continue its decision", place.part, place.parts)
        });
        finding.check(record, place.prev == self.hash, || {
            "does not continue the hash chain: it or the record before it was altered".to_owned()
        });
        self.hash = chain::after_record(record, place);
        self.seq = place.seq;
        let begins = self.open.take().map_or_else(|| record.at(), |open| open.begins);
        self.open = (place.part + 1 < place.parts).then_some(Open {
            parts: place.part + 1,
            of: place.parts,
            command: place.command,
            begins,
        });
    }
}

impl Law for Order {
    fn see(&mut self, record: &Record, finding: &mut Finding) {
        let end = self.ends.entry(Arc::clone(&record.partition)).or_default();
        match &record.place {
            None => end.claim(record, finding),
            Some(place) => end.record(record, place, finding),
        }
    }

    fn end(&mut self, _lasts: &Lasts, finding: &mut Finding) {
        for open in self.ends.values().filter_map(|end| end.open.as_ref()) {
            finding.check(&open.begins, false, || {
                "the log ends in the middle of the decision that begins here".to_owned()
            });
        }
    }
}
