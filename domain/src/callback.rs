//! A callback: a promise to ring back, as soon as possible or at a time.

mod fold;

use serde::{Deserialize, Serialize};

pub(crate) use self::fold::evolve;
use crate::{
    booking,
    command::{Actor, refusals},
    contact,
    entitlement::{self, Facts},
    id::{
        AccountId, AgentId, BookingId, CallbackId, Channel, ContactId, MatterId, PageName,
        QueueName, SubjectId, TopicName, VisitId,
    },
    queue::{PRIORITY_MAX, priority_head_start},
    requirement::Requirement,
    reservation,
    sealed::Sealed,
    site::{Draft, Requester, Site},
    time::{Deadline, Span, Timestamp},
};

/// How far ahead a callback can be scheduled.
pub const SCHEDULE_DAYS_MAX: i64 = 30;
const SCHEDULE_MAX: Span = Span::secs(SCHEDULE_DAYS_MAX * 24 * 3_600);
/// How many callbacks one site holds open.
pub const CALLBACKS_MAX: usize = 100_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Scheduled {
        at: Deadline,
    },
    /// Its contact waits, or is offered.
    Queued {
        contact: ContactId,
    },
    /// An attempt is being made, or its talk goes on.
    Processing {
        contact: ContactId,
    },
}

/// An open callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    pub matter: MatterId,
    pub visit: VisitId,
    pub subject: SubjectId,
    pub account: Option<AccountId>,
    pub channel: Channel,
    pub topic: TopicName,
    pub page: PageName,
    pub number: Sealed<String>,
    pub when: When,
    pub queue: QueueName,
    pub requirement: Requirement,
    pub policy_version: u32,
    pub priority: u8,
    pub requested_at: Timestamp,
    pub virtual_start: Timestamp,
    pub until: Deadline,
    pub attempts: u8,
    pub booking: Option<BookingId>,
    /// The terms as they were known last; `None`: it was asked for before they were kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Box<Facts>>,
    pub state: State,
}

