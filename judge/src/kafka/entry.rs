//! One record of Kafka as an entry of the log: `CloudEvents` in binary mode, the value is the event's data.

use std::{collections::BTreeMap, sync::Arc};

use rdkafka::{
    Message,
    message::{BorrowedMessage, Headers},
};
use uuid::Uuid;

use crate::{
    event::Event,
    fold::Entry,
    records::{CLAIM, Place, Record},
};

const PREFIX: &str = "ce_";

/// An entry of the partition, or who at least says that it wrote one.
pub(super) fn of(record: &BorrowedMessage<'_>, partition: &Arc<str>) -> Entry {
    let attributes = attributes(record.headers());
    let value = record.payload().unwrap_or_default();
    match written(&attributes, value, record.offset(), partition) {
        Some(record) => Entry::Record(Box::new(record)),
        None => Entry::Unreadable {
            epoch: attributes.get("epoch").and_then(|text| text.parse().ok()),
            writer: attributes.get("writer").and_then(|text| text.parse().ok()),
        },
    }
}

type Attributes<'a> = BTreeMap<&'a str, &'a str>;

/// Those that are text, by their names without the prefix.
fn attributes<H: Headers>(headers: Option<&H>) -> Attributes<'_> {
    let mut attributes = BTreeMap::new();
    let Some(headers) = headers else { return attributes };
    for header in headers.iter() {
        let value = header.value.and_then(|value| std::str::from_utf8(value).ok());
        if let (Some(name), Some(value)) = (header.key.strip_prefix(PREFIX), value) {
            attributes.insert(name, value);
        }
    }
    attributes
}

fn written(
    attributes: &Attributes<'_>,
    value: &[u8],
    row: i64,
    partition: &Arc<str>,
) -> Option<Record> {
    let text = |name: &str| attributes.get(name).copied();
    let id = |name: &str| -> Option<Uuid> { text(name)?.parse().ok() };
    if text("source")? != &**partition {
        return None;
    }
    let kind = text("type")?.to_owned();
    let place = || {
        Some(Place {
            seq: text("seq")?.parse().ok()?,
            part: text("part")?.parse().ok()?,
            parts: text("parts")?.parse().ok()?,
            prev: hex::decode(text("prev")?).ok()?,
            id: id("id")?,
            version: text("version")?.parse().ok()?,
            command: id("commandid")?,
            // SQLite has no unsigned numbers: the same bits, read as signed.
            command_hash: text("commandhash")?.parse::<u64>().ok()?.cast_signed(),
            actor: text("actor")?.to_owned(),
            causation: match text("causation") {
                Some(text) => Some(text.parse().ok()?),
                None => None,
            },
            correlation: id("correlation")?,
            traceparent: text("traceparent").map(str::to_owned),
        })
    };
    let time: jiff::Timestamp = text("time")?.parse().ok()?;
    Some(Record {
        row,
        partition: Arc::clone(partition),
        epoch: text("epoch")?.parse().ok()?,
        writer: id("writer")?,
        time: time.as_microsecond(),
        data: std::str::from_utf8(value).ok()?.to_owned(),
        place: if kind == CLAIM { None } else { Some(place()?) },
        kind,
        event: Event::Other,
    })
}
