//! L4: after the last day nothing is open but callbacks that fall due later.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Finding, Lasts, Law};
use crate::{
    event::{Event, When},
    records::{At, Record},
};

struct Work {
    ended: bool,
    /// When a callback is to ring next, if that is later than at once.
    due: Option<i64>,
    last: At,
}

#[derive(Default)]
pub(super) struct Open {
    contacts: BTreeMap<Uuid, Work>,
    callbacks: BTreeMap<Uuid, Work>,
}

fn due(when: When) -> Option<i64> {
    match when {
        When::Asap => None,
        When::Scheduled { at } => Some(at),
    }
}

impl Law for Open {
    fn see(&mut self, record: &Record, _finding: &mut Finding) {
        let work = |due| Work { ended: false, due, last: record.at() };
        match &record.event {
            Event::ContactQueued(queued) => {
                // What ended stays ended here: a second start is L3's matter.
                self.contacts.entry(queued.contact).or_insert_with(|| work(None));
            }
            Event::ContactEnded { contact } => {
                if let Some(contact) = self.contacts.get_mut(contact) {
                    contact.ended = true;
                }
            }
            Event::CallbackRequested(requested) => {
                self.callbacks
                    .entry(requested.callback)
                    .or_insert_with(|| work(due(requested.when)));
            }
            Event::CallbackScheduled { callback, at } => {
                if let Some(callback) = self.callbacks.get_mut(callback) {
                    callback.due = Some(*at);
                }
            }
            Event::CallbackRescheduled { callback, when, .. } => {
                if let Some(callback) = self.callbacks.get_mut(callback) {
                    callback.due = due(*when);
                }
            }
            Event::CallbackCompleted { callback } => {
                if let Some(callback) = self.callbacks.get_mut(callback) {
                    callback.ended = true;
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, lasts: &Lasts, finding: &mut Finding) {
        for (id, contact) in &self.contacts {
            finding.check(&contact.last, contact.ended, || format!("contact {id} is still open"));
        }
        for (id, callback) in &self.callbacks {
            let now = lasts.get(&callback.last.partition).copied().unwrap_or_default();
            let holds = callback.ended || callback.due.is_some_and(|due| due > now);
            finding.check(&callback.last, holds, || {
                format!("callback {id} is still open and not due later")
            });
        }
    }
}
