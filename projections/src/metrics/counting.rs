//! What counts as what: the one rule by which live figures and stored intervals count.

use domain::{
    callback::AttemptEnd,
    id::{CallbackId, ContactId},
    time::{Span, Timestamp},
};

use super::Counts;
use crate::floor::happened::Happened;

/// A contact, as far as counting must know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked<Q> {
    pub(crate) queue: Q,
    pub(crate) queued_at: Timestamp,
    /// `None`: nobody has talked with them yet.
    pub(crate) talked_from: Option<Timestamp>,
    /// It carries out a callback: its customer left the line before.
    pub(crate) attempt: bool,
}

/// Who counts: what it knows of earlier events, and where it adds up.
pub(crate) trait Book {
    type Queue: Copy;
    /// Known from now on, if it was not.
    fn queue(&mut self, name: &str) -> Option<Self::Queue>;
    /// T of the service level.
    fn target(&self, queue: Self::Queue) -> Span;
    fn contact(&self, contact: ContactId) -> Option<Asked<Self::Queue>>;
    fn callback(&self, callback: CallbackId) -> Option<Self::Queue>;
    /// What is counted at this time.
    fn counts(&mut self, queue: Self::Queue, at: Timestamp) -> &mut Counts;
}

/// Counts an event, before the book takes note of it.
pub(crate) fn count<B: Book>(book: &mut B, happened: &Happened<'_>, at: Timestamp) {
    match *happened {
        Happened::Queued { queue, callback: None, .. } => {
            let Some(queue) = book.queue(queue) else { return };
            book.counts(queue, at).offered += 1;
        }
        Happened::Talking { contact, .. } => {
            let Some(asked) = book.contact(contact) else { return };
            if asked.talked_from.is_none() && !asked.attempt {
                let target = book.target(asked.queue);
                book.counts(asked.queue, at).answer(at - asked.queued_at, target);
            }
        }
        Happened::Left { contact, exit } => {
            let Some(asked) = book.contact(contact) else { return };
            if !asked.attempt {
                let target = book.target(asked.queue);
                book.counts(asked.queue, at).leave(exit, at - asked.queued_at, target);
            }
        }
        Happened::Completed { contact, .. } => {
            let Some(asked) = book.contact(contact) else { return };
            let from = asked.talked_from.unwrap_or(at);
            book.counts(asked.queue, at).handle(at - from);
        }
        Happened::TimedOut { contact, .. } => {
            let Some(asked) = book.contact(contact) else { return };
            book.counts(asked.queue, at).rona += 1;
        }
        Happened::Cancelled { contact, .. } => {
            let Some(asked) = book.contact(contact) else { return };
            book.counts(asked.queue, at).offers_cancelled += 1;
        }
        Happened::CallbackRequested { queue, .. } => {
            let Some(queue) = book.queue(queue) else { return };
            book.counts(queue, at).callbacks_requested += 1;
        }
        Happened::AttemptEnded { callback, end: AttemptEnd::Connected } => {
            let Some(queue) = book.callback(callback) else { return };
            book.counts(queue, at).callbacks_connected += 1;
        }
        _ => {}
    }
}
