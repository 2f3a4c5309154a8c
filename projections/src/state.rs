//! The very state that a partition's decider decides on, folded from the tail: for policies, and for auditors who
//! compare it with a fold of their own.

use domain::{
    event::DecodeError,
    log::{Seq, Whole},
    partition::Root,
};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::tail::View;

#[derive(Debug, Default)]
pub struct State<R> {
    root: R,
    seq: Seq,
    /// Read by nobody yet.
    fresh: bool,
}

impl<R: Root> State<R> {
    pub fn root(&self) -> &R {
        &self.root
    }

    /// Of the last record folded.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// What the state is at [`State::seq`]: the same text for everybody who folds the same records.
    pub fn json(&self) -> String
    where
        R: Serialize,
    {
        serde_json::to_string(&self.root).expect("a state is always JSON")
    }
}

impl<R: Root + Sync> View for State<R> {
    type Changed = Seq;

    const FOLD: Option<(&'static str, u32)> = match R::FOLD {
        Some(version) => Some(("state", version)),
        None => None,
    };

    fn freeze(&self) -> String {
        let state = String::from_utf8(self.root.freeze()).expect("a frozen state is JSON");
        format!("[{},{state}]", self.seq)
    }

    fn thaw(json: &str) -> Option<Self> {
        let (seq, root): (Seq, &RawValue) = serde_json::from_str(json).ok()?;
        Some(Self { root: R::thaw(root.get().as_bytes())?, seq, fresh: true })
    }

    fn apply(&mut self, whole: &Whole) -> Result<(), DecodeError> {
        for record in &whole.records {
            self.root.evolve(&R::decode(&record.kind, &record.data)?, record.time);
        }
        self.seq = whole.position.seq;
        self.fresh = true;
        Ok(())
    }

    fn take_changed(&mut self) -> Option<Seq> {
        std::mem::take(&mut self.fresh).then_some(self.seq)
    }
}

#[cfg(test)]
mod tests {
    use domain::tenant::{ClockKind, Tenant};

    use super::*;

    #[test]
    fn an_empty_state_is_json_and_has_nothing_to_tell() {
        let mut state = State::<Tenant>::default();
        assert_eq!((state.seq(), state.root().clock()), (0, None::<&ClockKind>));
        assert!(state.json().starts_with('{'), "{}", state.json());
        assert_eq!(state.take_changed(), None);
    }
}
