//! What aggregates fold into: every change of the state keeps index and deadlines true.

use super::{Due, EndedContact, Requester, Site, Todo};
use crate::{
    agent::{self, Shift},
    booking, callback,
    contact::{self, Contact},
    entitlement::Open,
    id::{
        AgentId, BookingId, CallbackId, Channel, ContactId, QueueName, ReservationId, SubjectId,
        TopicName,
    },
    requirement::Requirement,
    reservation,
    routing::{Index, Place, Standing},
    time::{Deadline, Span, Timestamp},
};

impl Site {
    pub(crate) fn shift_mut(&mut self, agent: AgentId) -> Option<&mut Shift> {
        self.agents.get_mut(&agent)?.shift.as_mut()
    }

    pub(crate) fn forget(&mut self, until: Option<Deadline>, due: Due) {
        if let Some(until) = until {
            self.due.remove(&(until, due));
        }
    }

    /// What is open already, for [`crate::entitlement::check`].
    pub fn open(&self, requester: Option<Requester>, topic: &TopicName) -> Open {
        let open = requester.and_then(|requester| self.requests.get(&requester));
        let mut callbacks =
            open.into_iter().flatten().filter_map(|id| self.callbacks.get(&CallbackId(*id)));
        Open {
            requests: open.map_or(0, |open| u32::try_from(open.len()).unwrap_or(u32::MAX)),
            callback: callbacks.any(|one| one.topic == *topic),
        }
    }

    /// What was asked for on this channel and still goes on: asking again leads there.
    pub fn asked_before(
        &self,
        requester: Option<Requester>,
        channel: Channel,
        topic: &TopicName,
    ) -> Option<(ContactId, &Contact)> {
        let open = requester.and_then(|requester| self.requests.get(&requester));
        let mut contacts = open.into_iter().flatten().filter_map(|id| {
            let id = ContactId(*id);
            self.contacts.get(&id).map(|contact| (id, contact))
        });
        contacts.find(|(_, contact)| {
            contact.channel == channel
                && contact.topic == *topic
                && !matches!(contact.state, contact::State::Wrapping { .. })
        })
    }

    pub(crate) fn has_callback(&self, subject: SubjectId, topic: &TopicName) -> bool {
        self.callbacks.values().any(|open| open.subject == subject && open.topic == *topic)
    }

    pub(crate) fn count_request(
        &mut self,
        requester: Option<Requester>,
        request: uuid::Uuid,
        open: bool,
    ) {
        let Some(requester) = requester else { return };
        if open {
            self.requests.entry(requester).or_default().insert(request);
        } else if let Some(requests) = self.requests.get_mut(&requester) {
            requests.remove(&request);
            if requests.is_empty() {
                self.requests.remove(&requester);
            }
        }
    }

    /// After anything that concerns an agent: the index learns it, and the matcher will look.
    pub(crate) fn touch_agent(&mut self, id: AgentId) {
        let Some(agent) = self.agents.get(&id) else { return };
        let (shift, load, available) = (agent.shift.as_ref(), agent.load(), agent.is_available());
        let booked: u16 = agent
            .next
            .values()
            .filter_map(|contact| self.contacts.get(contact))
            .filter_map(|contact| agent.cost(contact.channel))
            .sum();
        let kept = agent.is_kept();
        let costs = crate::id::Channel::ALL.map(|channel| agent.cost(channel));
        let standing = Standing {
            on_shift: shift.is_some(),
            available,
            kept,
            serves: costs.map(|cost| cost.is_some()),
            free: costs.map(|cost| {
                available && !kept && cost.is_some_and(|cost| load + cost <= agent::FULL)
            }),
            bookable: costs.map(|cost| {
                available && !kept && cost.is_some_and(|cost| booked + cost <= agent::FULL)
            }),
            idle_since: shift.map_or(Timestamp::MAX, |shift| shift.idle_since),
            expected_free: shift.map_or(Timestamp::MAX, |shift| self.first_end(shift)),
            last_booked: agent
                .next
                .values()
                .filter_map(|contact| self.contacts.get(contact))
                .map(|contact| contact.virtual_start)
                .max(),
        };
        let slot = agent.slot;
        self.index.stand(slot, &standing);
        self.todo.agents.insert(id);
    }

