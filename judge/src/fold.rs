//! Which entries of a shared log count: the published rules, written a second time.
//!
//! Whoever may write can write at any time, and nobody takes it out again. So a log on Kafka holds entries that count
//! for nothing, and every reader leaves out the same ones:
//! * a claim counts if its epoch is one above the current one; it makes its writer the owner;
//! * any other record counts if its epoch and writer are the owner's, its `seq` is the next one, and it is the next
//!   part of its decision;
//! * a decision whose parts are not all there when the next claim counts never happened;
//! * a record that counts and whose `prev` is not the hash of what counted before it was tampered with: nothing
//!   behind it can be believed.

use std::{collections::BTreeSet, ops::AddAssign};

use anyhow::Result;
use uuid::Uuid;

use crate::{
    chain::{self, Hash},
    records::{At, Place, Placed, Record},
};

/// What stands in the log, valid or not.
#[derive(Clone, Debug)]
pub enum Entry {
    Record(Box<Record>),
    /// Not an entry as the format wants it, and who it says wrote it, as far as that can be read.
    Unreadable {
        epoch: Option<u64>,
        writer: Option<Uuid>,
    },
}

/// Entries that count for nothing, by the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Voids {
    /// Claims of an epoch that somebody else had taken before.
    pub lost_claims: u64,
    /// Records of a writer that had owned the partition before: a zombie's.
    pub zombies: u64,
    /// Records of a writer that never owned the partition.
    pub never_owned: u64,
    /// Records of the owner that do not continue what it wrote before: something of it was lost on the way.
    pub not_next: u64,
    /// Records of decisions that were not whole when the next owner came, or at the end of the log.
    pub unfinished: u64,
    /// Not entries of this partition at all.
    pub strangers: u64,
}

impl AddAssign for Voids {
    fn add_assign(&mut self, other: Self) {
        self.lost_claims += other.lost_claims;
        self.zombies += other.zombies;
        self.never_owned += other.never_owned;
        self.not_next += other.not_next;
        self.unfinished += other.unfinished;
        self.strangers += other.strangers;
    }
}

impl Voids {
    /// Each kind in words, with its count.
    pub fn kinds(&self) -> [(&'static str, u64); 6] {
        [
            ("claims that lost", self.lost_claims),
            ("records of zombies", self.zombies),
            ("records of writers that never owned", self.never_owned),
            ("records out of order", self.not_next),
            ("records of unfinished decisions", self.unfinished),
            ("strangers' records", self.strangers),
        ]
    }
}

/// Where the chain breaks, and what was found there.
#[derive(Clone, Debug)]
pub struct Tampering {
    pub at: At,
    pub text: String,
}

/// What a reader makes of one partition.
#[derive(Debug, Default)]
pub struct Folded {
    /// Claims and whole decisions, in order.
    pub valid: Vec<Record>,
    pub voids: Voids,
    /// Nothing behind it was read.
    pub tampering: Option<Tampering>,
}

/// The validity fold over one partition.
#[derive(Debug, Default)]
pub struct Fold {
    folded: Folded,
    epoch: u64,
    owner: Option<Uuid>,
    owned_before: BTreeSet<Uuid>,
    seq: u64,
    /// After the last whole decision or claim.
    hash: Hash,
    /// The parts of a decision that is not whole yet, and the hash after them.
    open: Vec<Record>,
    running: Hash,
}

impl Fold {
    /// The next entry. Fails if a record counts whose data is not what its type promises.
    pub fn feed(&mut self, partition: &str, entry: Entry) -> Result<()> {
        if self.folded.tampering.is_some() {
            return Ok(());
        }
        match entry {
            Entry::Record(record) => match record.place.clone() {
                None => self.claim(*record),
                Some(place) => return self.record(*record, &place),
            },
            Entry::Unreadable { epoch, writer } => {
                if writer.is_some() && (epoch, writer) == (Some(self.epoch), self.owner) {
                    let at = At { partition: partition.into(), seq: self.seq + 1 };
                    let text = "a record of the owner cannot be read: it was altered".to_owned();
                    self.folded.tampering = Some(Tampering { at, text });
                } else {
                    self.folded.voids.strangers += 1;
                }
            }
        }
        Ok(())
    }

    /// Nothing comes any more.
    pub fn end(mut self) -> Folded {
        self.drop_unfinished();
        self.folded
    }

