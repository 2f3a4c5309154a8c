//! An agent on the floor: presence, and what follows from the work in hand.

use domain::{
    agent::{Capacity, Presence, Question},
    id::{AgentId, BookingId, Channel, ContactId, ReasonCode},
    requirement::Skills,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{Contact, ContactState, Floor, by_id::ById, happened::Happened};

/// A whole agent; divisible by every capacity up to ten, as in the decider's own reckoning.
const FULL: u16 = 2_520;

/// Derived from presence and work, never stored in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoutingStatus {
    OffQueue,
    Idle,
    Reserved,
    Interacting,
    AfterContactWork,
    NotResponding,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Agent {
    pub agent: AgentId,
    pub skills: Skills,
    pub capacity: Capacity,
    pub signed_in: bool,
    pub presence: Presence,
    pub reason: Option<ReasonCode>,
    /// Takes effect when the work in hand is done.
    pub deferred: Option<Presence>,
    pub device_lost: bool,
    pub not_responding: bool,
    /// No offers: a calendar booking begins soon or is due.
    pub kept_for: Option<BookingId>,
    /// Rejected without a reason: the agent is asked why.
    #[serde(default)]
    pub question: Option<Question>,
    /// Looks on as an expert while others talk with these customers.
    #[serde(default)]
    pub advises: Vec<ContactId>,
    /// Contacts that a supervisor gave to this agent, not accepted yet.
    #[serde(default)]
    pub assigned: Vec<ContactId>,
    pub status: RoutingStatus,
    /// Since when presence and status are what they are.
    pub since: Timestamp,
    /// Offered or served now.
    pub contacts: Vec<ContactId>,
    pub(super) serves: Vec<usize>,
    pub(super) counted: Counted,
}

/// How the agent counts in the queues that it serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counted {
    pub(super) free: bool,
    pub(super) at_work: bool,
}

impl Agent {
    fn new(agent: AgentId, at: Timestamp) -> Self {
        Self {
            agent,
            skills: Skills::new(),
            capacity: Capacity::new(),
            signed_in: false,
            presence: Presence::Offline,
            reason: None,
            deferred: None,
            device_lost: false,
            not_responding: false,
            kept_for: None,
            question: None,
            advises: Vec::new(),
            assigned: Vec::new(),
            status: RoutingStatus::OffQueue,
            since: at,
            contacts: Vec::new(),
            serves: Vec::new(),
            counted: Counted::default(),
        }
    }

    /// Takes part in routing, busy or not.
    pub fn is_at_work(&self) -> bool {
        self.signed_in
            && self.presence == Presence::Available
            && self.deferred.is_none()
            && !self.device_lost
            && !self.not_responding
            && self.question.is_none()
            && self.advises.is_empty()
    }

    fn set_presence(&mut self, presence: Presence, reason: Option<ReasonCode>, at: Timestamp) {
        if self.presence != presence || self.reason != reason {
            self.since = at;
        }
        self.presence = presence;
        self.reason = reason;
        self.deferred = None;
    }
}

impl Floor {
    /// Takes part, and the work in hand leaves room for one more contact of this channel.
    pub fn is_free_for(&self, agent: &Agent, channel: Channel) -> bool {
        let load = load(&self.contacts, agent);
        let open = agent.is_at_work() && agent.kept_for.is_none();
        open && agent.capacity.get(&channel).is_some_and(|max| fits(load, *max))
    }

    pub(super) fn agent_event(&mut self, happened: Happened<'_>, at: Timestamp) {
        let (Happened::Enrolled { agent, .. }
        | Happened::SignedIn { agent }
        | Happened::PresenceChanged { agent, .. }
        | Happened::PresenceDeferred { agent, .. }
        | Happened::DeviceLost { agent }
        | Happened::DeviceReturned { agent }
        | Happened::StoppedResponding { agent }
        | Happened::RespondingAgain { agent }
        | Happened::Kept { agent, .. }
        | Happened::Retired { agent }
        | Happened::AskedWhy { agent, .. }
        | Happened::Explained { agent }
        | Happened::SignedOut { agent }) = happened
        else {
            return;
        };
        let known = self.agents.entry(agent).or_insert_with(|| Agent::new(agent, at));
        match happened {
            Happened::Enrolled { skills, capacity, .. } => {
                known.skills = skills;
                known.capacity = capacity;
                self.serves_anew(agent);
            }
            Happened::SignedIn { .. } => {
                known.signed_in = true;
                known.set_presence(Presence::Away, None, at);
            }
            Happened::PresenceChanged { presence, reason, .. } => {
                known.set_presence(presence, reason, at);
            }
            Happened::PresenceDeferred { presence, .. } => known.deferred = Some(presence),
            Happened::DeviceLost { .. } => known.device_lost = true,
            Happened::DeviceReturned { .. } => known.device_lost = false,
            Happened::StoppedResponding { .. } => known.not_responding = true,
            Happened::RespondingAgain { .. } => known.not_responding = false,
            Happened::Kept { booking, .. } => known.kept_for = Some(booking),
            Happened::Retired { .. } => {
                known.skills = Skills::new();
                known.capacity = Capacity::new();
                self.serves_anew(agent);
            }
            Happened::AskedWhy { reservation, contact, until, .. } => {
                known.question = Some(Question { reservation, contact, until });
            }
            Happened::Explained { .. } => known.question = None,
            Happened::SignedOut { .. } => {
                known.kept_for = None;
                known.question = None;
                known.advises.clear();
                known.signed_in = false;
                known.device_lost = false;
                known.not_responding = false;
                known.set_presence(Presence::Offline, None, at);
            }
            _ => {}
        }
        self.restate(agent, at);
    }

