//! A customer's own state: what they asked for, their place in line, and what was said.

use std::collections::BTreeSet;

use domain::{
    callback::{Completion, When},
    id::{AccountId, AgentId, CallbackId, Channel, ContactId, QueueName, TopicName, VisitId},
    requirement::Requirement,
    sealed::Sealed,
    time::Timestamp,
};

use crate::{
    expected_wait::ExpectedWait,
    floor::{Callback, CallbackState, Contact, ContactState, Floor, Link, PLACE_MAX, Request},
};

#[derive(Clone, Debug)]
pub struct Own {
    pub contacts: Vec<OwnContact>,
    pub callbacks: Vec<OwnCallback>,
    /// Where they wait: when one of these lines moves, positions may be others.
    pub queues: BTreeSet<QueueName>,
}

#[derive(Clone, Debug)]
pub struct OwnContact {
    pub contact: ContactId,
    pub state: ContactState,
    pub channel: Channel,
    pub topic: TopicName,
    pub since: Timestamp,
    /// Whoever served it was gone, and it waits again.
    pub handed_back_at: Option<Timestamp>,
    /// 1 is next.
    pub position: Option<usize>,
    pub expected_wait: Option<ExpectedWait>,
    pub booked: Option<Booked>,
    /// Once somebody has accepted.
    pub agent: Option<AgentId>,
    pub link: Option<Link>,
    pub can_cancel: bool,
    pub rated: Option<u8>,
}

#[derive(Clone, Debug)]
pub struct OwnCallback {
    pub callback: CallbackId,
    /// Of the attempt under way.
    pub contact: Option<ContactId>,
    pub contact_state: Option<ContactState>,
    /// Who calls, once somebody has accepted.
    pub agent: Option<AgentId>,
    pub state: CallbackState,
    pub topic: TopicName,
    pub number: Sealed<String>,
    pub when: When,
    pub position: Option<usize>,
    pub expected_wait: Option<ExpectedWait>,
    pub booked: Option<Booked>,
    pub attempts: u8,
    pub next_try: Option<Timestamp>,
    pub reason: Option<Completion>,
    pub can_cancel: bool,
    pub can_reschedule: bool,
}

/// The agent kept for this customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booked {
    pub agent: AgentId,
    pub expected_at: Timestamp,
}

/// Of this visit and of the account it is signed in to; oldest first. A contact that carries out a callback is
/// shown as the callback.
pub fn own(floor: &Floor, visit: VisitId, account: Option<AccountId>) -> Own {
    let mut own = Own { contacts: Vec::new(), callbacks: Vec::new(), queues: BTreeSet::new() };
    let (mut contacts, mut callbacks) = (Vec::new(), Vec::new());
    for request in floor.requests(visit, account) {
        match request {
            Request::Contact(id) => contacts.extend(floor.contact(id)),
            Request::Callback(id) => callbacks.extend(floor.callback(id)),
        }
    }
    contacts.retain(|contact| contact.callback.is_none());
    contacts.sort_by_key(|contact| (contact.queued_at, contact.contact));
    callbacks.sort_by_key(|callback| (callback.requested_at, callback.callback));
    let open_contacts = contacts.iter().filter(|one| one.is_open()).map(|one| one.queue);
    let open_callbacks = callbacks.iter().filter(|one| one.is_open()).map(|one| one.queue);
    let queues = open_contacts.chain(open_callbacks).map(|at| floor.queue_at(at).name.clone());
    own.queues.extend(queues);
    own.contacts.extend(contacts.into_iter().map(|contact| own_contact(floor, contact)));
    own.callbacks.extend(callbacks.into_iter().map(|callback| own_callback(floor, callback)));
    own
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

pub fn own_contact(floor: &Floor, contact: &Contact) -> OwnContact {
    let can_cancel = matches!(
        contact.state,
        ContactState::Waiting | ContactState::Offered | ContactState::Linking
    );
    let (position, expected_wait) = wait(floor, contact);
    OwnContact {
        contact: contact.contact,
        state: contact.state,
        channel: contact.channel,
        topic: contact.topic.clone(),
        since: contact.since,
        handed_back_at: contact.handed_back_at,
        position,
        expected_wait,
        booked: booked(floor, Request::Contact(contact.contact)),
        agent: accepted_by(contact),
        link: contact.link.clone(),
        can_cancel,
        rated: contact.stars,
    }
}

pub fn own_callback(floor: &Floor, callback: &Callback) -> OwnCallback {
    let contact = callback.contact.and_then(|id| floor.contact(id));
    let (position, expected_wait) = contact.map_or((None, None), |contact| wait(floor, contact));
    let request = contact
        .map_or(Request::Callback(callback.callback), |contact| Request::Contact(contact.contact));
    OwnCallback {
        callback: callback.callback,
        contact: callback.contact,
        contact_state: contact.map(|contact| contact.state),
        agent: contact.and_then(accepted_by),
        state: callback.state,
        topic: callback.topic.clone(),
        number: callback.number.clone(),
        when: callback.when.clone(),
        position,
        expected_wait,
        booked: booked(floor, request)
            .or_else(|| booked(floor, Request::Callback(callback.callback))),
        attempts: callback.attempts,
        next_try: callback.next_try,
        reason: callback.reason,
        can_cancel: callback.is_open() && callback.state != CallbackState::Processing,
        can_reschedule: matches!(callback.state, CallbackState::Scheduled | CallbackState::Queued),
    }
}

fn accepted_by(contact: &Contact) -> Option<AgentId> {
    let accepted = !matches!(contact.state, ContactState::Waiting | ContactState::Offered);
    contact.agent.filter(|_| accepted)
}

fn wait(floor: &Floor, contact: &Contact) -> (Option<usize>, Option<ExpectedWait>) {
    if contact.state != ContactState::Waiting {
        return (None, None);
    }
    let queue = floor.queue_at(contact.queue);
    let position = floor.position(contact);
    let place = position.unwrap_or(PLACE_MAX);
    (position, queue.expected_wait_at(place, queue.free_agents, queue.agents_at_work))
}

fn booked(floor: &Floor, request: Request) -> Option<Booked> {
    let booking = floor.booking_of(request)?;
    Some(Booked { agent: booking.agent, expected_at: booking.expected_at })
}

/// Who could serve a request that has not been made yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prospect {
    pub free_agents: usize,
    pub agents_at_work: usize,
    /// In the queue already.
    pub waiting: usize,
    pub expected_wait: Option<ExpectedWait>,
}

/// What somebody with this requirement on this channel would find now.
pub fn prospect(
    floor: &Floor,
    queue: &QueueName,
    requirement: &Requirement,
    channel: Channel,
) -> Prospect {
    let (mut free_agents, mut agents_at_work) = (0, 0);
    for agent in floor.agents().filter(|agent| {
        agent.is_at_work()
            && agent.capacity.contains_key(&channel)
            && requirement.holds(&agent.skills)
    }) {
        agents_at_work += 1;
        free_agents += usize::from(floor.is_free_for(agent, channel));
    }
    let queue = floor.queue(queue);
    let waiting = queue.map_or(0, crate::floor::Queue::waiting);
    let expected_wait =
        queue.and_then(|queue| queue.expected_wait_at(waiting + 1, free_agents, agents_at_work));
    Prospect { free_agents, agents_at_work, waiting, expected_wait }
}
