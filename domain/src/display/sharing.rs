//! What is shared: consent, which way, pages that are opened for all, shared widgets.

use std::collections::BTreeSet;

use super::{
    Event, PushState, Refusal, Scope, State, WIDGET_CHANGES_MAX, WIDGETS_MAX, Way, acting_staff,
    customers, end_of_consent, is_talk, offer, open_to_actor,
};
use crate::{
    command::Actor,
    contact::Contact,
    id::{ContactId, DisplayId, PushId, StaffId, WidgetName},
    policy::consent::AgreedText,
    reservation::Party,
    sealed::Sealed,
    site::Draft,
};

/// The agent asks (again).
pub(super) fn ask(draft: &mut Draft, contact: ContactId) -> Result<(), Refusal> {
    is_talk(draft, contact)?;
    let served = draft.site.contacts.get(&contact).and_then(Contact::reservation);
    let agent = served.and_then(|id| draft.site.reservations.get(&id)).map(|held| held.agent);
    if agent.map(StaffId::from) != acting_staff(draft) {
        return Err(Refusal::NotYours);
    }
    begin(draft, contact)
}

fn begin(draft: &mut Draft, contact: ContactId) -> Result<(), Refusal> {
    if draft.site.contacts.get(&contact).is_some_and(|known| known.visit.is_none()) {
        return Err(Refusal::NoVisit);
    }
    offer(draft, contact);
    Ok(())
}

pub(super) fn consent(
    draft: &mut Draft,
    contact: ContactId,
    scopes: BTreeSet<Scope>,
    text: Option<AgreedText>,
) -> Result<(), Refusal> {
    is_talk(draft, contact)?;
    let visit = draft.site.contacts.get(&contact).and_then(|known| known.visit);
    if !matches!(draft.context.actor, Actor::Customer(by) if visit == Some(by)) {
        return Err(Refusal::NotYours);
    }
    let before = draft.site.display_of(contact);
    let agreed = before.and_then(|id| draft.site.displays.get(&id)).map(|known| &known.scopes);
    let agreed: BTreeSet<Scope> = agreed.into_iter().flatten().copied().chain(scopes).collect();
    if !agreed.contains(&Scope::View) {
        return Err(Refusal::ViewIsNeeded);
    }
    let now = draft.context.now;
    let text = text.filter(|text| text.in_force(now)).ok_or(Refusal::TextNotInForce)?;
    begin(draft, contact)?;
    let Some(display) = draft.site.display_of(contact) else { return Err(Refusal::NoTalk) };
    let Some(known) = draft.site.displays.get(&display) else { return Err(Refusal::Over) };
    let first = known.state == State::Offered;
    if known.scopes != agreed {
        let AgreedText { language, version, .. } = text;
        draft.emit(Event::Consented {
            display,
            contact,
            scopes: agreed,
            text_version: version,
            language: Some(language),
        });
    }
    if first {
        draft.emit(Event::Shared { display, contact, way: Way::Mirror });
    }
    Ok(())
}

pub(super) fn revoke(
    draft: &mut Draft,
    id: DisplayId,
    scopes: &BTreeSet<Scope>,
) -> Result<(), Refusal> {
    if !draft.site.displays.contains_key(&id) {
        return Ok(());
    }
    let display = customers(draft, id)?;
    let contact = display.contact;
    let taken: BTreeSet<Scope> = display.scopes.intersection(scopes).copied().collect();
    let ends = scopes.contains(&Scope::View);
    if !taken.is_empty() {
        draft.emit(Event::Revoked { display: id, contact, scopes: taken.clone() });
    }
    if let Some(control) = display.control.filter(|_| ends || taken.contains(&Scope::Control)) {
        draft.emit(Event::ControlRevoked { display: id, contact, staff: control.staff });
    }
    if ends {
        draft.emit(Event::Ended { display: id, contact, end: end_of_consent(&display) });
    }
    Ok(())
}