    /// When the first piece of this agent's work is expected to end.
    fn first_end(&self, shift: &Shift) -> Timestamp {
        let ends = shift.work.keys().filter_map(|id| self.reservations.get(id)).map(|held| {
            let begun = held.connected_at().unwrap_or(held.offered_at);
            begun + self.queues.get(&held.queue).map_or(Span::ZERO, |queue| queue.handle_mean)
        });
        ends.min().unwrap_or(Timestamp::MIN)
    }

    pub(crate) fn learn_handling(&mut self, queue: &QueueName, handled: Span) {
        if let Some(queue) = self.queues.get_mut(queue) {
            queue.learn(handled);
        }
    }

    pub(crate) fn set_reservation(&mut self, id: ReservationId, state: reservation::State) {
        let Some(reservation) = self.reservations.get_mut(&id) else { return };
        let before = reservation.due(id);
        reservation.state = state;
        if let Some(before) = before {
            self.due.remove(&before);
        }
    }

    pub(crate) fn set_contact(&mut self, id: ContactId, state: contact::State, at: Timestamp) {
        let Some(contact) = self.contacts.get_mut(&id) else { return };
        for due in dues(id, contact) {
            self.due.remove(&due);
        }
        contact.state = state;
        contact.since = at;
        self.due.extend(dues(id, contact));
        self.relist(id);
    }

    pub(crate) fn set_contact_booking(&mut self, id: ContactId, booking: Option<BookingId>) {
        if let Some(contact) = self.contacts.get_mut(&id) {
            contact.booking = booking;
        }
        self.relist(id);
    }

    pub(crate) fn take_step(
        &mut self,
        id: ContactId,
        step: u8,
        requirement: &Requirement,
        until: Option<Deadline>,
    ) {
        self.todo.steps.remove(&id);
        let Some(contact) = self.contacts.get_mut(&id) else { return };
        let (place, before) = (std::mem::take(&mut contact.place), contact.class);
        self.index.place(before, id, place, Place::Nowhere);
        self.index.leave_class(before);
        contact.class = self.index.join_class(contact.channel, requirement);
        contact.step = step;
        contact.requirement = requirement.clone();
        let next_before = std::mem::replace(&mut contact.next_step_at, until);
        self.forget(next_before, Due::Step(id));
        if let Some(until) = until {
            self.due.insert((until, Due::Step(id)));
        }
        self.relist(id);
    }

    /// The queue's definition has changed: steps are taken again from it.
    pub(crate) fn restep(&mut self, queue: &QueueName) {
        let waiting = self.contacts.iter().filter(|(_, contact)| contact.queue == *queue);
        self.todo.steps.extend(waiting.map(|(id, _)| *id));
    }

    pub(crate) fn assign(
        &mut self,
        id: ContactId,
        agent: Option<AgentId>,
        until: Option<Deadline>,
    ) {
        let Some(contact) = self.contacts.get_mut(&id) else { return };
        let start = contact.virtual_start;
        let due = std::mem::replace(&mut contact.assigned_until, until);
        if let Some(due) = due {
            self.due.remove(&(due, Due::Assignment(id)));
        }
        if let Some(until) = until {
            self.due.insert((until, Due::Assignment(id)));
        }
        let before = std::mem::replace(&mut contact.assigned, agent);
        if let Some(known) = before.and_then(|agent| self.agents.get_mut(&agent)) {
            known.assigned.remove(&(start, id));
        }
        if let Some(known) = agent.and_then(|agent| self.agents.get_mut(&agent)) {
            known.assigned.insert((start, id));
        }
        self.relist(id);
    }

    /// `away_since`: the customer's browser is gone; `None`: it is there.
    pub(crate) fn customer_is_there(&mut self, id: ContactId, away_since: Option<Timestamp>) {
        if let Some(contact) = self.contacts.get_mut(&id) {
            contact.away_since = away_since;
        }
        self.relist(id);
    }

    pub(crate) fn decline(&mut self, id: ContactId, agent: AgentId, until: Deadline) {
        let Some(contact) = self.contacts.get_mut(&id) else { return };
        let before = contact.declined.insert(agent, until);
        self.forget(before, Due::Declined(id, agent));
        self.due.insert((until, Due::Declined(id, agent)));
    }

    pub(crate) fn reconsider(&mut self, id: ContactId, agent: AgentId) {
        let Some(contact) = self.contacts.get_mut(&id) else { return };
        let before = contact.declined.remove(&agent);
        self.forget(before, Due::Declined(id, agent));
        self.relist(id);
    }

