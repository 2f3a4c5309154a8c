//! A site: the queues whose agents may be shared, and all their live work, decided in one partition.

mod draft;
mod fold;
#[cfg(test)]
mod laws;
mod settle;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

pub(crate) use self::draft::Draft;
use crate::{
    agent::{self, Agent},
    booking::{self, Booking},
    callback::{self, Callback},
    command::{self, Context, Refusal},
    contact::{self, Contact},
    display::{self, Display},
    event::DecodeError,
    id::{
        AccountId, AgentId, BookingId, CallbackId, Channel, ContactId, DisplayId, LinkId,
        QueueName, ReservationId, VisitId,
    },
    link::{self, Link},
    partition::Root,
    queue::{self, Queue},
    requirement::Requirement,
    reservation::{self, Reservation},
    routing::{Index, Strength},
    time::{Deadline, Span, Timestamp},
};

sum_of_events! {
    /// Everything that a site's partition holds.
    SiteEvent {
        Agent(agent), Booking(booking), Callback(callback), Command(command), Contact(contact), Display(display),
        Entitlement(entitlement),
        Link(link), Queue(queue), Reservation(reservation),
    }
}

/// Everything that a site's partition is asked to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum SiteCommand {
    Agent(agent::Command),
    Callback(callback::Command),
    Contact(contact::Command),
    Display(display::Command),
    Link(link::Command),
    Queue(queue::Command),
    Reservation(reservation::Command),
}

/// What falls due, by whose deadline. The order decides among deadlines of one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    Offer(ReservationId),
    Linking(ReservationId),
    Wrap(ReservationId),
    Hold(ContactId),
    Talk(ContactId),
    Device(AgentId),
    NotResponding(AgentId),
    Booking(BookingId),
    Callback(CallbackId),
    Step(ContactId),
    Declined(ContactId, AgentId),
    Wait(ContactId),
    Question(AgentId),
    Assignment(ContactId),
}

/// Whose open requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requester {
    Account(AccountId),
    Visit(VisitId),
}

impl Requester {
    pub fn of(account: Option<AccountId>, visit: Option<VisitId>) -> Option<Self> {
        account.map(Self::Account).or(visit.map(Self::Visit))
    }
}

/// Contacts that have ended lately: so that ending twice is ending once, and a talk can be rated.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Ended {
    contacts: BTreeMap<ContactId, EndedContact>,
    order: VecDeque<ContactId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedContact {
    pub visit: Option<VisitId>,
    /// Who served it, if anybody did.
    pub agent: Option<AgentId>,
    pub stars: Option<u8>,
}

/// How many ended contacts a site remembers.
pub const ENDED_MAX: usize = 2_000;

impl Ended {
    pub fn get(&self, contact: ContactId) -> Option<&EndedContact> {
        self.contacts.get(&contact)
    }

    pub(crate) fn rate(&mut self, contact: ContactId, stars: u8) {
        if let Some(ended) = self.contacts.get_mut(&contact) {
            ended.stars = Some(stars);
        }
    }

    fn remember(&mut self, contact: ContactId, ended: EndedContact) {
        if self.order.len() >= ENDED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.contacts.remove(&oldest);
        }
        self.order.push_back(contact);
        self.contacts.insert(contact, ended);
    }
}

/// What may have become possible and is still to be looked at; part of no record, found again after hydration.
#[derive(Clone, Debug, Default)]
struct Todo {
    agents: BTreeSet<AgentId>,
    contacts: BTreeSet<(Timestamp, ContactId)>,
    steps: BTreeSet<ContactId>,
}

/// What somebody who asks, or waits, can expect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prospect {
    /// By the first step of the queue that anybody at work can serve.
    pub strength: Strength,
    /// Those who are served before, by agents who could serve this one.
    pub ahead: usize,
    /// When that step begins; until then nobody at work is good enough.
    pub relaxed_after: Span,
}

impl Prospect {
    /// Somebody would be offered it at once.
    pub fn is_free(&self) -> bool {
        self.strength.free > 0 && self.relaxed_after == Span::ZERO
    }

    /// Nobody who could serve it takes part, now or by a later step.
    pub fn nobody_here(&self) -> bool {
        self.strength.at_work == 0
    }
}

