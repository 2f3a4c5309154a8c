//! A display's rows.

use domain::display::{End, State, Way};
use projections::display::Shown;

use crate::{
    display::register::Register,
    graphql::display::{
        Display, DisplayConnection, DisplayControl, DisplayPerson, DisplayPush, DisplayState,
        DisplayWatcher, DisplayWay, SharedWidget,
    },
};

pub(crate) fn display_state(shown: &Shown) -> DisplayState {
    match (shown.end, &shown.display.state) {
        (Some(_), _) => DisplayState::Ended,
        (None, State::Offered) => DisplayState::Offered,
        (None, State::Shared { .. }) => DisplayState::Shared,
        (None, State::Paused { .. }) => DisplayState::Paused,
    }
}

pub(crate) fn display_way(state: &State) -> DisplayWay {
    match state {
        State::Shared { way: Way::Together { .. } }
        | State::Paused { way: Way::Together { .. } } => DisplayWay::Together,
        State::Offered | State::Shared { .. } | State::Paused { .. } => DisplayWay::Mirror,
    }
}

/// As staff see it.
pub(crate) fn display(shown: &Shown, register: &Register) -> Display {
    let of = &shown.display;
    let address = match &of.state {
        State::Shared { way: Way::Together { url } }
        | State::Paused { way: Way::Together { url } } => Some(url.clone()),
        State::Offered | State::Shared { .. } | State::Paused { .. } => None,
    };
    Display {
        id: shown.id.0,
        contact: of.contact.0,
        visit: of.visit.0,
        state: display_state(shown),
        since: shown.since.into(),
        scopes: of.scopes.iter().map(|scope| (*scope).into()).collect(),
        text_version: shown.text_version.clone(),
        way: display_way(&of.state),
        push: of.push.as_ref().map(|push| DisplayPush {
            id: push.push.0,
            by: push.by.into(),
            at: push.at.into(),
            state: push.state.into(),
            staff: push.staff,
            address: push.url.clone(),
        }),
        control: of.control.map(|control| DisplayControl {
            staff: control.staff.0,
            granted: control.granted,
            since: control.since.into(),
        }),
        watchers: shown
            .joined
            .iter()
            .map(|(staff, (role, since))| DisplayWatcher {
                staff: staff.0,
                role: (*role).into(),
                joined_at: (*since).into(),
            })
            .collect(),
        invited: of.invited.iter().map(|staff| DisplayPerson { staff: staff.0 }).collect(),
        connections: of
            .connections
            .iter()
            .map(|(id, connection)| DisplayConnection {
                id: id.0,
                staff: connection.watcher.map(|(staff, _)| staff.0),
                role: connection.watcher.map(|(_, role)| role.into()),
                node: connection.node.to_string(),
                since: connection.since.into(),
                last_frame: register.reached(*id).map(|(load, seq)| format!("{load}:{seq}")),
                from: connection.address.clone(),
            })
            .collect(),
        widgets: of
            .widgets
            .iter()
            .map(|(name, widget)| SharedWidget {
                name: name.to_string(),
                version: widget.version,
                sealed: widget.state.clone(),
            })
            .collect(),
        end_reason: shown.end.map(|end| {
            let code = match end {
                End::TalkEnded => "talk_ended",
                End::Declined => "declined",
                End::Revoked => "revoked",
            };
            code.to_owned()
        }),
        address,
    }
}
