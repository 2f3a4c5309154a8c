//! A reservation: an agent held for one contact until a deadline; what the agent sees of it is the offer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    agent::{self, EXPLAINING, NOT_RESPONDING_BACK_OFF, Presence, Question},
    callback,
    command::{Actor, refusals},
    contact::{self, DECLINED_FOR},
    display,
    id::{AgentId, BookingId, Channel, ContactId, QueueName, ReasonCode, ReservationId, StaffId},
    link,
    requirement::Requirement,
    site::{Draft, Due, Site},
    time::{Deadline, Span, Timestamp},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The offer stands.
    Pending {
        until: Deadline,
    },
    /// The link is being set up.
    Accepted {
        until: Deadline,
    },
    Connecting {
        party: Party,
        until: Deadline,
    },
    Connected {
        since: Timestamp,
    },
    Wrapping {
        until: Deadline,
        connected_at: Timestamp,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    pub contact: ContactId,
    pub agent: AgentId,
    pub queue: QueueName,
    pub channel: Channel,
    pub offered_at: Timestamp,
    pub state: State,
}

refusals! { "reservation" =>
    Over = "over", "this offer is over: it timed out, was taken back, or the customer left";
    NotYours = "not_yours", "this offer was made to another agent";
    ReasonUnknown { reason: ReasonCode } = "reason_unknown", "`{reason}` is not among the policy's reasons for rejecting; choose one of those";
    NotAsked = "not_asked", "nobody asks why this was rejected any more";
    AlreadyAccepted = "already_accepted", "this offer is accepted already; finish the contact instead";
}

/// Why this agent: what `explain` starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub queue_version: u32,
    pub step: u8,
    pub requirement: Requirement,
    /// The best ten, the chosen one first.
    pub candidates: Vec<Candidate>,
    /// Agents not considered, by reason: `not_qualified`, `busy`, `not_available`, `declined`, `kept_for_booking`.
    pub excluded: BTreeMap<String, u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub agent: AgentId,
    pub idle_since: Timestamp,
    pub proficiency: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    Agent,
    Customer,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Accepting twice is accepting once.
    Accept { reservation: ReservationId },
    /// At once: the customer goes to another agent. Without a reason the agent is asked for it afterwards.
    Reject { reservation: ReservationId, reason: Option<ReasonCode> },
    /// Why it was rejected; `None`: they do not say.
    Explain { reservation: ReservationId, reason: Option<ReasonCode> },
}

events! { "reservation" =>
    Offered = "reservation.offered" @ 1 {
        reservation: ReservationId, contact: ContactId, agent: AgentId, queue: QueueName, channel: Channel,
        until: Deadline, booking: Option<BookingId>, why: Why,
    },
    /// The link must be set up by `until`.
    Accepted = "reservation.accepted" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId, until: Deadline },
    Rejected = "reservation.rejected" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId, reason: Option<ReasonCode> },
    TimedOut = "reservation.timed_out" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId },
    /// The customer left.
    Cancelled = "reservation.cancelled" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId },
    /// Staff or a rule took it back.
    Rescinded = "reservation.rescinded" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId },
    Connecting = "reservation.connecting" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId, party: Party },
    Connected = "reservation.connected" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId },
    Wrapping = "reservation.wrapping" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId, until: Deadline },
    Completed = "reservation.completed" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId },
    /// A deadline that fell due while nobody decided, or a call that still rings, gets a fresh term.
    Extended = "reservation.extended" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId, until: Deadline },
    Failed = "reservation.failed" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId, cause: String },
    /// Rejected without a reason: the agent is asked, and gets no offers before they answer, or `until`.
    AskedWhy = "reservation.asked_why" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId, until: Deadline },
    Explained = "reservation.explained" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId, reason: Option<ReasonCode> },
}

pub(crate) fn decide(draft: &mut Draft, command: Command) -> Result<(), Refusal> {
    match command {
        Command::Accept { reservation } => accept(draft, reservation),
        Command::Reject { reservation, reason } => reject(draft, reservation, reason),
        Command::Explain { reservation, reason } => explain(draft, reservation, reason),
    }
}

fn accept(draft: &mut Draft, id: ReservationId) -> Result<(), Refusal> {
    let reservation = offered_to_actor(draft, id)?;
    match reservation.state {
        State::Pending { .. } => {
            let (contact, agent) = (reservation.contact, reservation.agent);
            let linking =
                Span::secs(i64::from(draft.site.definition(&reservation.queue).linking_secs));
            draft.emit(Event::Accepted {
                reservation: id,
                contact,
                agent,
                until: draft.now() + linking,
            });
            link::request(draft, id);
            Ok(())
        }
        State::Accepted { .. }
        | State::Connecting { .. }
        | State::Connected { .. }
        | State::Wrapping { .. } => Ok(()),
    }
}