/// All live work of a site. As JSON it is the same for everybody who folds the same records.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Site {
    pub queues: BTreeMap<QueueName, Queue>,
    pub agents: BTreeMap<AgentId, Agent>,
    #[serde(default)]
    pub reasons: agent::Reasons,
    pub contacts: BTreeMap<ContactId, Contact>,
    pub reservations: BTreeMap<ReservationId, Reservation>,
    pub links: BTreeMap<LinkId, Link>,
    #[serde(default)]
    pub displays: BTreeMap<DisplayId, Display>,
    pub callbacks: BTreeMap<CallbackId, Callback>,
    pub bookings: BTreeMap<BookingId, Booking>,
    pub due: BTreeSet<(Deadline, Due)>,
    pub ended: Ended,
    #[serde(skip)]
    pub(crate) index: Index,
    #[serde(skip)]
    pub(crate) link_by_contact: BTreeMap<ContactId, LinkId>,
    #[serde(skip)]
    pub(crate) display_by_contact: BTreeMap<ContactId, DisplayId>,
    #[serde(skip)]
    pub(crate) callback_by_contact: BTreeMap<ContactId, CallbackId>,
    #[serde(skip)]
    requests: BTreeMap<Requester, BTreeSet<uuid::Uuid>>,
    #[serde(skip)]
    todo: Todo,
}

impl Root for Site {
    type Command = SiteCommand;
    type Event = SiteEvent;

    fn decide(
        &mut self,
        context: &Context,
        command: SiteCommand,
    ) -> Result<Vec<SiteEvent>, Refusal> {
        let mut draft = Draft::new(self, context);
        match command {
            SiteCommand::Agent(command) => agent::decide(&mut draft, command)?,
            SiteCommand::Callback(command) => callback::decide(&mut draft, command)?,
            SiteCommand::Contact(command) => contact::decide(&mut draft, command)?,
            SiteCommand::Display(command) => display::decide(&mut draft, command)?,
            SiteCommand::Link(command) => link::decide(&mut draft, command)?,
            SiteCommand::Queue(command) => queue::decide(&mut draft, command),
            SiteCommand::Reservation(command) => reservation::decide(&mut draft, command)?,
        }
        draft.settle();
        Ok(draft.into_events())
    }

    fn evolve(&mut self, event: &SiteEvent, at: Timestamp) {
        match event {
            SiteEvent::Agent(event) => agent::evolve(self, event, at),
            SiteEvent::Booking(event) => booking::evolve(self, event, at),
            SiteEvent::Callback(event) => callback::evolve(self, event, at),
            SiteEvent::Contact(event) => contact::evolve(self, event, at),
            SiteEvent::Display(event) => display::evolve(self, event, at),
            SiteEvent::Link(event) => link::evolve(self, event, at),
            SiteEvent::Queue(event) => queue::evolve(self, event),
            SiteEvent::Reservation(event) => reservation::evolve(self, event, at),
            SiteEvent::Command(_) | SiteEvent::Entitlement(_) => {}
        }
    }

    fn next_due(&self) -> Option<Deadline> {
        if self.todo.is_empty() {
            self.due.first().map(|(at, _)| *at)
        } else {
            Some(Timestamp::MIN)
        }
    }

    fn fire(&mut self, context: &Context) -> Vec<SiteEvent> {
        let mut draft = Draft::new(self, context);
        draft.fire_due();
        draft.into_events()
    }

    fn resume(&mut self, context: &Context) -> Vec<SiteEvent> {
        // What an owner derived as it went depends on where it began, and what it had left to do only it knew:
        // whoever takes over begins with what follows from the records alone.
        self.index_again();
        let mut draft = Draft::new(self, context);
        reservation::extend_overdue(&mut draft);
        draft.into_events()
    }

    const FOLD: Option<u32> = Some(2);

    fn freeze(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a site's state is always JSON")
    }

    fn thaw(bytes: &[u8]) -> Option<Self> {
        let mut site: Self = serde_json::from_slice(bytes).ok()?;
        site.index_again();
        Some(site)
    }

    fn kind(event: &SiteEvent) -> (&'static str, u32) {
        event.kind()
    }

    fn encode(event: &SiteEvent) -> Vec<u8> {
        event.encode()
    }

    fn decode(kind: &str, data: &[u8]) -> Result<SiteEvent, DecodeError> {
        SiteEvent::decode(kind, data)
    }

    fn meta(event: command::Event) -> SiteEvent {
        event.into()
    }
}

impl Todo {
    fn is_empty(&self) -> bool {
        self.agents.is_empty() && self.contacts.is_empty() && self.steps.is_empty()
    }
}

