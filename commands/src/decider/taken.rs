//! What a decider has taken from the bus and the log does not hold yet.

use std::collections::VecDeque;

use domain::{
    command::{Actor, Envelope},
    id::CommandId,
};

/// Commands taken from the bus whose decisions are not all in the log yet, oldest first. They outlive an ownership:
/// what the log did not take is decided again.
pub(super) struct Taken<C> {
    pub(super) commands: VecDeque<Envelope<C>>,
    /// So many of them, from the oldest on, have been handled in this ownership.
    pub(super) handled: usize,
    /// How many handled in this ownership are gone.
    pub(super) forgotten: usize,
}

impl<C> Default for Taken<C> {
    fn default() -> Self {
        Self { commands: VecDeque::new(), handled: 0, forgotten: 0 }
    }
}

impl<C> Taken<C> {
    /// The one that is being handled.
    pub(super) fn at_hand(&self) -> (CommandId, Actor) {
        let envelope = &self.commands[self.handled];
        (envelope.command_id, envelope.actor.clone())
    }

    /// Lets go of the oldest, so that `done` of those handled in this ownership are gone; how many that were.
    pub(super) fn forget(&mut self, done: usize) -> usize {
        let more = done - std::mem::replace(&mut self.forgotten, done);
        self.commands.drain(..more);
        self.handled -= more;
        more
    }
}
