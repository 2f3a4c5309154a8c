//! What one owner has under way: answered by what the hub reads back as valid, never by an acknowledgement.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use commands::ports::log::{AcquireError, AppendError};
use domain::log::{Epoch, Position, Seq, WriterId};
use tokio::sync::oneshot;

use super::LogError;

pub(super) type Appended = Result<Position, AppendError>;
pub(super) type Acquired = Result<Position, AcquireError>;

pub(super) struct Ledger {
    writer: WriterId,
    epoch: Epoch,
    state: Mutex<State>,
}

struct State {
    claim: Option<oneshot::Sender<Acquired>>,
    /// Last `seq` of each decision, in order.
    in_flight: VecDeque<(Seq, oneshot::Sender<Appended>)>,
    over: Option<Over>,
}

/// Why this ownership has ended.
#[derive(Clone, Debug)]
enum Over {
    Fenced,
    Unknown(Option<LogError>),
}

impl Over {
    fn error(&self) -> AppendError {
        match self {
            Self::Fenced => AppendError::Fenced,
            Self::Unknown(why) => AppendError::Unknown(why.clone().map(Into::into)),
        }
    }
}

impl Ledger {
    /// For a writer that is about to claim; resolves once the log has said whether the claim won.
    pub(super) fn new(writer: WriterId, epoch: Epoch) -> (Self, oneshot::Receiver<Acquired>) {
        let (claim, answered) = oneshot::channel();
        let state = State { claim: Some(claim), in_flight: VecDeque::new(), over: None };
        (Self { writer, epoch, state: Mutex::new(state) }, answered)
    }

    /// Before the decision is produced: its answer cannot come too early.
    pub(super) fn expect(&self, seq: Seq) -> Result<oneshot::Receiver<Appended>, AppendError> {
        let mut state = self.locked();
        if let Some(over) = &state.over {
            return Err(over.error());
        }
        let (answer, answered) = oneshot::channel();
        state.in_flight.push_back((seq, answer));
        Ok(answered)
    }

    /// The `seq` that is waited for longest.
    pub(super) fn oldest(&self) -> Option<Seq> {
        self.locked().in_flight.front().map(|(seq, _)| *seq)
    }

    /// The log has not said yet whether the claim won.
    pub(super) fn is_claiming(&self) -> bool {
        self.locked().claim.is_some()
    }

    pub(super) fn is_over(&self) -> bool {
        self.locked().over.is_some()
    }

    /// A claim has become valid.
    pub(super) fn claimed(&self, position: Position) {
        if position.writer != Some(self.writer) {
            // The hub may still be on its way to where the claimant has read.
            if position.epoch >= self.epoch {
                self.end(Over::Fenced);
            }
            return;
        }
        let mut state = self.locked();
        if let Some(claim) = state.claim.take() {
            let _ = claim.send(Ok(position));
        }
    }

    /// A claim counts for nothing.
    pub(super) fn lost(&self, writer: WriterId) {
        if writer == self.writer {
            self.end(Over::Fenced);
        }
    }

    /// A decision has become valid.
    pub(super) fn valid(&self, position: Position) {
        if position.writer != Some(self.writer) {
            return;
        }
        let mut state = self.locked();
        while state.in_flight.front().is_some_and(|(seq, _)| *seq <= position.seq) {
            if let Some((_, answer)) = state.in_flight.pop_front() {
                let _ = answer.send(Ok(position));
            }
        }
    }

    /// Nobody will say what becomes of what is under way.
    pub(super) fn unknown(&self, why: impl Into<Option<LogError>>) {
        self.end(Over::Unknown(why.into()));
    }

    fn end(&self, over: Over) {
        let mut state = self.locked();
        if state.over.is_some() {
            return;
        }
        if let Some(claim) = state.claim.take() {
            let _ = claim.send(Err(match &over {
                Over::Fenced => AcquireError::Lost,
                Over::Unknown(Some(why)) => AcquireError::Unreachable(why.clone().into()),
                Over::Unknown(None) => AcquireError::Unreachable("the claim was given up".into()),
            }));
        }
        for (_, answer) in state.in_flight.drain(..) {
            let _ = answer.send(Err(over.error()));
        }
        state.over = Some(over);
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const OWN: WriterId = WriterId(Uuid::from_u128(1));
    const OTHER: WriterId = WriterId(Uuid::from_u128(2));

    fn at(epoch: Epoch, writer: WriterId, seq: Seq) -> Position {
        Position { epoch, writer: Some(writer), seq, ..Position::START }
    }

    #[test]
    fn a_claim_is_won_when_it_is_read_and_lost_when_another_is() {
        let (ledger, mut claim) = Ledger::new(OWN, 5);
        ledger.claimed(at(4, OTHER, 0));
        assert!(claim.try_recv().is_err(), "an older claim says nothing");
        ledger.claimed(at(5, OWN, 0));
        assert_eq!(claim.try_recv().unwrap().unwrap(), at(5, OWN, 0));

        for lose in
            [(|ledger| ledger.claimed(at(5, OTHER, 0))) as fn(&Ledger), |ledger| ledger.lost(OWN)]
        {
            let (ledger, mut claim) = Ledger::new(OWN, 5);
            lose(&ledger);
            assert!(matches!(claim.try_recv().unwrap(), Err(AcquireError::Lost)));
        }
    }

    #[test]
    fn what_is_under_way_when_another_owner_comes_is_fenced() {
        let (ledger, _claim) = Ledger::new(OWN, 5);
        ledger.claimed(at(5, OWN, 0));
        let (mut first, mut second) = (ledger.expect(2).unwrap(), ledger.expect(3).unwrap());
        ledger.valid(at(5, OWN, 2));
        assert_eq!(first.try_recv().unwrap().unwrap().seq, 2);
        assert_eq!(ledger.oldest(), Some(3));
        ledger.claimed(at(6, OTHER, 2));
        assert!(matches!(second.try_recv().unwrap(), Err(AppendError::Fenced)));
        assert!(matches!(ledger.expect(4), Err(AppendError::Fenced)));
        ledger.unknown(None);
        assert!(matches!(ledger.expect(4), Err(AppendError::Fenced)), "the first reason stays");
    }
}
