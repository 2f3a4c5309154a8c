//! The valid records as the independent judge reads them: it shares no code with what decided them.

use std::sync::Arc;

use domain::log::{Entry, Recorded};
use judge::{
    calls::Calls,
    event::Event,
    journal::{Acknowledged, Journal},
    laws::{self, Beside, Played},
    records::{CLAIM, Place, Record},
};

use super::people::{Answer, People};

/// The judge's first complaint, if it has one.
pub(super) fn complaint(valid: &[Entry], people: &People, drained: bool) -> Option<String> {
    let partition: Arc<str> = super::partition().to_string().into();
    let mut records = Vec::with_capacity(valid.len());
    for (entry, row) in valid.iter().zip(1..) {
        let mut record = plain(entry, row, &partition);
        if let Err(error) = record.understand() {
            return Some(format!("{error:#}"));
        }
        records.push(record);
    }
    let told = people.sent.iter().filter_map(|sent| match &sent.answer {
        Some(Answer::Decided(outcome)) => Some(Acknowledged {
            command: sent.id.0,
            partition: partition.to_string(),
            seq: outcome.seq,
        }),
        Some(Answer::Never | Answer::Forgotten) | None => None,
    });
    let journal = Journal { acknowledged: told.collect(), ..Journal::default() };
    let played = Played { calls: Calls::default(), journal };
    let rulings = laws::judge(&records, Beside { played: Some(&played), drained });
    // Which skill a call requires stands in a call file, and nobody plays one here.
    let judged = rulings.iter().filter(|ruling| ruling.name != laws::SKILL);
    let first = judged.into_iter().find(|ruling| !ruling.finding.violations.is_empty())?;
    let violation = &first.finding.violations[0];
    Some(format!("{} {}: at {}: {}", first.name.0, first.name.1, violation.seq, violation.text))
}

fn plain(entry: &Entry, row: i64, partition: &Arc<str>) -> Record {
    match entry {
        Entry::Claim(claim) => Record {
            row,
            partition: Arc::clone(partition),
            epoch: claim.epoch,
            writer: claim.writer.0,
            time: claim.time.0,
            kind: CLAIM.to_owned(),
            data: "{}".to_owned(),
            place: None,
            event: Event::Other,
        },
        Entry::Record(record) => Record {
            row,
            partition: Arc::clone(partition),
            epoch: record.epoch,
            writer: record.writer.0,
            time: record.time.0,
            kind: record.kind.to_string(),
            data: String::from_utf8_lossy(&record.data).into_owned(),
            place: Some(place(record)),
            event: Event::Other,
        },
    }
}

fn place(record: &Recorded) -> Place {
    Place {
        seq: record.seq,
        part: record.part,
        parts: record.parts,
        prev: record.prev.0.to_vec(),
        id: record.id.0,
        version: record.version,
        command: record.command_id.0,
        command_hash: record.command_hash.cast_signed(),
        actor: record.actor.to_string(),
        causation: record.causation.map(|id| id.0),
        correlation: record.correlation,
        traceparent: record.traceparent.as_deref().map(str::to_owned),
    }
}
