//! A customer's own state: what they asked for, their place in line, and what was said.

use std::collections::BTreeSet;

use domain::{
    callback::{AttemptEnd, Completion, When},
    contact::Exit,
    id::{AccountId, AgentId, CallbackId, Channel, ContactId, QueueName, TopicName, VisitId},
    routing::PLACE_MAX,
    sealed::Sealed,
    site::Prospect,
    time::{Span, Timestamp},
};

use crate::{
    expected_wait::ExpectedWait,
    floor::{
        Callback, CallbackState, Contact, ContactState, Floor, Link, LinkState, Promise, Queue,
        Request,
    },
    live::Live,
};

/// An expectation that has passed is put off to the next whole such span.
const PUT_OFF: Span = Span::secs(60);

#[derive(Clone, Debug)]
pub struct Own {
    pub contacts: Vec<OwnContact>,
    pub callbacks: Vec<OwnCallback>,
    /// Where they wait: when one of these lines moves, positions may be others.
    pub queues: BTreeSet<QueueName>,
    /// When what is told here has to be looked at again, though nothing may happen until then.
    pub stale_at: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct OwnContact {
    pub contact: ContactId,
    pub state: ContactState,
    pub channel: Channel,
    pub topic: TopicName,
    /// Until somebody talks, when the customer began to wait; then since when it is in this state.
    pub since: Timestamp,
    /// Whoever served it was gone, and it waits again.
    pub handed_back_at: Option<Timestamp>,
    pub wait: Option<Wait>,
    /// 1 is next.
    pub position: Option<usize>,
    pub expected_wait: Option<ExpectedWait>,
    pub booked: Option<Booked>,
    /// Once somebody has accepted.
    pub agent: Option<AgentId>,
    pub link: Option<Link>,
    pub can_cancel: bool,
    pub can_rate: bool,
    pub rated: Option<u8>,
    pub exit: Option<Exit>,
    pub ended_at: Option<Timestamp>,
    /// It ended without the customer's doing.
    pub until_seen: bool,
}

#[allow(clippy::struct_excessive_bools, reason = "each is a thing that the customer may do or see")]
#[derive(Clone, Debug)]
pub struct OwnCallback {
    pub callback: CallbackId,
    /// Of the attempt under way.
    pub contact: Option<ContactId>,
    pub contact_state: Option<ContactState>,
    pub call: Option<Call>,
    /// Who calls, once somebody has accepted.
    pub agent: Option<AgentId>,
    pub state: CallbackState,
    pub topic: TopicName,
    pub number: Sealed<String>,
    pub when: When,
    pub since: Timestamp,
    pub wait: Option<Wait>,
    pub position: Option<usize>,
    pub expected_wait: Option<ExpectedWait>,
    pub booked: Option<Booked>,
    pub promise: Option<(Promise, Timestamp)>,
    pub attempts: u8,
    pub last_attempt: Option<AttemptEnd>,
    pub next_try: Option<Timestamp>,
    pub reason: Option<Completion>,
    pub ended_at: Option<Timestamp>,
    /// It ended without the customer's doing.
    pub until_seen: bool,
    pub can_cancel: bool,
    pub can_reschedule: bool,
    pub can_rate: bool,
    pub rated: Option<u8>,
}

/// What somebody who waits can count on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    InLine,
    /// An agent is kept for this customer.
    Booked,
    /// Nobody who could serve it takes part: no place in line says anything.
    NobodyHere,
}

/// How far the call of an attempt has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// An agent has accepted and is about to dial.
    Accepted,
    Ringing,
    Talking,
}

/// The agent kept for this customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booked {
    pub agent: AgentId,
    /// By what is known now, never in the past.
    pub expected_at: Timestamp,
}

