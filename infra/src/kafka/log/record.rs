//! How entries of the log become Kafka records, and Kafka records entries.

use std::{collections::HashMap, sync::Arc};

use domain::{
    id::{CommandId, EventId},
    log::{Claim, Entry, Epoch, Hash, Partition, Position, Recorded, WriterId},
    time::Timestamp,
};
use rdkafka::{
    Message,
    message::{Headers, OwnedHeaders},
};
use uuid::Uuid;

use crate::kafka::headers::{Written, attributes, id, time};

/// Names of event types kept at most; there are far fewer.
const KINDS_MAX: usize = 1_024;

/// The headers of a record; `None`: its time is beyond what a calendar shows.
pub(super) fn headers(record: &Recorded, source: &str) -> Option<OwnedHeaders> {
    let mut written = Written::new(record.id.0, source, &record.kind)
        .time("ce_time", record.time)?
        .shown("ce_epoch", record.epoch)
        .id("ce_writer", record.writer.0)
        .shown("ce_seq", record.seq)
        .shown("ce_part", record.part)
        .shown("ce_parts", record.parts)
        .raw("ce_prev", &hex_of(&record.prev))
        .shown("ce_version", record.version)
        .id("ce_commandid", record.command_id.0)
        .shown("ce_commandhash", record.command_hash)
        .shown("ce_actor", &record.actor)
        .id("ce_correlation", record.correlation);
    if let Some(causation) = record.causation {
        written = written.id("ce_causation", causation.0);
    }
    if let Some(traceparent) = &record.traceparent {
        written = written.raw("ce_traceparent", traceparent.as_bytes());
    }
    Some(written.done())
}

/// Headers and value of a claim.
pub(super) fn claim(claim: &Claim, source: &str) -> Option<(OwnedHeaders, String)> {
    let written = Written::new(claim.writer.0, source, Claim::KIND)
        .time("ce_time", claim.time)?
        .shown("ce_epoch", claim.epoch)
        .id("ce_writer", claim.writer.0);
    let value = format!(r#"{{"epoch":{},"writer":"{}"}}"#, claim.epoch, claim.writer.0);
    Some((written.done(), value))
}

fn hex_of(hash: &Hash) -> [u8; 64] {
    let mut text = [0; 64];
    hex::encode_to_slice(hash.0, &mut text).expect("32 bytes are 64 digits");
    text
}

/// A record that is no entry of this partition.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stranger {
    /// Who it says wrote it, as far as that can be read.
    owner: (Option<Epoch>, Option<WriterId>),
}

impl Stranger {
    /// Whether it says that the owner at `position` wrote it: then it was one of its records, and was altered.
    pub(super) fn is_by_the_owner_at(&self, position: Position) -> bool {
        self.owner.1.is_some() && self.owner == (Some(position.epoch), position.writer)
    }
}

/// Reads the records of one partition.
pub(super) struct Decoder {
    partition: Partition,
    source: String,
    kinds: HashMap<Box<str>, Arc<str>>,
}

/// What the headers say; no more than one allocation for most records.
#[derive(Default)]
struct Attributes {
    ours: bool,
    id: Option<Uuid>,
    kind: Option<Arc<str>>,
    time: Option<Timestamp>,
    epoch: Option<Epoch>,
    writer: Option<WriterId>,
    seq: Option<u64>,
    part: Option<u32>,
    parts: Option<u32>,
    prev: Option<Hash>,
    version: Option<u32>,
    command_id: Option<CommandId>,
    command_hash: Option<u64>,
    actor: Option<domain::command::Actor>,
    causation: Option<EventId>,
    correlation: Option<Uuid>,
    traceparent: Option<Arc<str>>,
}

impl Decoder {
    pub(super) fn new(partition: Partition) -> Self {
        let source = partition.to_string();
        Self { partition, source, kinds: HashMap::new() }
    }

    pub(super) fn entry(&mut self, record: &impl Message) -> Result<Entry, Stranger> {
        self.of(record.headers(), record.payload().unwrap_or_default())
    }

    fn of(&mut self, headers: Option<&impl Headers>, data: &[u8]) -> Result<Entry, Stranger> {
        let mut found = Attributes::default();
        let read = attributes(headers, |name, text| self.attribute(&mut found, name, text));
        let owner = (found.epoch, found.writer);
        let entry = read.and_then(|()| self.put_together(found, data));
        entry.ok_or(Stranger { owner })
    }

    fn attribute(&mut self, found: &mut Attributes, name: &str, text: &str) -> Option<()> {
        match name {
            "source" => found.ours = text == self.source,
            "id" => found.id = Some(id(text)?),
            "type" => found.kind = Some(self.kind(text)),
            "time" => found.time = Some(time(text)?),
            "epoch" => found.epoch = Some(text.parse().ok()?),
            "writer" => found.writer = Some(WriterId(id(text)?)),
            "seq" => found.seq = Some(text.parse().ok()?),
            "part" => found.part = Some(text.parse().ok()?),
            "parts" => found.parts = Some(text.parse().ok()?),
            "prev" => found.prev = Some(text.parse().ok()?),
            "version" => found.version = Some(text.parse().ok()?),
            "commandid" => found.command_id = Some(CommandId(id(text)?)),
            "commandhash" => found.command_hash = Some(text.parse().ok()?),
            "actor" => found.actor = Some(text.parse().ok()?),
            "causation" => found.causation = Some(EventId(id(text)?)),
            "correlation" => found.correlation = Some(id(text)?),
            "traceparent" => found.traceparent = Some(text.into()),
            _ => {}
        }
        Some(())
    }

