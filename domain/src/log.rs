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
mod tests {
    use std::collections::VecDeque;

    use proptest::{collection::vec, prelude::*, sample::Index};

    use super::*;

    /// What happens in a world of writers that may be late, lose messages, or not know that they were replaced.
    #[derive(Clone, Debug)]
    enum Op {
        /// Reads a prefix of the log and claims on what it saw there.
        Claim { writer: usize, read: Index },
        /// Decides on what it believes, without waiting for what it decided before.
        Decide { writer: usize, parts: u32 },
        /// Its oldest message on the way reaches the log.
        Deliver { writer: usize },
        /// Its oldest message on the way is lost.
        Lose { writer: usize },
    }

    fn ops() -> impl Strategy<Value = Vec<Op>> {
        let op = prop_oneof![
            2 => (0..2_usize, any::<Index>()).prop_map(|(writer, read)| Op::Claim { writer, read }),
            4 => (0..2_usize, 1..4_u32).prop_map(|(writer, parts)| Op::Decide { writer, parts }),
            12 => (0..2_usize).prop_map(|writer| Op::Deliver { writer }),
            1 => (0..2_usize).prop_map(|writer| Op::Lose { writer }),
        ];
        vec(op, 1..120)
    }

    #[derive(Default)]
    struct Writer {
        on_the_way: VecDeque<Entry>,
        claimed: Option<Claim>,
        /// Where it believes the log ends, once it has read its own claim as valid.
        owns: Option<Position>,
    }

    #[derive(Default)]
    struct World {
        log: Vec<Entry>,
        writers: [Writer; 2],
        /// Each decision with the position that it was made on.
        made: Vec<(Position, Vec<Recorded>)>,
        claims: u128,
    }

    fn partition() -> Partition {
        Partition::Site(SiteName::parse("s").unwrap())
    }

    /// The whole decisions that a reader of `entries` sees, and where it stands at the end.
    fn read(fold: &mut Fold, entries: &[Entry], at: usize) -> Result<Vec<Whole>, Tampered> {
        let mut wholes = Vec::new();
        for (entry, at) in entries.iter().zip(1_i64..).skip(at) {
            if let Verdict::Whole(whole) = fold.feed(entry.clone(), at)? {
                wholes.push(whole);
            }
        }
        Ok(wholes)
    }

    impl World {
        fn after(ops: &[Op]) -> Self {
            let mut world = Self::default();
            for op in ops {
                world.step(op);
            }
            world
        }

        fn step(&mut self, op: &Op) {
            match *op {
                Op::Claim { writer, ref read } => {
                    self.claim(writer, read.index(self.log.len() + 1));
                }
                Op::Decide { writer, parts } => self.decide(writer, parts),
                Op::Deliver { writer } => {
                    self.log.extend(self.writers[writer].on_the_way.pop_front());
                    self.notice(writer);
                }
                Op::Lose { writer } => drop(self.writers[writer].on_the_way.pop_front()),
            }
        }

        fn claim(&mut self, writer: usize, seen: usize) {
            let mut fold = Fold::new();
            read(&mut fold, &self.log[..seen], 0).expect("nothing was altered");
            self.claims += 1;
            let claim = Claim {
                partition: partition(),
                epoch: fold.position().epoch + 1,
                writer: WriterId(Uuid::from_u128(self.claims)),
                time: Timestamp(7),
            };
            let writer = &mut self.writers[writer];
            writer.owns = None;
            writer.claimed = Some(claim.clone());
            writer.on_the_way.push_back(Entry::Claim(claim));
        }

        /// A claimant that reads its own claim as valid owns from there.
        fn notice(&mut self, writer: usize) {
            let Some(Entry::Claim(landed)) = self.log.last() else { return };
            if self.writers[writer].claimed.as_ref() == Some(landed) {
                let mut fold = Fold::new();
                read(&mut fold, &self.log, 0).expect("nothing was altered");
                let owns = fold.position().writer == Some(landed.writer);
                self.writers[writer].owns = owns.then(|| fold.position());
            }
        }

