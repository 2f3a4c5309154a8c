//! The command bus inside one process: a bounded queue from many doors to one decider.

use commands::ports::bus::{BusError, CommandBus, CommandQueue, WAITING_MAX};
use domain::command::Envelope;
use futures::future::BoxFuture;
use tokio::sync::mpsc::{self, error::TrySendError};

/// The senders' end, shared by every door.
pub struct Bus<C> {
    sender: mpsc::Sender<Envelope<C>>,
}

impl<C> Clone for Bus<C> {
    fn clone(&self) -> Self {
        Self { sender: self.sender.clone() }
    }
}

/// The decider's end.
pub struct Queue<C> {
    receiver: mpsc::Receiver<Envelope<C>>,
}

/// A bus for the commands of one partition.
pub fn bus<C>() -> (Bus<C>, Queue<C>) {
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    (Bus { sender }, Queue { receiver })
}

impl<C: Send> CommandBus<C> for Bus<C> {
    fn send(&self, command: Envelope<C>) -> BoxFuture<'_, Result<(), BusError>> {
        let sent = self.sender.try_send(command).map_err(|error| match error {
            TrySendError::Full(_) => BusError::Full,
            TrySendError::Closed(_) => BusError::NobodyListens,
        });
        Box::pin(std::future::ready(sent))
    }
}

impl<C: Send> CommandQueue<C> for Queue<C> {
    fn next(&mut self, max: usize) -> BoxFuture<'_, Vec<Envelope<C>>> {
        Box::pin(async move {
            let mut commands = Vec::new();
            self.receiver.recv_many(&mut commands, max).await;
            commands
        })
    }

    /// There is no other owner: its decider keeps what it has not done.
    fn done(&mut self, _commands: usize) {}

    fn forget(&mut self) {}
}
