//! Who looks on: invitations, the register of connections, and who may act on the page.

use super::{
    CONNECTIONS_MAX, Connection, Control, Display, Event, INVITED_MAX, Refusal, Role, Scope,
    WATCHERS_MAX, acting_staff, customers, open_to_actor, sharing::looks_on,
};
use crate::{
    id::{ConnectionId, ContactId, DisplayId, NodeName, StaffId},
    reservation::Party,
    sealed::Sealed,
    site::Draft,
};

pub(super) fn invite(draft: &mut Draft, id: DisplayId, staff: StaffId) -> Result<(), Refusal> {
    let (display, party) = open_to_actor(draft, id)?;
    if party == Party::Customer {
        return Err(Refusal::NotYours);
    }
    looks_on(draft, &display)?;
    if display.invited.contains(&staff) {
        return Ok(());
    }
    if display.invited.len() >= INVITED_MAX {
        return Err(Refusal::InvitedFull);
    }
    draft.emit(Event::Invited { display: id, contact: display.contact, staff });
    Ok(())
}

pub(super) fn decline(draft: &mut Draft, id: DisplayId) -> Result<(), Refusal> {
    let staff = acting_staff(draft).ok_or(Refusal::NotYours)?;
    let Some(display) = draft.site.displays.get(&id) else { return Ok(()) };
    if display.invited.contains(&staff) {
        let contact = display.contact;
        draft.emit(Event::InvitationDeclined { display: id, contact, staff });
    }
    Ok(())
}

pub(super) fn join(
    draft: &mut Draft,
    id: DisplayId,
    connection: ConnectionId,
    role: Option<Role>,
    node: NodeName,
    address: Option<Sealed<String>>,
) -> Result<(), Refusal> {
    let (display, party) = open_to_actor(draft, id)?;
    if display.connections.contains_key(&connection) {
        return Ok(());
    }
    let watcher = match (party, role, acting_staff(draft)) {
        (Party::Customer, None, None) => None,
        (Party::Agent, Some(role), Some(staff)) => Some(entitled(&display, staff, role)?),
        (Party::Customer | Party::Agent, _, _) => return Err(Refusal::NotYours),
    };
    if display.connections.len() >= CONNECTIONS_MAX {
        return Err(Refusal::ConnectionsFull);
    }
    let contact = display.contact;
    draft.emit(Event::Registered { display: id, contact, connection, watcher, node, address });
    if let Some((staff, role)) = watcher
        && !display.is_watched_by(staff)
    {
        draft.emit(Event::Joined { display: id, contact, staff, role });
    }
    Ok(())
}

/// Whether somebody may look on in this role. That the role is theirs, the door has checked.
fn entitled(display: &Display, staff: StaffId, role: Role) -> Result<(StaffId, Role), Refusal> {
    let may = match role {
        Role::Agent => staff == StaffId::from(display.agent),
        Role::Supervisor => true,
        Role::Expert => display.invited.contains(&staff),
    };
    if !may {
        return Err(Refusal::NotInvited);
    }
    let mut others: Vec<_> = display
        .watchers()
        .map(|(watcher, _)| watcher)
        .filter(|watcher| *watcher != staff)
        .collect();
    others.sort_unstable();
    others.dedup();
    if others.len() >= WATCHERS_MAX { Err(Refusal::WatchersFull) } else { Ok((staff, role)) }
}

pub(super) fn leave(draft: &mut Draft, id: DisplayId, connection: ConnectionId) {
    let Some(display) = draft.site.displays.get(&id) else { return };
    let Some(Connection { watcher, .. }) = display.connections.get(&connection) else { return };
    let (contact, watcher) = (display.contact, *watcher);
    let control = display.control;
    draft.emit(Event::Left { display: id, contact, connection });
    // Whoever does not look on any more does not act on the page either.
    let Some((staff, _)) = watcher else { return };
    let still = draft.site.displays.get(&id).is_some_and(|display| display.is_watched_by(staff));
    if !still && control.is_some_and(|control| control.staff == staff) {
        draft.emit(Event::ControlRevoked { display: id, contact, staff });
    }
}

pub(super) fn ask_control(draft: &mut Draft, id: DisplayId) -> Result<(), Refusal> {
    let (display, _) = open_to_actor(draft, id)?;
    if !display.is_shared() {
        return Err(Refusal::NotShared);
    }
    let staff = looks_on(draft, &display)?;
    match display.control {
        Some(Control { staff: holder, .. }) if holder == staff => Ok(()),
        Some(Control { granted: true, .. }) => Err(Refusal::ControlTaken),
        Some(Control { granted: false, .. }) | None => {
            draft.emit(Event::ControlAsked { display: id, contact: display.contact, staff });
            Ok(())
        }
    }
}

pub(super) fn grant(draft: &mut Draft, id: DisplayId, staff: StaffId) -> Result<(), Refusal> {
    let display = customers(draft, id)?;
    if !display.scopes.contains(&Scope::Control) {
        return Err(Refusal::ControlNotAgreed);
    }
    match display.control {
        Some(Control { staff: asking, granted, .. }) if asking == staff => {
            if !granted {
                draft.emit(Event::ControlGranted { display: id, contact: display.contact, staff });
            }
            Ok(())
        }
        Some(_) | None => Err(Refusal::ControlNotAsked),
    }
}

pub(super) fn release_control(draft: &mut Draft, id: DisplayId) -> Result<(), Refusal> {
    let (display, party) = open_to_actor(draft, id)?;
    let Some(Control { staff, .. }) = display.control else { return Ok(()) };
    if party == Party::Agent && acting_staff(draft) != Some(staff) {
        return Err(Refusal::ControlTaken);
    }
    draft.emit(Event::ControlRevoked { display: id, contact: display.contact, staff });
    Ok(())
}

/// The door has checked that it was recorded with consent.
pub(super) fn replay(draft: &mut Draft, contact: ContactId) -> Result<(), Refusal> {
    let staff = acting_staff(draft).ok_or(Refusal::NotYours)?;
    draft.emit(Event::Replayed { contact, staff });
    Ok(())
}
