//! A contact: one piece of work for an agent, from the queue to the wrap-up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    callback,
    command::{Actor, refusals},
    entitlement::{self, Facts},
    id::{
        AccountId, AgentId, BookingId, CallbackId, Channel, ContactId, MatterId, PageName,
        QueueName, ReservationId, StaffId, SubjectId, TopicName, VisitId,
    },
    link,
    queue::{PRIORITY_MAX, priority_head_start},
    requirement::Requirement,
    reservation,
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
    PriorityOutOfRange = "priority_out_of_range", "a priority is between 0 and 9";
    AgentUnknown = "agent_unknown", "this agent is not signed in; choose one who is";
    AgentNotQualified = "agent_not_qualified", "this agent does not have the skills that the request requires";
    NoFacts = "no_facts", "contract and network could not be read in time; try again";
    QueueUnknown = "queue_unknown", "no queue serves this topic yet; an administrator publishes one in the policy";
    SiteFull = "site_full", "so many people are waiting that no more can be taken; try again later";
    NoStars = "no_stars", "rate with 1 to 5 stars";
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
    StepActivated = "contact.step_activated" @ 1 { contact: ContactId, step: u8, requirement: Requirement, until: Option<Deadline> },
    StepExpired = "contact.step_expired" @ 1 { contact: ContactId, step: u8 },
    /// The agent who declined it may be offered it again.
    Reconsidered = "contact.reconsidered" @ 1 { contact: ContactId, agent: AgentId },
    Prioritised = "contact.prioritised" @ 1 { contact: ContactId, priority: u8, virtual_start: Timestamp },
    Reassigned = "contact.reassigned" @ 1 { contact: ContactId, agent: Option<AgentId> },
    Talking = "contact.talking" @ 1 { contact: ContactId, reservation: ReservationId, agent: AgentId, until: Deadline },
    Held = "contact.held" @ 1 { contact: ContactId, until: Deadline },
    Resumed = "contact.resumed" @ 1 { contact: ContactId, until: Deadline },
    /// Terminal: out of the queue without an agent having talked.
    Left = "contact.left" @ 1 { contact: ContactId, exit: Exit },
    /// Terminal. `disposition` is a code; `default` when the wrap-up ended by time.
    Completed = "contact.completed" @ 1 { contact: ContactId, agent: AgentId, disposition: String, notes: Option<Sealed<String>> },
    Rated = "contact.rated" @ 1 { contact: ContactId, stars: u8 },
}

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
    }
}

struct Asking {
    visit: VisitId,
    subject: Option<SubjectId>,
    account: Option<AccountId>,
    channel: Channel,
    topic: TopicName,
    page: PageName,
}

fn ask(draft: &mut Draft, asking: Asking, facts: Facts) -> Result<(), Refusal> {
    if draft.site.contacts.len() >= CONTACTS_MAX {
        return Err(Refusal::SiteFull);
    }
    if !draft.site.queues.contains_key(&facts.queue) {
        return Err(Refusal::QueueUnknown);
    }
    let Asking { visit, subject, account, channel, topic, page } = asking;
    let open = draft.site.open_requests(Requester::of(account, Some(visit)));
    let (visit, queue, requirement) = (Some(visit), facts.queue.clone(), facts.requirement.clone());
    let (priority, policy_version) =
        (facts.contract.terms.priority.min(PRIORITY_MAX), facts.policy_version);
    match entitlement::check(&facts, channel, &topic, open, draft.now()) {
        Ok(()) => draft.emit(entitlement::Event::Granted {
            visit,
            account,
            channel,
            topic: topic.clone(),
            facts,
        }),
        Err(denial) => {
            let entitlement::Denial { rules, instead } = denial;
            draft.emit(entitlement::Event::Denied {
                visit,
                account,
                channel,
                topic,
                facts,
                rules,
                instead,
            });
            return Ok(());
        }
    }
    let now = draft.now();
    let wait_max = Span::secs(i64::from(draft.site.definition(&queue).wait_secs_max));
    let contact = draft.new_id("contact");
    let matter = draft.new_id("matter");
    enqueue(
        draft,
        Event::Queued {
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
            virtual_start: now - priority_head_start(priority),
            requirement,
            policy_version,
            callback: None,
            until: now + wait_max,
        },
    );
    Ok(())
}

/// Puts a contact into its queue, with the step that is active at once.
pub(crate) fn enqueue(draft: &mut Draft, queued: Event) {
    let Event::Queued { contact, .. } = &queued else { return };
    let contact = *contact;
    draft.emit(queued);
    activate_step(draft, contact);
}