    fn claim(&mut self, claim: Record) {
        if claim.epoch != self.epoch + 1 {
            self.folded.voids.lost_claims += 1;
            return;
        }
        self.drop_unfinished();
        self.owned_before.extend(self.owner);
        self.epoch = claim.epoch;
        self.owner = Some(claim.writer);
        self.hash = chain::after_claim(&self.hash, &claim);
        self.running = self.hash;
        self.folded.valid.push(claim);
    }

    fn record(&mut self, mut record: Record, place: &Place) -> Result<()> {
        if record.epoch != self.epoch || Some(record.writer) != self.owner {
            let voids = &mut self.folded.voids;
            if self.owned_before.contains(&record.writer) {
                voids.zombies += 1;
            } else {
                voids.never_owned += 1;
            }
            return Ok(());
        }
        if !self.is_next(place) {
            self.folded.voids.not_next += 1;
            return Ok(());
        }
        if place.prev != self.running {
            let text = "does not continue the hash chain: it or the record before it was altered";
            self.folded.tampering = Some(Tampering { at: record.at(), text: text.to_owned() });
            return Ok(());
        }
        self.running = chain::after_record(&record, place);
        record.understand()?;
        self.open.push(record);
        if place.part + 1 == place.parts {
            self.seq = place.seq;
            self.hash = self.running;
            self.folded.valid.append(&mut self.open);
        }
        Ok(())
    }

    fn is_next(&self, place: &Place) -> bool {
        let open = self.open.len() as u64;
        let same_decision = self
            .open
            .first()
            .and_then(|first| first.place.as_ref())
            .is_none_or(|first| first.parts == place.parts && first.command == place.command);
        place.seq == self.seq + open + 1
            && u64::from(place.part) == open
            && place.part < place.parts
            && same_decision
    }

    fn drop_unfinished(&mut self) {
        self.folded.voids.unfinished += self.open.len() as u64;
        self.open.clear();
        self.running = self.hash;
    }
}

impl Placed for Tampering {
    fn partition(&self) -> &str {
        &self.at.partition
    }

    fn seq(&self) -> u64 {
        self.at.seq
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::Event,
        laws::{self, Beside},
        records::CLAIM,
    };

    const SITE: &str = "site:demo";
    const FIRST: Uuid = Uuid::from_u128(1);
    const SECOND: Uuid = Uuid::from_u128(2);

    /// Writes entries by hand, each linked to what its writer believed came before.
    #[derive(Clone)]
    struct Hand {
        epoch: u64,
        writer: Uuid,
        seq: u64,
        hash: Hash,
    }

    impl Hand {
        fn claims(epoch: u64, writer: Uuid, after: Option<&Self>) -> (Self, Entry) {
            let claim = bare(epoch, writer, CLAIM, None);
            let (seq, hash) = after.map_or((0, [0; 32]), |after| (after.seq, after.hash));
            let hash = chain::after_claim(&hash, &claim);
            (Self { epoch, writer, seq, hash }, Entry::Record(Box::new(claim)))
        }

        fn decides(&mut self, command: u128, parts: u32) -> Vec<Entry> {
            let mut entries = Vec::new();
            for part in 0..parts {
                self.seq += 1;
                let place = Place {
                    seq: self.seq,
                    part,
                    parts,
                    prev: self.hash.to_vec(),
                    id: Uuid::from_u128(u128::from(self.seq)),
                    version: 1,
                    command: Uuid::from_u128(command),
                    command_hash: 7,
                    actor: "system".to_owned(),
                    causation: None,
                    correlation: Uuid::from_u128(command),
                    traceparent: None,
                };
                let record = bare(self.epoch, self.writer, "link.said", Some(place.clone()));
                self.hash = chain::after_record(&record, &place);
                entries.push(Entry::Record(Box::new(record)));
            }
            entries
        }
    }

    fn bare(epoch: u64, writer: Uuid, kind: &str, place: Option<Place>) -> Record {
        Record {
            row: 0,
            partition: SITE.into(),
            epoch,
            writer,
            time: 1_000_000,
            kind: kind.to_owned(),
            data: "{}".to_owned(),
            place,
            event: Event::Other,
        }
    }

    fn folded(entries: Vec<Entry>) -> Folded {
        let mut fold = Fold::default();
        for entry in entries {
            fold.feed(SITE, entry).unwrap();
        }
        fold.end()
    }

    fn seqs(folded: &Folded) -> Vec<u64> {
        folded.valid.iter().map(Placed::seq).collect()
    }

    fn every_law_holds(folded: &Folded) -> bool {
        let rulings = laws::judge(&folded.valid, Beside { played: None, drained: false });
        rulings.iter().all(|ruling| ruling.finding.violations.is_empty())
    }

