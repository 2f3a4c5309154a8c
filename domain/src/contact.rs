//! A contact: one piece of work for an agent, from the queue to the wrap-up.

mod serving;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    command::{Actor, refusals},
    entitlement::Facts,
    id::{
        AccountId, AgentId, BookingId, CallbackId, Channel, ContactId, MatterId, PageName,
        QueueName, ReservationId, StaffId, SubjectId, TopicName, VisitId,
    },
    requirement::Requirement,
    routing::{ClassId, Place},
    sealed::Sealed,
    site::{Draft, Due, Requester, Site},
    time::{Deadline, Span, Timestamp},
};

/// Who leaves within this time has not really waited: a short abandon.
pub const SHORT_ABANDON: Span = Span::secs(5);
/// An agent who declined a contact is not offered it again for this long.
pub const DECLINED_FOR: Span = Span::secs(30);
/// A talk may be on hold for this long before it is resumed by itself.
pub const HOLD_MAX: Span = Span::secs(600);
/// How many contacts one site holds open.
/// Whom a supervisor gave to an agent waits for that agent for this long.
pub const ASSIGNED_FOR: Span = Span::secs(600);
/// And for this long if that agent is not available.
pub const ASSIGNED_TO_ABSENT_FOR: Span = Span::secs(60);
pub const CONTACTS_MAX: usize = 100_000;
pub const STARS_MAX: u8 = 5;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Waiting,
    Offered { reservation: ReservationId },
    Linking { reservation: ReservationId },
    Talking { reservation: ReservationId, until: Deadline },
    Held { reservation: ReservationId, talk_until: Deadline, until: Deadline },
    Wrapping { reservation: ReservationId },
}

/// An open contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub matter: MatterId,
    pub visit: Option<VisitId>,
    /// Others of the same account that asked for the same.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub joined: BTreeSet<VisitId>,
    pub subject: Option<SubjectId>,
    pub account: Option<AccountId>,
    pub queue: QueueName,
    pub channel: Channel,
    pub topic: TopicName,
    pub page: PageName,
    pub priority: u8,
    pub queued_at: Timestamp,
    pub virtual_start: Timestamp,
    /// What the request itself requires.
    pub request: Requirement,
    /// What is required now, by the active step.
    pub requirement: Requirement,
    /// 0 before the first step of the queue; else the step's ordinal from 1.
    pub step: u8,
    pub next_step_at: Option<Deadline>,
    pub policy_version: u32,
    pub callback: Option<CallbackId>,
    /// Leaves the queue then, if it still waits.
    pub until: Deadline,
    /// Who said no, and until when they are passed over.
    pub declined: BTreeMap<AgentId, Deadline>,
    /// A supervisor gave it to this agent.
    pub assigned: Option<AgentId>,
    /// It is for every agent again then.
    #[serde(default)]
    pub assigned_until: Option<Deadline>,
    /// The customer's browser is gone since then.
    #[serde(default)]
    pub away_since: Option<Timestamp>,
    /// How the customer found the talk, told during wrap-up.
    pub stars: Option<u8>,
    pub booking: Option<BookingId>,
    pub state: State,
    pub since: Timestamp,
    #[serde(skip)]
    pub(crate) class: ClassId,
    #[serde(skip)]
    pub(crate) place: Place,
}

impl Contact {
    pub fn reservation(&self) -> Option<ReservationId> {
        match self.state {
            State::Waiting => None,
            State::Offered { reservation }
            | State::Linking { reservation }
            | State::Talking { reservation, .. }
            | State::Held { reservation, .. }
            | State::Wrapping { reservation } => Some(reservation),
        }
    }

    /// A chat is not offered to anybody while nobody would read it.
    pub fn is_nobody_there(&self) -> bool {
        self.channel == Channel::Chat && self.away_since.is_some()
    }

    /// Whether this visit asked for it.
    pub fn is_of(&self, visit: VisitId) -> bool {
        self.visit == Some(visit) || self.joined.contains(&visit)
    }

    pub(crate) fn requester(&self) -> Option<Requester> {
        Requester::of(self.account, self.visit)
    }
}