    /// A booking has ended, or has another agent.
    pub(super) fn keep_no_longer(&mut self, agent: AgentId, booking: BookingId, at: Timestamp) {
        if let Some(known) = self.agents.get_mut(&agent)
            && known.kept_for == Some(booking)
        {
            known.kept_for = None;
            self.restate(agent, at);
        }
    }

    /// The agent has been given this contact, or it has been taken away.
    pub(super) fn hand(&mut self, agent: AgentId, contact: ContactId, at: Timestamp) {
        if let Some(known) = self.agents.get_mut(&agent)
            && !known.contacts.contains(&contact)
        {
            known.contacts.push(contact);
        }
        self.restate(agent, at);
    }

    pub(super) fn unhand(&mut self, agent: AgentId, contact: ContactId, at: Timestamp) {
        if let Some(known) = self.agents.get_mut(&agent) {
            known.contacts.retain(|one| *one != contact);
        }
        self.restate(agent, at);
    }

    /// Works out anew what follows from an agent's presence and work.
    pub(super) fn restate(&mut self, agent: AgentId, at: Timestamp) {
        let Some(known) = self.agents.get_mut(&agent) else { return };
        let load = load(&self.contacts, known);
        let mut interacting = !known.advises.is_empty();
        let (mut reserved, mut wrapping) = (known.question.is_some(), false);
        for contact in &known.contacts {
            let Some(contact) = self.contacts.get(contact) else { continue };
            match contact.state {
                ContactState::Linking | ContactState::Talking | ContactState::Held => {
                    interacting = true;
                }
                ContactState::Offered => reserved = true,
                ContactState::Wrapping => wrapping = true,
                ContactState::Waiting | ContactState::Completed | ContactState::Left => {}
            }
        }
        let status = match () {
            () if interacting => RoutingStatus::Interacting,
            () if reserved => RoutingStatus::Reserved,
            () if wrapping => RoutingStatus::AfterContactWork,
            () if known.not_responding => RoutingStatus::NotResponding,
            () if known.is_at_work() => RoutingStatus::Idle,
            () => RoutingStatus::OffQueue,
        };
        if known.status != status {
            known.status = status;
            known.since = at;
        }
        let at_work = known.is_at_work();
        let open = at_work && known.kept_for.is_none();
        let free = open && known.capacity.values().any(|max| fits(load, *max));
        let before = std::mem::replace(&mut known.counted, Counted { free, at_work });
        if before != known.counted {
            for at in &known.serves {
                let queue = &mut self.queues[*at];
                queue.free_agents = count(queue.free_agents, before.free, free);
                queue.agents_at_work = count(queue.agents_at_work, before.at_work, at_work);
                self.touched.queues.insert(*at);
            }
        }
        self.touched.agent(agent);
        // Whoever waits for this agent by name is shown with what the agent does.
        for contact in self.agents.get(&agent).into_iter().flat_map(|known| &known.assigned) {
            self.touched.contact(*contact);
        }
    }

    /// The agent looks on as an expert at this contact's display, or does so no more.
    pub(crate) fn advise(
        &mut self,
        agent: AgentId,
        contact: ContactId,
        looks: bool,
        at: Timestamp,
    ) {
        let Some(known) = self.agents.get_mut(&agent) else { return };
        known.advises.retain(|one| *one != contact);
        if looks {
            known.advises.push(contact);
        }
        self.restate(agent, at);
    }

    /// Other skills: counts anew in which queues.
    fn serves_anew(&mut self, agent: AgentId) {
        let Some(known) = self.agents.get(&agent) else { return };
        let serves = self.served_by(known);
        let Counted { free, at_work } = known.counted;
        for at in &known.serves {
            self.queues[*at].free_agents -= usize::from(free);
            self.queues[*at].agents_at_work -= usize::from(at_work);
            self.touched.queues.insert(*at);
        }
        for at in &serves {
            self.queues[*at].free_agents += usize::from(free);
            self.queues[*at].agents_at_work += usize::from(at_work);
            self.touched.queues.insert(*at);
        }
        if let Some(known) = self.agents.get_mut(&agent) {
            known.serves = serves;
        }
    }
}

/// What the work in hand costs, in parts of [`FULL`].
fn load(contacts: &ById<ContactId, Contact>, agent: &Agent) -> u16 {
    let work = agent.contacts.iter().filter_map(|id| contacts.get(id));
    work.map(|contact| cost(agent.capacity.get(&contact.channel).copied().unwrap_or(1))).sum()
}

fn cost(max: u8) -> u16 {
    FULL / u16::from(max.max(1))
}

fn fits(load: u16, max: u8) -> bool {
    max > 0 && load + cost(max) <= FULL
}

fn count(so_far: usize, before: bool, now: bool) -> usize {
    so_far + usize::from(now) - usize::from(before)
}
