//! The validity fold in a world of writers that may be late, lose messages, or not know that they were replaced.

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
