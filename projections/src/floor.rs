//! The floor: who waits, who serves and what was promised on a site, as the board, the desk and customers see it.
//!
//! A fold of its own beside the decider's [`domain::site::Site`]: it keeps what is shown (since when, by which
//! entitlement, what was said, what ended a moment ago) and parses no more of a record than that.

mod agent;
mod by_id;
mod callback;
mod contact;
pub(crate) mod happened;
mod line;
mod touched;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use domain::{
    booking,
    event::DecodeError,
    id::{
        AccountId, AgentId, BookingId, CallbackId, ContactId, ContractId, NetworkName, QueueName,
        ReservationId, VisitId,
    },
    log::{Recorded, Seq, Whole},
    time::{Deadline, Span, Timestamp},
};
use serde::{Deserialize, Serialize};

use crate::metrics::{
    Counts,
    counting::{Asked, Book, count},
    day_of,
};

pub use self::{
    agent::{Agent, RoutingStatus},
    callback::{Callback, CallbackState, Promise},
    contact::{Contact, ContactState, Link, LinkState, Message},
    line::Queue,
    touched::Touched,
};
use self::{
    by_id::ById,
    happened::{FactsSeen, Happened},
};

/// What has ended stays visible to its customer and its agent for this long.
pub const ENDED_SHOWN_FOR: Span = Span::secs(600);
/// And no more of it than this at once.
pub const ENDED_SHOWN_MAX: usize = 2_000;
/// What ended without its customer's doing is kept for that customer, who may be away, for this long.
pub const UNSEEN_KEPT_FOR: Span = Span::secs(7 * 24 * 3_600);
pub const UNSEEN_MAX: usize = 10_000;

/// What a request was granted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entitlement {
    pub contract: ContractId,
    pub contract_version: u32,
    pub network: Option<(NetworkName, u32)>,
    pub policy_version: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    pub booking: BookingId,
    pub agent: AgentId,
    pub kind: booking::Kind,
    pub expected_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub reservation: ReservationId,
    pub contact: ContactId,
    pub agent: AgentId,
    pub offered_at: Timestamp,
    pub until: Deadline,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Ended {
    Contact(ContactId),
    Callback(CallbackId),
}

/// The fold. Ids and sealed texts; whoever shows it resolves and opens them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Floor {
    seq: Seq,
    now: Timestamp,
    queues: Vec<Queue>,
    by_name: BTreeMap<Box<str>, usize>,
    agents: ById<AgentId, Agent>,
    contacts: ById<ContactId, Contact>,
    callbacks: ById<CallbackId, Callback>,
    bookings: BTreeMap<BookingId, Booking>,
    #[serde(with = "crate::pairs")]
    booking_of: BTreeMap<Request, BookingId>,
    offers: BTreeMap<ReservationId, Offer>,
    of_visit: ById<VisitId, BTreeSet<Request>>,
    of_account: ById<AccountId, BTreeSet<Request>>,
    ended: VecDeque<(Timestamp, Ended)>,
    /// Ended a while ago, without their customer's doing.
    #[serde(default)]
    unseen: VecDeque<(Timestamp, Ended)>,
    #[serde(default)]
    unseen_contacts: ById<ContactId, Contact>,
    #[serde(default)]
    unseen_callbacks: ById<CallbackId, Callback>,
    /// Granted in the decision that is being folded: whatever it creates was granted by this.
    #[serde(skip)]
    granted: Option<Arc<Entitlement>>,
    #[serde(skip)]
    touched: Touched,
}

/// What a customer asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Request {
    Contact(ContactId),
    Callback(CallbackId),
}

