//! An agent: a person who serves, what they can do, and whether they may be given work now.

mod fold;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(crate) use self::fold::evolve;
use crate::{
    booking,
    command::{Actor, refusals},
    id::{AgentId, BookingId, Channel, ContactId, DisplayId, ReasonCode, ReservationId, StaffId},
    requirement::Skills,
    reservation,
    site::{Draft, Site},
    time::{Deadline, Span, Timestamp},
};

/// Contacts of one channel that one agent can be given at the same time.
pub const CAPACITY_MAX: u8 = 10;
/// What an agent's work may cost altogether; divisible by every capacity up to [`CAPACITY_MAX`].
pub const FULL: u16 = 2_520;
/// An agent without a device is signed out after this long.
pub const DEVICE_GRACE: Span = Span::secs(60);
/// After an offer timed out, no other comes for this long, unless the agent says that they are there.
pub const NOT_RESPONDING_BACK_OFF: Span = Span::secs(60);
/// Whoever rejected an offer is asked why, and gets no other until they say so, or this long.
pub const EXPLAINING: Span = Span::secs(15);
/// How many agents one site takes.
pub const AGENTS_MAX: usize = 20_000;

/// How many contacts of a channel fill an agent; a contact costs the reciprocal, and the sum stays within one.
pub type Capacity = BTreeMap<Channel, u8>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Offline,
    Available,
    Away,
    Break,
    Meal,
    Meeting,
    Training,
    Busy,
}

/// The reason codes in force, as the tenant published them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reasons {
    /// Of the policy that they stand in.
    pub version: u32,
    /// Why an agent is not available.
    pub pauses: BTreeSet<ReasonCode>,
    /// Why an offer is rejected, and the presence that the agent has from then on if the reason means one.
    pub rejections: BTreeMap<ReasonCode, Option<Presence>>,
}

/// Asked of whoever rejected an offer without a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub reservation: ReservationId,
    pub contact: ContactId,
    pub until: Deadline,
}

/// An agent's time between sign-in and sign-out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    pub presence: Presence,
    pub reason: Option<ReasonCode>,
    pub since: Timestamp,
    /// Takes effect when the agent's work is done.
    pub deferred: Option<(Presence, Option<ReasonCode>)>,
    pub device_lost_until: Option<Deadline>,
    pub not_responding_until: Option<Deadline>,
    /// No offers: a calendar booking begins soon or is due.
    pub kept_for: Option<BookingId>,
    /// No offers until it is answered.
    #[serde(default)]
    pub question: Option<Question>,
    /// Displays of others' contacts at which the agent looks on as an expert; no offers meanwhile.
    #[serde(default)]
    pub advises: BTreeSet<DisplayId>,
    pub idle_since: Timestamp,
    pub work: BTreeMap<ReservationId, Channel>,
}

/// An agent known to the site; `shift` while signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    pub version: u32,
    pub skills: Skills,
    pub capacity: Capacity,
    /// Left the staff, or serves no more; comes back by being enrolled again.
    #[serde(default)]
    pub retired: bool,
    pub shift: Option<Shift>,
    /// Customers for whom the next free moment is kept.
    pub next: BTreeMap<BookingId, ContactId>,
    pub calendar: BTreeSet<(Timestamp, Timestamp, BookingId)>,
    /// Contacts that a supervisor gave to this agent by name.
    pub assigned: BTreeSet<(Timestamp, ContactId)>,
    #[serde(skip)]
    pub(crate) slot: usize,
}

/// Derived from what the agent is doing, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutingStatus {
    OffQueue,
    Idle,
    Reserved,
    Interacting,
    AfterContactWork,
    NotResponding,
}

impl Shift {
    fn begin(at: Timestamp) -> Self {
        Self {
            presence: Presence::Away,
            reason: None,
            since: at,
            deferred: None,
            device_lost_until: None,
            not_responding_until: None,
            kept_for: None,
            question: None,
            advises: BTreeSet::new(),
            idle_since: at,
            work: BTreeMap::new(),
        }
    }
}

impl Agent {
    fn new(slot: usize) -> Self {
        Self {
            version: 0,
            skills: Skills::new(),
            capacity: Capacity::new(),
            retired: false,
            shift: None,
            next: BTreeMap::new(),
            calendar: BTreeSet::new(),
            assigned: BTreeSet::new(),
            slot,
        }
    }

    /// What one contact of this channel costs; `None` if the agent does not serve it.
    pub fn cost(&self, channel: Channel) -> Option<u16> {
        self.capacity.get(&channel).filter(|max| **max > 0).map(|max| FULL / u16::from(*max))
    }

