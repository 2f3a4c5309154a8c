//! L3: every contact ends exactly once, or is open with a deadline that its state's named limit allows.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Definitions, Finding, Lasts, Law, SLACK_MICROS, micros};
use crate::{
    event::{Event, Limits},
    records::{At, Record},
};

/// The longest hold, by the domain's name for it.
const HOLD_SECS_MAX: i64 = 600;
/// A call made by hand is being made for so long at a time.
const BY_HAND_SECS_MAX: i64 = 180;

struct Contact {
    queue: String,
    state: &'static str,
    until: i64,
    /// When it leaves the queue by itself, should it come back there.
    waits_until: i64,
    ended: bool,
    /// The record that brought it here.
    last: At,
}

#[derive(Default)]
pub(super) struct Contacts {
    definitions: Definitions,
    contacts: BTreeMap<Uuid, Contact>,
}

impl Contacts {
    /// The contact is in another state from this record on, at most for `secs(limits)`.
    fn enter(
        &mut self,
        record: &Record,
        id: Uuid,
        state: &'static str,
        until: i64,
        secs: impl Fn(Limits) -> i64,
        finding: &mut Finding,
    ) {
        let Some(contact) = self.contacts.get_mut(&id) else {
            finding
                .check(record, false, || format!("contact {id} is {state} but was never queued"));
            return;
        };
        finding.check(record, !contact.ended, || format!("contact {id} is {state} after its end"));
        let limit = secs(self.definitions.of(&record.partition, &contact.queue));
        finding.check(record, until - record.time <= micros(limit), || {
            format!(
                "contact {id} may be {state} for {} s, but its queue allows {limit} s",
                (until - record.time) / 1_000_000
            )
        });
        contact.state = state;
        contact.until = until;
        contact.last = record.at();
    }

    fn queued(&mut self, record: &Record, queued: &crate::event::Queued, finding: &mut Finding) {
        let contact = Contact {
            queue: queued.queue.clone(),
            state: "waiting",
            until: queued.until,
            waits_until: queued.until,
            ended: false,
            last: record.at(),
        };
        let before = self.contacts.insert(queued.contact, contact);
        finding.check(record, before.is_none(), || {
            format!("contact {} is queued a second time", queued.contact)
        });
        // An attempt of a callback waits as long as the callback may.
        let rings_back = queued.callback.is_some();
        let secs = move |limits: Limits| {
            if rings_back { limits.callback_expires_secs } else { limits.wait_secs }
        };
        self.enter(record, queued.contact, "waiting", queued.until, secs, finding);
    }
}

impl Law for Contacts {
    fn see(&mut self, record: &Record, finding: &mut Finding) {
        match &record.event {
            Event::QueueDefined { queue, limits } => {
                self.definitions.define(&record.partition, queue, *limits);
            }
            Event::ContactQueued(queued) => self.queued(record, queued, finding),
            Event::Offered(offer) => {
                let secs = |limits: Limits| limits.offer_secs;
                self.enter(record, offer.contact, "offered", offer.until, secs, finding);
            }
            Event::Accepted(held) => {
                let until = held.until.unwrap_or(i64::MAX);
                let secs = |limits: Limits| limits.linking_secs;
                self.enter(record, held.contact, "linking", until, secs, finding);
            }
            Event::ContactTalking { contact, until } => {
                let secs = |limits: Limits| limits.talk_secs;
                self.enter(record, *contact, "talking", *until, secs, finding);
            }
            Event::ContactHeld { contact, until } => {
                self.enter(record, *contact, "held", *until, |_| HOLD_SECS_MAX, finding);
            }
            Event::Extended(held) => {
                let until = held.until.unwrap_or(i64::MAX);
                let before = self.contacts.get(&held.contact).map(|one| one.state);
                let (state, secs): (_, fn(Limits) -> i64) = match before {
                    Some("offered") => ("offered", |limits| limits.offer_secs),
                    Some("linking") => {
                        ("linking", |limits| limits.linking_secs.max(BY_HAND_SECS_MAX))
                    }
                    _ => ("wrapping", |limits| limits.wrap_up_secs),
                };
                self.enter(record, held.contact, state, until, secs, finding);
            }
            Event::Wrapping(held) => {
                let until = held.until.unwrap_or(i64::MAX);
                let secs = |limits: Limits| limits.wrap_up_secs;
                self.enter(record, held.contact, "wrapping", until, secs, finding);
            }
            Event::ReservationEnded(held) => {
                if let Some(contact) = self.contacts.get_mut(&held.contact)
                    && !contact.ended
                {
                    contact.state = "waiting";
                    contact.until = contact.waits_until;
                    contact.last = record.at();
                }
            }
            Event::ContactEnded { contact: id } => {
                let contact = self.contacts.get_mut(id);
                let open = contact.as_ref().is_some_and(|contact| !contact.ended);
                finding.check(record, open, || format!("contact {id} ends but was not open"));
                if let Some(contact) = contact {
                    contact.ended = true;
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, lasts: &Lasts, finding: &mut Finding) {
        for (id, contact) in &self.contacts {
            let now = lasts.get(&contact.last.partition).copied().unwrap_or_default();
            let holds = contact.ended || contact.until + SLACK_MICROS >= now;
            finding.check(&contact.last, holds, || {
                format!("contact {id} is still {} although its deadline has passed", contact.state)
            });
        }
    }
}
