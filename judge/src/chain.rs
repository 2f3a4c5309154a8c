//! The hash chain, computed from the published byte rules alone.
//!
//! A record's hash is SHA-256 over length-prefixed (four bytes, big endian) fields in this order: the hash before,
//! partition, epoch, writer, seq, part, parts, time, id, type, version, command id, command hash, actor, causation (or
//! nothing), correlation, traceparent (or nothing), data. Numbers are big endian in their own width, ids 16 bytes. A
//! claim is linked in by SHA-256 of the hash before and the text `ownership.taken|partition|epoch|writer|time`.

use std::{collections::BTreeMap, sync::Arc};

use sha2::{Digest, Sha256};

use crate::records::{CLAIM, Place, Record};

pub type Hash = [u8; 32];

/// The hash after a record, whose `prev` must be the hash before it.
pub fn after_record(record: &Record, place: &Place) -> Hash {
    let mut sha = Sha256::new();
    let mut field = |bytes: &[u8]| {
        let length = u32::try_from(bytes.len()).expect("a field is far below 4 GiB");
        sha.update(length.to_be_bytes());
        sha.update(bytes);
    };
    field(&place.prev);
    field(record.partition.as_bytes());
    field(&record.epoch.to_be_bytes());
    field(record.writer.as_bytes());
    field(&place.seq.to_be_bytes());
    field(&place.part.to_be_bytes());
    field(&place.parts.to_be_bytes());
    field(&record.time.to_be_bytes());
    field(place.id.as_bytes());
    field(record.kind.as_bytes());
    field(&place.version.to_be_bytes());
    field(place.command.as_bytes());
    field(&place.command_hash.to_be_bytes());
    field(place.actor.as_bytes());
    field(place.causation.as_ref().map_or(&[][..], |id| &id.as_bytes()[..]));
    field(place.correlation.as_bytes());
    field(place.traceparent.as_deref().unwrap_or_default().as_bytes());
    field(record.data.as_bytes());
    sha.finalize().into()
}

/// The hash after a claim.
pub fn after_claim(before: &Hash, claim: &Record) -> Hash {
    let mut sha = Sha256::new();
    sha.update(before);
    sha.update(format!(
        "{CLAIM}|{}|{}|{}|{}",
        claim.partition, claim.epoch, claim.writer, claim.time
    ));
    sha.finalize().into()
}

/// Links every record to the one before it again, as a forger with the whole log in hand would.
pub fn link_again(records: &mut [Record]) {
    let mut ends: BTreeMap<Arc<str>, Hash> = BTreeMap::new();
    for record in records {
        let end = ends.entry(Arc::clone(&record.partition)).or_insert([0; 32]);
        let Some(mut place) = record.place.take() else {
            *end = after_claim(end, record);
            continue;
        };
        place.prev = end.to_vec();
        *end = after_record(record, &place);
        record.place = Some(place);
    }
}