    /// What the work in hand costs.
    pub fn load(&self) -> u16 {
        let work = self.shift.as_ref().map(|shift| &shift.work);
        work.into_iter().flatten().filter_map(|(_, channel)| self.cost(*channel)).sum()
    }

    /// Takes part in routing, whether busy or not.
    pub fn is_available(&self) -> bool {
        !self.retired
            && self.shift.as_ref().is_some_and(|shift| {
                shift.presence == Presence::Available
                    && shift.deferred.is_none()
                    && shift.device_lost_until.is_none()
                    && shift.not_responding_until.is_none()
                    && shift.question.is_none()
                    && shift.advises.is_empty()
            })
    }

    /// May be offered a contact of this channel now.
    pub fn is_free_for(&self, channel: Channel) -> bool {
        self.is_available()
            && self.shift.as_ref().is_some_and(|shift| shift.kept_for.is_none())
            && self.cost(channel).is_some_and(|cost| self.load() + cost <= FULL)
    }

    pub fn is_kept(&self) -> bool {
        self.shift.as_ref().is_some_and(|shift| shift.kept_for.is_some())
    }
}

refusals! { "agent" =>
    Unknown = "unknown", "this agent is not known to the site; an administrator adds agents under staff";
    NotYou = "not_you", "only the agent, or a supervisor, can do this";
    NotSignedIn = "not_signed_in", "sign in first";
    StillWorking = "still_working", "finish the open contacts before signing out, or set another presence: it takes effect afterwards";
    Serving { contacts: usize } = "serving", "this agent is talking with {contacts} customers; set another presence, or wait until they are served";
    ReasonUnknown { reason: ReasonCode } = "reason_unknown", "`{reason}` is not among the policy's reasons for a pause; choose one of those";
    Retired = "retired", "this agent is not on the staff any more; an administrator adds agents under staff";
    TooMany = "too_many", "the site has as many agents as it can take; open another site";
    CapacityOutOfRange with { most = CAPACITY_MAX } = "capacity_out_of_range", "a capacity is between 1 and {CAPACITY_MAX} contacts a channel";
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Makes an agent known to the site, or gives them other skills or capacity.
    Enroll {
        agent: AgentId,
        version: u32,
        skills: Skills,
        capacity: Capacity,
    },
    /// The reason codes that hold from now on.
    DefineReasons {
        reasons: Reasons,
    },
    /// The agent is not on the staff any more: what they hold goes back, and they are signed out.
    Retire {
        agent: AgentId,
        /// The staff's version that says so.
        version: u32,
    },
    SignIn {
        agent: AgentId,
    },
    /// A change while busy is deferred until the agent is free, unless `force`: then it holds at once,
    /// and what is only offered is taken back.
    SetPresence {
        agent: AgentId,
        presence: Presence,
        reason: Option<ReasonCode>,
        #[serde(default)]
        force: bool,
    },
    /// Refused while the agent has work, unless the device is lost.
    SignOut {
        agent: AgentId,
    },
    /// The agent's last device has gone from its node; a grace begins.
    DeviceLost {
        agent: AgentId,
    },
    DeviceReturned {
        agent: AgentId,
    },
}

events! { "agent" =>
    Enrolled = "agent.enrolled" @ 1 { agent: AgentId, version: u32, skills: Skills, capacity: Capacity },
    SignedIn = "agent.signed_in" @ 1 { agent: AgentId },
    PresenceChanged = "agent.presence_changed" @ 1 { agent: AgentId, presence: Presence, reason: Option<ReasonCode> },
    PresenceChangeDeferred = "agent.presence_change_deferred" @ 1 { agent: AgentId, presence: Presence, reason: Option<ReasonCode> },
    /// Signed out by `until` unless the device returns.
    DeviceLost = "agent.device_lost" @ 1 { agent: AgentId, until: Deadline },
    DeviceReturned = "agent.device_returned" @ 1 { agent: AgentId },
    /// An offer timed out: no offers before `until`.
    StoppedResponding = "agent.stopped_responding" @ 1 { agent: AgentId, until: Deadline },
    RespondingAgain = "agent.responding_again" @ 1 { agent: AgentId },
    /// No offers from now on: a calendar booking begins soon.
    Kept = "agent.kept" @ 1 { agent: AgentId, booking: BookingId },
    SignedOut = "agent.signed_out" @ 1 { agent: AgentId },
    ReasonsDefined = "agent.reasons_defined" @ 1 { reasons: Reasons },
    /// Takes no more part, signed in or not.
    Retired = "agent.retired" @ 1 { agent: AgentId, version: u32 },
}