fn reject(draft: &mut Draft, id: ReservationId, reason: Option<ReasonCode>) -> Result<(), Refusal> {
    let Reservation { contact, agent, state, .. } = offered_to_actor(draft, id)?;
    let then = meaning(draft.site, reason.as_ref())?;
    match state {
        State::Pending { .. } => {
            draft.emit(Event::Rejected { reservation: id, contact, agent, reason: reason.clone() });
            agent::after_work(draft, agent);
            contact::leave_if_overdue(draft, contact);
            match (reason, then) {
                (Some(reason), Some(presence)) => {
                    agent::step_away(draft, agent, presence, reason);
                }
                (Some(_), None) => {}
                (None, _) if draft.site.reasons.rejections.is_empty() => {}
                (None, _) => {
                    let until = draft.now() + EXPLAINING;
                    draft.emit(Event::AskedWhy { reservation: id, contact, agent, until });
                }
            }
            Ok(())
        }
        State::Accepted { .. }
        | State::Connecting { .. }
        | State::Connected { .. }
        | State::Wrapping { .. } => Err(Refusal::AlreadyAccepted),
    }
}

/// The presence that this reason means; refused if the policy does not have it.
fn meaning(site: &Site, reason: Option<&ReasonCode>) -> Result<Option<Presence>, Refusal> {
    let Some(reason) = reason else { return Ok(None) };
    let known = site.reasons.rejections.get(reason);
    known.copied().ok_or_else(|| Refusal::ReasonUnknown { reason: reason.clone() })
}

fn explain(
    draft: &mut Draft,
    reservation: ReservationId,
    reason: Option<ReasonCode>,
) -> Result<(), Refusal> {
    let Actor::Staff(staff) = draft.context.actor else { return Err(Refusal::NotYours) };
    let agent = AgentId::from(staff);
    let shift = draft.site.agents.get(&agent).and_then(|known| known.shift.as_ref());
    let asked = shift.and_then(|shift| shift.question);
    let Some(Question { contact, .. }) = asked.filter(|asked| asked.reservation == reservation)
    else {
        return Err(Refusal::NotAsked);
    };
    let then = meaning(draft.site, reason.as_ref())?;
    draft.emit(Event::Explained { reservation, contact, agent, reason: reason.clone() });
    if let (Some(presence), Some(reason)) = (then, reason) {
        agent::step_away(draft, agent, presence, reason);
    }
    Ok(())
}

/// They did not say why in time: that is their right.
pub(crate) fn not_explained(draft: &mut Draft, agent: AgentId) {
    let shift = draft.site.agents.get(&agent).and_then(|known| known.shift.as_ref());
    if let Some(Question { reservation, contact, .. }) = shift.and_then(|shift| shift.question) {
        draft.emit(Event::Explained { reservation, contact, agent, reason: None });
    }
}

fn offered_to_actor(draft: &Draft, id: ReservationId) -> Result<Reservation, Refusal> {
    let reservation = draft.site.reservations.get(&id).ok_or(Refusal::Over)?;
    match &draft.context.actor {
        Actor::Staff(staff) if *staff == StaffId::from(reservation.agent) => {
            Ok(reservation.clone())
        }
        Actor::Staff(_) | Actor::Customer(_) | Actor::Policy(_) | Actor::Timer | Actor::System => {
            Err(Refusal::NotYours)
        }
    }
}

/// Nobody answered the offer.
pub(crate) fn time_out(draft: &mut Draft, id: ReservationId) {
    let Some(Reservation { contact, agent, .. }) = draft.site.reservations.get(&id).cloned() else {
        return;
    };
    draft.emit(Event::TimedOut { reservation: id, contact, agent });
    draft.emit(agent::Event::StoppedResponding {
        agent,
        until: draft.now() + NOT_RESPONDING_BACK_OFF,
    });
    agent::after_work(draft, agent);
    contact::leave_if_overdue(draft, contact);
}

/// Takes the agent away from a contact whose customer has left.
pub(crate) fn cancel(draft: &mut Draft, id: ReservationId) {
    let Some(Reservation { contact, agent, .. }) = draft.site.reservations.get(&id).cloned() else {
        return;
    };
    draft.emit(Event::Cancelled { reservation: id, contact, agent });
    agent::after_work(draft, agent);
}

/// Takes an offer back; the contact waits on.
pub(crate) fn rescind(draft: &mut Draft, id: ReservationId) {
    let Some(Reservation { contact, agent, .. }) = draft.site.reservations.get(&id).cloned() else {
        return;
    };
    draft.emit(Event::Rescinded { reservation: id, contact, agent });
    agent::after_work(draft, agent);
}