    fn put_together(&self, found: Attributes, data: &[u8]) -> Option<Entry> {
        if !found.ours {
            return None;
        }
        let partition = self.partition.clone();
        let (kind, epoch, writer, time) = (found.kind?, found.epoch?, found.writer?, found.time?);
        if &*kind == Claim::KIND {
            return Some(Entry::Claim(Claim { partition, epoch, writer, time }));
        }
        // Every reader must come to the same verdict, whatever its language takes for text.
        std::str::from_utf8(data).ok()?;
        Some(Entry::Record(Recorded {
            partition,
            epoch,
            writer,
            seq: found.seq?,
            part: found.part?,
            parts: found.parts?,
            prev: found.prev?,
            time,
            id: EventId(found.id?),
            kind,
            version: found.version?,
            command_id: found.command_id?,
            command_hash: found.command_hash?,
            actor: found.actor?,
            causation: found.causation,
            correlation: found.correlation?,
            traceparent: found.traceparent,
            data: data.into(),
        }))
    }

    fn kind(&mut self, text: &str) -> Arc<str> {
        if let Some(kind) = self.kinds.get(text) {
            return Arc::clone(kind);
        }
        let kind: Arc<str> = text.into();
        if self.kinds.len() < KINDS_MAX {
            self.kinds.insert(text.into(), Arc::clone(&kind));
        }
        kind
    }
}

#[cfg(test)]
mod tests {
    use domain::command::Actor;
    use rdkafka::message::Header;

    use super::*;

    fn partition() -> Partition {
        "site:demo".parse().unwrap()
    }

    fn record() -> Recorded {
        Recorded {
            partition: partition(),
            epoch: 3,
            writer: WriterId(Uuid::from_u128(5)),
            seq: 70,
            part: 1,
            parts: 2,
            prev: Hash([0xab; 32]),
            time: Timestamp(1_764_000_000_123_456),
            id: EventId(Uuid::from_u128(6)),
            kind: "contact.queued".into(),
            version: 2,
            command_id: CommandId(Uuid::from_u128(7)),
            command_hash: u64::MAX,
            actor: Actor::System,
            causation: None,
            correlation: Uuid::from_u128(8),
            traceparent: None,
            data: Arc::from(&br#"{"text":"gr\u00f6\u00dfer"}"#[..]),
        }
    }

    fn decoded(headers: &OwnedHeaders, data: &[u8]) -> Result<Entry, Stranger> {
        Decoder::new(partition()).of(Some(headers), data)
    }

    #[test]
    fn a_record_comes_back_as_it_was_written() {
        let full = Recorded {
            causation: Some(EventId(Uuid::from_u128(9))),
            traceparent: Some("00-trace-01".into()),
            ..record()
        };
        for record in [record(), full] {
            let headers = headers(&record, "site:demo").unwrap();
            let Ok(Entry::Record(read)) = decoded(&headers, &record.data) else { panic!() };
            assert_eq!(read, record);
            assert_eq!(read.hash(), record.hash());
        }
    }

    #[test]
    fn a_claim_comes_back_as_it_was_written() {
        let (writer, time) = (WriterId(Uuid::from_u128(5)), Timestamp(1_000_001));
        let written = Claim { partition: partition(), epoch: 9, writer, time };
        let (headers, value) = claim(&written, "site:demo").unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(&value).is_ok());
        let Ok(Entry::Claim(read)) = decoded(&headers, value.as_bytes()) else { panic!() };
        assert_eq!(read, written);
    }

    #[test]
    fn what_is_not_an_entry_of_this_partition_is_a_strangers() {
        let elsewhere = headers(&record(), "site:other").unwrap();
        assert!(decoded(&elsewhere, b"{}").is_err());
        assert!(decoded(&OwnedHeaders::new(), b"{}").is_err());
        assert!(Decoder::new(partition()).of(None::<&OwnedHeaders>, b"{}").is_err());
    }

    #[test]
    fn an_owners_record_that_cannot_be_read_is_told_from_a_strangers() {
        let position =
            Position { epoch: 3, writer: Some(WriterId(Uuid::from_u128(5))), ..Position::START };
        let spoiled = headers(&record(), "site:demo").unwrap();
        let spoiled = spoiled.insert(Header { key: "ce_seq", value: Some("seventy") });
        let stranger = decoded(&spoiled, b"{}").unwrap_err();
        assert!(stranger.is_by_the_owner_at(position));
        assert!(!stranger.is_by_the_owner_at(Position { epoch: 4, ..position }));
        let nobody = decoded(&OwnedHeaders::new(), b"{}").unwrap_err();
        assert!(!nobody.is_by_the_owner_at(Position::START));
    }
}