/// What people want to know.
impl Site {
    /// What a request that waited from `start` on would find, by the same index that serves it.
    pub fn prospect(
        &self,
        queue: &QueueName,
        channel: Channel,
        request: &Requirement,
        start: Timestamp,
    ) -> Prospect {
        let place = (start, ContactId(uuid::Uuid::max()));
        self.prospect_from(queue, channel, request, place, Span::ZERO)
    }

    /// As [`Site::prospect`], for a contact that waits; `None` if it does not.
    pub fn prospect_of(&self, id: ContactId, now: Timestamp) -> Option<Prospect> {
        let contact = self.contacts.get(&id).filter(|one| one.state == contact::State::Waiting)?;
        let (place, waited) = ((contact.virtual_start, id), now - contact.queued_at);
        let (channel, request) = (contact.channel, &contact.request);
        Some(self.prospect_from(&contact.queue, channel, request, place, waited))
    }

    /// How many agents the matcher could offer this waiting contact to now, and how many take part at all: who
    /// declined it is passed over.
    pub fn free_for(&self, contact: &Contact) -> (usize, usize) {
        let strength = self.index.strength(contact.channel, &contact.requirement);
        let declined = contact.declined.keys().filter_map(|agent| self.agents.get(agent));
        let declined = declined.filter(|agent| agent.is_free_for(contact.channel)).count();
        (strength.free.saturating_sub(declined), strength.at_work)
    }

    fn prospect_from(
        &self,
        queue: &QueueName,
        channel: Channel,
        request: &Requirement,
        place: (Timestamp, ContactId),
        waited: Span,
    ) -> Prospect {
        let steps = self.queues.get(queue).map_or(&[][..], |known| &known.definition.steps);
        let reached = queue::step_reached(steps, waited).unwrap_or(0);
        // Before the first step what is asked for is all that is required.
        let first = steps.first().is_none_or(|step| i64::from(step.after_secs) > waited.as_secs());
        let bare = first.then(|| (Span::ZERO, request.clone()));
        let later = steps.iter().skip(if first { 0 } else { reached }).map(|step| {
            let after = Span::secs(i64::from(step.after_secs)) - waited;
            (after.max(Span::ZERO), step.required(request))
        });
        let mut found = None;
        for (after, required) in bare.into_iter().chain(later) {
            let strength = self.index.strength(channel, &required);
            let prospect = || Prospect {
                strength,
                ahead: self.index.ahead(channel, &required, place, after > Span::ZERO),
                relaxed_after: after,
            };
            if strength.at_work > 0 {
                return prospect();
            }
            found.get_or_insert_with(prospect);
        }
        found.unwrap_or_default()
    }

    pub fn display_of(&self, contact: ContactId) -> Option<DisplayId> {
        self.display_by_contact.get(&contact).copied()
    }

    pub fn link_of(&self, contact: ContactId) -> Option<LinkId> {
        self.link_by_contact.get(&contact).copied()
    }

    /// What the agent is doing, derived from the work in hand.
    pub fn routing_status(&self, id: AgentId) -> agent::RoutingStatus {
        use agent::RoutingStatus as Status;
        let Some(shift) = self.agents.get(&id).and_then(|known| known.shift.as_ref()) else {
            return Status::OffQueue;
        };
        let mut states =
            shift.work.keys().filter_map(|id| self.reservations.get(id)).map(|held| &held.state);
        let rank = |state: &reservation::State| match state {
            reservation::State::Accepted { .. }
            | reservation::State::Connecting { .. }
            | reservation::State::Connected { .. } => 3,
            reservation::State::Wrapping { .. } => 2,
            reservation::State::Pending { .. } => 1,
        };
        match states.by_ref().map(rank).max() {
            Some(3) => Status::Interacting,
            Some(2) => Status::AfterContactWork,
            Some(_) => Status::Reserved,
            None if !shift.advises.is_empty() => Status::Interacting,
            None if shift.question.is_some() => Status::Reserved,
            None if shift.not_responding_until.is_some() => Status::NotResponding,
            None if shift.presence == agent::Presence::Available => Status::Idle,
            None => Status::OffQueue,
        }
    }

    /// When this agent is expected to have room again.
    pub fn expected_free(&self, id: AgentId) -> Option<Timestamp> {
        self.agents.get(&id).map(|known| self.index.expected_free(known.slot))
    }

    /// The definition in force; a queue that is not defined takes no requests, so there is one.
    pub fn definition(&self, queue: &QueueName) -> &queue::Definition {
        &self
            .queues
            .get(queue)
            .expect("requests are refused for queues that are not defined, and none is removed")
            .definition
    }
}