/// The talk is over: wrap-up begins, or ends at once where the queue gives it no time.
pub(crate) fn wrap(draft: &mut Draft, id: ReservationId) {
    let Some(Reservation { contact, agent, queue, .. }) = draft.site.reservations.get(&id).cloned()
    else {
        return;
    };
    let secs = draft.site.definition(&queue).wrap_up_secs;
    if secs == 0 {
        complete(draft, id, "default".to_owned(), None);
    } else {
        let until = draft.now() + Span::secs(i64::from(secs));
        draft.emit(Event::Wrapping { reservation: id, contact, agent, until });
    }
}

/// Ends the work on a contact with its disposition.
pub(crate) fn complete(
    draft: &mut Draft,
    id: ReservationId,
    disposition: String,
    notes: Option<crate::sealed::Sealed<String>>,
) {
    let Some(Reservation { contact, agent, .. }) = draft.site.reservations.get(&id).cloned() else {
        return;
    };
    draft.emit(contact::Event::Completed { contact, agent, disposition, notes });
    draft.emit(Event::Completed { reservation: id, contact, agent });
    agent::after_work(draft, agent);
}

/// The link did not come about; the agent is free again.
pub(crate) fn fail(draft: &mut Draft, id: ReservationId, cause: &str) {
    let Some(Reservation { contact, agent, .. }) = draft.site.reservations.get(&id).cloned() else {
        return;
    };
    draft.emit(Event::Failed { reservation: id, contact, agent, cause: cause.to_owned() });
    agent::after_work(draft, agent);
}

/// The agent's device is gone for good: whoever was served waits again in the old place.
pub(crate) fn agent_gone(draft: &mut Draft, id: ReservationId) {
    let Some(reservation) = draft.site.reservations.get(&id).cloned() else { return };
    match reservation.state {
        State::Pending { .. } => rescind(draft, id),
        State::Wrapping { .. } => complete(draft, id, "default".to_owned(), None),
        State::Accepted { .. } | State::Connecting { .. } | State::Connected { .. } => {
            link::end_of(draft, reservation.contact, link::End::PlatformEnded);
            display::end_of(draft, reservation.contact);
            callback::attempt_ended(draft, reservation.contact, callback::AttemptEnd::Unknown);
            contact::hand_back(draft, reservation.contact);
            fail(draft, id, "agent_gone");
        }
    }
}

/// A call is still being made: it may take so long from now, if it has not longer anyway.
pub(crate) fn extend_linking(draft: &mut Draft, id: ReservationId, term: Span) {
    let Some(known) = draft.site.reservations.get(&id) else { return };
    let (contact, agent, until) = (known.contact, known.agent, draft.now() + term);
    if known.linking_until().is_some_and(|before| before < until) {
        draft.emit(Event::Extended { reservation: id, contact, agent, until });
    }
}

/// Offers and wrap-ups that fell due while nobody decided get one fresh term.
pub(crate) fn extend_overdue(draft: &mut Draft) {
    let now = draft.now();
    let overdue: Vec<_> = draft
        .site
        .reservations
        .iter()
        .filter_map(|(id, reservation)| {
            let definition = draft.site.definition(&reservation.queue);
            let secs = match reservation.state {
                State::Pending { until } if until <= now => definition.offer_secs,
                State::Wrapping { until, .. } if until <= now => definition.wrap_up_secs,
                State::Pending { .. }
                | State::Wrapping { .. }
                | State::Accepted { .. }
                | State::Connecting { .. }
                | State::Connected { .. } => return None,
            };
            Some((*id, reservation.contact, reservation.agent, now + Span::secs(i64::from(secs))))
        })
        .take(draft.room())
        .collect();
    for (reservation, contact, agent, until) in overdue {
        draft.emit(Event::Extended { reservation, contact, agent, until });
    }
}