    pub(crate) fn calendar_is_near(&mut self, id: BookingId) {
        let Some(booking) = self.bookings.get_mut(&id) else { return };
        let booking::Kind::Calendar { from, .. } = booking.kind else { return };
        let lapses = from + booking::CALENDAR_PATIENCE;
        let before = booking.due.replace(lapses);
        self.forget(before, Due::Booking(id));
        self.due.insert((lapses, Due::Booking(id)));
    }

    /// Puts the contact where it belongs by its state, and lets the matcher look.
    pub(crate) fn relist(&mut self, id: ContactId) {
        let Some(contact) = self.contacts.get_mut(&id) else { return };
        let waits = contact.state == contact::State::Waiting
            && contact.assigned.is_none()
            && !contact.is_nobody_there();
        let place = match contact.booking {
            _ if !waits => Place::Nowhere,
            None => Place::Line(contact.virtual_start),
            Some(_) => Place::Booked(contact.virtual_start),
        };
        let before = std::mem::replace(&mut contact.place, place);
        if before != place {
            self.index.place(contact.class, id, before, place);
        }
        if contact.state == contact::State::Waiting {
            self.todo.contacts.insert((contact.virtual_start, id));
        }
    }

    /// Derives again what no snapshot holds, and looks at everything.
    pub(super) fn index_again(&mut self) {
        self.index = Index::default();
        self.requests.clear();
        self.callback_by_contact.clear();
        self.todo = Todo::default();
        for (id, agent) in &mut self.agents {
            agent.slot = self.index.add_agent();
            self.index.qualify(agent.slot, *id, &agent.skills);
        }
        self.link_by_contact = self.links.iter().map(|(id, link)| (link.contact, *id)).collect();
        self.display_by_contact =
            self.displays.iter().map(|(id, display)| (display.contact, *id)).collect();
        for (id, callback) in self.callbacks.clone() {
            self.count_request(Requester::of(callback.account, Some(callback.visit)), id.0, true);
            match callback.state {
                callback::State::Queued { contact } | callback::State::Processing { contact } => {
                    self.callback_by_contact.insert(contact, id);
                }
                callback::State::Scheduled { .. } => {}
            }
        }
        let contacts: Vec<_> = self.contacts.keys().copied().collect();
        for id in contacts {
            let Some(contact) = self.contacts.get_mut(&id) else { continue };
            contact.class = self.index.join_class(contact.channel, &contact.requirement);
            contact.place = Place::Nowhere;
            self.todo.steps.insert(id);
            let request = contact.callback.is_none().then(|| contact.requester());
            if let Some(requester) = request {
                self.count_request(requester, id.0, true);
            }
            self.relist(id);
        }
        let agents: Vec<_> = self.agents.keys().copied().collect();
        for id in agents {
            self.touch_agent(id);
        }
    }

    /// It has ended: nothing of it stays but the memory that it was.
    pub(crate) fn remove_contact(&mut self, id: ContactId, agent: Option<AgentId>) {
        self.assign(id, None, None);
        let Some(contact) = self.contacts.remove(&id) else { return };
        self.index.place(contact.class, id, contact.place, Place::Nowhere);
        self.index.leave_class(contact.class);
        for due in dues(id, &contact) {
            self.due.remove(&due);
        }
        self.forget(contact.next_step_at, Due::Step(id));
        for (agent, until) in &contact.declined {
            self.due.remove(&(*until, Due::Declined(id, *agent)));
        }
        self.todo.contacts.remove(&(contact.virtual_start, id));
        self.todo.steps.remove(&id);
        if contact.callback.is_none() {
            self.count_request(contact.requester(), id.0, false);
        }
        let ended = EndedContact { visit: contact.visit, agent, stars: contact.stars };
        self.ended.remember(id, ended);
    }
}

/// The deadlines of the state that a contact is in.
fn dues(id: ContactId, contact: &Contact) -> impl Iterator<Item = (Deadline, Due)> + use<> {
    let (first, second) = match contact.state {
        contact::State::Waiting => (Some((contact.until, Due::Wait(id))), None),
        contact::State::Offered { .. }
        | contact::State::Linking { .. }
        | contact::State::Wrapping { .. } => (None, None),
        contact::State::Talking { until, .. } => (Some((until, Due::Talk(id))), None),
        contact::State::Held { until, talk_until, .. } => {
            (Some((until, Due::Hold(id))), Some((talk_until, Due::Talk(id))))
        }
    };
    first.into_iter().chain(second)
}