/// Of this visit and of the account it is signed in to; oldest first. A contact that carries out a callback is
/// shown as the callback.
pub fn own(live: &Live, visit: VisitId, account: Option<AccountId>, now: Timestamp) -> Own {
    let floor = live.floor();
    let look = Look { live, floor, now: now.max(floor.now()) };
    let (mut contacts, mut callbacks) = (Vec::new(), Vec::new());
    for request in floor.requests(visit, account) {
        match request {
            Request::Contact(id) => contacts.extend(floor.contact_for_customer(id)),
            Request::Callback(id) => callbacks.extend(floor.callback_for_customer(id)),
        }
    }
    contacts.retain(|contact| contact.callback.is_none());
    contacts.sort_by_key(|contact| (contact.queued_at, contact.contact));
    callbacks.sort_by_key(|callback| (callback.requested_at, callback.callback));
    let open_contacts = contacts.iter().filter(|one| one.is_open()).map(|one| one.queue);
    let open_callbacks = callbacks.iter().filter(|one| one.is_open()).map(|one| one.queue);
    let queues = open_contacts.chain(open_callbacks).map(|at| floor.queue_at(at).name.clone());
    let queues = queues.collect();
    let contacts: Vec<_> = contacts.into_iter().map(|one| look.contact(one)).collect();
    let callbacks: Vec<_> = callbacks.into_iter().map(|one| look.callback(one)).collect();
    let booked =
        contacts.iter().map(|one| one.booked).chain(callbacks.iter().map(|one| one.booked));
    let stale_at = booked.flatten().map(|booked| booked.expected_at).min();
    Own { contacts, callbacks, queues, stale_at }
}

/// Open contacts of this visit and of the account it is signed in to, attempts to call back among them.
pub fn open_contacts(
    floor: &Floor,
    visit: VisitId,
    account: Option<AccountId>,
) -> impl Iterator<Item = &Contact> {
    let contacts = floor.requests(visit, account).filter_map(|request| match request {
        Request::Contact(id) => floor.contact(id),
        Request::Callback(_) => None,
    });
    contacts.filter(|contact| contact.is_open())
}

impl Own {
    /// Somebody waits: who comes to work, or leaves, changes what they can count on.
    pub fn waits(&self) -> bool {
        self.contacts.iter().any(|one| one.wait.is_some())
            || self.callbacks.iter().any(|one| one.wait.is_some())
    }
}

struct Look<'a> {
    live: &'a Live,
    floor: &'a Floor,
    now: Timestamp,
}

/// How somebody waits: what is told of it hangs together.
#[derive(Default)]
struct Waiting {
    wait: Option<Wait>,
    position: Option<usize>,
    expected_wait: Option<ExpectedWait>,
}

