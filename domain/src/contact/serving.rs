//! A contact that is served: held, resumed, finished, wrapped up, rated.

use super::{Contact, Event, HOLD_MAX, Refusal, STARS_MAX, State, open_to_actor};
use crate::{
    command::Actor, display, id::ContactId, link, reservation, sealed::Sealed, site::Draft,
    time::Deadline,
};

pub(super) fn hold(draft: &mut Draft, id: ContactId) -> Result<(), Refusal> {
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

pub(super) fn resume(draft: &mut Draft, id: ContactId) -> Result<(), Refusal> {
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

pub(super) fn finish(draft: &mut Draft, id: ContactId) -> Result<(), Refusal> {
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
    display::end_of(draft, id);
    if let Some(reservation) = draft.site.contacts.get(&id).and_then(Contact::reservation) {
        reservation::wrap(draft, reservation);
    }
}

pub(super) fn wrap_up(
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

pub(super) fn rate(draft: &mut Draft, contact: ContactId, stars: u8) -> Result<(), Refusal> {
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