pub(crate) fn evolve(site: &mut Site, event: &Event, at: Timestamp) {
    match event {
        Event::Offered { reservation, contact, agent, queue, channel, until, .. } => {
            let state = State::Pending { until: *until };
            let (queue, offered_at) = (queue.clone(), at);
            site.due.insert((*until, Due::Offer(*reservation)));
            site.reservations.insert(
                *reservation,
                Reservation {
                    contact: *contact,
                    agent: *agent,
                    queue,
                    channel: *channel,
                    offered_at,
                    state,
                },
            );
            if let Some(shift) = site.shift_mut(*agent) {
                shift.work.insert(*reservation, *channel);
            }
            site.set_contact(*contact, contact::State::Offered { reservation: *reservation }, at);
            site.touch_agent(*agent);
        }
        Event::Accepted { reservation, contact, until, .. } => {
            // Whoever accepts has it: nobody has to be waited for any more.
            site.assign(*contact, None, None);
            site.set_reservation(*reservation, State::Accepted { until: *until });
            site.due.insert((*until, Due::Linking(*reservation)));
            site.set_contact(*contact, contact::State::Linking { reservation: *reservation }, at);
        }
        Event::Connecting { reservation, party, .. } => {
            if let Some(until) =
                site.reservations.get(reservation).and_then(Reservation::linking_until)
            {
                site.set_reservation(*reservation, State::Connecting { party: *party, until });
                site.due.insert((until, Due::Linking(*reservation)));
            }
        }
        Event::Connected { reservation, agent, .. } => {
            site.set_reservation(*reservation, State::Connected { since: at });
            site.touch_agent(*agent);
        }
        Event::Wrapping { reservation, contact, agent, until } => {
            let connected_at = site
                .reservations
                .get(reservation)
                .map_or(at, |known| known.connected_at().unwrap_or(at));
            site.set_reservation(*reservation, State::Wrapping { until: *until, connected_at });
            site.due.insert((*until, Due::Wrap(*reservation)));
            site.set_contact(*contact, contact::State::Wrapping { reservation: *reservation }, at);
            site.touch_agent(*agent);
        }
        Event::Extended { reservation, until, .. } => extended(site, *reservation, *until),
        Event::Rejected { reservation, contact, agent, .. }
        | Event::TimedOut { reservation, contact, agent } => {
            over(site, *reservation, *agent, at);
            site.decline(*contact, *agent, at + DECLINED_FOR);
            site.set_contact(*contact, contact::State::Waiting, at);
        }
        Event::Rescinded { reservation, contact, agent }
        | Event::Failed { reservation, contact, agent, .. } => {
            over(site, *reservation, *agent, at);
            site.set_contact(*contact, contact::State::Waiting, at);
        }
        Event::Cancelled { reservation, agent, .. }
        | Event::Completed { reservation, agent, .. } => {
            over(site, *reservation, *agent, at);
        }
        Event::AskedWhy { reservation, contact, agent, until } => {
            if let Some(shift) = site.shift_mut(*agent) {
                let (reservation, contact, until) = (*reservation, *contact, *until);
                let asked = Question { reservation, contact, until };
                let before = shift.question.replace(asked);
                site.forget(before.map(|asked| asked.until), Due::Question(*agent));
                site.due.insert((until, Due::Question(*agent)));
            }
            site.touch_agent(*agent);
        }
        Event::Explained { agent, .. } => {
            let asked = site.shift_mut(*agent).and_then(|shift| shift.question.take());
            site.forget(asked.map(|asked| asked.until), Due::Question(*agent));
            site.touch_agent(*agent);
        }
    }
}

/// The state that it is in has a fresh term.
fn extended(site: &mut Site, id: ReservationId, until: Deadline) {
    let Some(known) = site.reservations.get(&id) else { return };
    let (state, due) = match known.state.clone() {
        State::Pending { .. } => (State::Pending { until }, Due::Offer(id)),
        State::Accepted { .. } => (State::Accepted { until }, Due::Linking(id)),
        State::Connecting { party, .. } => (State::Connecting { party, until }, Due::Linking(id)),
        State::Wrapping { connected_at, .. } => {
            (State::Wrapping { until, connected_at }, Due::Wrap(id))
        }
        State::Connected { .. } => return,
    };
    site.set_reservation(id, state);
    site.due.insert((until, due));
}

impl Reservation {
    pub fn connected_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Connected { since } => Some(since),
            State::Wrapping { connected_at, .. } => Some(connected_at),
            State::Pending { .. } | State::Accepted { .. } | State::Connecting { .. } => None,
        }
    }

    fn linking_until(&self) -> Option<Deadline> {
        match self.state {
            State::Accepted { until } | State::Connecting { until, .. } => Some(until),
            State::Pending { .. } | State::Connected { .. } | State::Wrapping { .. } => None,
        }
    }

    /// The deadline of the state it is in, as it stands in the due-index.
    pub(crate) fn due(&self, id: ReservationId) -> Option<(Deadline, Due)> {
        match self.state {
            State::Pending { until } => Some((until, Due::Offer(id))),
            State::Accepted { until } | State::Connecting { until, .. } => {
                Some((until, Due::Linking(id)))
            }
            State::Connected { .. } => None,
            State::Wrapping { until, .. } => Some((until, Due::Wrap(id))),
        }
    }
}

/// The reservation leaves the state, and the agent has one piece of work less.
fn over(site: &mut Site, id: ReservationId, agent: AgentId, at: Timestamp) {
    if let Some(reservation) = site.reservations.remove(&id) {
        if let Some(due) = reservation.due(id) {
            site.due.remove(&due);
        }
        if let Some(connected_at) = reservation.connected_at() {
            site.learn_handling(&reservation.queue, at - connected_at);
        }
    }
    if let Some(shift) = site.shift_mut(agent) {
        shift.work.remove(&id);
        if shift.work.is_empty() {
            shift.idle_since = at;
        }
    }
    site.touch_agent(agent);
}
