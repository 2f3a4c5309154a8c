//! What events make of a callback.

use super::{AttemptEnd, Callback, Event, State};
use crate::{
    id::CallbackId,
    site::{Due, Requester, Site},
    time::Timestamp,
};

pub(crate) fn evolve(site: &mut Site, event: &Event, at: Timestamp) {
    match event {
        Event::Requested { .. } => requested(site, event, at),
        Event::Scheduled { callback, at } => {
            set_state(site, *callback, State::Scheduled { at: *at });
            site.due.insert((*at, Due::Callback(*callback)));
        }
        Event::Queued { callback, contact } => {
            site.callback_by_contact.insert(*contact, *callback);
            set_state(site, *callback, State::Queued { contact: *contact });
        }
        Event::AttemptStarted { callback, attempt, contact, .. } => {
            if let Some(open) = site.callbacks.get_mut(callback) {
                open.attempts = *attempt;
            }
            set_state(site, *callback, State::Processing { contact: *contact });
        }
        Event::AttemptEnded { callback, end, .. } => {
            if *end == AttemptEnd::Unknown
                && let Some(State::Processing { contact }) =
                    site.callbacks.get(callback).map(|open| open.state.clone())
                && site.contacts.contains_key(&contact)
            {
                set_state(site, *callback, State::Queued { contact });
            }
        }
        Event::Rescheduled { callback, when, until, facts } => {
            if let Some(open) = site.callbacks.get_mut(callback) {
                open.when = when.clone();
                open.until = *until;
                if facts.is_some() {
                    open.facts.clone_from(facts);
                }
            }
        }
        Event::TermsChanged { callback, facts } => {
            if let Some(open) = site.callbacks.get_mut(callback) {
                open.facts = Some(facts.clone());
            }
        }
        Event::Completed { callback, .. } => {
            if let Some(State::Scheduled { at }) =
                site.callbacks.get(callback).map(|open| open.state.clone())
            {
                site.due.remove(&(at, Due::Callback(*callback)));
            }
            if let Some(open) = site.callbacks.remove(callback) {
                site.count_request(
                    Requester::of(open.account, Some(open.visit)),
                    callback.0,
                    false,
                );
                if let State::Queued { contact } | State::Processing { contact } = open.state {
                    site.callback_by_contact.remove(&contact);
                }
            }
        }
    }
}

fn requested(site: &mut Site, event: &Event, at: Timestamp) {
    let Event::Requested {
        callback,
        matter,
        visit,
        subject,
        account,
        channel,
        topic,
        page,
        number,
        about: _,
        when,
        queue,
        requirement,
        policy_version,
        priority,
        virtual_start,
        until,
        facts,
    } = event
    else {
        return;
    };
    site.count_request(Requester::of(*account, Some(*visit)), callback.0, true);
    site.callbacks.insert(
        *callback,
        Callback {
            matter: *matter,
            visit: *visit,
            subject: *subject,
            account: *account,
            channel: *channel,
            topic: topic.clone(),
            page: page.clone(),
            number: number.clone(),
            when: when.clone(),
            queue: queue.clone(),
            requirement: requirement.clone(),
            policy_version: *policy_version,
            priority: *priority,
            requested_at: at,
            virtual_start: *virtual_start,
            until: *until,
            attempts: 0,
            booking: None,
            facts: facts.clone(),
            // Stands until `scheduled` or `queued`, which is in the same decision.
            state: State::Scheduled { at },
        },
    );
}

fn set_state(site: &mut Site, id: CallbackId, state: State) {
    let Some(open) = site.callbacks.get_mut(&id) else { return };
    let before = std::mem::replace(&mut open.state, state);
    match before {
        State::Scheduled { at } => drop(site.due.remove(&(at, Due::Callback(id)))),
        State::Queued { .. } | State::Processing { .. } => {}
    }
}
