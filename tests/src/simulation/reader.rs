//! How a reader tells what is valid: by the real fold, or by one that has lost its fence on purpose.

use domain::log::{Entry, Fold, Position, Recorded, Tampered, Verdict, Void, Whole};

/// The rule that every reader of one world goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Fold,
    /// Takes any record with the next `seq`, whatever its writer.
    Unfenced,
}

pub(super) enum Reader {
    Sound(Fold),
    Unfenced(Unfenced),
}

/// The fold without its check of epoch and writer, and so without the chain that a stranger's record cannot continue.
pub(super) struct Unfenced {
    position: Position,
    parts: Vec<Recorded>,
}

impl Reader {
    pub(super) fn resume(rule: Rule, position: Position) -> Self {
        match rule {
            Rule::Fold => Self::Sound(Fold::resume(position)),
            Rule::Unfenced => Self::Unfenced(Unfenced { position, parts: Vec::new() }),
        }
    }

    pub(super) fn position(&self) -> Position {
        match self {
            Self::Sound(fold) => fold.position(),
            Self::Unfenced(unfenced) => unfenced.position,
        }
    }

    pub(super) fn feed(&mut self, entry: &Entry, at: i64) -> Result<Verdict, Tampered> {
        match self {
            Self::Sound(fold) => fold.feed(entry.clone(), at),
            Self::Unfenced(unfenced) => Ok(unfenced.feed(entry, at)),
        }
    }
}

impl Unfenced {
    fn feed(&mut self, entry: &Entry, at: i64) -> Verdict {
        match entry {
            Entry::Claim(_) => {
                let mut fold = Fold::resume(self.position);
                let verdict = fold.feed(entry.clone(), at).unwrap_or(Verdict::Claimed);
                if matches!(verdict, Verdict::Claimed) {
                    self.parts.clear();
                }
                self.position = fold.position();
                verdict
            }
            Entry::Record(record) => self.record(record, at),
        }
    }

    fn record(&mut self, record: &Recorded, at: i64) -> Verdict {
        let open = self.parts.len();
        let continues = record.part as usize == open
            && self.parts.first().is_none_or(|first| first.command_id == record.command_id);
        if record.seq != self.position.seq + open as u64 + 1 || !continues {
            return Verdict::Void(Void::NotNext);
        }
        self.parts.push(record.clone());
        if record.part + 1 < record.parts {
            return Verdict::Part;
        }
        self.position = Position { seq: record.seq, hash: record.hash(), at, ..self.position };
        Verdict::Whole(Whole { records: std::mem::take(&mut self.parts), position: self.position })
    }
}
