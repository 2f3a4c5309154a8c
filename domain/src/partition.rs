//! What the decider loop needs of a partition's state: to decide, to fold, to know what falls due.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    command::{Context, Refusal},
    event::DecodeError,
    time::{Deadline, Timestamp},
};

/// The root of a partition's state: a [`crate::site::Site`] or a [`crate::tenant::Tenant`].
///
/// `decide` and `fire` apply what they decide to the state as they go: the state is speculative, ahead of the
/// log, and thrown away (hydrated again) when an append does not become valid. A refusal leaves it untouched.
pub trait Root: Default + Clone + Send + Sync + 'static {
    type Command: Clone + Serialize + DeserializeOwned + Send + 'static;
    type Event: Clone + Send + Sync + 'static;

    /// No events: what was asked already holds.
    fn decide(
        &mut self,
        context: &Context,
        command: Self::Command,
    ) -> Result<Vec<Self::Event>, Refusal>;

    /// Folds an event that was read from the log. Cannot fail.
    fn evolve(&mut self, event: &Self::Event, at: Timestamp);

    /// When [`Root::fire`] has something to do: the earliest deadline, or the past if work was left over.
    fn next_due(&self) -> Option<Deadline>;

    /// Decides what is due at `context.now`, at most one decision's worth.
    fn fire(&mut self, context: &Context) -> Vec<Self::Event>;

    /// Decides, once after the partition was taken over, what an outage must not cost anybody.
    fn resume(&mut self, _context: &Context) -> Vec<Self::Event> {
        Vec::new()
    }

    /// Version of the fold, if its state can be kept as a snapshot; another version's snapshots are not used.
    const FOLD: Option<u32> = None;

    /// The state as bytes, for [`Root::thaw`].
    fn freeze(&self) -> Vec<u8> {
        Vec::new()
    }

    /// `None`: these bytes are not a state of this fold; it is folded from the log instead.
    fn thaw(_bytes: &[u8]) -> Option<Self> {
        None
    }

    fn kind(event: &Self::Event) -> (&'static str, u32);
    fn encode(event: &Self::Event) -> Vec<u8>;
    fn decode(kind: &str, data: &[u8]) -> Result<Self::Event, DecodeError>;
    /// Wraps `command.refused` and `command.settled`.
    fn meta(event: crate::command::Event) -> Self::Event;
}
