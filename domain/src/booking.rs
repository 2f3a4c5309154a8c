//! A booking: an agent's future time kept for one customer.

use serde::{Deserialize, Serialize};

use crate::{
    agent::{self, Agent},
    callback::Callback,
    id::{AgentId, BookingId, CallbackId, ContactId},
    site::{Draft, Due, Site},
    time::{Deadline, Span, Timestamp},
};

/// Before a calendar booking begins, its agent gets no new offers for this long.
pub const CALENDAR_LEAD: Span = Span::secs(300);
/// A calendar booking whose agent is still not free this long after it began lapses: anybody qualified may serve.
pub const CALENDAR_PATIENCE: Span = Span::secs(120);

/// A booking that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    pub agent: AgentId,
    pub kind: Kind,
    pub expected_at: Timestamp,
    /// When a calendar booking comes near, then when it lapses; a *next* booking lives as long as its contact waits.
    pub due: Option<Deadline>,
}

impl Booking {
    /// The waiting contact it is for, if that has joined the line.
    pub fn contact(&self, site: &Site) -> Option<ContactId> {
        match self.kind {
            Kind::Next { contact } => Some(contact),
            Kind::Calendar { callback, .. } => match site.callbacks.get(&callback)?.state {
                crate::callback::State::Queued { contact } => Some(contact),
                crate::callback::State::Scheduled { .. }
                | crate::callback::State::Processing { .. } => None,
            },
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The qualified agent expected free first, from that moment.
    Next { contact: ContactId },
    /// An interval in the agent's calendar.
    Calendar { callback: CallbackId, from: Timestamp, until: Timestamp },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Another agent is free, or expected free, sooner.
    FreeSooner,
    /// Its agent is gone, or may no longer serve it.
    AgentGone,
    /// Somebody with an earlier place in the line took the agent.
    EarlierInLine,
    /// The customer left or was served elsewhere.
    CustomerLeft,
    Rescheduled,
}

events! { "booking" =>
    Made = "booking.made" @ 1 { booking: BookingId, agent: AgentId, kind: Kind, expected_at: Timestamp },
    Moved = "booking.moved" @ 1 { booking: BookingId, from: AgentId, agent: AgentId, expected_at: Timestamp, because: Because },
    /// Terminal: the agent was offered the customer it was kept for.
    Taken = "booking.taken" @ 1 { booking: BookingId, agent: AgentId },
    Released = "booking.released" @ 1 { booking: BookingId, because: Because },
    Lapsed = "booking.lapsed" @ 1 { booking: BookingId },
}

/// Books a qualified agent's time for a callback at `from`, if anybody has that time.
pub(crate) fn book_calendar(draft: &mut Draft, callback: CallbackId, from: Timestamp) {
    let Some(open) = draft.site.callbacks.get(&callback) else { return };
    let until = from + Span::secs(i64::from(draft.site.definition(&open.queue).handle_secs));
    if let Some(agent) = has_time(draft.site, open, from, until) {
        let booking = draft.new_id("booking");
        draft.emit(Event::Made {
            booking,
            agent,
            kind: Kind::Calendar { callback, from, until },
            expected_at: from,
        });
    }
}

/// The qualified agent with the emptiest calendar who has the interval free.
fn has_time(
    site: &Site,
    callback: &Callback,
    from: Timestamp,
    until: Timestamp,
) -> Option<AgentId> {
    let overlaps = |agent: &Agent| {
        agent.calendar.iter().any(|(begins, ends, _)| *begins < until && from < *ends)
    };
    site.agents
        .iter()
        .filter(|(_, agent)| {
            callback.requirement.holds(&agent.skills) && agent.cost(callback.channel).is_some()
        })
        .filter(|(_, agent)| !overlaps(agent))
        .min_by_key(|(id, agent)| (agent.calendar.len(), **id))
        .map(|(id, _)| *id)
}

/// A calendar booking comes near, or has waited for its agent long enough.
pub(crate) fn fire(draft: &mut Draft, id: BookingId) {
    let Some(booking) = draft.site.bookings.get(&id).cloned() else { return };
    let Kind::Calendar { callback, from, until } = booking.kind else { return };
    let known = draft.site.agents.get(&booking.agent);
    if known
        .is_some_and(|agent| agent.shift.as_ref().is_some_and(|shift| shift.kept_for == Some(id)))
    {
        draft.emit(Event::Lapsed { booking: id });
        return;
    }
    if draft.now() >= from + CALENDAR_PATIENCE {
        draft.emit(Event::Lapsed { booking: id });
        return;
    }
    if known.is_some_and(Agent::is_available) {
        draft.emit(agent::Event::Kept { agent: booking.agent, booking: id });
        return;
    }
    let open = draft.site.callbacks.get(&callback);
    let other = open.and_then(|open| {
        let mut there =
            draft.site.agents.iter().filter(|(_, agent)| agent.is_available() && !agent.is_kept());
        there.find(|(_, agent)| {
            open.requirement.holds(&agent.skills)
                && agent.cost(open.channel).is_some()
                && !agent.calendar.iter().any(|(begins, ends, _)| *begins < until && from < *ends)
        })
    });
    match other.map(|(agent, _)| *agent) {
        Some(agent) => {
            let (from, because) = (booking.agent, Because::AgentGone);
            draft.emit(Event::Moved {
                booking: id,
                from,
                agent,
                expected_at: booking.expected_at,
                because,
            });
            draft.emit(agent::Event::Kept { agent, booking: id });
        }
        None => draft.emit(Event::Released { booking: id, because: Because::AgentGone }),
    }
}

/// The agent whose interval it is serves no more: another has that time, or nobody.
pub(crate) fn hand_over(draft: &mut Draft, id: BookingId) {
    let Some(Booking { agent: from, kind, expected_at, .. }) =
        draft.site.bookings.get(&id).cloned()
    else {
        return;
    };
    let because = Because::AgentGone;
    let other = match kind {
        Kind::Next { .. } => None,
        Kind::Calendar { callback, from, until } => draft
            .site
            .callbacks
            .get(&callback)
            .and_then(|open| has_time(draft.site, open, from, until)),
    };
    draft.emit(match other {
        Some(agent) => Event::Moved { booking: id, from, agent, expected_at, because },
        None => Event::Released { booking: id, because },
    });
}

pub(crate) fn evolve(site: &mut Site, event: &Event, _at: Timestamp) {
    match event {
        Event::Made { booking, agent, kind, expected_at } => {
            let due = match kind {
                Kind::Next { .. } => None,
                Kind::Calendar { from, .. } => Some(*from - CALENDAR_LEAD),
            };
            let added =
                Booking { agent: *agent, kind: kind.clone(), expected_at: *expected_at, due };
            attach(site, *booking, added);
        }
        Event::Moved { booking, agent, expected_at, .. } => {
            if let Some(moved) = detach(site, *booking) {
                attach(
                    site,
                    *booking,
                    Booking { agent: *agent, expected_at: *expected_at, ..moved },
                );
            }
        }
        Event::Taken { booking, .. }
        | Event::Released { booking, .. }
        | Event::Lapsed { booking } => {
            detach(site, *booking);
        }
    }
}

fn attach(site: &mut Site, id: BookingId, booking: Booking) {
    let agent = booking.agent;
    if let Some(due) = booking.due {
        site.due.insert((due, Due::Booking(id)));
    }
    match booking.kind {
        Kind::Next { contact } => {
            if let Some(agent) = site.agents.get_mut(&agent) {
                agent.next.insert(id, contact);
            }
            site.set_contact_booking(contact, Some(id));
        }
        Kind::Calendar { callback, from, until } => {
            if let Some(agent) = site.agents.get_mut(&agent) {
                agent.calendar.insert((from, until, id));
            }
            if let Some(open) = site.callbacks.get_mut(&callback) {
                open.booking = Some(id);
            }
        }
    }
    let contact = booking.contact(site);
    site.bookings.insert(id, booking);
    if let Some(contact) = contact {
        site.set_contact_booking(contact, Some(id));
    }
    site.touch_agent(agent);
}

fn detach(site: &mut Site, id: BookingId) -> Option<Booking> {
    let contact = site.bookings.get(&id).and_then(|booking| booking.contact(site));
    let booking = site.bookings.remove(&id)?;
    site.forget(booking.due, Due::Booking(id));
    if let Some(agent) = site.agents.get_mut(&booking.agent) {
        agent.next.remove(&id);
        if let Kind::Calendar { from, until, .. } = booking.kind {
            agent.calendar.remove(&(from, until, id));
        }
        if let Some(shift) = &mut agent.shift
            && shift.kept_for == Some(id)
        {
            shift.kept_for = None;
        }
    }
    if let Kind::Calendar { callback, .. } = booking.kind
        && let Some(open) = site.callbacks.get_mut(&callback)
    {
        open.booking = None;
    }
    if let Some(contact) = contact {
        site.set_contact_booking(contact, None);
    }
    site.touch_agent(booking.agent);
    Some(booking)
}
