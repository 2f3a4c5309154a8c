//! The gate of a log that checks before it writes: what would be void never gets in.

use std::sync::atomic::{AtomicBool, Ordering};

use commands::ports::log::AppendError;
use domain::log::{
    Claim, DECISION_EVENTS_MAX, Decision, EVENT_BYTES_MAX, Entry, Fold, Position, Verdict, Void,
    Whole,
};

/// The end of one partition, as the validity fold sees it.
pub(crate) struct Gate {
    fold: Fold,
}

/// Why a decision stays out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("another owner has taken the partition")]
    Fenced,
    #[error("the decision does not continue the log: {0}")]
    DoesNotContinue(&'static str),
}

impl Gate {
    pub(crate) fn resume(position: Position) -> Self {
        Self { fold: Fold::resume(position) }
    }

    pub(crate) fn position(&self) -> Position {
        self.fold.position()
    }

    /// `false`: somebody else claimed that epoch first.
    pub(crate) fn claim(&mut self, claim: &Claim, at: i64) -> bool {
        matches!(self.fold.feed(Entry::Claim(claim.clone()), at), Ok(Verdict::Claimed))
    }

    /// Admits a decision whose first record will stand at `at` and the others right behind it.
    pub(crate) fn admit(&mut self, decision: Decision, at: i64) -> Result<Whole, Refused> {
        let before = self.fold.position();
        let admitted = self.feed(decision, at);
        if admitted.is_err() {
            self.fold = Fold::resume(before);
        }
        admitted
    }

    fn feed(&mut self, decision: Decision, at: i64) -> Result<Whole, Refused> {
        let count = decision.records.len();
        if !(1..=DECISION_EVENTS_MAX).contains(&count) {
            return Err(Refused::DoesNotContinue("it has no events or more than one may have"));
        }
        let mut left = count;
        for (record, at) in decision.records.into_iter().zip(at..) {
            if record.data.len() > EVENT_BYTES_MAX {
                return Err(Refused::DoesNotContinue("an event is larger than one may be"));
            }
            left -= 1;
            match self.fold.feed(Entry::Record(record), at) {
                Ok(Verdict::Part) => {}
                Ok(Verdict::Whole(whole)) if left == 0 => return Ok(whole),
                Ok(Verdict::Void(Void::NotTheOwner)) => return Err(Refused::Fenced),
                Ok(_) => return Err(Refused::DoesNotContinue("a sequence number is not the next")),
                Err(_) => return Err(Refused::DoesNotContinue("a hash is not the one before")),
            }
        }
        Err(Refused::DoesNotContinue("its last parts are missing"))
    }
}

/// Whether a lease has ended: after its first error every later submit fails too.
#[derive(Default)]
pub(crate) struct LeaseState {
    over: AtomicBool,
}

impl LeaseState {
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::Release);
    }
}

impl From<Refused> for AppendError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Fenced => Self::Fenced,
            other @ Refused::DoesNotContinue(_) => Self::Unknown(Some(other.into())),
        }
    }
}