refusals! { "contact" =>
    Unknown = "unknown", "this contact is not open; it may have ended already";
    NotYours = "not_yours", "this contact belongs to somebody else";
    Talking = "talking", "the talk has begun; end it instead";
    NotTalking = "not_talking", "nobody is talking on this contact";
    NotHeld = "not_held", "this contact is not on hold";
    NotWrapping = "not_wrapping", "finish the talk first, then wrap up";
    ByCallback = "by_callback", "this is an attempt to call back; cancel the callback instead";
    PriorityOutOfRange with { most = crate::queue::PRIORITY_MAX } = "priority_out_of_range", "a priority is between 0 and 9";
    AgentUnknown = "agent_unknown", "this agent is not signed in; choose one who is";
    AgentNotQualified = "agent_not_qualified", "this agent does not have the skills that the request requires";
    NoFacts = "no_facts", "contract and network could not be read in time; try again";
    QueueUnknown = "queue_unknown", "no queue serves this topic yet; an administrator publishes one in the policy";
    SiteFull = "site_full", "so many people are waiting that no more can be taken; try again later";
    NoStars with { most = STARS_MAX } = "no_stars", "rate with 1 to {STARS_MAX} stars";
    NotRatable = "not_ratable", "a talk can be rated for a while after it has ended";
}

/// How a contact left its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    Answered,
    Abandoned,
    ShortAbandoned,
    TimedOut,
    Overflowed,
    Withdrawn,
    CallbackRequested,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// The customer asks to talk now. `facts` are attached inside, never by the customer.
    Ask {
        visit: VisitId,
        subject: Option<SubjectId>,
        account: Option<AccountId>,
        channel: Channel,
        topic: TopicName,
        page: PageName,
        facts: Option<Box<Facts>>,
    },
    /// The customer no longer wants it (or staff cancel it).
    Cancel {
        contact: ContactId,
    },
    Prioritise {
        contact: ContactId,
        priority: u8,
    },
    /// The next match gives it to this agent, who must qualify; `None` lifts that.
    Reassign {
        contact: ContactId,
        agent: Option<AgentId>,
    },
    Hold {
        contact: ContactId,
    },
    Resume {
        contact: ContactId,
    },
    /// Ends the talk by the agent's side; the wrap-up begins.
    Finish {
        contact: ContactId,
    },
    /// Ends the wrap-up.
    WrapUp {
        contact: ContactId,
        disposition: String,
        notes: Option<Sealed<String>>,
    },
    Rate {
        contact: ContactId,
        stars: u8,
    },
    /// The customer's last browser has gone from the gateways for longer than a page takes to load again.
    CustomerGone {
        contact: ContactId,
    },
    CustomerReturned {
        contact: ContactId,
    },
}

/// What may be done with a contact in its state by staff, as the decisions themselves ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Possible {
    pub cancel: bool,
    pub reassign: bool,
    pub prioritise: bool,
}

impl Possible {
    pub const NOTHING: Self = Self { cancel: false, reassign: false, prioritise: false };

    /// While it waits, or is only offered. An attempt to call back is cancelled as a callback.
    pub fn in_line(by_callback: bool) -> Self {
        Self { cancel: !by_callback, reassign: true, prioritise: true }
    }

    /// While the link is being set up.
    pub fn linking(by_callback: bool) -> Self {
        Self { cancel: !by_callback, ..Self::NOTHING }
    }
}

impl State {
    pub fn possible(&self, by_callback: bool) -> Possible {
        match self {
            Self::Waiting | Self::Offered { .. } => Possible::in_line(by_callback),
            Self::Linking { .. } => Possible::linking(by_callback),
            Self::Talking { .. } | Self::Held { .. } | Self::Wrapping { .. } => Possible::NOTHING,
        }
    }
}

