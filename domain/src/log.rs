//! The log: records, decisions, and the validity fold that every reader runs.
//!
//! A record is valid by what stands before it in the log, never by an acknowledgement:
//! * a claim is valid if its epoch is exactly one above the current one;
//! * any other record is valid if epoch and writer are the current ones and its `seq` is the next;
//! * a decision whose parts are not all there when the next claim becomes valid never happened;
//! * a valid record whose `prev` does not match is tampering: stop and alarm, never skip.

use std::{
    fmt::{self, Write as _},
    str::FromStr,
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    command::Actor,
    id::{CommandId, EventId, SiteName, TenantName},
    time::Timestamp,
};

/// A decision contains at most this many events; what is beyond goes on in the next decision.
pub const DECISION_EVENTS_MAX: usize = 64;
/// One event's data is at most this large.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;

/// The unit of consistency: one site or one tenant, decided by one writer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Partition {
    Site(SiteName),
    Tenant(TenantName),
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Site(name) => write!(f, "site:{name}"),
            Self::Tenant(name) => write!(f, "tenant:{name}"),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a partition; write `site:NAME` or `tenant:NAME`")]
pub struct NotAPartition(String);

impl FromStr for Partition {
    type Err = NotAPartition;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let not = || NotAPartition(text.to_owned());
        let (kind, name) = text.split_once(':').ok_or_else(not)?;
        match kind {
            "site" => Ok(Self::Site(SiteName::parse(name).map_err(|_| not())?)),
            "tenant" => Ok(Self::Tenant(TenantName::parse(name).map_err(|_| not())?)),
            _ => Err(not()),
        }
    }
}

/// The place of a valid record in its partition: dense, from 1.
pub type Seq = u64;
/// The ordinal of an ownership, from 1.
pub type Epoch = u64;

/// A fresh random id per claim attempt, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WriterId(pub Uuid);

/// SHA-256 of everything before.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    pub const ZERO: Self = Self([0; 32]);
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", hex::encode(&self.0[..6]))
    }
}

impl FromStr for Hash {
    type Err = hex::FromHexError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}

/// `ownership.taken`: somebody claims to be the partition's writer.
///
/// It has no `seq` and no `prev` (its writer cannot know what still lands before it); readers link it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub partition: Partition,
    pub epoch: Epoch,
    pub writer: WriterId,
    /// Data only.
    pub time: Timestamp,
}

impl Claim {
    pub const KIND: &'static str = "ownership.taken";

    /// What the hash that links it in is taken over.
    fn bytes(&self) -> Vec<u8> {
        format!(
            "{}|{}|{}|{}|{}",
            Self::KIND,
            self.partition,
            self.epoch,
            self.writer.0,
            self.time.0
        )
        .into_bytes()
    }
}

/// One event as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub partition: Partition,
    pub epoch: Epoch,
    pub writer: WriterId,
    pub seq: Seq,
    /// This event's place in its decision, from 0, of `parts`.
    pub part: u32,
    pub parts: u32,
    /// Hash of the record before.
    pub prev: Hash,
    pub time: Timestamp,
    pub id: EventId,
    /// The type name, such as `reservation.offered`.
    pub kind: Arc<str>,
    /// Version of the data's schema.
    pub version: u32,
    pub command_id: CommandId,
    /// First eight bytes of the hash of the command's body: another body under the same id is refused.
    pub command_hash: u64,
    pub actor: Actor,
    /// The event that a policy answered, if any.
    pub causation: Option<EventId>,
    /// What all records of one story share.
    pub correlation: Uuid,
    pub traceparent: Option<Arc<str>>,
    /// JSON exactly as stored.
    pub data: Arc<[u8]>,
}

impl Recorded {
    /// SHA-256(prev ‖ named headers, length-prefixed, in this order ‖ data as stored).
    pub fn hash(&self) -> Hash {
        let mut sha = Sha256::new();
        let mut text = String::with_capacity(64);
        let mut put = |bytes: &[u8]| {
            sha.update(
                u32::try_from(bytes.len())
                    .expect("headers and data are far below 4 GiB")
                    .to_be_bytes(),
            );
            sha.update(bytes);
        };
        put(&self.prev.0);
        let _ = write!(text, "{}", self.partition);
        put(text.as_bytes());
        put(&self.epoch.to_be_bytes());
        put(self.writer.0.as_bytes());
        put(&self.seq.to_be_bytes());
        put(&self.part.to_be_bytes());
        put(&self.parts.to_be_bytes());
        put(&self.time.0.to_be_bytes());
        put(self.id.0.as_bytes());
        put(self.kind.as_bytes());
        put(&self.version.to_be_bytes());
        put(self.command_id.0.as_bytes());
        put(&self.command_hash.to_be_bytes());
        text.clear();
        let _ = write!(text, "{}", self.actor);
        put(text.as_bytes());
        put(self.causation.as_ref().map_or(&[][..], |id| id.0.as_bytes()));
        put(self.correlation.as_bytes());
        put(self.traceparent.as_deref().unwrap_or_default().as_bytes());
        put(&self.data);
        Hash(sha.finalize().into())
    }
}