/// Activates the step that this contact's wait has reached, if it is not the active one.
pub(crate) fn activate_step(draft: &mut Draft, id: ContactId) {
    let Some(contact) = draft.site.contacts.get(&id) else { return };
    let definition = draft.site.definition(&contact.queue);
    let waited = (draft.now() - contact.queued_at).as_secs();
    let reached = definition.steps.iter().rposition(|step| i64::from(step.after_secs) <= waited);
    let active = reached.map_or(0, |at| u8::try_from(at + 1).expect("a queue has few steps"));
    let next = definition.steps.get(usize::from(active));
    let until = next.map(|step| contact.queued_at + Span::secs(i64::from(step.after_secs)));
    let requirement = match reached.map(|at| &definition.steps[at]) {
        None => contact.request.clone(),
        Some(step) if step.keeps_request => contact.request.clone().and(step.requirement.clone()),
        Some(step) => step.requirement.clone(),
    };
    let before = contact.step;
    if (before, &contact.requirement, contact.next_step_at) == (active, &requirement, until) {
        return;
    }
    if before != active && before > 0 {
        draft.emit(Event::StepExpired { contact: id, step: before });
    }
    draft.emit(Event::StepActivated { contact: id, step: active, requirement, until });
}

fn cancel(draft: &mut Draft, id: ContactId) -> Result<(), Refusal> {
    let Some(contact) = open_to_actor(draft, id)? else { return Ok(()) };
    if contact.callback.is_some() {
        return Err(Refusal::ByCallback);
    }
    match contact.state {
        State::Waiting => {
            let exit = exit_of_leaving(draft, &contact);
            leave(draft, id, exit);
            Ok(())
        }
        State::Offered { reservation } | State::Linking { reservation } => {
            let exit = exit_of_leaving(draft, &contact);
            link::end_of(draft, id, link::End::CustomerHungUp);
            leave(draft, id, exit);
            reservation::cancel(draft, reservation);
            Ok(())
        }
        State::Talking { .. } | State::Held { .. } => Err(Refusal::Talking),
        State::Wrapping { .. } => Ok(()),
    }
}

fn exit_of_leaving(draft: &Draft, contact: &Contact) -> Exit {
    match draft.context.actor {
        Actor::Customer(_) if draft.now() - contact.queued_at < SHORT_ABANDON => {
            Exit::ShortAbandoned
        }
        Actor::Customer(_) => Exit::Abandoned,
        Actor::Staff(_) | Actor::Policy(_) | Actor::Timer | Actor::System => Exit::Withdrawn,
    }
}

/// The contact leaves its queue without having been served.
pub(crate) fn leave(draft: &mut Draft, contact: ContactId, exit: Exit) {
    draft.release_booking(contact);
    draft.emit(Event::Left { contact, exit });
}

/// Its longest wait is over.
pub(crate) fn time_out(draft: &mut Draft, id: ContactId) {
    let callback = draft.site.contacts.get(&id).and_then(|contact| contact.callback);
    leave(draft, id, Exit::TimedOut);
    if let Some(callback) = callback {
        callback::complete(draft, callback, callback::Completion::Expired);
    }
}

/// After an offer came to nothing: the longest wait may have passed meanwhile.
pub(crate) fn leave_if_overdue(draft: &mut Draft, id: ContactId) {
    if draft.site.contacts.get(&id).is_some_and(|contact| contact.until <= draft.now()) {
        time_out(draft, id);
    }
}

fn prioritise(draft: &mut Draft, id: ContactId, priority: u8) -> Result<(), Refusal> {
    if priority > PRIORITY_MAX {
        return Err(Refusal::PriorityOutOfRange);
    }
    let contact = draft.site.contacts.get(&id).ok_or(Refusal::Unknown)?;
    if contact.priority != priority {
        let virtual_start = contact.virtual_start + priority_head_start(contact.priority)
            - priority_head_start(priority);
        draft.emit(Event::Prioritised { contact: id, priority, virtual_start });
    }
    Ok(())
}

fn reassign(draft: &mut Draft, id: ContactId, agent: Option<AgentId>) -> Result<(), Refusal> {
    let contact = draft.site.contacts.get(&id).ok_or(Refusal::Unknown)?;
    if let Some(agent) = agent {
        let known = draft
            .site
            .agents
            .get(&agent)
            .filter(|known| known.shift.is_some())
            .ok_or(Refusal::AgentUnknown)?;
        if !draft.site.index.qualifies(contact.class, known.slot)
            || known.cost(contact.channel).is_none()
        {
            return Err(Refusal::AgentNotQualified);
        }
    }
    let (state, assigned) = (contact.state.clone(), contact.assigned);
    match state {
        State::Waiting | State::Offered { .. } => {
            if assigned != agent {
                draft.release_booking(id);
                draft.emit(Event::Reassigned { contact: id, agent });
            }
            if let State::Offered { reservation } = state
                && draft.site.reservations.get(&reservation).map(|offer| offer.agent) != agent
            {
                reservation::rescind(draft, reservation);
            }
            Ok(())
        }
        State::Linking { .. }
        | State::Talking { .. }
        | State::Held { .. }
        | State::Wrapping { .. } => Err(Refusal::Talking),
    }
}

fn hold(draft: &mut Draft, id: ContactId) -> Result<(), Refusal> {
    let contact = open_to_actor(draft, id)?.ok_or(Refusal::NotTalking)?;
    match contact.state {
        State::Talking { .. } => {
            link::hold(draft, id);
            draft.emit(Event::Held { contact: id, until: draft.now() + HOLD_MAX });
            Ok(())
        }
        State::Held { .. } => Ok(()),
        State::Waiting | State::Offered { .. } | State::Linking { .. } | State::Wrapping { .. } => {
            Err(Refusal::NotTalking)
        }
    }
}