events! { "contact" =>
    Queued = "contact.queued" @ 1 {
        contact: ContactId, matter: MatterId, visit: Option<VisitId>, subject: Option<SubjectId>,
        account: Option<AccountId>, queue: QueueName, channel: Channel, topic: TopicName, page: PageName,
        priority: u8,
        /// Waiting is counted from here: arrival less the head start of the priority.
        virtual_start: Timestamp,
        requirement: Requirement, policy_version: u32,
        callback: Option<CallbackId>,
        /// Leaves the queue by itself then.
        until: Deadline,
    },
    /// Another visit of the account asked for the same: it takes part.
    Joined = "contact.joined" @ 1 { contact: ContactId, visit: VisitId },
    StepActivated = "contact.step_activated" @ 1 { contact: ContactId, step: u8, requirement: Requirement, until: Option<Deadline> },
    StepExpired = "contact.step_expired" @ 1 { contact: ContactId, step: u8 },
    /// The agent who declined it may be offered it again.
    Reconsidered = "contact.reconsidered" @ 1 { contact: ContactId, agent: AgentId },
    Prioritised = "contact.prioritised" @ 1 { contact: ContactId, priority: u8, virtual_start: Timestamp },
    Reassigned = "contact.reassigned" @ 1 {
        contact: ContactId, agent: Option<AgentId>,
        /// It waits for this agent until then.
        #[serde(default, skip_serializing_if = "crate::event::is_absent")]
        until: Option<Deadline>,
    },
    /// The agent it was given to did not take it in time: it is for every agent again.
    AssignmentReleased = "contact.assignment_released" @ 1 { contact: ContactId, agent: AgentId },
    /// Whoever served it is gone: it waits again in its old place, and leaves the queue by itself at `until`.
    HandedBack = "contact.handed_back" @ 1 { contact: ContactId, until: Deadline },
    /// The customer's browser is gone; a chat is offered to nobody meanwhile.
    CustomerGone = "contact.customer_gone" @ 1 { contact: ContactId },
    CustomerReturned = "contact.customer_returned" @ 1 { contact: ContactId },
    Talking = "contact.talking" @ 1 { contact: ContactId, reservation: ReservationId, agent: AgentId, until: Deadline },
    Held = "contact.held" @ 1 { contact: ContactId, until: Deadline },
    Resumed = "contact.resumed" @ 1 { contact: ContactId, until: Deadline },
    /// Terminal: out of the queue without an agent having talked.
    Left = "contact.left" @ 1 { contact: ContactId, exit: Exit },
    /// Terminal. `disposition` is a code; `default` when the wrap-up ended by time.
    Completed = "contact.completed" @ 1 { contact: ContactId, agent: AgentId, disposition: String, notes: Option<Sealed<String>> },
    Rated = "contact.rated" @ 1 { contact: ContactId, stars: u8 },
}

pub(crate) use self::{
    serving::{end_talk, resume_held},
    waiting::{
        activate_step, enqueue, hand_back, leave, leave_if_overdue, release_assignment,
        shorten_assignment, time_out,
    },
};
use self::{
    serving::{finish, hold, rate, resume, wrap_up},
    waiting::{Asking, ask, cancel, customer_gone, customer_returned, prioritise, reassign},
};

pub(crate) fn decide(draft: &mut Draft, command: Command) -> Result<(), Refusal> {
    match command {
        Command::Ask { visit, subject, account, channel, topic, page, facts } => {
            let facts = *facts.ok_or(Refusal::NoFacts)?;
            ask(draft, Asking { visit, subject, account, channel, topic, page }, facts)
        }
        Command::Cancel { contact } => cancel(draft, contact),
        Command::Prioritise { contact, priority } => prioritise(draft, contact, priority),
        Command::Reassign { contact, agent } => reassign(draft, contact, agent),
        Command::Hold { contact } => hold(draft, contact),
        Command::Resume { contact } => resume(draft, contact),
        Command::Finish { contact } => finish(draft, contact),
        Command::WrapUp { contact, disposition, notes } => {
            wrap_up(draft, contact, disposition, notes)
        }
        Command::Rate { contact, stars } => rate(draft, contact, stars),
        Command::CustomerGone { contact } => customer_gone(draft, contact),
        Command::CustomerReturned { contact } => customer_returned(draft, contact),
    }
}

/// The contact, if it is the actor's own; `None` if it has ended and nothing needs to be done.
///
/// Supervisors act on others' contacts by commands of their own (cancel, prioritise, reassign), which only their
/// door sends.
fn open_to_actor(draft: &Draft, id: ContactId) -> Result<Option<Contact>, Refusal> {
    let Some(contact) = open_or_ended(draft, id)? else { return Ok(None) };
    let held = contact.reservation().and_then(|id| draft.site.reservations.get(&id));
    match &draft.context.actor {
        Actor::Customer(visit) if !contact.is_of(*visit) => Err(Refusal::Unknown),
        Actor::Staff(staff) if held.is_some_and(|held| StaffId::from(held.agent) != *staff) => {
            Err(Refusal::NotYours)
        }
        Actor::Customer(_) | Actor::Staff(_) | Actor::Policy(_) | Actor::Timer | Actor::System => {
            Ok(Some(contact))
        }
    }
}