    #[test]
    fn a_zombies_records_count_for_nothing_wherever_they_land() {
        let (mut zombie, claim) = Hand::claims(1, FIRST, None);
        let mut log = vec![claim];
        log.extend(zombie.decides(10, 1));
        let (mut owner, claim) = Hand::claims(2, SECOND, Some(&zombie));
        let late = [zombie.decides(11, 1), zombie.decides(12, 2)].concat();
        log.push(claim);
        log.push(late[0].clone());
        log.extend(owner.decides(13, 2));
        log.extend_from_slice(&late[1..]);
        log.extend(owner.decides(14, 1));
        let folded = folded(log);
        assert_eq!(seqs(&folded), [0, 1, 0, 2, 3, 4]);
        assert_eq!(folded.voids, Voids { zombies: 3, ..Voids::default() });
        assert!(every_law_holds(&folded));
    }

    #[test]
    fn of_two_claims_for_one_epoch_the_first_wins_and_the_other_never_owns() {
        let (mut winner, won) = Hand::claims(1, FIRST, None);
        let (mut loser, lost) = Hand::claims(1, SECOND, None);
        let mut log = vec![won, lost];
        log.extend(loser.decides(10, 1));
        log.extend(winner.decides(11, 1));
        let folded = folded(log);
        assert_eq!(seqs(&folded), [0, 1]);
        assert_eq!(folded.valid[1].writer, FIRST);
        assert_eq!(folded.voids, Voids { lost_claims: 1, never_owned: 1, ..Voids::default() });
        assert!(every_law_holds(&folded));
    }

    #[test]
    fn a_decision_that_is_not_whole_at_the_next_claim_never_happened() {
        let (mut first, claim) = Hand::claims(1, FIRST, None);
        let mut log = vec![claim];
        log.extend(first.decides(10, 1));
        let before = first.clone();
        let mut torn = first.decides(11, 3);
        let rest = torn.split_off(2);
        log.extend(torn);
        let (mut second, claim) = Hand::claims(2, SECOND, Some(&before));
        log.push(claim);
        log.extend(rest);
        log.extend(second.decides(12, 1));
        let folded = folded(log);
        assert_eq!(seqs(&folded), [0, 1, 0, 2]);
        assert_eq!(folded.voids, Voids { unfinished: 2, zombies: 1, ..Voids::default() });
        assert!(every_law_holds(&folded));
    }

    #[test]
    fn what_was_lost_on_the_way_voids_what_the_owner_wrote_behind_it() {
        let (mut owner, claim) = Hand::claims(1, FIRST, None);
        let mut log = vec![claim];
        log.extend(owner.decides(10, 1));
        owner.decides(11, 1);
        log.extend(owner.decides(12, 1));
        let folded = folded(log);
        assert_eq!(seqs(&folded), [0, 1]);
        assert_eq!(folded.voids, Voids { not_next: 1, ..Voids::default() });
    }

    #[test]
    fn a_record_that_counts_and_does_not_continue_the_chain_is_tampering() {
        let (mut owner, claim) = Hand::claims(1, FIRST, None);
        let mut log = vec![claim];
        log.extend(owner.decides(10, 1));
        log.extend(owner.decides(11, 1));
        log.extend(owner.decides(12, 1));
        let Entry::Record(altered) = &mut log[2] else { panic!() };
        altered.data = r#"{"text":"altered"}"#.to_owned();
        let folded = folded(log);
        let tampering = folded.tampering.as_ref().unwrap();
        assert_eq!((tampering.partition(), tampering.seq()), (SITE, 3));
        assert_eq!(seqs(&folded), [0, 1, 2], "nothing behind it is believed");
    }

    #[test]
    fn what_cannot_be_read_is_a_strangers_unless_the_owner_wrote_it() {
        let (mut owner, claim) = Hand::claims(1, FIRST, None);
        let unreadable = |epoch, writer| Entry::Unreadable { epoch, writer };
        let mut log = vec![unreadable(None, None), unreadable(Some(0), None), claim];
        log.push(unreadable(Some(1), Some(SECOND)));
        log.extend(owner.decides(10, 1));
        let read = folded(log.clone());
        assert_eq!(read.voids, Voids { strangers: 3, ..Voids::default() });
        assert!(read.tampering.is_none());
        log.push(unreadable(Some(1), Some(FIRST)));
        assert_eq!(folded(log).tampering.unwrap().seq(), 2);
    }
}