impl Look<'_> {
    fn contact(&self, contact: &Contact) -> OwnContact {
        let waits = matches!(
            contact.state,
            ContactState::Waiting | ContactState::Offered | ContactState::Linking
        );
        let booked = self.booked(Request::Contact(contact.contact));
        let Waiting { wait, position, expected_wait } = self.waiting(contact, booked.is_some());
        OwnContact {
            contact: contact.contact,
            state: contact.state,
            channel: contact.channel,
            topic: contact.topic.clone(),
            since: if waits { contact.queued_at } else { contact.since },
            handed_back_at: contact.handed_back_at,
            wait,
            position,
            expected_wait,
            booked,
            agent: accepted_by(contact),
            link: contact.link.clone(),
            can_cancel: waits,
            can_rate: can_rate(contact),
            rated: contact.stars,
            exit: contact.exit,
            ended_at: (!contact.is_open()).then_some(contact.since),
            until_seen: contact.ended_without_customer(),
        }
    }

    fn callback(&self, callback: &Callback) -> OwnCallback {
        let contact = callback.contact.and_then(|id| self.floor.contact(id));
        let by_contact = contact.and_then(|one| self.booked(Request::Contact(one.contact)));
        let booked = by_contact.or_else(|| self.booked(Request::Callback(callback.callback)));
        let Waiting { wait, position, expected_wait } =
            contact.map(|one| self.waiting(one, booked.is_some())).unwrap_or_default();
        OwnCallback {
            callback: callback.callback,
            contact: callback.contact,
            contact_state: contact.map(|contact| contact.state),
            call: contact.and_then(call),
            agent: contact.and_then(accepted_by),
            state: callback.state,
            topic: callback.topic.clone(),
            number: callback.number.clone(),
            when: callback.when.clone(),
            since: callback.requested_at,
            wait,
            position,
            expected_wait,
            booked,
            promise: callback.promise,
            attempts: callback.attempts,
            last_attempt: callback.last_attempt,
            next_try: callback.next_try,
            reason: callback.reason,
            ended_at: callback.ended_at,
            until_seen: callback.ended_without_customer(),
            can_cancel: callback.is_open() && callback.state != CallbackState::Processing,
            can_reschedule: matches!(
                callback.state,
                CallbackState::Scheduled | CallbackState::Queued
            ),
            can_rate: contact.is_some_and(can_rate),
            rated: contact.and_then(|contact| contact.stars),
        }
    }

    fn waiting(&self, contact: &Contact, booked: bool) -> Waiting {
        if contact.state != ContactState::Waiting {
            return Waiting::default();
        }
        let Some(prospect) = self.live.site().prospect_of(contact.contact, self.now) else {
            return Waiting::default();
        };
        if prospect.nobody_here() {
            return Waiting { wait: Some(Wait::NobodyHere), ..Waiting::default() };
        }
        Waiting {
            wait: Some(if booked { Wait::Booked } else { Wait::InLine }),
            position: (prospect.ahead < PLACE_MAX).then_some(prospect.ahead + 1),
            expected_wait: expected_wait(self.floor.queue_at(contact.queue), &prospect),
        }
    }

    /// By what its agent has in hand now.
    fn booked(&self, request: Request) -> Option<Booked> {
        let booking = self.floor.booking_of(request)?;
        let expected_at = match booking.kind {
            domain::booking::Kind::Next { .. } => self.live.site().expected_free(booking.agent)?,
            domain::booking::Kind::Calendar { .. } => booking.expected_at,
        };
        Some(Booked { agent: booking.agent, expected_at: not_past(expected_at, self.now) })
    }
}

fn not_past(expected: Timestamp, now: Timestamp) -> Timestamp {
    if expected > now {
        return expected;
    }
    Timestamp((now.0.div_euclid(PUT_OFF.0) + 1) * PUT_OFF.0)
}

fn accepted_by(contact: &Contact) -> Option<AgentId> {
    let accepted = !matches!(contact.state, ContactState::Waiting | ContactState::Offered);
    contact.agent.filter(|_| accepted)
}

fn can_rate(contact: &Contact) -> bool {
    contact.talked_from.is_some()
        && matches!(contact.state, ContactState::Wrapping | ContactState::Completed)
}

fn call(contact: &Contact) -> Option<Call> {
    match contact.link.as_ref()?.state {
        LinkState::Requested => Some(Call::Accepted),
        LinkState::Ringing | LinkState::Answered => Some(Call::Ringing),
        LinkState::Connected | LinkState::Held => Some(Call::Talking),
        LinkState::Ended(_) => None,
    }
}

/// For somebody with these prospects in this queue. `None`: nobody who could serve takes part.
pub fn expected_wait(queue: &Queue, prospect: &Prospect) -> Option<ExpectedWait> {
    let strength = prospect.strength;
    let wait = queue.expected_wait_at(prospect.ahead + 1, strength.free, strength.at_work)?;
    Some(wait.not_before(prospect.relaxed_after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_expected_in_the_past_and_not_at_another_time_every_second() {
        let at = |secs: i64| Timestamp::from_secs(1_800_000_000 + secs);
        assert_eq!(not_past(at(5), at(0)), at(5), "what is to come stays");
        let told = not_past(at(0), at(1));
        assert!(told > at(1));
        let mut before = told;
        for secs in 2..1_000 {
            let now = not_past(at(0), at(secs));
            assert!(now > at(secs) && now >= before);
            assert!(now == before || before <= at(secs), "it moves only once it is over");
            before = now;
        }
    }
}