pub(crate) fn decide(draft: &mut Draft, command: Command) -> Result<(), Refusal> {
    match command {
        Command::Enroll { agent, version, skills, capacity } => {
            enroll(draft, agent, version, skills, capacity)
        }
        Command::DefineReasons { reasons } => {
            if draft.site.reasons != reasons {
                draft.emit(Event::ReasonsDefined { reasons });
            }
            Ok(())
        }
        Command::Retire { agent, version } => retire(draft, agent, version),
        Command::SignIn { agent } => sign_in(draft, agent),
        Command::SetPresence { agent, presence, reason, force } => {
            set_presence(draft, agent, presence, reason, force)
        }
        Command::SignOut { agent } => sign_out(draft, agent),
        Command::DeviceLost { agent } => {
            if shift(draft.site, agent)?.device_lost_until.is_none() {
                draft.emit(Event::DeviceLost { agent, until: draft.now() + DEVICE_GRACE });
            }
            Ok(())
        }
        Command::DeviceReturned { agent } => {
            if shift(draft.site, agent)?.device_lost_until.is_some() {
                draft.emit(Event::DeviceReturned { agent });
            }
            Ok(())
        }
    }
}

fn enroll(
    draft: &mut Draft,
    agent: AgentId,
    version: u32,
    skills: Skills,
    capacity: Capacity,
) -> Result<(), Refusal> {
    if !capacity.values().all(|max| (1..=CAPACITY_MAX).contains(max)) {
        return Err(Refusal::CapacityOutOfRange);
    }
    match draft.site.agents.get(&agent) {
        Some(known) if known.version >= version => Ok(()),
        None if draft.site.agents.len() >= AGENTS_MAX => Err(Refusal::TooMany),
        Some(_) | None => {
            draft.emit(Event::Enrolled { agent, version, skills, capacity });
            Ok(())
        }
    }
}

fn sign_in(draft: &mut Draft, agent: AgentId) -> Result<(), Refusal> {
    let known = draft.site.agents.get(&agent).ok_or(Refusal::Unknown)?;
    acts_for(draft, agent)?;
    if known.retired {
        return Err(Refusal::Retired);
    }
    if known.shift.is_none() {
        draft.emit(Event::SignedIn { agent });
    }
    Ok(())
}

fn retire(draft: &mut Draft, agent: AgentId, version: u32) -> Result<(), Refusal> {
    match &draft.context.actor {
        Actor::Policy(_) | Actor::System => {}
        Actor::Staff(_) | Actor::Customer(_) | Actor::Timer => return Err(Refusal::NotYou),
    }
    let known = draft.site.agents.get(&agent).ok_or(Refusal::Unknown)?;
    if !known.retired && known.version <= version {
        draft.emit(Event::Retired { agent, version });
    }
    Ok(())
}

fn set_presence(
    draft: &mut Draft,
    agent: AgentId,
    presence: Presence,
    reason: Option<ReasonCode>,
    force: bool,
) -> Result<(), Refusal> {
    if let Some(reason) = reason.as_ref().filter(|one| !draft.site.reasons.pauses.contains(*one)) {
        return Err(Refusal::ReasonUnknown { reason: reason.clone() });
    }
    match presence {
        Presence::Offline if force => return send_home(draft, agent),
        Presence::Offline => return sign_out(draft, agent),
        Presence::Available
        | Presence::Away
        | Presence::Break
        | Presence::Meal
        | Presence::Meeting
        | Presence::Training
        | Presence::Busy => {}
    }
    let shift = shift(draft.site, agent)?;
    let holds = shift.presence == presence && shift.reason == reason && shift.deferred.is_none();
    let deferred = shift.deferred.as_ref() == Some(&(presence, reason.clone()));
    let busy = !shift.work.is_empty() && presence != Presence::Available;
    let responds = shift.not_responding_until.is_some() && presence == Presence::Available;
    if responds {
        draft.emit(Event::RespondingAgain { agent });
    }
    if holds || (deferred && !force) {
        return Ok(());
    }
    draft.emit(if busy && !force {
        Event::PresenceChangeDeferred { agent, presence, reason }
    } else {
        Event::PresenceChanged { agent, presence, reason }
    });
    if force && presence != Presence::Available {
        take_offers_back(draft, agent);
    }
    Ok(())
}

/// What is offered to an agent goes to another; nobody counts it as missed.
fn take_offers_back(draft: &mut Draft, agent: AgentId) {
    for (reservation, pending) in held(draft.site, agent) {
        if pending {
            reservation::rescind(draft, reservation);
        }
    }
}

/// What an agent holds, and whether it is only offered.
fn held(site: &Site, agent: AgentId) -> Vec<(ReservationId, bool)> {
    let shift = site.agents.get(&agent).and_then(|known| known.shift.as_ref());
    let work = shift.into_iter().flat_map(|shift| shift.work.keys());
    let pending = |id: &ReservationId| {
        let held = site.reservations.get(id).map(|held| &held.state);
        matches!(held, Some(reservation::State::Pending { .. }))
    };
    work.map(|id| (*id, pending(id))).collect()
}