impl Floor {
    /// Of the last record folded.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// Partition time of the last record folded.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub fn queues(&self) -> impl Iterator<Item = &Queue> {
        self.by_name.values().map(|at| &self.queues[*at])
    }

    pub fn queue(&self, name: &QueueName) -> Option<&Queue> {
        self.queues.get(*self.by_name.get(name.as_str())?)
    }

    /// The queue that a contact or callback stands in.
    pub(crate) fn queue_at(&self, at: usize) -> &Queue {
        &self.queues[at]
    }

    pub fn agents(&self) -> impl Iterator<Item = &Agent> {
        self.agents.values()
    }

    pub fn agent(&self, agent: AgentId) -> Option<&Agent> {
        self.agents.get(&agent)
    }

    /// Open ones, and those that ended within [`ENDED_SHOWN_FOR`].
    pub fn contacts(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.values()
    }

    pub fn contact(&self, contact: ContactId) -> Option<&Contact> {
        self.contacts.get(&contact)
    }

    /// Open ones, and those that ended within [`ENDED_SHOWN_FOR`].
    pub fn callbacks(&self) -> impl Iterator<Item = &Callback> {
        self.callbacks.values()
    }

    pub fn callback(&self, callback: CallbackId) -> Option<&Callback> {
        self.callbacks.get(&callback)
    }

    /// As [`Floor::contact`], and for [`UNSEEN_KEPT_FOR`] what ended without its customer's doing.
    pub fn contact_for_customer(&self, contact: ContactId) -> Option<&Contact> {
        self.contacts.get(&contact).or_else(|| self.unseen_contacts.get(&contact))
    }

    /// As [`Floor::contact_for_customer`].
    pub fn callback_for_customer(&self, callback: CallbackId) -> Option<&Callback> {
        self.callbacks.get(&callback).or_else(|| self.unseen_callbacks.get(&callback))
    }

    pub fn bookings(&self) -> impl Iterator<Item = &Booking> {
        self.bookings.values()
    }

    pub fn booking(&self, booking: BookingId) -> Option<&Booking> {
        self.bookings.get(&booking)
    }

    /// The booking made for this request, if any.
    pub fn booking_of(&self, request: Request) -> Option<&Booking> {
        self.bookings.get(self.booking_of.get(&request)?)
    }

    pub fn offer(&self, reservation: ReservationId) -> Option<&Offer> {
        self.offers.get(&reservation)
    }

    pub fn offers(&self) -> impl Iterator<Item = &Offer> {
        self.offers.values()
    }

    /// What this visit asked for, or the account it is signed in to.
    pub fn requests(
        &self,
        visit: VisitId,
        account: Option<AccountId>,
    ) -> impl Iterator<Item = Request> {
        let mut requests = self.of_visit.get(&visit).cloned().unwrap_or_default();
        requests.extend(account.and_then(|id| self.of_account.get(&id)).into_iter().flatten());
        requests.into_iter()
    }

    /// 1 is next; `None` once it no longer waits, or behind the first [`domain::routing::PLACE_MAX`].
    pub fn position(&self, contact: &Contact) -> Option<usize> {
        self.queues[contact.queue].place_of(contact)
    }

    /// What was touched since it was asked last.
    pub fn take_touched(&mut self) -> Touched {
        self.touched.take()
    }

    pub fn apply(&mut self, whole: &Whole) -> Result<(), DecodeError> {
        for record in &whole.records {
            self.record(record)?;
        }
        self.granted = None;
        Ok(())
    }

    /// Yesterday's counts stand in no queue any more, also where nothing happens today.
    fn new_day(&mut self, at: Timestamp) {
        for (place, queue) in self.queues.iter_mut().enumerate() {
            queue.count(at);
            self.touched.queues.insert(place);
        }
    }

    fn record(&mut self, record: &Recorded) -> Result<(), DecodeError> {
        let at = record.time;
        self.seq = record.seq;
        if day_of(at) > day_of(self.now) {
            self.new_day(at);
        }
        self.now = at;
        let happened = Happened::read(&record.kind, &record.data)?;
        count(self, &happened, at);
        match happened {
            Happened::Other(_) => return Ok(()),
            Happened::Granted { facts } => self.granted = Some(Arc::new(facts.into())),
            happened @ (Happened::Enrolled { .. }
            | Happened::SignedIn { .. }
            | Happened::PresenceChanged { .. }
            | Happened::PresenceDeferred { .. }
            | Happened::DeviceLost { .. }
            | Happened::DeviceReturned { .. }
            | Happened::StoppedResponding { .. }
            | Happened::RespondingAgain { .. }
            | Happened::Kept { .. }
            | Happened::Retired { .. }
            | Happened::AskedWhy { .. }
            | Happened::Explained { .. }
            | Happened::SignedOut { .. }) => self.agent_event(happened, at),
            happened @ (Happened::CallbackRequested { .. }
            | Happened::CallbackScheduled { .. }
            | Happened::CallbackQueued { .. }
            | Happened::AttemptStarted { .. }
            | Happened::AttemptEnded { .. }
            | Happened::CallbackRescheduled { .. }
            | Happened::CallbackCompleted { .. }) => self.callback_event(happened, at),
            happened @ (Happened::BookingMade { .. }
            | Happened::BookingMoved { .. }
            | Happened::BookingTaken { .. }
            | Happened::BookingReleased { .. }
            | Happened::BookingLapsed { .. }) => self.booking_event(happened, at),
            Happened::QueueDefined { queue, definition } => self.define_queue(&queue, definition),
            happened => self.contact_event(happened, at),
        }
        if self.ended.front().is_some_and(|(ended, _)| *ended + ENDED_SHOWN_FOR < at) {
            self.forget_ended();
        }
        Ok(())
    }

    fn booking_event(&mut self, happened: Happened<'_>, at: Timestamp) {
        match happened {
            Happened::BookingMade { booking, agent, kind, expected_at } => {
                self.promise(&kind, Promise::Booked, at);
                self.booking_of.insert(request_of(&kind), booking);
                self.bookings.insert(booking, Booking { booking, agent, kind, expected_at });
                self.touch_booking(booking);
            }
            Happened::BookingMoved { booking, agent, expected_at } => {
                self.touch_booking(booking);
                if let Some(known) = self.bookings.get_mut(&booking) {
                    let before = std::mem::replace(&mut known.agent, agent);
                    let kind = known.kind.clone();
                    known.expected_at = expected_at;
                    self.promise(&kind, Promise::Moved, at);
                    self.keep_no_longer(before, booking, at);
                }
                self.touch_booking(booking);
            }
            Happened::BookingTaken { booking }
            | Happened::BookingReleased { booking }
            | Happened::BookingLapsed { booking } => {
                self.touch_booking(booking);
                if let Some(over) = self.bookings.remove(&booking) {
                    if !matches!(happened, Happened::BookingTaken { .. }) {
                        self.promise(&over.kind, Promise::Released, at);
                    }
                    self.booking_of.remove(&request_of(&over.kind));
                    self.keep_no_longer(over.agent, booking, at);
                }
            }
            _ => {}
        }
    }

    /// What became of an interval that was kept in an agent's calendar; a customer who planned on it is told.
    fn promise(&mut self, kind: &booking::Kind, promise: Promise, at: Timestamp) {
        if let booking::Kind::Calendar { callback, .. } = kind {
            self.change_callback(*callback, |known| known.promise = Some((promise, at)));
        }
    }

    /// A booking is shown with its agent and with its customer.
    fn touch_booking(&mut self, booking: BookingId) {
        self.touched.booking(booking);
        let Some(known) = self.bookings.get(&booking) else { return };
        self.touched.agent(known.agent);
        match request_of(&known.kind) {
            Request::Contact(contact) => self.touched.contact(contact),
            Request::Callback(callback) => self.touched.callback(callback),
        }
    }

    fn end(&mut self, ended: Ended, at: Timestamp) {
        self.ended.push_back((at, ended));
        if self.ended.len() > ENDED_SHOWN_MAX {
            self.forget_first_ended();
        }
    }

    fn forget_ended(&mut self) {
        while self.ended.front().is_some_and(|(at, _)| *at + ENDED_SHOWN_FOR < self.now) {
            self.forget_first_ended();
        }
        while self.unseen.front().is_some_and(|(at, _)| *at + UNSEEN_KEPT_FOR < self.now) {
            self.forget_first_unseen();
        }
    }

    fn forget_first_ended(&mut self) {
        let Some((at, ended)) = self.ended.pop_front() else { return };
        match ended {
            Ended::Contact(id) => {
                let Some(contact) = self.contacts.remove(&id) else { return };
                if contact.ended_without_customer() {
                    self.unseen_contacts.insert(id, contact);
                    self.keep_unseen(at, ended);
                } else {
                    self.forget(Request::Contact(id), contact.visit, contact.account);
                }
            }
            Ended::Callback(id) => {
                let Some(callback) = self.callbacks.get(&id) else { return };
                let talk = callback.contact.and_then(|contact| self.contacts.get(&contact));
                if talk.is_some_and(Contact::is_open) {
                    // It ended when the customer was reached; the talk is still shown as this callback.
                    self.ended.push_back((self.now, ended));
                    return;
                }
                let Some(callback) = self.callbacks.remove(&id) else { return };
                if callback.ended_without_customer() {
                    self.unseen_callbacks.insert(id, callback);
                    self.keep_unseen(at, ended);
                } else {
                    self.forget(Request::Callback(id), Some(callback.visit), callback.account);
                }
            }
        }
    }

    fn keep_unseen(&mut self, at: Timestamp, ended: Ended) {
        self.unseen.push_back((at, ended));
        if self.unseen.len() > UNSEEN_MAX {
            self.forget_first_unseen();
        }
    }

    fn forget_first_unseen(&mut self) {
        match self.unseen.pop_front() {
            Some((_, Ended::Contact(id))) => {
                if let Some(contact) = self.unseen_contacts.remove(&id) {
                    self.forget(Request::Contact(id), contact.visit, contact.account);
                }
            }
            Some((_, Ended::Callback(id))) => {
                if let Some(callback) = self.unseen_callbacks.remove(&id) {
                    self.forget(Request::Callback(id), Some(callback.visit), callback.account);
                }
            }
            None => {}
        }
    }

    fn forget(&mut self, request: Request, visit: Option<VisitId>, account: Option<AccountId>) {
        if let Some(visit) = visit {
            self.touched.visit(visit);
            forget_request(&mut self.of_visit, &visit, request);
        }
        if let Some(account) = account {
            forget_request(&mut self.of_account, &account, request);
        }
    }

    fn remember_request(
        &mut self,
        request: Request,
        visit: Option<VisitId>,
        account: Option<AccountId>,
    ) {
        if let Some(visit) = visit {
            self.of_visit.entry(visit).or_default().insert(request);
        }
        if let Some(account) = account {
            self.of_account.entry(account).or_default().insert(request);
        }
    }
}

