//! What events make of a display.

use std::collections::BTreeSet;

use super::{Connection, Control, Display, Event, Push, PushState, Role, State, Way, Widget};
use crate::{
    id::{AgentId, DisplayId},
    site::Site,
    time::Timestamp,
};

pub(crate) fn evolve(site: &mut Site, event: &Event, at: Timestamp) {
    match event {
        Event::Offered { display, contact, visit, agent } => {
            site.displays.insert(*display, Display::new(*contact, *visit, *agent));
            site.display_by_contact.insert(*contact, *display);
        }
        Event::Ended { display, contact, .. } => {
            let before = experts(site, *display);
            site.displays.remove(display);
            site.display_by_contact.remove(contact);
            advise(site, *display, &before);
        }
        Event::Replayed { .. } | Event::Digested { .. } => {}
        Event::Consented { display, .. }
        | Event::Revoked { display, .. }
        | Event::Shared { display, .. }
        | Event::Paused { display, .. }
        | Event::Invited { display, .. }
        | Event::InvitationDeclined { display, .. }
        | Event::Registered { display, .. }
        | Event::Joined { display, .. }
        | Event::Left { display, .. }
        | Event::PagePushed { display, .. }
        | Event::PageAnswered { display, .. }
        | Event::ControlAsked { display, .. }
        | Event::ControlGranted { display, .. }
        | Event::ControlRevoked { display, .. }
        | Event::WidgetChanged { display, .. } => {
            let before = experts(site, *display);
            if let Some(known) = site.displays.get_mut(display) {
                known.change(event, at);
            }
            advise(site, *display, &before);
        }
    }
}

impl Event {
    /// The open display that it is about.
    pub fn display(&self) -> Option<DisplayId> {
        match self {
            Self::Replayed { .. } | Self::Digested { .. } => None,
            Self::Offered { display, .. }
            | Self::Consented { display, .. }
            | Self::Revoked { display, .. }
            | Self::Shared { display, .. }
            | Self::Paused { display, .. }
            | Self::Invited { display, .. }
            | Self::InvitationDeclined { display, .. }
            | Self::Registered { display, .. }
            | Self::Joined { display, .. }
            | Self::Left { display, .. }
            | Self::PagePushed { display, .. }
            | Self::PageAnswered { display, .. }
            | Self::ControlAsked { display, .. }
            | Self::ControlGranted { display, .. }
            | Self::ControlRevoked { display, .. }
            | Self::WidgetChanged { display, .. }
            | Self::Ended { display, .. } => Some(*display),
        }
    }
}

/// The agents who look on at a display as experts.
pub fn experts(site: &Site, display: DisplayId) -> BTreeSet<AgentId> {
    let watchers = site.displays.get(&display).into_iter().flat_map(Display::watchers);
    watchers
        .filter(|(_, role)| *role == Role::Expert)
        .map(|(staff, _)| AgentId::from(staff))
        .collect()
}

/// Whoever came to look on as an expert since `before` is taken, and whoever went is not.
fn advise(site: &mut Site, display: DisplayId, before: &BTreeSet<AgentId>) {
    let now = experts(site, display);
    for agent in before.symmetric_difference(&now) {
        let Some(shift) = site.shift_mut(*agent) else { continue };
        if now.contains(agent) {
            shift.advises.insert(display);
        } else {
            shift.advises.remove(&display);
        }
        site.touch_agent(*agent);
    }
}

impl Display {
    /// Folds what happens to an open display; the live views' fold is the same.
    pub fn change(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::Consented { scopes, .. } => self.scopes.clone_from(scopes),
            Event::Revoked { scopes, .. } => self.scopes.retain(|scope| !scopes.contains(scope)),
            Event::Shared { way, .. } => self.state = State::Shared { way: way.clone() },
            Event::Paused { .. } => {
                let way = self.way().cloned().unwrap_or(Way::Mirror);
                self.state = State::Paused { way };
            }
            Event::Invited { staff, .. } => {
                self.invited.insert(*staff);
            }
            Event::InvitationDeclined { staff, .. } => {
                self.invited.remove(staff);
            }
            Event::Registered { connection, watcher, node, address, .. } => {
                let (watcher, node, address) = (*watcher, node.clone(), address.clone());
                self.connections
                    .insert(*connection, Connection { watcher, address, node, since: at });
            }
            Event::Left { connection, .. } => {
                self.connections.remove(connection);
            }
            Event::PagePushed { push, by, staff, url, follows, .. } => {
                let state = if *follows { PushState::Followed } else { PushState::Proposed };
                let url = url.clone();
                self.push = Some(Push { push: *push, by: *by, staff: *staff, url, state, at });
            }
            Event::PageAnswered { push, follow, .. } => {
                if let Some(known) = self.push.as_mut().filter(|known| known.push == *push) {
                    known.state = if *follow { PushState::Followed } else { PushState::Declined };
                }
            }
            Event::ControlAsked { staff, .. } => {
                self.control = Some(Control { staff: *staff, granted: false, since: at });
            }
            Event::ControlGranted { staff, .. } => {
                self.control = Some(Control { staff: *staff, granted: true, since: at });
            }
            Event::ControlRevoked { .. } => self.control = None,
            Event::WidgetChanged { widget, version, state, .. } => {
                let state = state.clone();
                self.widgets.insert(widget.clone(), Widget { version: *version, state });
                self.widget_changes += 1;
            }
            Event::Joined { .. }
            | Event::Offered { .. }
            | Event::Replayed { .. }
            | Event::Digested { .. }
            | Event::Ended { .. } => {}
        }
    }
}
