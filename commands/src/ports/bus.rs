//! The way of commands from the doors to the one decider of their partition, in one order.

use domain::command::Envelope;
use futures::future::BoxFuture;

/// Commands waiting for one decider at most; beyond it `send` refuses.
pub const WAITING_MAX: usize = 16_384;

/// The sender's end.
pub trait CommandBus<C>: Send + Sync {
    /// Resolves when the command is on its way; what became of it is read from the log's tail.
    fn send(&self, command: Envelope<C>) -> BoxFuture<'_, Result<(), BusError>>;
}

/// The decider's end.
pub trait CommandQueue<C>: Send {
    /// Waits for at least one command and takes at most `max`; empty when every sender is gone.
    fn next(&mut self, max: usize) -> BoxFuture<'_, Vec<Envelope<C>>>;
    /// So many more of the commands taken, in the order of taking, are decided and in the log: whoever decides next
    /// need not be handed them. Those taken and not done are handed to the next owner, which knows the ones decided.
    fn done(&mut self, commands: usize);
    /// What was taken and not done is forgotten, because another node is to own the partition: it is handed to that
    /// one, or here again.
    fn forget(&mut self);
}

#[derive(Debug, thiserror::Error)]
pub enum BusError {
    #[error("{WAITING_MAX} commands are waiting already; try again in a moment")]
    Full,
    #[error("nobody decides for this partition now; try again in a moment")]
    NobodyListens,
    /// The partition is not owned, for a reason that its operator can do something about.
    #[error("nothing can be decided now: {0}")]
    Trouble(String),
}