pub(super) fn pause(draft: &mut Draft, id: DisplayId) -> Result<(), Refusal> {
    let display = customers(draft, id)?;
    match display.state {
        State::Shared { .. } => {
            draft.emit(Event::Paused { display: id, contact: display.contact });
            Ok(())
        }
        State::Paused { .. } => Ok(()),
        State::Offered => Err(Refusal::NotShared),
    }
}

pub(super) fn resume(draft: &mut Draft, id: DisplayId) -> Result<(), Refusal> {
    let display = customers(draft, id)?;
    match display.state {
        State::Paused { way } => {
            draft.emit(Event::Shared { display: id, contact: display.contact, way });
            Ok(())
        }
        State::Shared { .. } => Ok(()),
        State::Offered => Err(Refusal::NotShared),
    }
}

pub(super) fn share(draft: &mut Draft, id: DisplayId, way: Way) -> Result<(), Refusal> {
    let (display, party) = open_to_actor(draft, id)?;
    let State::Shared { way: before } = &display.state else { return Err(Refusal::NotShared) };
    if party == Party::Agent {
        looks_on(draft, &display)?;
        // An address is opened by a push, which the customer may decline.
        if way != Way::Mirror {
            return Err(Refusal::NotYours);
        }
    }
    if *before != way {
        draft.emit(Event::Shared { display: id, contact: display.contact, way });
    }
    Ok(())
}

pub(super) fn push(draft: &mut Draft, id: DisplayId, url: Sealed<String>) -> Result<(), Refusal> {
    let (display, by) = open_to_actor(draft, id)?;
    if !display.is_shared() {
        return Err(Refusal::NotShared);
    }
    if by == Party::Agent {
        looks_on(draft, &display)?;
    }
    let follows = by == Party::Customer || display.scopes.contains(&Scope::Follow);
    let (push, staff) = (draft.new_id("push"), acting_staff(draft));
    let contact = display.contact;
    draft.emit(Event::PagePushed { display: id, contact, push, by, staff, url, follows });
    Ok(())
}

pub(super) fn answer(
    draft: &mut Draft,
    id: DisplayId,
    push: PushId,
    follow: bool,
) -> Result<(), Refusal> {
    let display = customers(draft, id)?;
    let known = display.push.filter(|known| known.push == push).ok_or(Refusal::PushOver)?;
    match (known.state, follow) {
        (PushState::Followed, true) | (PushState::Declined, false) => Ok(()),
        (PushState::Followed, false) | (PushState::Declined, true) => Err(Refusal::PushOver),
        (PushState::Proposed, _) => {
            let contact = display.contact;
            draft.emit(Event::PageAnswered { display: id, contact, push, follow });
            Ok(())
        }
    }
}

pub(super) fn change_widget(
    draft: &mut Draft,
    id: DisplayId,
    widget: WidgetName,
    based_on: u32,
    state: Sealed<String>,
) -> Result<(), Refusal> {
    let (display, by) = open_to_actor(draft, id)?;
    if !display.is_shared() {
        return Err(Refusal::NotShared);
    }
    if by == Party::Agent {
        looks_on(draft, &display)?;
    }
    if display.widget_changes >= WIDGET_CHANGES_MAX {
        return Err(Refusal::ChangesFull);
    }
    let version = match display.widgets.get(&widget) {
        Some(known) => known.version,
        None if display.widgets.len() >= WIDGETS_MAX => return Err(Refusal::WidgetsFull),
        None => 0,
    };
    if version != based_on {
        return Err(Refusal::WidgetStale);
    }
    let (contact, version, staff) = (display.contact, version + 1, acting_staff(draft));
    draft.emit(Event::WidgetChanged { display: id, contact, widget, version, by, staff, state });
    Ok(())
}

/// Staff act on a display only while they look at it.
pub(super) fn looks_on(draft: &Draft, display: &super::Display) -> Result<StaffId, Refusal> {
    let staff = acting_staff(draft).ok_or(Refusal::NotYours)?;
    if display.is_watched_by(staff) { Ok(staff) } else { Err(Refusal::NotLooking) }
}
