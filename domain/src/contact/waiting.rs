//! A contact in its queue: asked for, in line, relaxed step by step, given up.

use super::{
    ASSIGNED_FOR, ASSIGNED_TO_ABSENT_FOR, CONTACTS_MAX, Contact, Event, Exit, Refusal,
    SHORT_ABANDON, State, open_or_ended,
};
use crate::{
    agent::Agent,
    callback,
    command::Actor,
    entitlement::{self, Facts},
    id::{AccountId, AgentId, Channel, ContactId, PageName, SubjectId, TopicName, VisitId},
    link,
    queue::{self, PRIORITY_MAX, priority_head_start},
    reservation,
    site::{Draft, Requester, Site},
    time::Span,
};

pub(super) struct Asking {
    pub(super) visit: VisitId,
    pub(super) subject: Option<SubjectId>,
    pub(super) account: Option<AccountId>,
    pub(super) channel: Channel,
    pub(super) topic: TopicName,
    pub(super) page: PageName,
}

pub(super) fn ask(draft: &mut Draft, asking: Asking, facts: Facts) -> Result<(), Refusal> {
    if draft.site.contacts.len() >= CONTACTS_MAX {
        return Err(Refusal::SiteFull);
    }
    if !draft.site.queues.contains_key(&facts.queue) {
        return Err(Refusal::QueueUnknown);
    }
    let Asking { visit, subject, account, channel, topic, page } = asking;
    if let Some((contact, known)) =
        draft.site.asked_before(Requester::of(account, Some(visit)), channel, &topic)
    {
        if !known.is_of(visit) {
            draft.emit(Event::Joined { contact, visit });
        }
        return Ok(());
    }
    let open = draft.site.open(Requester::of(account, Some(visit)), &topic);
    let (visit, queue, requirement) = (Some(visit), facts.queue.clone(), facts.requirement.clone());
    let (priority, policy_version) =
        (facts.contract.terms.priority.min(PRIORITY_MAX), facts.policy_version);
    match entitlement::check(&facts, channel, &topic, open, draft.now(), draft.now()) {
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
    let reached = queue::step_reached(&definition.steps, draft.now() - contact.queued_at);
    let active = reached.map_or(0, |at| u8::try_from(at + 1).expect("a queue has few steps"));
    let next = definition.steps.get(usize::from(active));
    let until = next.map(|step| contact.queued_at + Span::secs(i64::from(step.after_secs)));
    let requirement = reached.map_or_else(
        || contact.request.clone(),
        |at| definition.steps[at].required(&contact.request),
    );
    let before = contact.step;
    if (before, &contact.requirement, contact.next_step_at) == (active, &requirement, until) {
        return;
    }
    if before != active && before > 0 {
        draft.emit(Event::StepExpired { contact: id, step: before });
    }
    draft.emit(Event::StepActivated { contact: id, step: active, requirement, until });
}

pub(super) fn cancel(draft: &mut Draft, id: ContactId) -> Result<(), Refusal> {
    let Some(contact) = open_or_ended(draft, id)? else { return Ok(()) };
    if matches!(draft.context.actor, Actor::Customer(visit) if !contact.is_of(visit)) {
        return Err(Refusal::Unknown);
    }
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

/// Whoever served it is gone: it waits again for as long as one that comes now.
pub(crate) fn hand_back(draft: &mut Draft, id: ContactId) {
    let Some(contact) = draft.site.contacts.get(&id) else { return };
    let secs = draft.site.definition(&contact.queue).wait_secs_max;
    let until = contact.until.max(draft.now() + Span::secs(i64::from(secs)));
    draft.emit(Event::HandedBack { contact: id, until });
}

pub(super) fn customer_gone(draft: &mut Draft, id: ContactId) -> Result<(), Refusal> {
    let Some(contact) = of_customer(draft, id)? else { return Ok(()) };
    if contact.away_since.is_none() {
        let is_chat = contact.channel == Channel::Chat;
        let waits = is_chat && contact.state == State::Waiting;
        draft.emit(Event::CustomerGone { contact: id });
        if waits {
            draft.release_booking(id);
        }
    }
    Ok(())
}

pub(super) fn customer_returned(draft: &mut Draft, id: ContactId) -> Result<(), Refusal> {
    let Some(contact) = of_customer(draft, id)? else { return Ok(()) };
    if contact.away_since.is_some() {
        draft.emit(Event::CustomerReturned { contact: id });
    }
    Ok(())
}

/// The actor's own contact, if it is open.
fn of_customer(draft: &Draft, id: ContactId) -> Result<Option<Contact>, Refusal> {
    let Some(contact) = open_or_ended(draft, id)? else { return Ok(None) };
    match draft.context.actor {
        Actor::Customer(visit) if contact.visit == Some(visit) => Ok(Some(contact)),
        Actor::Customer(_) | Actor::Staff(_) | Actor::Policy(_) | Actor::Timer | Actor::System => {
            Err(Refusal::Unknown)
        }
    }
}

pub(super) fn prioritise(draft: &mut Draft, id: ContactId, priority: u8) -> Result<(), Refusal> {
    if priority > PRIORITY_MAX {
        return Err(Refusal::PriorityOutOfRange);
    }
    let contact = draft.site.contacts.get(&id).ok_or(Refusal::Unknown)?;
    if !contact.state.possible(contact.callback.is_some()).prioritise {
        return Err(Refusal::Talking);
    }
    if contact.priority != priority {
        let virtual_start = contact.virtual_start + priority_head_start(contact.priority)
            - priority_head_start(priority);
        draft.emit(Event::Prioritised { contact: id, priority, virtual_start });
    }
    Ok(())
}

pub(super) fn reassign(
    draft: &mut Draft,
    id: ContactId,
    agent: Option<AgentId>,
) -> Result<(), Refusal> {
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
                let until = agent.map(|agent| draft.now() + patience(draft.site, agent));
                draft.emit(Event::Reassigned { contact: id, agent, until });
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

/// How long somebody waits for the agent whom a supervisor gave them to.
fn patience(site: &Site, agent: AgentId) -> Span {
    if site.agents.get(&agent).is_some_and(Agent::is_available) {
        ASSIGNED_FOR
    } else {
        ASSIGNED_TO_ABSENT_FOR
    }
}

/// The agent it waits for is not available any more: it waits no longer than for one who was not.
pub(crate) fn shorten_assignment(draft: &mut Draft, id: ContactId) {
    let Some(contact) = draft.site.contacts.get(&id) else { return };
    let until = Some(draft.now() + ASSIGNED_TO_ABSENT_FOR);
    if contact.assigned.is_some() && contact.assigned_until.is_none_or(|known| Some(known) > until)
    {
        let agent = contact.assigned;
        draft.emit(Event::Reassigned { contact: id, agent, until });
    }
}

/// It has waited for one agent long enough.
pub(crate) fn release_assignment(draft: &mut Draft, id: ContactId) {
    let assigned = draft.site.contacts.get(&id).and_then(|contact| contact.assigned);
    if let Some(agent) = assigned {
        draft.emit(Event::AssignmentReleased { contact: id, agent });
    }
}
