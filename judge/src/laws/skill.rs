//! L5: no agent without the skill that the call requires.
//!
//! What a call requires is its type in the call file, and what an agent can do is what they did there (R3 and R5 in
//! [`crate::calls`]); which contact is which call, and which agent plays whom, is in the player's journal. Nothing
//! of it is taken from the records.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Finding, Law, Played};
use crate::{event::Event, records::Record};

pub(super) struct Skills<'a> {
    played: &'a Played,
    /// By the contact that is an attempt: its callback.
    attempts: BTreeMap<Uuid, Uuid>,
}

impl<'a> Skills<'a> {
    pub(super) fn new(played: &'a Played) -> Self {
        Self { played, attempts: BTreeMap::new() }
    }

    /// The type of the call that this contact is.
    fn kind(&self, contact: Uuid) -> Option<&'a str> {
        let Played { calls, journal } = self.played;
        let asked = journal.contacts.get(&contact);
        let rung = || journal.callbacks.get(self.attempts.get(&contact)?);
        calls.kind(*asked.or_else(rung)?)
    }

    fn check(&self, record: &Record, contact: Uuid, agent: Uuid, finding: &mut Finding) {
        let Some(kind) = self.kind(contact) else {
            finding.check(record, false, || format!("contact {contact} is no call of the file"));
            return;
        };
        let Some(server) = self.played.journal.servers.get(&agent) else {
            finding.check(record, false, || format!("agent {agent} is nobody of the file"));
            return;
        };
        finding.check(record, self.played.calls.serves(server, kind), || {
            format!("{server} ({agent}) never served `{kind}` but is given contact {contact}")
        });
    }
}

impl Law for Skills<'_> {
    fn see(&mut self, record: &Record, finding: &mut Finding) {
        match &record.event {
            Event::ContactQueued(queued) => {
                if let Some(callback) = queued.callback {
                    self.attempts.insert(queued.contact, callback);
                }
            }
            Event::Offered(offer) => self.check(record, offer.contact, offer.agent, finding),
            Event::Accepted(held) => self.check(record, held.contact, held.agent, finding),
            _ => {}
        }
    }
}