/// Today's counts stand in the queues.
impl Book for Floor {
    type Queue = usize;

    fn queue(&mut self, name: &str) -> Option<usize> {
        self.queue_named(name)
    }

    fn target(&self, queue: usize) -> Span {
        self.queues[queue].target()
    }

    fn contact(&self, contact: ContactId) -> Option<Asked<usize>> {
        self.contacts.get(&contact).map(|known| Asked {
            queue: known.queue,
            queued_at: known.queued_at,
            talked_from: known.talked_from,
            attempt: known.callback.is_some(),
        })
    }

    fn callback(&self, callback: CallbackId) -> Option<usize> {
        self.callbacks.get(&callback).map(|known| known.queue)
    }

    fn counts(&mut self, queue: usize, at: Timestamp) -> &mut Counts {
        self.queues[queue].count(at)
    }
}

fn request_of(kind: &booking::Kind) -> Request {
    match kind {
        booking::Kind::Next { contact } => Request::Contact(*contact),
        booking::Kind::Calendar { callback, .. } => Request::Callback(*callback),
    }
}

fn forget_request<K: std::hash::Hash + Eq>(
    of: &mut ById<K, BTreeSet<Request>>,
    key: &K,
    request: Request,
) {
    if let Some(requests) = of.get_mut(key) {
        requests.remove(&request);
        if requests.is_empty() {
            of.remove(key);
        }
    }
}

impl From<FactsSeen> for Entitlement {
    fn from(facts: FactsSeen) -> Self {
        Self {
            contract: facts.contract.contract,
            contract_version: facts.contract.version,
            network: facts.network.map(|network| (network.network, network.version)),
            policy_version: facts.policy_version,
        }
    }
}