/// The events that one command leads to: valid as a whole or not at all.
#[derive(Clone, Debug)]
pub struct Decision {
    /// At least one, at most [`DECISION_EVENTS_MAX`], `seq` dense and rising.
    pub records: Vec<Recorded>,
}

impl Decision {
    pub fn last_seq(&self) -> Seq {
        self.records.last().map_or(0, |record| record.seq)
    }
}

/// What a log holds, valid or not.
#[derive(Clone, Debug)]
pub enum Entry {
    Claim(Claim),
    Record(Recorded),
}

/// Where a reader stands, always between whole decisions. All of it is needed to resume the fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Of the last valid record.
    pub seq: Seq,
    pub epoch: Epoch,
    /// `None` before the first claim.
    pub writer: Option<WriterId>,
    /// What the next record's `prev` must be.
    pub hash: Hash,
    /// The adapter's own: a row id or an offset.
    pub at: i64,
}

impl Position {
    pub const START: Self = Self { seq: 0, epoch: 0, writer: None, hash: Hash::ZERO, at: 0 };
}

/// A decision read back from the log as valid, and where the reader stands after it.
#[derive(Clone, Debug)]
pub struct Whole {
    pub records: Vec<Recorded>,
    pub position: Position,
}

/// Why an entry counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Void {
    /// A claim whose epoch is not one above the current one: somebody else was first.
    LostClaim,
    /// Epoch or writer are not the current ones: a zombie wrote late.
    NotTheOwner,
    /// The sequence has a gap or goes back.
    NotNext,
}

#[derive(Clone, Debug)]
pub enum Verdict {
    Void(Void),
    /// A claim that is valid: its writer owns the partition from here.
    Claimed,
    /// Valid so far; the decision's other parts are still to come.
    Part,
    Whole(Whole),
}

/// A valid record does not continue the hash chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "record {seq} of {partition} does not continue the hash chain: it was altered, or one before it was; restore the log from a copy and run `lockstep log verify`"
)]
pub struct Tampered {
    pub partition: Partition,
    pub seq: Seq,
    pub at: i64,
}

/// The validity fold over one partition.
#[derive(Clone, Debug)]
pub struct Fold {
    position: Position,
    parts: Vec<Recorded>,
    /// Hash after the last part.
    running: Hash,
}

impl Fold {
    pub fn new() -> Self {
        Self::resume(Position::START)
    }

    pub fn resume(position: Position) -> Self {
        Self { position, parts: Vec::new(), running: position.hash }
    }

    /// The end of the last whole decision or claim.
    pub fn position(&self) -> Position {
        self.position
    }

    /// `at` is where the adapter found the entry.
    pub fn feed(&mut self, entry: Entry, at: i64) -> Result<Verdict, Tampered> {
        match entry {
            Entry::Claim(claim) => Ok(self.claim(&claim, at)),
            Entry::Record(record) => self.record(record, at),
        }
    }

    fn claim(&mut self, claim: &Claim, at: i64) -> Verdict {
        if claim.epoch != self.position.epoch + 1 {
            return Verdict::Void(Void::LostClaim);
        }
        self.parts.clear();
        let mut sha = Sha256::new();
        sha.update(self.position.hash.0);
        sha.update(claim.bytes());
        let hash = Hash(sha.finalize().into());
        self.position =
            Position { epoch: claim.epoch, writer: Some(claim.writer), hash, at, ..self.position };
        self.running = hash;
        Verdict::Claimed
    }

    fn record(&mut self, record: Recorded, at: i64) -> Result<Verdict, Tampered> {
        if record.epoch != self.position.epoch || Some(record.writer) != self.position.writer {
            return Ok(Verdict::Void(Void::NotTheOwner));
        }
        let open = self.parts.len() as u64;
        let first = self.parts.first();
        let continues = usize::try_from(record.part) == Ok(self.parts.len())
            && record.part < record.parts
            && first.is_none_or(|first| {
                first.parts == record.parts && first.command_id == record.command_id
            });
        if record.seq != self.position.seq + open + 1 || !continues {
            return Ok(Verdict::Void(Void::NotNext));
        }
        if record.prev != self.running {
            return Err(Tampered { partition: record.partition, seq: record.seq, at });
        }
        self.running = record.hash();
        let complete = record.part + 1 == record.parts;
        if open == 0 {
            // Most decisions have one event; readers keep many of them.
            self.parts.reserve_exact((record.parts as usize).min(DECISION_EVENTS_MAX));
        }
        self.parts.push(record);
        if !complete {
            return Ok(Verdict::Part);
        }
        let records = std::mem::take(&mut self.parts);
        let seq = self.position.seq + records.len() as u64;
        self.position = Position { seq, hash: self.running, at, ..self.position };
        Ok(Verdict::Whole(Whole { records, position: self.position }))
    }
}

impl Default for Fold {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