fn resume(draft: &mut Draft, id: ContactId) -> Result<(), Refusal> {
    let contact = open_to_actor(draft, id)?.ok_or(Refusal::NotHeld)?;
    match contact.state {
        State::Held { talk_until, .. } => {
            resume_held(draft, id, talk_until);
            Ok(())
        }
        State::Talking { .. } => Ok(()),
        State::Waiting | State::Offered { .. } | State::Linking { .. } | State::Wrapping { .. } => {
            Err(Refusal::NotHeld)
        }
    }
}

/// By hand, or because it was on hold for the longest time.
pub(crate) fn resume_held(draft: &mut Draft, id: ContactId, talk_until: Deadline) {
    link::resume(draft, id);
    draft.emit(Event::Resumed { contact: id, until: talk_until });
}

fn finish(draft: &mut Draft, id: ContactId) -> Result<(), Refusal> {
    let Some(contact) = open_to_actor(draft, id)? else { return Ok(()) };
    match contact.state {
        State::Talking { .. } | State::Held { .. } => {
            end_talk(draft, id, link::End::AgentHungUp);
            Ok(())
        }
        State::Wrapping { .. } => Ok(()),
        State::Waiting | State::Offered { .. } | State::Linking { .. } => Err(Refusal::NotTalking),
    }
}

/// The talk is over, whoever ended it.
pub(crate) fn end_talk(draft: &mut Draft, id: ContactId, end: link::End) {
    link::end_of(draft, id, end);
    if let Some(reservation) = draft.site.contacts.get(&id).and_then(Contact::reservation) {
        reservation::wrap(draft, reservation);
    }
}

fn wrap_up(
    draft: &mut Draft,
    id: ContactId,
    disposition: String,
    notes: Option<Sealed<String>>,
) -> Result<(), Refusal> {
    let Some(contact) = open_to_actor(draft, id)? else { return Ok(()) };
    match contact.state {
        State::Wrapping { reservation } => {
            reservation::complete(draft, reservation, disposition, notes);
            Ok(())
        }
        State::Waiting
        | State::Offered { .. }
        | State::Linking { .. }
        | State::Talking { .. }
        | State::Held { .. } => Err(Refusal::NotWrapping),
    }
}

fn rate(draft: &mut Draft, contact: ContactId, stars: u8) -> Result<(), Refusal> {
    if !(1..=STARS_MAX).contains(&stars) {
        return Err(Refusal::NoStars);
    }
    let site = &draft.site;
    // For the customer the talk is over when wrap-up begins.
    let (visit, rated) = match (site.contacts.get(&contact), site.ended.get(contact)) {
        (Some(known), _) if matches!(known.state, State::Wrapping { .. }) => {
            (known.visit, known.stars)
        }
        (_, Some(ended)) => (ended.visit, ended.stars),
        (_, None) => return Err(Refusal::NotRatable),
    };
    if !matches!(draft.context.actor, Actor::Customer(by) if visit == Some(by)) {
        return Err(Refusal::NotYours);
    }
    if rated != Some(stars) {
        draft.emit(Event::Rated { contact, stars });
    }
    Ok(())
}

/// The contact, if the actor may act on it; `None` if it has ended and nothing needs to be done.
fn open_to_actor(draft: &Draft, id: ContactId) -> Result<Option<Contact>, Refusal> {
    let Some(contact) = draft.site.contacts.get(&id) else {
        return if draft.site.ended.get(id).is_some() { Ok(None) } else { Err(Refusal::Unknown) };
    };
    let serving = contact
        .reservation()
        .and_then(|id| draft.site.reservations.get(&id))
        .map(|held| held.agent);
    match &draft.context.actor {
        Actor::Customer(visit) if contact.visit != Some(*visit) => Err(Refusal::Unknown),
        Actor::Staff(staff)
            if serving.is_some_and(|agent| StaffId::from(agent) != *staff)
                && !draft.supervises() =>
        {
            Err(Refusal::NotYours)
        }
        Actor::Customer(_) | Actor::Staff(_) | Actor::Policy(_) | Actor::Timer | Actor::System => {
            Ok(Some(contact.clone()))
        }
    }
}

pub(crate) fn evolve(site: &mut Site, event: &Event, at: Timestamp) {
    match event {
        Event::Queued { .. } => queued(site, event, at),
        Event::StepActivated { contact, step, requirement, until } => {
            site.take_step(*contact, *step, requirement, *until);
        }
        Event::StepExpired { .. } => {}
        Event::Reconsidered { contact, agent } => site.reconsider(*contact, *agent),
        Event::Prioritised { contact, priority, virtual_start } => {
            let assigned = site.contacts.get(contact).and_then(|known| known.assigned);
            site.assign(*contact, None);
            if let Some(known) = site.contacts.get_mut(contact) {
                known.priority = *priority;
                known.virtual_start = *virtual_start;
            }
            site.assign(*contact, assigned);
        }
        Event::Reassigned { contact, agent } => site.assign(*contact, *agent),
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
