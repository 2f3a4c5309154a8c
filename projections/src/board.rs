//! The supervisor's board: rows of everything live on a site, and a journal of what changes in them.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use domain::{
    agent::{Capacity, Presence},
    callback::{Completion, When},
    contact::{Exit, Possible},
    id::{
        AccountId, AgentId, BookingId, CallbackId, Channel, ContactId, QueueName, ReasonCode,
        ReservationId, SubjectId, TopicName, VisitId,
    },
    log::Seq,
    requirement::Skills,
    sealed::Sealed,
    site::Site,
    time::{Deadline, Timestamp},
};

use crate::{
    expected_wait::ExpectedWait,
    floor::{
        Agent, Booking, Callback, CallbackState, Contact, ContactState, Floor, Offer, Queue,
        RoutingStatus, Touched,
    },
    metrics::{Counts, ServiceLevel},
};

/// When a line moves, this many at its head are shown with their new positions.
pub const LINE_SHOWN_MAX: usize = 100;
/// A subscriber that missed more changes than this starts again from a snapshot.
pub const JOURNAL_MAX: usize = 512;

/// Everything, or what has changed: rows by their keys, and keys of rows that are gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// Has everything up to this `seq`; a change with a version at or below the one held changes nothing.
    pub version: Seq,
    pub now: Timestamp,
    /// True: forget what you have; this is everything.
    pub snapshot: bool,
    pub queues: Vec<QueueRow>,
    pub agents: Vec<AgentRow>,
    pub contacts: Vec<ContactRow>,
    pub callbacks: Vec<CallbackRow>,
    pub bookings: Vec<BookingRow>,
    /// All open ones, in a change too.
    pub offers: Vec<OfferRow>,
    pub gone: Vec<Gone>,
    pub totals: Totals,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    Agent(AgentId),
    Contact(ContactId),
    Callback(CallbackId),
    Booking(BookingId),
}