        fn decide(&mut self, writer: usize, parts: u32) {
            let Some(base) = self.writers[writer].owns else { return };
            let mut records: Vec<Recorded> = Vec::new();
            for part in 0..parts {
                let seq = base.seq + u64::from(part) + 1;
                let nth = self.made.len();
                records.push(Recorded {
                    partition: partition(),
                    epoch: base.epoch,
                    writer: base.writer.expect("an owner has claimed"),
                    seq,
                    part,
                    parts,
                    prev: records.last().map_or(base.hash, Recorded::hash),
                    time: Timestamp(7),
                    id: EventId(Uuid::nil()),
                    kind: "test.happened".into(),
                    version: 1,
                    command_id: CommandId(Uuid::from_u128(nth as u128)),
                    command_hash: 0,
                    actor: Actor::System,
                    causation: None,
                    correlation: Uuid::nil(),
                    traceparent: None,
                    data: format!("{{\"nth\":{nth},\"part\":{part}}}").into_bytes().into(),
                });
            }
            let last = records.last().expect("a decision has parts");
            let after = Position { seq: last.seq, hash: last.hash(), ..base };
            self.made.push((base, records.clone()));
            let writer = &mut self.writers[writer];
            writer.on_the_way.extend(records.into_iter().map(Entry::Record));
            writer.owns = Some(after);
        }
    }

    proptest! {
        #[test]
        fn a_valid_decision_is_whole_and_was_made_on_exactly_what_a_reader_folds_before_it(ops in ops()) {
            let world = World::after(&ops);
            let (mut fold, mut owner, mut seen) = (Fold::new(), None, Position::START);
            for (entry, at) in world.log.iter().zip(1..) {
                match fold.feed(entry.clone(), at) {
                    Ok(Verdict::Claimed) => owner = fold.position().writer,
                    Ok(Verdict::Whole(whole)) => {
                        let made = world.made.iter().find(|(_, made)| *made == whole.records);
                        let (base, records) = made.expect("whole, as it was decided");
                        prop_assert_eq!((base.seq, base.epoch, base.hash), (seen.seq, seen.epoch, seen.hash));
                        prop_assert!(records.iter().all(|record| Some(record.writer) == owner));
                    }
                    Ok(Verdict::Part | Verdict::Void(_)) => {}
                    Err(tampered) => prop_assert!(false, "nothing was altered: {tampered}"),
                }
                seen = fold.position();
            }
        }

        #[test]
        fn resuming_from_any_position_is_folding_from_the_start(ops in ops()) {
            let world = World::after(&ops);
            let mut fold = Fold::new();
            let all = read(&mut fold, &world.log, 0).unwrap();
            let mut stops = Fold::new();
            for (entry, at) in world.log.iter().zip(1_i64..) {
                stops.feed(entry.clone(), at).unwrap();
                let stop = stops.position();
                let mut resumed = Fold::resume(stop);
                let rest = read(&mut resumed, &world.log, usize::try_from(stop.at).unwrap()).unwrap();
                prop_assert_eq!(resumed.position(), fold.position());
                let expected = all.iter().filter(|whole| whole.position.seq > stop.seq);
                prop_assert!(rest.iter().map(|whole| &whole.records).eq(expected.map(|whole| &whole.records)));
            }
        }

        #[test]
        fn an_altered_byte_is_found_at_the_next_record_at_the_latest(
            ops in ops(), which in any::<Index>(), place in any::<Index>(), bit in 0..8_u32,
        ) {
            let world = World::after(&ops);
            let mut fold = Fold::new();
            let wholes = read(&mut fold, &world.log, 0).unwrap();
            let valid: Vec<_> = wholes.iter().flat_map(|whole| &whole.records).collect();
            prop_assume!(!valid.is_empty());
            let which = which.index(valid.len());
            let mut log = world.log.clone();
            for entry in &mut log {
                if let Entry::Record(record) = entry && record == valid[which] {
                    let mut data = record.data.to_vec();
                    data[place.index(record.data.len())] ^= 1 << bit;
                    record.data = data.into();
                }
            }
            let mut altered = Fold::new();
            if let Err(tampered) = read(&mut altered, &log, 0) {
                prop_assert_eq!(tampered.seq, valid[which].seq + 1);
            } else {
                prop_assert_eq!(which + 1, valid.len());
                prop_assert_ne!(altered.position().hash, fold.position().hash);
            }
        }

        #[test]
        fn an_altered_claim_is_found_at_the_first_record_under_it(ops in ops()) {
            let mut world = World::after(&ops);
            let mut fold = Fold::new();
            let wholes = read(&mut fold, &world.log, 0).unwrap();
            prop_assume!(!wholes.is_empty());
            let owner = wholes[0].position.writer;
            for entry in &mut world.log {
                if let Entry::Claim(claim) = entry && Some(claim.writer) == owner {
                    claim.time.0 += 1;
                }
            }
            let found = read(&mut Fold::new(), &world.log, 0).map(|_| ());
            prop_assert_eq!(found.unwrap_err().seq, wholes[0].records[0].seq);
        }
    }
}
