//! A contact on the floor: where it stands, who serves it, and what was said.

use std::sync::Arc;

use domain::{
    contact::{Exit, Possible},
    id::{
        AccountId, AgentId, CallbackId, Channel, ContactId, LinkId, MatterId, MessageId, PageName,
        ReservationId, SubjectId, TopicName, VisitId,
    },
    link::{End, Medium},
    reservation::Party,
    sealed::Sealed,
    time::{Deadline, Timestamp},
};
use serde::{Deserialize, Serialize};

use super::{CallbackState, Ended, Entitlement, Floor, Offer, Request, happened::Happened};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContactState {
    Waiting,
    Offered,
    Linking,
    Talking,
    Held,
    Wrapping,
    Completed,
    Left,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Contact {
    pub contact: ContactId,
    pub matter: MatterId,
    pub visit: Option<VisitId>,
    pub subject: Option<SubjectId>,
    pub account: Option<AccountId>,
    pub channel: Channel,
    pub topic: TopicName,
    pub page: PageName,
    pub priority: u8,
    pub virtual_start: Timestamp,
    pub callback: Option<CallbackId>,
    pub queued_at: Timestamp,
    pub state: ContactState,
    pub since: Timestamp,
    /// When its state ends by itself.
    pub until: Option<Deadline>,
    /// A supervisor gave it to this agent, who has it until then.
    #[serde(default)]
    pub assigned: Option<(AgentId, Option<Deadline>)>,
    /// The customer's browser is gone.
    #[serde(default)]
    pub away_since: Option<Timestamp>,
    /// Whoever served it was gone, and it waits again.
    #[serde(default)]
    pub handed_back_at: Option<Timestamp>,
    /// When it leaves the line by itself.
    wait_until: Deadline,
    pub step: u8,
    /// Offered to, or served by; after its end: who served it last.
    pub agent: Option<AgentId>,
    pub reservation: Option<ReservationId>,
    pub talked_from: Option<Timestamp>,
    pub link: Option<Link>,
    pub entitlement: Option<Arc<Entitlement>>,
    pub exit: Option<Exit>,
    pub disposition: Option<String>,
    pub notes: Option<Sealed<String>>,
    pub stars: Option<u8>,
    pub(crate) queue: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link {
    pub link: LinkId,
    pub medium: Medium,
    pub state: LinkState,
    pub messages: Vec<Message>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    Requested,
    Ringing,
    Answered,
    Connected,
    Held,
    Ended(End),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub message: MessageId,
    pub from: Party,
    pub at: Timestamp,
    pub text: Sealed<String>,
}

impl Contact {
    /// What staff may do with it.
    pub fn possible(&self) -> Possible {
        match self.state {
            ContactState::Waiting | ContactState::Offered => {
                Possible::in_line(self.callback.is_some())
            }
            ContactState::Linking => Possible::linking(self.callback.is_some()),
            ContactState::Talking
            | ContactState::Held
            | ContactState::Wrapping
            | ContactState::Completed
            | ContactState::Left => Possible::NOTHING,
        }
    }

    pub fn is_open(&self) -> bool {
        !matches!(self.state, ContactState::Completed | ContactState::Left)
    }

    /// Out of the queue, and it was not the customer who left it.
    pub fn ended_without_customer(&self) -> bool {
        self.callback.is_none()
            && matches!(self.exit, Some(Exit::TimedOut | Exit::Withdrawn | Exit::Overflowed))
    }
}

impl Floor {
    pub(super) fn contact_event(&mut self, happened: Happened<'_>, at: Timestamp) {
        match happened {
            Happened::Queued { .. } => self.queued(happened, at),
            Happened::StepActivated { contact, step } => {
                self.change_contact(contact, |known| known.step = step);
            }
            Happened::Prioritised { contact, priority, virtual_start } => {
                self.move_contact(contact, |known| {
                    known.priority = priority;
                    known.virtual_start = virtual_start;
                });
            }
            Happened::Reassigned { contact, agent, until } => {
                self.assign(contact, agent.map(|agent| (agent, until)));
            }
            Happened::AssignmentReleased { contact } => self.assign(contact, None),
            Happened::HandedBack { contact, until } => self.change_contact(contact, |known| {
                known.wait_until = until;
                known.handed_back_at = Some(at);
            }),
            Happened::CustomerGone { contact } => self.customer_is_there(contact, Some(at)),
            Happened::CustomerReturned { contact } => self.customer_is_there(contact, None),
            Happened::Talking { contact, until } => self.talking(contact, until, at),
            Happened::Held { contact, until } => {
                self.step_to(contact, ContactState::Held, at, Some(until));
            }
            Happened::Resumed { contact, until } => {
                self.step_to(contact, ContactState::Talking, at, Some(until));
            }
            Happened::Left { contact, exit } => self.left(contact, exit, at),
            Happened::Completed { contact, disposition, notes } => {
                self.completed(contact, disposition, notes, at);
            }
            Happened::Rated { contact, stars } => {
                self.change_contact(contact, |known| known.stars = Some(stars));
            }
            Happened::Wrapping { contact, until } => {
                self.step_to(contact, ContactState::Wrapping, at, Some(until));
            }
            Happened::ReservationCompleted { contact, agent } => self.unhand(agent, contact, at),
            Happened::Offered { .. }
            | Happened::Accepted { .. }
            | Happened::Rejected { .. }
            | Happened::TimedOut { .. }
            | Happened::Cancelled { .. }
            | Happened::Rescinded { .. }
            | Happened::Extended { .. }
            | Happened::Failed { .. } => self.reservation_event(&happened, at),
            happened => self.link_event(happened, at),
        }
    }

    fn queued(&mut self, happened: Happened<'_>, at: Timestamp) {
        let Happened::Queued {
            contact,
            matter,
            visit,
            subject,
            account,
            queue,
            channel,
            topic,
            page,
            priority,
            virtual_start,
            requirement,
            callback,
            until,
        } = happened
        else {
            return;
        };
        let Some(queue) = self.queue_named(queue) else { return };
        self.require(queue, requirement.get());
        let promised = callback.and_then(|id| self.callbacks.get(&id));
        let entitlement = self
            .granted
            .clone()
            .or_else(|| promised.and_then(|callback| callback.entitlement.clone()));
        let added = Contact {
            contact,
            matter,
            visit,
            subject,
            account,
            channel,
            topic,
            page,
            priority,
            virtual_start,
            callback,
            queued_at: at,
            state: ContactState::Waiting,
            since: at,
            until: Some(until),
            assigned: None,
            away_since: None,
            handed_back_at: None,
            wait_until: until,
            step: 0,
            agent: None,
            reservation: None,
            talked_from: None,
            link: None,
            entitlement,
            exit: None,
            disposition: None,
            notes: None,
            stars: None,
            queue,
        };
        self.queues[queue].enter(&added);
        self.contacts.insert(contact, added);
        self.remember_request(Request::Contact(contact), visit, account);
        self.touched.contact(contact);
        self.touched.queues.insert(queue);
        self.touched.lines.insert(queue);
    }

    fn talking(&mut self, id: ContactId, until: Deadline, at: Timestamp) {
        let Some(contact) = self.contacts.get_mut(&id) else { return };
        contact.talked_from.get_or_insert(at);
        contact.handed_back_at = None;
        self.step_to(id, ContactState::Talking, at, Some(until));
    }

    fn left(&mut self, id: ContactId, exit: Exit, at: Timestamp) {
        let Some(contact) = self.contacts.get_mut(&id) else { return };
        contact.exit = Some(exit);
        self.assign(id, None);
        self.step_to(id, ContactState::Left, at, None);
        self.end(Ended::Contact(id), at);
    }

    fn assign(&mut self, id: ContactId, to: Option<(AgentId, Option<Deadline>)>) {
        let Some(known) = self.contacts.get_mut(&id) else { return };
        let before = std::mem::replace(&mut known.assigned, to);
        for (agent, _) in before.into_iter().chain(to) {
            if let Some(agent) = self.agents.get_mut(&agent) {
                agent.assigned.retain(|one| *one != id);
            }
        }
        if let Some(known) = to.and_then(|(agent, _)| self.agents.get_mut(&agent)) {
            known.assigned.push(id);
        }
        self.touched.contact(id);
    }

    /// Whether anybody is free for those who wait may be another now.
    fn customer_is_there(&mut self, id: ContactId, away_since: Option<Timestamp>) {
        self.move_contact(id, |known| known.away_since = away_since);
        if let Some(agent) = self.contacts.get(&id).and_then(|known| known.agent) {
            self.touched.agent(agent);
        }
    }

    fn completed(
        &mut self,
        id: ContactId,
        disposition: String,
        notes: Option<Sealed<String>>,
        at: Timestamp,
    ) {
        let Some(contact) = self.contacts.get_mut(&id) else { return };
        contact.exit = Some(Exit::Answered);
        contact.disposition = Some(disposition);
        contact.notes = notes;
        let handled_from = contact.talked_from.unwrap_or(at);
        self.queues[contact.queue].handled(at - handled_from);
        self.step_to(id, ContactState::Completed, at, None);
        self.end(Ended::Contact(id), at);
    }

    fn reservation_event(&mut self, happened: &Happened<'_>, at: Timestamp) {
        match *happened {
            Happened::Offered { reservation, contact, agent, until } => {
                let offer = Offer { reservation, contact, agent, offered_at: at, until };
                self.offers.insert(reservation, offer);
                self.touched.offer(reservation);
                if let Some(known) = self.contacts.get_mut(&contact) {
                    known.agent = Some(agent);
                    known.reservation = Some(reservation);
                }
                self.step_to(contact, ContactState::Offered, at, Some(until));
                self.hand(agent, contact, at);
            }
            Happened::Accepted { reservation, contact, agent, until } => {
                self.close_offer(reservation);
                self.assign(contact, None);
                self.step_to(contact, ContactState::Linking, at, Some(until));
                self.restate(agent, at);
            }
            Happened::TimedOut { reservation, contact, agent }
            | Happened::Cancelled { reservation, contact, agent }
            | Happened::Rejected { reservation, contact, agent }
            | Happened::Rescinded { reservation, contact, agent }
            | Happened::Failed { reservation, contact, agent } => {
                self.unreserve(reservation, contact, agent, at);
            }
            Happened::Extended { reservation, contact, until } => {
                if let Some(offer) = self.offers.get_mut(&reservation) {
                    offer.until = until;
                    self.touched.offer(reservation);
                }
                self.change_contact(contact, |known| known.until = Some(until));
            }
            _ => {}
        }
    }

    /// The agent no longer holds the contact; unless it has ended it waits again in its old place.
    fn unreserve(
        &mut self,
        reservation: ReservationId,
        contact: ContactId,
        agent: AgentId,
        at: Timestamp,
    ) {
        self.close_offer(reservation);
        if let Some(known) = self.contacts.get_mut(&contact)
            && known.is_open()
            && known.reservation == Some(reservation)
        {
            known.agent = None;
            known.reservation = None;
            let until = known.wait_until;
            self.step_to(contact, ContactState::Waiting, at, Some(until));
        }
        self.unhand(agent, contact, at);
    }

    fn close_offer(&mut self, reservation: ReservationId) {
        if self.offers.remove(&reservation).is_some() {
            self.touched.offer(reservation);
        }
    }

    fn link_event(&mut self, happened: Happened<'_>, at: Timestamp) {
        let (contact, state) = match happened {
            Happened::LinkRequested { link, contact, medium } => {
                let state = LinkState::Requested;
                self.change_contact(contact, |known| {
                    // What was said before somebody else took over belongs to the same contact.
                    let messages = known.link.take().map(|link| link.messages).unwrap_or_default();
                    known.link = Some(Link { link, medium, state, messages });
                });
                return;
            }
            Happened::MessageSent { contact, message, from, text } => {
                self.change_contact(contact, |known| {
                    if let Some(link) = &mut known.link {
                        link.messages.push(Message { message, from, at, text });
                    }
                });
                return;
            }
            Happened::LinkRinging { contact } => (contact, LinkState::Ringing),
            Happened::LinkAnswered { contact } => (contact, LinkState::Answered),
            Happened::LinkConnected { contact } | Happened::LinkResumed { contact } => {
                (contact, LinkState::Connected)
            }
            Happened::LinkHeld { contact } => (contact, LinkState::Held),
            Happened::LinkEnded { contact, end } => (contact, LinkState::Ended(end)),
            _ => return,
        };
        self.change_contact(contact, |known| {
            if let Some(link) = &mut known.link {
                link.state = state;
            }
        });
    }

    /// The contact is in another state from now on.
    fn step_to(
        &mut self,
        id: ContactId,
        state: ContactState,
        at: Timestamp,
        until: Option<Deadline>,
    ) {
        self.move_contact(id, |known| {
            known.state = state;
            known.since = at;
            known.until = until;
        });
        let Some(known) = self.contacts.get(&id) else { return };
        let (agent, callback) = (known.agent, known.callback);
        if let Some(callback) = callback {
            self.follow_contact(callback, id, state);
        }
        if let Some(agent) = agent {
            self.restate(agent, at);
        }
    }

    /// A callback whose contact is offered, or waits again, shows it.
    fn follow_contact(&mut self, callback: CallbackId, contact: ContactId, state: ContactState) {
        let of_this = self
            .callbacks
            .get(&callback)
            .is_some_and(|known| known.contact == Some(contact) && known.is_open());
        let shown = match state {
            ContactState::Offered => CallbackState::Routing,
            ContactState::Waiting => CallbackState::Queued,
            ContactState::Linking
            | ContactState::Talking
            | ContactState::Held
            | ContactState::Wrapping => CallbackState::Processing,
            ContactState::Completed | ContactState::Left => return,
        };
        if of_this {
            self.change_callback(callback, |known| known.state = shown);
        }
    }

    /// Changes what decides about its place in the queue.
    fn move_contact(&mut self, id: ContactId, change: impl FnOnce(&mut Contact)) {
        let Some(known) = self.contacts.get_mut(&id) else { return };
        let queue = &mut self.queues[known.queue];
        queue.quit(known);
        change(known);
        queue.enter(known);
        self.touched.queues.insert(known.queue);
        self.touched.lines.insert(known.queue);
        self.touched.contact(id);
    }

    fn change_contact(&mut self, id: ContactId, change: impl FnOnce(&mut Contact)) {
        if let Some(known) = self.contacts.get_mut(&id) {
            change(known);
            self.touched.contact(id);
        }
    }
}