refusals! { "callback" =>
    Over = "over", "this callback has ended";
    NotYours = "not_yours", "this callback belongs to somebody else";
    BeingCalled = "being_called", "we are calling right now";
    AlreadyOpen = "already_open", "a callback about this is open already; reschedule or cancel it";
    InThePast = "in_the_past", "this time has passed; choose a later one";
    TooFarAhead with { days = SCHEDULE_DAYS_MAX } = "too_far_ahead", "choose a time within the next {SCHEDULE_DAYS_MAX} days";
    NoFacts = "no_facts", "contract and network could not be read in time; try again";
    QueueUnknown = "queue_unknown", "no queue serves this topic yet; an administrator publishes one in the policy";
    SiteFull = "site_full", "so many callbacks are open that no more can be taken; try again later";
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    Asap,
    /// The instant, and what the customer meant by it: local time in their zone.
    Scheduled {
        at: Timestamp,
        zone: String,
        local: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completion {
    AgentConnected,
    CancelledByCustomer,
    CancelledByStaff,
    Expired,
    AttemptsExhausted,
    NoConsent,
    DoNotCall,
    OutsideWindow,
    NumberUnreachable,
    Superseded,
    /// Contract or network do not include it any more.
    NotEntitled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptEnd {
    Connected,
    Busy,
    NoAnswer,
    Voicemail,
    Failed,
    AgentRefused,
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    Request {
        visit: VisitId,
        subject: SubjectId,
        account: Option<AccountId>,
        channel: Channel,
        topic: TopicName,
        page: PageName,
        number: Sealed<String>,
        /// What a shared widget sends along, as JSON.
        #[serde(default)]
        about: Option<Sealed<String>>,
        when: When,
        facts: Option<Box<Facts>>,
    },
    Cancel {
        callback: CallbackId,
    },
    /// Checked like a request. `facts` are attached inside, never by the customer.
    Reschedule {
        callback: CallbackId,
        when: When,
        #[serde(default)]
        facts: Option<Box<Facts>>,
    },
    /// Contract or network are others than when it was asked for; the next attempt is checked against these.
    Recheck {
        callback: CallbackId,
        facts: Box<Facts>,
    },
}

events! { "callback" =>
    Requested = "callback.requested" @ 1 {
        callback: CallbackId, matter: MatterId, visit: VisitId, subject: SubjectId, account: Option<AccountId>,
        channel: Channel, topic: TopicName, page: PageName, number: Sealed<String>,
        /// What a shared widget sent along, as JSON.
        #[serde(default, skip_serializing_if = "crate::event::is_absent")]
        about: Option<Sealed<String>>,
        when: When,
        queue: QueueName, requirement: Requirement, policy_version: u32, priority: u8,
        /// Every attempt's contact waits from here.
        virtual_start: Timestamp,
        /// Ends by itself then.
        until: Deadline,
        /// What every attempt is checked against.
        #[serde(default, skip_serializing_if = "crate::event::is_absent")]
        facts: Option<Box<Facts>>,
    },
    /// Waits for its time; `at` is when it joins the line.
    Scheduled = "callback.scheduled" @ 1 { callback: CallbackId, at: Deadline },
    Queued = "callback.queued" @ 1 { callback: CallbackId, contact: ContactId },
    AttemptStarted = "callback.attempt_started" @ 1 { callback: CallbackId, attempt: u8, contact: ContactId, agent: AgentId },
    AttemptEnded = "callback.attempt_ended" @ 1 { callback: CallbackId, attempt: u8, end: AttemptEnd },
    Rescheduled = "callback.rescheduled" @ 1 {
        callback: CallbackId, when: When, until: Deadline,
        #[serde(default, skip_serializing_if = "crate::event::is_absent")]
        facts: Option<Box<Facts>>,
    },
    TermsChanged = "callback.terms_changed" @ 1 { callback: CallbackId, facts: Box<Facts> },
    /// The only end.
    Completed = "callback.completed" @ 1 { callback: CallbackId, reason: Completion },
}

pub(crate) fn decide(draft: &mut Draft, command: Command) -> Result<(), Refusal> {
    match command {
        Command::Request {
            visit,
            subject,
            account,
            channel,
            topic,
            page,
            number,
            about,
            when,
            facts,
        } => {
            let facts = *facts.ok_or(Refusal::NoFacts)?;
            let asked =
                Requesting { visit, subject, account, channel, topic, page, number, about, when };
            request(draft, asked, facts)
        }
        Command::Cancel { callback } => cancel(draft, callback),
        Command::Reschedule { callback, when, facts } => reschedule(draft, callback, when, facts),
        Command::Recheck { callback, facts } => {
            recheck(draft, callback, facts);
            Ok(())
        }
    }
}

struct Requesting {
    visit: VisitId,
    subject: SubjectId,
    account: Option<AccountId>,
    channel: Channel,
    topic: TopicName,
    page: PageName,
    number: Sealed<String>,
    about: Option<Sealed<String>>,
    when: When,
}

fn request(draft: &mut Draft, asked: Requesting, facts: Facts) -> Result<(), Refusal> {
    if draft.site.callbacks.len() >= CALLBACKS_MAX {
        return Err(Refusal::SiteFull);
    }
    if !draft.site.queues.contains_key(&facts.queue) {
        return Err(Refusal::QueueUnknown);
    }
    let at = instant_of(&asked.when, draft.now())?;
    if draft.site.has_callback(asked.subject, &asked.topic) {
        return Err(Refusal::AlreadyOpen);
    }
    let Requesting { visit, subject, account, channel, topic, page, number, about, when } = asked;
    let open = draft.site.open(Requester::of(account, Some(visit)), &topic);
    let (queue, requirement) = (facts.queue.clone(), facts.requirement.clone());
    let (priority, policy_version) =
        (facts.contract.terms.priority.min(PRIORITY_MAX), facts.policy_version);
    let by = Some(visit);
    let now = draft.now();
    match entitlement::check(&facts, channel, &topic, open, at.unwrap_or(now), now) {
        Ok(()) => draft.emit(entitlement::Event::Granted {
            visit: by,
            account,
            channel,
            topic: topic.clone(),
            facts: facts.clone(),
        }),
        Err(denial) => {
            let entitlement::Denial { rules, instead } = denial;
            draft.emit(entitlement::Event::Denied {
                visit: by,
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
    let expires = Span::secs(i64::from(draft.site.definition(&queue).callback_expires_secs));
    let callback = draft.new_id("callback");
    let matter = draft.new_id("matter");
    let virtual_start = now - priority_head_start(priority);
    draft.emit(Event::Requested {
        callback,
        matter,
        visit,
        subject,
        account,
        channel,
        topic,
        page,
        number,
        about,
        when,
        queue,
        requirement,
        policy_version,
        priority,
        virtual_start,
        until: at.unwrap_or(now) + expires,
        facts: Some(Box::new(facts)),
    });
    promise(draft, callback, at);
    Ok(())
}

/// When it is to be; `None` for as soon as possible.
fn instant_of(when: &When, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
    match when {
        When::Asap => Ok(None),
        When::Scheduled { at, .. } if *at <= now => Err(Refusal::InThePast),
        When::Scheduled { at, .. } if *at > now + SCHEDULE_MAX => Err(Refusal::TooFarAhead),
        When::Scheduled { at, .. } => Ok(Some(*at)),
    }
}

/// Joins the line now, or books a qualified agent's time.
fn promise(draft: &mut Draft, callback: CallbackId, at: Option<Timestamp>) {
    match at {
        None => join_line(draft, callback),
        Some(at) => {
            draft.emit(Event::Scheduled { callback, at });
            booking::book_calendar(draft, callback, at);
        }
    }
}

/// Opens the contact of the next attempt; it waits from where the callback has waited from.
pub(crate) fn join_line(draft: &mut Draft, id: CallbackId) {
    let Some(callback) = draft.site.callbacks.get(&id).cloned() else { return };
    let contact = draft.new_id("contact");
    draft.emit(Event::Queued { callback: id, contact });
    contact::enqueue(
        draft,
        contact::Event::Queued {
            contact,
            matter: callback.matter,
            visit: Some(callback.visit),
            subject: Some(callback.subject),
            account: callback.account,
            queue: callback.queue,
            channel: callback.channel,
            topic: callback.topic,
            page: callback.page,
            priority: callback.priority,
            virtual_start: callback.virtual_start,
            requirement: callback.requirement,
            policy_version: callback.policy_version,
            callback: Some(id),
            until: callback.until,
        },
    );
}

fn cancel(draft: &mut Draft, id: CallbackId) -> Result<(), Refusal> {
    withdraw(draft, id, booking::Because::CustomerLeft)?;
    let reason = match draft.context.actor {
        Actor::Customer(_) => Completion::CancelledByCustomer,
        Actor::Staff(_) | Actor::Policy(_) | Actor::Timer | Actor::System => {
            Completion::CancelledByStaff
        }
    };
    complete(draft, id, reason);
    Ok(())
}

fn reschedule(
    draft: &mut Draft,
    id: CallbackId,
    when: When,
    facts: Option<Box<Facts>>,
) -> Result<(), Refusal> {
    let open = open_to_actor(draft, id)?.clone();
    let now = draft.now();
    let at = instant_of(&when, now)?;
    if matches!(open.state, State::Processing { .. }) {
        return Err(Refusal::BeingCalled);
    }
    let facts = match (facts, &draft.context.actor) {
        (Some(facts), _) => Some(facts),
        (None, Actor::Customer(_)) => return Err(Refusal::NoFacts),
        (None, Actor::Staff(_) | Actor::Policy(_) | Actor::Timer | Actor::System) => {
            open.facts.clone()
        }
    };
    if let Some(facts) = &facts
        && !is_granted(draft, &open, facts, at.unwrap_or(now))
    {
        return Ok(());
    }
    withdraw(draft, id, booking::Because::Rescheduled)?;
    let expires = Span::secs(i64::from(draft.site.definition(&open.queue).callback_expires_secs));
    let until = at.unwrap_or(now) + expires;
    draft.emit(Event::Rescheduled { callback: id, when, until, facts });
    promise(draft, id, at);
    Ok(())
}

/// Whether these terms allow an open callback at `at`; a no is recorded.
fn is_granted(draft: &mut Draft, open: &Callback, facts: &Facts, at: Timestamp) -> bool {
    let mut others = draft.site.open(Requester::of(open.account, Some(open.visit)), &open.topic);
    others.requests = others.requests.saturating_sub(1);
    let Err(denial) = entitlement::check(facts, open.channel, &open.topic, others, at, draft.now())
    else {
        return true;
    };
    let entitlement::Denial { rules, instead } = denial;
    draft.emit(entitlement::Event::Denied {
        visit: Some(open.visit),
        account: open.account,
        channel: open.channel,
        topic: open.topic.clone(),
        facts: facts.clone(),
        rules,
        instead,
    });
    false
}

fn recheck(draft: &mut Draft, id: CallbackId, facts: Box<Facts>) {
    let known = draft.site.callbacks.get(&id);
    if known.is_some_and(|known| known.facts.as_ref() != Some(&facts)) {
        draft.emit(Event::TermsChanged { callback: id, facts });
    }
}

/// Its time has come: it joins the line, if the terms of now still allow it.
pub(crate) fn fall_due(draft: &mut Draft, id: CallbackId) {
    let Some(callback) = draft.site.callbacks.get(&id).cloned() else { return };
    let (now, none) = (draft.now(), entitlement::Open::default());
    let Some(facts) = &callback.facts else { return join_line(draft, id) };
    let Err(denial) = entitlement::check(facts, callback.channel, &callback.topic, none, now, now)
    else {
        return join_line(draft, id);
    };
    let opens = denial.instead.iter().find_map(|instead| match instead {
        entitlement::Instead::At(at) => Some(*at),
        entitlement::Instead::Channel(_)
        | entitlement::Instead::OtherNetwork
        | entitlement::Instead::WhenOneEnds
        | entitlement::Instead::SignIn
        | entitlement::Instead::OtherTopic => None,
    });
    match opens {
        Some(at) if at < callback.until => {
            if let Some(booking) = callback.booking {
                let because = booking::Because::Rescheduled;
                draft.emit(booking::Event::Released { booking, because });
            }
            draft.emit(Event::Scheduled { callback: id, at });
        }
        Some(_) => complete(draft, id, Completion::OutsideWindow),
        None => complete(draft, id, Completion::NotEntitled),
    }
}

/// Takes it out of the calendar or the line, unless it is being called.
fn withdraw(draft: &mut Draft, id: CallbackId, because: booking::Because) -> Result<(), Refusal> {
    let callback = open_to_actor(draft, id)?.clone();
    match callback.state {
        State::Processing { .. } => return Err(Refusal::BeingCalled),
        State::Scheduled { .. } => {
            if let Some(booking) = callback.booking {
                draft.emit(booking::Event::Released { booking, because });
            }
        }
        State::Queued { contact } => {
            let offer = draft.site.contacts.get(&contact).and_then(contact::Contact::reservation);
            contact::leave(draft, contact, contact::Exit::Withdrawn);
            if let Some(offer) = offer {
                reservation::cancel(draft, offer);
            }
        }
    }
    Ok(())
}

fn open_to_actor<'a>(draft: &'a Draft, id: CallbackId) -> Result<&'a Callback, Refusal> {
    let callback = draft.site.callbacks.get(&id).ok_or(Refusal::Over)?;
    match &draft.context.actor {
        Actor::Customer(visit) if callback.visit != *visit => Err(Refusal::NotYours),
        Actor::Customer(_) | Actor::Staff(_) | Actor::Policy(_) | Actor::Timer | Actor::System => {
            Ok(callback)
        }
    }
}

/// Ends it, if it is open: its contact may outlive it, when the agent is gone in mid-talk.
pub(crate) fn complete(draft: &mut Draft, callback: CallbackId, reason: Completion) {
    let Some(open) = draft.site.callbacks.get(&callback) else { return };
    if let Some(booking) = open.booking {
        draft.emit(booking::Event::Released { booking, because: booking::Because::CustomerLeft });
    }
    draft.emit(Event::Completed { callback, reason });
}

/// The number to ring, if this contact is an attempt to call back by phone.
pub(crate) fn number_of(site: &Site, contact: ContactId) -> Option<Sealed<String>> {
    let callback = site.contacts.get(&contact)?.callback?;
    let callback = site.callbacks.get(&callback)?;
    (callback.channel == Channel::Phone).then(|| callback.number.clone())
}

pub(crate) fn attempt_started(draft: &mut Draft, contact: ContactId, agent: AgentId) {
    let Some(callback) = draft.site.contacts.get(&contact).and_then(|known| known.callback) else {
        return;
    };
    let Some(attempt) = draft.site.callbacks.get(&callback).map(|open| open.attempts + 1) else {
        return;
    };
    draft.emit(Event::AttemptStarted { callback, attempt, contact, agent });
}

/// The attempt is over: connected, or broken off so that the contact waits again.
pub(crate) fn attempt_ended(draft: &mut Draft, contact: ContactId, end: AttemptEnd) {
    let Some((callback, attempt)) = processing(draft.site, contact) else { return };
    draft.emit(Event::AttemptEnded { callback, attempt, end });
    if end == AttemptEnd::Connected {
        complete(draft, callback, Completion::AgentConnected);
    }
}

/// The customer was not reached: another attempt later, or that was the last.
pub(crate) fn attempt_failed(draft: &mut Draft, contact: ContactId, end: AttemptEnd) {
    let Some((id, attempt)) = processing(draft.site, contact) else { return };
    draft.emit(Event::AttemptEnded { callback: id, attempt, end });
    let Some(callback) = draft.site.callbacks.get(&id) else { return };
    let definition = draft.site.definition(&callback.queue);
    let at = draft.now() + Span::secs(i64::from(definition.callback_retry_secs));
    if attempt >= definition.callback_attempts_max {
        complete(draft, id, Completion::AttemptsExhausted);
    } else if at >= callback.until {
        complete(draft, id, Completion::Expired);
    } else {
        draft.emit(Event::Scheduled { callback: id, at });
    }
}

fn processing(site: &Site, contact: ContactId) -> Option<(CallbackId, u8)> {
    let id = site.callback_by_contact.get(&contact)?;
    let callback = site.callbacks.get(id)?;
    (callback.state == State::Processing { contact }).then_some((*id, callback.attempts))
}