fn open_or_ended(draft: &Draft, id: ContactId) -> Result<Option<Contact>, Refusal> {
    match draft.site.contacts.get(&id) {
        Some(contact) => Ok(Some(contact.clone())),
        None if draft.site.ended.get(id).is_some() => Ok(None),
        None => Err(Refusal::Unknown),
    }
}

pub(crate) fn evolve(site: &mut Site, event: &Event, at: Timestamp) {
    match event {
        Event::Queued { .. } => queued(site, event, at),
        Event::Joined { contact, visit } => {
            if let Some(known) = site.contacts.get_mut(contact) {
                known.joined.insert(*visit);
            }
        }
        Event::StepActivated { contact, step, requirement, until } => {
            site.take_step(*contact, *step, requirement, *until);
        }
        Event::StepExpired { .. } => {}
        Event::Reconsidered { contact, agent } => site.reconsider(*contact, *agent),
        Event::Prioritised { contact, priority, virtual_start } => {
            let before = site.contacts.get(contact);
            let assigned = before.and_then(|known| known.assigned);
            let until = before.and_then(|known| known.assigned_until);
            site.assign(*contact, None, None);
            if let Some(known) = site.contacts.get_mut(contact) {
                known.priority = *priority;
                known.virtual_start = *virtual_start;
            }
            site.assign(*contact, assigned, until);
        }
        Event::Reassigned { contact, agent, until } => site.assign(*contact, *agent, *until),
        Event::AssignmentReleased { contact, .. } => site.assign(*contact, None, None),
        Event::HandedBack { contact, until } => {
            if let Some(known) = site.contacts.get_mut(contact) {
                known.until = *until;
            }
        }
        Event::CustomerGone { contact } => site.customer_is_there(*contact, Some(at)),
        Event::CustomerReturned { contact } => site.customer_is_there(*contact, None),
        Event::Talking { contact, reservation, until, .. } => {
            site.set_contact(
                *contact,
                State::Talking { reservation: *reservation, until: *until },
                at,
            );
        }
        Event::Held { contact, until } => {
            if let Some(State::Talking { reservation, until: talk_until }) =
                site.contacts.get(contact).map(|c| c.state.clone())
            {
                site.set_contact(
                    *contact,
                    State::Held { reservation, talk_until, until: *until },
                    at,
                );
            }
        }
        Event::Resumed { contact, until } => {
            if let Some(reservation) = site.contacts.get(contact).and_then(Contact::reservation) {
                site.set_contact(*contact, State::Talking { reservation, until: *until }, at);
            }
        }
        Event::Left { contact, .. } => site.remove_contact(*contact, None),
        Event::Completed { contact, agent, .. } => site.remove_contact(*contact, Some(*agent)),
        Event::Rated { contact, stars } => match site.contacts.get_mut(contact) {
            Some(wrapping) => wrapping.stars = Some(*stars),
            None => site.ended.rate(*contact, *stars),
        },
    }
}

fn queued(site: &mut Site, event: &Event, at: Timestamp) {
    let Event::Queued {
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
        policy_version,
        callback,
        until,
    } = event
    else {
        return;
    };
    let class = site.index.join_class(*channel, requirement);
    let added = Contact {
        matter: *matter,
        visit: *visit,
        joined: BTreeSet::new(),
        subject: *subject,
        account: *account,
        queue: queue.clone(),
        channel: *channel,
        topic: topic.clone(),
        page: page.clone(),
        priority: *priority,
        queued_at: at,
        virtual_start: *virtual_start,
        request: requirement.clone(),
        requirement: requirement.clone(),
        step: 0,
        next_step_at: None,
        policy_version: *policy_version,
        callback: *callback,
        until: *until,
        declined: BTreeMap::new(),
        assigned: None,
        assigned_until: None,
        away_since: None,
        stars: None,
        booking: callback
            .and_then(|callback| site.callbacks.get(&callback))
            .and_then(|callback| callback.booking),
        state: State::Waiting,
        since: at,
        class,
        place: Place::Nowhere,
    };
    site.due.insert((*until, Due::Wait(*contact)));
    if callback.is_none() {
        site.count_request(added.requester(), contact.0, true);
    }
    site.contacts.insert(*contact, added);
    site.relist(*contact);
}
