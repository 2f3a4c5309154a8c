//! The consequences: what became possible is offered and booked, what fell due is fired.

use super::{Draft, Due, Todo};
use crate::{
    agent, booking, callback,
    contact::{self, Contact, State},
    id::{AgentId, BookingId, ContactId},
    link, reservation,
    time::{Span, Timestamp},
};

impl Draft<'_> {
    /// Offers and books until nothing more is possible, or the decision is full; the rest is due at once.
    pub(super) fn settle(&mut self) {
        while self.room() > 0 {
            let Todo { agents, contacts, steps } = &mut self.site.todo;
            if let Some(agent) = agents.pop_first() {
                self.settle_agent(agent);
            } else if let Some(contact) = steps.pop_first() {
                contact::activate_step(self, contact);
            } else if let Some((_, contact)) = contacts.pop_first() {
                self.settle_contact(contact);
            } else {
                return;
            }
        }
    }

    /// Fires deadlines in due order, each with its consequences.
    pub(super) fn fire_due(&mut self) {
        self.settle();
        while self.room() > 0 {
            let Some((at, due)) = self.site.due.first().copied() else { return };
            if at > self.now() {
                return;
            }
            self.fire(due);
            self.settle();
        }
    }

    fn fire(&mut self, due: Due) {
        match due {
            Due::Offer(reservation) => reservation::time_out(self, reservation),
            Due::Linking(reservation) => link::time_out(self, reservation),
            Due::Wrap(reservation) => {
                reservation::complete(self, reservation, "default".to_owned(), None);
            }
            Due::Hold(contact) => {
                if let Some(State::Held { talk_until, .. }) =
                    self.site.contacts.get(&contact).map(|held| held.state.clone())
                {
                    contact::resume_held(self, contact, talk_until);
                }
            }
            Due::Talk(contact) => contact::end_talk(self, contact, link::End::Expired),
            Due::Device(agent) => agent::gone(self, agent),
            Due::NotResponding(agent) => self.emit(agent::Event::RespondingAgain { agent }),
            Due::Booking(booking) => booking::fire(self, booking),
            Due::Callback(callback) => callback::fall_due(self, callback),
            Due::Step(contact) => contact::activate_step(self, contact),
            Due::Declined(contact, agent) => {
                self.emit(contact::Event::Reconsidered { contact, agent });
            }
            Due::Wait(contact) => contact::time_out(self, contact),
            Due::Question(agent) => reservation::not_explained(self, agent),
            Due::Assignment(contact) => contact::release_assignment(self, contact),
        }
    }

    fn settle_agent(&mut self, id: AgentId) {
        let Some(agent) = self.site.agents.get(&id) else { return };
        if !agent.is_available() {
            self.let_go(id);
            return;
        }
        while self.room() > 0
            && let Some(contact) = self.pick_contact(id)
        {
            self.offer(contact, id);
        }
        while self.room() > 0
            && let Some(contact) = self.pick_to_book(id)
        {
            self.book(contact, id);
        }
        if self.room() == 0 {
            self.site.todo.agents.insert(id);
        }
    }

    /// Whom an agent was kept for, or assigned to, looks elsewhere once the agent takes no more part.
    fn let_go(&mut self, id: AgentId) {
        let Some(agent) = self.site.agents.get(&id) else { return };
        let due_calendar = agent.calendar.iter().map(|(.., booking)| *booking).filter(|booking| {
            self.site
                .bookings
                .get(booking)
                .is_some_and(|booking| booking.contact(self.site).is_some())
        });
        let kept: Vec<BookingId> =
            agent.next.keys().copied().chain(due_calendar).take(self.room()).collect();
        let (stays, retired) = (agent.shift.is_some() && !agent.retired, agent.retired);
        let assigned: Vec<ContactId> =
            agent.assigned.iter().map(|(_, contact)| *contact).take(self.room()).collect();
        for booking in kept {
            self.emit(booking::Event::Released { booking, because: booking::Because::AgentGone });
        }
        for contact in assigned.into_iter().take(self.room()) {
            if stays {
                contact::shorten_assignment(self, contact);
            } else {
                self.emit(contact::Event::Reassigned { contact, agent: None, until: None });
            }
        }
        if retired {
            agent::hand_back(self, id);
        }
        self.site.todo.agents.remove(&id);
        if self.room() == 0 {
            self.site.todo.agents.insert(id);
        }
    }

    /// Whom a free agent serves next: the one in the earliest place, among those assigned to or kept for this agent
    /// and those whom nobody is kept for; failing these, whoever another agent is kept for.
    fn pick_contact(&self, id: AgentId) -> Option<ContactId> {
        let agent = self.site.agents.get(&id)?;
        let fits = |contact: &&Contact| {
            agent.is_free_for(contact.channel) && !contact.declined.contains_key(&id)
        };
        let waiting = |contact: ContactId| {
            self.site
                .contacts
                .get(&contact)
                .filter(|known| known.state == State::Waiting && !known.is_nobody_there())
                .filter(fits)
        };
        let calendar = self.calendar_contact(id);
        let assigned = agent.assigned.iter().find(|(_, contact)| waiting(*contact).is_some());
        if let Some(first) = calendar.or(assigned.map(|(_, contact)| *contact)) {
            return Some(first);
        }
        let own = agent
            .next
            .values()
            .filter_map(|contact| waiting(*contact).map(|known| (known.virtual_start, *contact)))
            .min();
        let declined = |contact| self.declined(contact, id);
        let line = self.site.index.first_in_line(agent.slot, declined);
        let first = own.into_iter().chain(line).min();
        first
            .or_else(|| self.site.index.first_booked(agent.slot, declined))
            .map(|(_, contact)| contact)
    }

    /// The callback whose interval in this agent's calendar has begun.
    fn calendar_contact(&self, id: AgentId) -> Option<ContactId> {
        let agent = self.site.agents.get(&id)?;
        let kept = agent.shift.as_ref()?.kept_for?;
        let contact = self.site.bookings.get(&kept)?.contact(self.site)?;
        let known = self.site.contacts.get(&contact)?;
        let room = agent.cost(known.channel).is_some_and(|cost| agent.load() + cost <= agent::FULL);
        (agent.is_available()
            && room
            && known.state == State::Waiting
            && !known.declined.contains_key(&id))
        .then_some(contact)
    }

    fn pick_to_book(&self, id: AgentId) -> Option<ContactId> {
        let agent = self.site.agents.get(&id)?;
        self.site
            .index
            .first_to_book(agent.slot, |contact| self.declined(contact, id))
            .map(|(_, contact)| contact)
    }

    fn declined(&self, contact: ContactId, agent: AgentId) -> bool {
        self.site.contacts.get(&contact).is_some_and(|known| known.declined.contains_key(&agent))
    }

    fn settle_contact(&mut self, id: ContactId) {
        let Some(contact) = self.site.contacts.get(&id) else { return };
        if contact.state != State::Waiting || contact.is_nobody_there() {
            return;
        }
        if let Some(agent) = contact.assigned.or_else(|| self.calendar_agent(contact)) {
            self.site.todo.agents.insert(agent);
            if contact.assigned.is_some() {
                return;
            }
        }
        let is_calendar = contact
            .booking
            .and_then(|booking| self.site.bookings.get(&booking))
            .is_some_and(|booking| booking.due.is_some());
        if is_calendar {
            return;
        }
        let strategy = self.site.definition(&contact.queue).strategy;
        let declined = |agent| contact.declined.contains_key(&agent);
        let free = self.site.index.free_agents(contact.class, strategy, declined);
        if let Some(best) = free.first() {
            let agent = best.agent;
            self.offer_with(id, agent, free);
        } else if contact.booking.is_none() {
            let first = self
                .site
                .index
                .first_expected_free(contact.class, declined)
                .map(|(agent, _)| agent);
            match first {
                Some(agent) => self.book(id, agent),
                None => self.displace(id),
            }
        }
    }

    fn calendar_agent(&self, contact: &Contact) -> Option<AgentId> {
        let booking = self.site.bookings.get(&contact.booking?)?;
        booking.due.map(|_| booking.agent)
    }

    /// Takes the agent who is kept for the last in line, if that one stands behind this contact.
    fn displace(&mut self, id: ContactId) {
        let Some(contact) = self.site.contacts.get(&id) else { return };
        let (start, channel) = (contact.virtual_start, contact.channel);
        let Some(agent) = self.site.index.booked_for_a_later_one(contact.class, start) else {
            return;
        };
        if self.declined(id, agent) {
            return;
        }
        let known = self.site.agents.get(&agent);
        let last = known.and_then(|known| {
            let place = |contact: &ContactId| {
                self.site.contacts.get(contact).map(|other| (other.virtual_start, other.channel))
            };
            known
                .next
                .iter()
                .filter_map(|(booking, contact)| place(contact).map(|place| (place, *booking)))
                .max()
        });
        // Another channel costs another part of the agent: leave it.
        if let Some(((_, other), booking)) = last
            && other == channel
        {
            self.emit(booking::Event::Released {
                booking,
                because: booking::Because::EarlierInLine,
            });
            self.book(id, agent);
        }
    }

    fn book(&mut self, contact: ContactId, agent: AgentId) {
        let expected = self.site.expected_free(agent).unwrap_or(Timestamp::MAX).max(self.now());
        let booking = self.new_id("booking");
        let kind = booking::Kind::Next { contact };
        self.emit(booking::Event::Made { booking, agent, kind, expected_at: expected });
    }

    /// A contact that leaves, or is given to somebody by name, needs nobody to be kept.
    pub(crate) fn release_booking(&mut self, contact: ContactId) {
        if let Some(booking) = self.site.contacts.get(&contact).and_then(|known| known.booking) {
            self.emit(booking::Event::Released {
                booking,
                because: booking::Because::CustomerLeft,
            });
        }
    }

    fn offer(&mut self, contact: ContactId, agent: AgentId) {
        let Some(known) = self.site.contacts.get(&contact) else { return };
        let strategy = self.site.definition(&known.queue).strategy;
        let mut free = self
            .site
            .index
            .free_agents(known.class, strategy, |other| known.declined.contains_key(&other));
        if let Some(at) = free.iter().position(|candidate| candidate.agent == agent) {
            free[..=at].rotate_right(1);
        } else {
            let idle_since = self
                .site
                .agents
                .get(&agent)
                .and_then(|known| known.shift.as_ref())
                .map_or(self.now(), |shift| shift.idle_since);
            let proficiency = self
                .site
                .agents
                .get(&agent)
                .map_or(0, |agent| known.requirement.proficiency(&agent.skills));
            free.insert(0, reservation::Candidate { agent, idle_since, proficiency });
            free.truncate(crate::routing::CANDIDATES_MAX);
        }
        self.offer_with(contact, agent, free);
    }

    fn offer_with(
        &mut self,
        id: ContactId,
        agent: AgentId,
        candidates: Vec<reservation::Candidate>,
    ) {
        let Some(contact) = self.site.contacts.get(&id) else { return };
        let definition = self.site.definition(&contact.queue);
        let declined = u32::try_from(contact.declined.len()).unwrap_or(u32::MAX);
        let why = self.site.index.why(
            contact.class,
            definition.version,
            contact.step,
            candidates,
            declined,
        );
        let until = self.now() + Span::secs(i64::from(definition.offer_secs));
        let (queue, channel, booking) = (contact.queue.clone(), contact.channel, contact.booking);
        let kept_by = booking
            .and_then(|booking| self.site.bookings.get(&booking))
            .map(|booking| booking.agent);
        if let (Some(booking), Some(from)) = (booking, kept_by)
            && from != agent
        {
            let because = booking::Because::FreeSooner;
            self.emit(booking::Event::Moved {
                booking,
                from,
                agent,
                expected_at: self.now(),
                because,
            });
        }
        if let Some(booking) = booking {
            self.emit(booking::Event::Taken { booking, agent });
        }
        let reservation = self.new_id("reservation");
        self.emit(reservation::Event::Offered {
            reservation,
            contact: id,
            agent,
            queue,
            channel,
            until,
            booking,
            why,
        });
    }
}
