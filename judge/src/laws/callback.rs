//! L8: every callback ends exactly once, or is open with a live deadline within its limit; each attempt ends before
//! the next begins.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Definitions, Finding, Lasts, Law, SLACK_MICROS, micros};
use crate::{
    event::{Event, Requested, When},
    records::{At, Record},
};

struct Callback {
    queue: String,
    until: i64,
    /// The attempt that is going on.
    attempt: Option<u8>,
    attempts: Option<u8>,
    ended: bool,
    last: At,
}

#[derive(Default)]
pub(super) struct Callbacks {
    definitions: Definitions,
    callbacks: BTreeMap<Uuid, Callback>,
}

impl Callbacks {
    fn open(&mut self, record: &Record, id: Uuid, finding: &mut Finding) -> Option<&mut Callback> {
        let callback = self.callbacks.get_mut(&id);
        let open = callback.as_ref().is_some_and(|callback| !callback.ended);
        finding.check(record, open, || {
            format!("callback {id} goes on but was never requested or has ended")
        });
        let callback = callback?;
        callback.last = record.at();
        Some(callback)
    }

    /// A callback may be open until so long after it is due.
    fn limit(&self, record: &Record, queue: &str, when: When, until: i64, finding: &mut Finding) {
        let due = match when {
            When::Asap => record.time,
            When::Scheduled { at } => at.max(record.time),
        };
        let limit = self.definitions.of(&record.partition, queue).callback_expires_secs;
        finding.check(record, until - due <= micros(limit), || {
            format!(
                "the callback may be open for {} s after it is due, but its queue allows {limit} s",
                (until - due) / 1_000_000
            )
        });
    }

    fn requested(&mut self, record: &Record, requested: &Requested, finding: &mut Finding) {
        self.limit(record, &requested.queue, requested.when, requested.until, finding);
        let callback = Callback {
            queue: requested.queue.clone(),
            until: requested.until,
            attempt: None,
            attempts: None,
            ended: false,
            last: record.at(),
        };
        let before = self.callbacks.insert(requested.callback, callback);
        finding.check(record, before.is_none(), || {
            format!("callback {} is requested twice", requested.callback)
        });
    }

    fn attempt_starts(&mut self, record: &Record, id: Uuid, attempt: u8, finding: &mut Finding) {
        let Some(callback) = self.open(record, id, finding) else { return };
        let next = callback.attempt.is_none() && callback.attempts < Some(attempt);
        finding.check(record, next, || {
            format!("attempt {attempt} of callback {id} starts, but {:?} is open", callback.attempt)
        });
        callback.attempt = Some(attempt);
        callback.attempts = Some(attempt);
    }

    fn attempt_ends(&mut self, record: &Record, id: Uuid, attempt: u8, finding: &mut Finding) {
        let Some(callback) = self.open(record, id, finding) else { return };
        let ends = callback.attempt == Some(attempt);
        finding.check(record, ends, || {
            format!("attempt {attempt} of callback {id} ends but is not open")
        });
        callback.attempt = None;
    }
}

impl Law for Callbacks {
    fn see(&mut self, record: &Record, finding: &mut Finding) {
        match &record.event {
            Event::QueueDefined { queue, limits } => {
                self.definitions.define(&record.partition, queue, *limits);
            }
            Event::CallbackRequested(requested) => self.requested(record, requested, finding),
            Event::CallbackScheduled { callback, .. } => {
                self.open(record, *callback, finding);
            }
            Event::CallbackRescheduled { callback: id, when, until } => {
                let queue = self.open(record, *id, finding).map(|callback| {
                    callback.until = *until;
                    callback.queue.clone()
                });
                if let Some(queue) = queue {
                    self.limit(record, &queue, *when, *until, finding);
                }
            }
            Event::AttemptStarted { callback, attempt } => {
                self.attempt_starts(record, *callback, *attempt, finding);
            }
            Event::AttemptEnded { callback, attempt } => {
                self.attempt_ends(record, *callback, *attempt, finding);
            }
            Event::CallbackCompleted { callback: id } => {
                let Some(callback) = self.open(record, *id, finding) else { return };
                callback.ended = true;
                let running = callback.attempt;
                finding.check(record, running.is_none(), || {
                    format!("callback {id} ends while attempt {running:?} goes on")
                });
            }
            _ => {}
        }
    }

    fn end(&mut self, lasts: &Lasts, finding: &mut Finding) {
        for (id, callback) in &self.callbacks {
            let now = lasts.get(&callback.last.partition).copied().unwrap_or_default();
            // While it is being called, the attempt's contact has a deadline of its own (L3).
            let called = callback.attempt.is_some();
            let holds = callback.ended || called || callback.until + SLACK_MICROS >= now;
            finding.check(&callback.last, holds, || {
                format!("callback {id} is still open although its deadline has passed")
            });
        }
    }
}