/// A supervisor signs an agent out: offers are taken back, wrap-ups end; a talk is not cut off.
fn send_home(draft: &mut Draft, agent: AgentId) -> Result<(), Refusal> {
    let known = draft.site.agents.get(&agent).ok_or(Refusal::Unknown)?;
    if known.shift.is_none() {
        return Ok(());
    }
    let serves = |id: &ReservationId| {
        draft.site.reservations.get(id).is_some_and(|held| match held.state {
            reservation::State::Accepted { .. }
            | reservation::State::Connecting { .. }
            | reservation::State::Connected { .. } => true,
            reservation::State::Pending { .. } | reservation::State::Wrapping { .. } => false,
        })
    };
    let work = held(draft.site, agent);
    let contacts = work.iter().filter(|(id, _)| serves(id)).count();
    if contacts > 0 {
        return Err(Refusal::Serving { contacts });
    }
    for (reservation, _) in work {
        reservation::agent_gone(draft, reservation);
    }
    draft.emit(Event::SignedOut { agent });
    Ok(())
}

/// The reason of a rejection means that the agent is not available: at once, or once the work in hand is done.
pub(crate) fn step_away(draft: &mut Draft, agent: AgentId, presence: Presence, reason: ReasonCode) {
    let Some(shift) = draft.site.agents.get(&agent).and_then(|known| known.shift.as_ref()) else {
        return;
    };
    let (reason, serves) =
        (Some(reason), held(draft.site, agent).iter().any(|(_, pending)| !pending));
    if shift.presence == presence && shift.reason == reason {
        return;
    }
    draft.emit(if serves {
        Event::PresenceChangeDeferred { agent, presence, reason }
    } else {
        Event::PresenceChanged { agent, presence, reason }
    });
    take_offers_back(draft, agent);
}

/// Hands back what a retired agent still holds, as much as this decision takes; then they are signed out.
pub(crate) fn hand_back(draft: &mut Draft, agent: AgentId) {
    while draft.room() > 0
        && let Some((reservation, _)) = held(draft.site, agent).first().copied()
    {
        reservation::agent_gone(draft, reservation);
    }
    while draft.room() > 0
        && let Some(known) = draft.site.agents.get(&agent)
        && let Some((.., booking)) = known.calendar.first().copied()
    {
        booking::hand_over(draft, booking);
    }
    let over = draft.site.agents.get(&agent).is_some_and(|known| {
        known.shift.as_ref().is_some_and(|shift| shift.work.is_empty()) && known.calendar.is_empty()
    });
    if over && draft.room() > 0 {
        draft.emit(Event::SignedOut { agent });
    }
}

fn sign_out(draft: &mut Draft, agent: AgentId) -> Result<(), Refusal> {
    let known = draft.site.agents.get(&agent).ok_or(Refusal::Unknown)?;
    match &known.shift {
        None => Ok(()),
        Some(shift) if !shift.work.is_empty() => Err(Refusal::StillWorking),
        Some(_) => {
            draft.emit(Event::SignedOut { agent });
            Ok(())
        }
    }
}

/// The device did not return: work goes back to the line, and the agent is signed out.
pub(crate) fn gone(draft: &mut Draft, agent: AgentId) {
    let work = draft
        .site
        .agents
        .get(&agent)
        .and_then(|known| known.shift.as_ref())
        .map(|shift| shift.work.clone());
    for reservation in work.unwrap_or_default().into_keys() {
        reservation::agent_gone(draft, reservation);
    }
    draft.emit(Event::SignedOut { agent });
}

/// After work has ended: a deferred change takes effect.
pub(crate) fn after_work(draft: &mut Draft, agent: AgentId) {
    let shift = draft.site.agents.get(&agent).and_then(|known| known.shift.as_ref());
    if let Some(shift) = shift
        && shift.work.is_empty()
        && let Some((presence, reason)) = shift.deferred.clone()
    {
        draft.emit(Event::PresenceChanged { agent, presence, reason });
    }
}

pub(crate) fn shift(site: &Site, agent: AgentId) -> Result<&Shift, Refusal> {
    let known = site.agents.get(&agent).ok_or(Refusal::Unknown)?;
    known.shift.as_ref().ok_or(Refusal::NotSignedIn)
}

fn acts_for(draft: &Draft, agent: AgentId) -> Result<(), Refusal> {
    match &draft.context.actor {
        Actor::Staff(staff) if *staff == StaffId::from(agent) => Ok(()),
        Actor::System | Actor::Policy(_) => Ok(()),
        Actor::Staff(_) | Actor::Customer(_) | Actor::Timer => Err(Refusal::NotYou),
    }
}
