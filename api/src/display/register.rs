//! This process's connections of displays: joined when they open, how far each has got, left when they close.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{
    command::{Actor, Refusal},
    display::{Command, Role},
    id::{ConnectionId, DisplayId, VisitId},
    sealed::Sealed,
    site::SiteCommand,
};
use futures::{StreamExt as _, stream};
use tokio::sync::mpsc::{self, Receiver, Sender, error::TrySendError};

use crate::{
    inside::Inside,
    limits::fresh_id,
    sent::{SendError, What},
};

/// Connections that closed and whose leaving is still to be told; one beyond that stays in the register of its
/// display until that ends.
const LEAVING_MAX: usize = 4_096;
/// Of these, so many are told at a time.
const TOLD_AT_ONCE: usize = 16;

/// A frame, by the load of its page and its number.
pub(crate) type Reached = (i64, u32);

pub struct Register {
    known: Mutex<Known>,
    gone: Sender<Gone>,
    going: Mutex<Option<Receiver<Gone>>>,
}

#[derive(Default)]
struct Known {
    reached: HashMap<ConnectionId, Reached>,
    /// The customers' connections, by what they show.
    shows: HashMap<(VisitId, i64), ConnectionId>,
}

struct Gone {
    actor: Actor,
    display: DisplayId,
    connection: ConnectionId,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum NotJoined {
    #[error("{}", .0.message)]
    Refused(Refusal),
    #[error("it was not decided in time whether you may look on; try again in a moment")]
    NotKnownYet,
    #[error(transparent)]
    Send(#[from] SendError),
}

impl Default for Register {
    fn default() -> Self {
        let (gone, going) = mpsc::channel(LEAVING_MAX);
        Self { known: Mutex::default(), gone, going: Mutex::new(Some(going)) }
    }
}

impl Register {
    /// The last frame that went to a connection of this process, or came from it.
    pub(crate) fn reached(&self, connection: ConnectionId) -> Option<Reached> {
        self.locked().reached.get(&connection).copied()
    }

    /// A customer's frames were recorded.
    pub(crate) fn shown(&self, visit: VisitId, (page_load, seq): Reached) {
        let mut known = self.locked();
        if let Some(connection) = known.shows.get(&(visit, page_load)).copied() {
            known.reached.insert(connection, (page_load, seq));
        }
    }

    fn locked(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that has joined; dropping it is leaving.
pub(crate) struct Joined {
    inside: Arc<Inside>,
    actor: Actor,
    display: DisplayId,
    connection: ConnectionId,
    shows: Option<(VisitId, i64)>,
}

impl Joined {
    /// `role`: none for the customer.
    pub(crate) async fn join(
        inside: &Arc<Inside>,
        actor: Actor,
        display: DisplayId,
        role: Option<Role>,
        address: Option<Sealed<String>>,
    ) -> Result<Self, NotJoined> {
        let connection = ConnectionId(fresh_id());
        let inside = Arc::clone(inside);
        // Leaves even if it is not known whether it has joined.
        let joined = Self { inside, actor, display, connection, shows: None };
        let node = joined.inside.ports.node.clone();
        let body = Command::Join { display, connection, role, node, address };
        let actor = joined.actor.clone();
        match joined.inside.to_site(actor, None, SiteCommand::Display(body)).await?.what {
            What::Done { .. } => Ok(joined),
            What::Refused(refusal) => Err(NotJoined::Refused(refusal)),
            What::NotKnownYet | What::Lost => Err(NotJoined::NotKnownYet),
        }
    }

    /// It is the customer's own, with this load of a page.
    pub(crate) fn showing(mut self, visit: VisitId, page_load: i64) -> Self {
        let shows = (visit, page_load);
        self.inside.register.locked().shows.insert(shows, self.connection);
        self.shows = Some(shows);
        self
    }

    /// This frame went to it.
    pub(crate) fn reached(&self, frame: Reached) {
        self.inside.register.locked().reached.insert(self.connection, frame);
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        let register = &self.inside.register;
        let mut known = register.locked();
        known.reached.remove(&self.connection);
        if let Some(shows) = self.shows
            && known.shows.get(&shows) == Some(&self.connection)
        {
            known.shows.remove(&shows);
        }
        drop(known);
        let (actor, connection) = (self.actor.clone(), self.connection);
        let gone = Gone { actor, display: self.display, connection };
        // When the whole process goes, it is closed.
        if let Err(TrySendError::Full(_)) = register.gone.try_send(gone) {
            tracing::warn!(display.id = %self.display, "a connection that closed stays in the register");
        }
    }
}

/// Tells of every connection that closes, until `over`; then of those that have closed by then. Once for a process.
pub async fn tell_who_leaves(inside: Arc<Inside>, over: impl Future<Output = ()>) {
    let going = inside.register.going.lock().unwrap_or_else(PoisonError::into_inner).take();
    let mut going = going.expect("one task tells who leaves");
    let told = |gone| inside.tell_who_left(gone);
    let until_over = stream::poll_fn(|context| going.poll_recv(context)).take_until(over);
    until_over.for_each_concurrent(TOLD_AT_ONCE, told).await;
    going.close();
    let left = stream::poll_fn(|context| going.poll_recv(context));
    left.for_each_concurrent(TOLD_AT_ONCE, told).await;
}

impl Inside {
    async fn tell_who_left(&self, Gone { actor, display: id, connection }: Gone) {
        let body = SiteCommand::Display(Command::Leave { display: id, connection });
        if let Err(error) = self.to_site(actor, None, body).await {
            tracing::warn!(display.id = %id, error = %error, "nobody was told that a connection has closed");
        }
    }
}
