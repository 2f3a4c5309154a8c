//! What a run of records touched: keys, collected cheaply and looked up once when somebody wants to know.

use std::collections::BTreeSet;

use domain::id::{AgentId, BookingId, CallbackId, ContactId, ReservationId, VisitId};

/// Beyond this many keys it is cheaper to look at everything again.
const KEYS_MAX: usize = 100_000;

/// Keys, each at least once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Too much to name: everything.
    pub everything: bool,
    pub agents: Vec<AgentId>,
    pub contacts: Vec<ContactId>,
    pub callbacks: Vec<CallbackId>,
    pub bookings: Vec<BookingId>,
    pub offers: Vec<ReservationId>,
    pub visits: Vec<VisitId>,
    /// By their place in the floor's list: numbers, or agents at work for them.
    pub queues: BTreeSet<usize>,
    /// Those whose line has moved: everybody's position may be another.
    pub lines: BTreeSet<usize>,
}

impl Touched {
    pub fn is_empty(&self) -> bool {
        !self.everything
            && self.agents.is_empty()
            && self.contacts.is_empty()
            && self.callbacks.is_empty()
            && self.bookings.is_empty()
            && self.offers.is_empty()
            && self.visits.is_empty()
            && self.queues.is_empty()
            && self.lines.is_empty()
    }

    pub(super) fn take(&mut self) -> Self {
        let mut touched = std::mem::take(self);
        distinct(&mut touched.agents);
        distinct(&mut touched.contacts);
        distinct(&mut touched.callbacks);
        distinct(&mut touched.bookings);
        distinct(&mut touched.offers);
        distinct(&mut touched.visits);
        touched
    }

    pub(super) fn agent(&mut self, agent: AgentId) {
        add(&mut self.agents, agent, &mut self.everything);
    }

    pub(super) fn contact(&mut self, contact: ContactId) {
        add(&mut self.contacts, contact, &mut self.everything);
    }

    pub(super) fn callback(&mut self, callback: CallbackId) {
        add(&mut self.callbacks, callback, &mut self.everything);
    }

    pub(super) fn booking(&mut self, booking: BookingId) {
        add(&mut self.bookings, booking, &mut self.everything);
    }

    pub(super) fn offer(&mut self, offer: ReservationId) {
        add(&mut self.offers, offer, &mut self.everything);
    }

    pub(super) fn visit(&mut self, visit: VisitId) {
        add(&mut self.visits, visit, &mut self.everything);
    }
}

fn add<K: PartialEq>(keys: &mut Vec<K>, key: K, everything: &mut bool) {
    if *everything || keys.last() == Some(&key) {
        return;
    }
    if keys.len() >= KEYS_MAX {
        keys.clear();
        *everything = true;
    } else {
        keys.push(key);
    }
}

fn distinct<K: Ord>(keys: &mut Vec<K>) {
    keys.sort_unstable();
    keys.dedup();
}