#[derive(Clone, Debug, PartialEq)]
pub struct QueueRow {
    pub queue: QueueName,
    pub title: Option<String>,
    pub waiting: usize,
    pub talking: usize,
    pub longest_wait_since: Option<Timestamp>,
    pub target_secs: u32,
    pub service_levels: Vec<LevelRow>,
    pub expected_wait: Option<ExpectedWait>,
    pub today: Counts,
    pub asa_secs: Option<f64>,
    pub free_agents: usize,
    pub agents_at_work: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LevelRow {
    pub formula: &'static str,
    pub version: u32,
    pub target_secs: u32,
    /// Between 0 and 1; `None`: nothing to compute from.
    pub value: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRow {
    pub agent: AgentId,
    pub signed_in: bool,
    pub presence: Presence,
    pub reason: Option<ReasonCode>,
    pub deferred: Option<Presence>,
    pub status: RoutingStatus,
    pub since: Timestamp,
    pub device_lost: bool,
    /// Whose displays they look on at as an expert.
    pub advises: Vec<ContactId>,
    pub contacts: Vec<ContactId>,
    pub skills: Skills,
    pub capacity: Capacity,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRow {
    pub contact: ContactId,
    pub state: ContactState,
    pub channel: Channel,
    pub queue: QueueName,
    pub topic: TopicName,
    pub priority: u8,
    pub queued_at: Timestamp,
    pub since: Timestamp,
    pub until: Option<Deadline>,
    pub position: Option<usize>,
    pub step: u8,
    pub agent: Option<AgentId>,
    /// A supervisor gave it to this agent, who has it until then.
    pub assigned: Option<(AgentId, Option<Deadline>)>,
    pub away_since: Option<Timestamp>,
    pub possible: Possible,
    pub visit: Option<VisitId>,
    pub subject: Option<SubjectId>,
    pub account: Option<AccountId>,
    pub callback: Option<CallbackId>,
    pub exit: Option<Exit>,
    pub disposition: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackRow {
    pub callback: CallbackId,
    pub state: CallbackState,
    pub topic: TopicName,
    pub queue: QueueName,
    pub when: When,
    pub number: Sealed<String>,
    pub about: Option<Sealed<String>>,
    pub requested_at: Timestamp,
    pub attempts: u8,
    pub next_try: Option<Timestamp>,
    pub reason: Option<Completion>,
    pub contact: Option<ContactId>,
    pub visit: VisitId,
    pub subject: SubjectId,
    pub account: Option<AccountId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingRow {
    pub booking: BookingId,
    pub agent: AgentId,
    /// For whose next free moment …
    pub contact: Option<ContactId>,
    /// … or whose interval it is kept.
    pub callback: Option<CallbackId>,
    pub visit: Option<VisitId>,
    pub expected_at: Timestamp,
    pub until: Option<Timestamp>,
    pub subject: Option<SubjectId>,
    pub account: Option<AccountId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferRow {
    pub reservation: ReservationId,
    pub contact: ContactId,
    pub agent: AgentId,
    pub until: Deadline,
}

/// Of the whole site, today.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    pub today: Counts,
    pub waiting: usize,
    pub talking: usize,
    /// Each queue by its own target time.
    pub service_levels: Vec<LevelRow>,
    pub asa_secs: Option<f64>,
}

/// The whole board.
pub fn board(floor: &Floor, site: &Site) -> Board {
    let mut positions = BTreeMap::new();
    for queue in floor.queues() {
        positions.extend(queue.line().zip(1..));
    }
    let mut contacts: Vec<_> = floor
        .contacts()
        .filter(|contact| contact.is_open())
        .map(|contact| row_of(floor, contact, positions.get(&contact.contact).copied()))
        .collect();
    contacts.sort_unstable_by_key(|row| (row.queued_at, row.contact));
    let mut callbacks: Vec<_> = floor
        .callbacks()
        .filter(|callback| callback.is_open())
        .map(|callback| callback_row(floor, callback))
        .collect();
    callbacks.sort_unstable_by_key(|row| (row.requested_at, row.callback));
    let mut agents: Vec<_> =
        floor.agents().filter(|agent| agent.signed_in).map(agent_row).collect();
    agents.sort_unstable_by_key(|row| row.agent);
    Board {
        version: floor.seq(),
        now: floor.now(),
        snapshot: true,
        queues: floor.queues().map(|queue| queue_row(queue, site)).collect(),
        agents,
        contacts,
        callbacks,
        bookings: floor.bookings().map(|booking| booking_row(floor, booking)).collect(),
        offers: floor.offers().map(offer_row).collect(),
        gone: Vec::new(),
        totals: totals(floor),
    }
}

/// The rows of what was touched; `None` if the board shows none of it.
pub fn change(floor: &Floor, site: &Site, touched: &Touched) -> Option<Board> {
    if touched.everything {
        return Some(board(floor, site));
    }
    let mut gone = Vec::new();
    let mut agents = Vec::new();
    for id in &touched.agents {
        match floor.agent(*id).filter(|agent| agent.signed_in) {
            Some(agent) => agents.push(agent_row(agent)),
            None => gone.push(Gone::Agent(*id)),
        }
    }
    let mut shown: BTreeSet<ContactId> = touched.contacts.iter().copied().collect();
    for at in &touched.lines {
        shown.extend(floor.queue_at(*at).line().take(LINE_SHOWN_MAX));
    }
    let mut contacts = Vec::new();
    for id in shown {
        match floor.contact(id).filter(|contact| contact.is_open()) {
            Some(contact) => contacts.push(contact_row(floor, contact)),
            None => gone.push(Gone::Contact(id)),
        }
    }
    let mut callbacks = Vec::new();
    for id in &touched.callbacks {
        match floor.callback(*id).filter(|callback| callback.is_open()) {
            Some(callback) => callbacks.push(callback_row(floor, callback)),
            None => gone.push(Gone::Callback(*id)),
        }
    }
    let mut bookings = Vec::new();
    for id in &touched.bookings {
        match floor.booking(*id) {
            Some(booking) => bookings.push(booking_row(floor, booking)),
            None => gone.push(Gone::Booking(*id)),
        }
    }
    let queues: Vec<_> =
        touched.queues.iter().map(|at| queue_row(floor.queue_at(*at), site)).collect();
    let quiet = agents.is_empty()
        && contacts.is_empty()
        && callbacks.is_empty()
        && bookings.is_empty()
        && queues.is_empty()
        && gone.is_empty()
        && touched.offers.is_empty();
    (!quiet).then(|| Board {
        version: floor.seq(),
        now: floor.now(),
        snapshot: false,
        queues,
        agents,
        contacts,
        callbacks,
        bookings,
        offers: floor.offers().map(offer_row).collect(),
        gone,
        totals: totals(floor),
    })
}

pub fn queue_row(queue: &Queue, site: &Site) -> QueueRow {
    let (free_agents, agents_at_work) = strength(queue, site);
    let target_secs = u32::try_from(queue.target().as_secs()).unwrap_or(u32::MAX);
    QueueRow {
        queue: queue.name.clone(),
        title: queue.definition.as_ref().map(|definition| definition.title.clone()),
        waiting: queue.waiting(),
        talking: queue.talking,
        longest_wait_since: queue.longest_wait_since(),
        target_secs,
        service_levels: levels(&queue.today, target_secs),
        expected_wait: queue.expected_wait(free_agents, agents_at_work),
        today: queue.today,
        asa_secs: queue.today.asa_secs(),
        free_agents,
        agents_at_work,
    }
}

/// How many agents are free and take part for the next whom the matcher would offer, by what that one requires; where
/// nobody waits, for any of those who come here.
fn strength(queue: &Queue, site: &Site) -> (usize, usize) {
    let waiting = queue.line().take(LINE_SHOWN_MAX).filter_map(|id| site.contacts.get(&id));
    let next = waiting
        .into_iter()
        .find(|contact| contact.assigned.is_none() && !contact.is_nobody_there());
    next.map_or((queue.free_agents, queue.agents_at_work), |contact| site.free_for(contact))
}

pub fn agent_row(agent: &Agent) -> AgentRow {
    AgentRow {
        agent: agent.agent,
        signed_in: agent.signed_in,
        presence: agent.presence,
        reason: agent.reason.clone(),
        deferred: agent.deferred,
        status: agent.status,
        since: agent.since,
        device_lost: agent.device_lost,
        advises: agent.advises.clone(),
        contacts: agent.contacts.clone(),
        skills: agent.skills.clone(),
        capacity: agent.capacity.clone(),
    }
}

pub fn contact_row(floor: &Floor, contact: &Contact) -> ContactRow {
    row_of(floor, contact, floor.position(contact))
}

fn row_of(floor: &Floor, contact: &Contact, position: Option<usize>) -> ContactRow {
    ContactRow {
        contact: contact.contact,
        state: contact.state,
        channel: contact.channel,
        queue: floor.queue_at(contact.queue).name.clone(),
        topic: contact.topic.clone(),
        priority: contact.priority,
        queued_at: contact.queued_at,
        since: contact.since,
        until: contact.until,
        position,
        step: contact.step,
        agent: contact.agent,
        assigned: contact.assigned,
        away_since: contact.away_since,
        possible: contact.possible(),
        visit: contact.visit,
        subject: contact.subject,
        account: contact.account,
        callback: contact.callback,
        exit: contact.exit,
        disposition: contact.disposition.clone(),
    }
}

pub fn callback_row(floor: &Floor, callback: &Callback) -> CallbackRow {
    CallbackRow {
        callback: callback.callback,
        state: callback.state,
        topic: callback.topic.clone(),
        queue: floor.queue_at(callback.queue).name.clone(),
        when: callback.when.clone(),
        number: callback.number.clone(),
        about: callback.about.clone(),
        requested_at: callback.requested_at,
        attempts: callback.attempts,
        next_try: callback.next_try,
        reason: callback.reason,
        contact: callback.contact,
        visit: callback.visit,
        subject: callback.subject,
        account: callback.account,
    }
}

pub fn booking_row(floor: &Floor, booking: &Booking) -> BookingRow {
    let (contact, callback, until) = match booking.kind {
        domain::booking::Kind::Next { contact } => (Some(contact), None, None),
        domain::booking::Kind::Calendar { callback, until, .. } => {
            (None, Some(callback), Some(until))
        }
    };
    let asked = contact.and_then(|id| floor.contact(id));
    let promised = callback.and_then(|id| floor.callback(id));
    BookingRow {
        booking: booking.booking,
        agent: booking.agent,
        contact,
        callback,
        visit: asked
            .and_then(|contact| contact.visit)
            .or_else(|| promised.map(|callback| callback.visit)),
        expected_at: booking.expected_at,
        until,
        subject: asked
            .and_then(|contact| contact.subject)
            .or_else(|| promised.map(|callback| callback.subject)),
        account: asked
            .and_then(|contact| contact.account)
            .or_else(|| promised.and_then(|callback| callback.account)),
    }
}

fn offer_row(offer: &Offer) -> OfferRow {
    let Offer { reservation, contact, agent, until, .. } = *offer;
    OfferRow { reservation, contact, agent, until }
}

fn totals(floor: &Floor) -> Totals {
    let mut totals = Totals::default();
    for queue in floor.queues() {
        totals.today.add(&queue.today);
        totals.waiting += queue.waiting();
        totals.talking += queue.talking;
    }
    totals.service_levels = levels(&totals.today, 0);
    totals.asa_secs = totals.today.asa_secs();
    totals
}

/// By every formula that is shown.
pub fn levels(counts: &Counts, target_secs: u32) -> Vec<LevelRow> {
    ServiceLevel::SHOWN
        .iter()
        .map(|level| LevelRow {
            formula: level.id(),
            version: level.version(),
            target_secs,
            value: level.of(counts),
        })
        .collect()
}

/// The last changes, each made once for all who look.
#[derive(Debug, Default)]
pub struct Journal(VecDeque<(Seq, Arc<Board>)>);

impl Journal {
    /// `from`: the version that this change follows.
    pub fn push(&mut self, from: Seq, change: Board) {
        if self.0.len() == JOURNAL_MAX {
            self.0.pop_front();
        }
        self.0.push_back((from, Arc::new(change)));
    }

    /// What changed after `version`, in order. `None`: it does not reach back that far, take a snapshot.
    pub fn since(&self, version: Seq) -> Option<Vec<Arc<Board>>> {
        let first = self.0.partition_point(|(_, change)| change.version <= version);
        let reaches = match self.0.get(first) {
            Some((from, _)) => *from <= version,
            None => true,
        };
        reaches.then(|| self.0.range(first..).map(|(_, change)| Arc::clone(change)).collect())
    }
}
