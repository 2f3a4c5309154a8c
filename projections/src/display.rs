//! The displays of a site as people look at them: open ones, those that ended a moment ago, and the recorded ones.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::{
    display::{self, Display, End, Event, Role, Scope},
    id::{ContactId, DisplayId, StaffId, VisitId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Ended displays that are still shown as they were.
pub const ENDED_SHOWN_MAX: usize = 2_000;
/// Older ones that may be replayed: no more of them is kept than says whose they are. How long there is anything to
/// replay, the retention of frames decides.
pub const RECORDED_MAX: usize = 200_000;

/// A display, and what is shown of it beside its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    pub id: DisplayId,
    pub display: Display,
    /// Of its state.
    pub since: Timestamp,
    /// When the customer first shared the page.
    pub shared_at: Option<Timestamp>,
    /// The version of the text that was agreed to.
    pub text_version: Option<String>,
    /// Who looks on, since when.
    pub joined: BTreeMap<StaffId, (Role, Timestamp)>,
    pub end: Option<End>,
}

/// The fold.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Displays {
    by_id: BTreeMap<DisplayId, Shown>,
    /// The latest of each.
    by_contact: BTreeMap<ContactId, DisplayId>,
    by_visit: BTreeMap<VisitId, DisplayId>,
    ended: VecDeque<DisplayId>,
    /// Those of them that are older, and may be replayed.
    #[serde(default)]
    recorded: VecDeque<DisplayId>,
    #[serde(skip)]
    touched: BTreeSet<DisplayId>,
}

impl Displays {
    pub fn get(&self, display: DisplayId) -> Option<&Shown> {
        self.by_id.get(&display)
    }

    pub fn of_contact(&self, contact: ContactId) -> Option<&Shown> {
        self.get(*self.by_contact.get(&contact)?)
    }

    /// The latest display of a visit.
    pub fn of_visit(&self, visit: VisitId) -> Option<&Shown> {
        self.get(*self.by_visit.get(&visit)?)
    }

    /// Open displays that this member of staff was invited to.
    pub fn invitations(&self, staff: StaffId) -> impl Iterator<Item = &Shown> {
        let open = self.by_id.values().filter(|shown| shown.end.is_none());
        open.filter(move |shown| shown.display.invited.contains(&staff))
    }

    pub(crate) fn take_touched(&mut self) -> BTreeSet<DisplayId> {
        std::mem::take(&mut self.touched)
    }

    pub(crate) fn apply(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::Offered { display, contact, visit, agent } => {
                let opened = Display::new(*contact, *visit, *agent);
                let shown = Shown {
                    id: *display,
                    display: opened,
                    since: at,
                    shared_at: None,
                    text_version: None,
                    joined: BTreeMap::new(),
                    end: None,
                };
                self.by_id.insert(*display, shown);
                self.by_contact.insert(*contact, *display);
                self.by_visit.insert(*visit, *display);
                self.touched.insert(*display);
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
            | Event::WidgetChanged { display, .. }
            | Event::Ended { display, .. } => {
                if let Some(shown) = self.by_id.get_mut(display) {
                    shown.happened(event, at);
                    self.touched.insert(*display);
                }
                if matches!(event, Event::Ended { .. }) {
                    self.keep_ended(*display);
                }
            }
        }
    }

    fn keep_ended(&mut self, display: DisplayId) {
        self.ended.push_back(display);
        if self.ended.len() <= ENDED_SHOWN_MAX {
            return;
        }
        let Some(oldest) = self.ended.pop_front() else { return };
        match self.by_id.get_mut(&oldest) {
            Some(shown) if shown.may_be_replayed() => {
                shown.keep_what_a_replay_needs();
                self.recorded.push_back(oldest);
                if self.recorded.len() > RECORDED_MAX
                    && let Some(oldest) = self.recorded.pop_front()
                {
                    self.forget(oldest);
                }
            }
            Some(_) | None => self.forget(oldest),
        }
    }

    fn forget(&mut self, id: DisplayId) {
        let Some(gone) = self.by_id.remove(&id) else { return };
        let display::Display { contact, visit, .. } = gone.display;
        if self.by_contact.get(&contact) == Some(&id) {
            self.by_contact.remove(&contact);
        }
        if self.by_visit.get(&visit) == Some(&id) {
            self.by_visit.remove(&visit);
        }
    }
}

impl Shown {
    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// Something was shared, and it may be looked at after the contact.
    pub fn may_be_replayed(&self) -> bool {
        self.shared_at.is_some() && self.display.scopes.contains(&Scope::Record)
    }

    fn keep_what_a_replay_needs(&mut self) {
        let Display { connections, push, control, widgets, .. } = &mut self.display;
        connections.clear();
        (*push, *control) = (None, None);
        widgets.clear();
        (self.text_version, self.joined) = (None, BTreeMap::new());
    }

    fn happened(&mut self, event: &Event, at: Timestamp) {
        self.display.change(event, at);
        match event {
            Event::Consented { text_version, .. } => self.text_version = Some(text_version.clone()),
            Event::Shared { .. } => {
                self.since = at;
                self.shared_at.get_or_insert(at);
            }
            Event::Paused { .. } => self.since = at,
            Event::Joined { staff, role, .. } => {
                self.joined.insert(*staff, (*role, at));
            }
            Event::Left { .. } => {
                let display = &self.display;
                self.joined.retain(|staff, _| display.is_watched_by(*staff));
            }
            Event::Ended { end, .. } => {
                (self.end, self.since) = (Some(*end), at);
                self.joined.clear();
            }
            Event::Offered { .. }
            | Event::Revoked { .. }
            | Event::Invited { .. }
            | Event::InvitationDeclined { .. }
            | Event::Registered { .. }
            | Event::PagePushed { .. }
            | Event::PageAnswered { .. }
            | Event::ControlAsked { .. }
            | Event::ControlGranted { .. }
            | Event::ControlRevoked { .. }
            | Event::WidgetChanged { .. }
            | Event::Replayed { .. }
            | Event::Digested { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::id::AgentId;
    use uuid::Uuid;

    use super::*;

    /// The `n`th display, from its offer to its end.
    fn ended(displays: &mut Displays, n: usize, is_recorded: bool) -> ContactId {
        let id = Uuid::from_u128(n as u128);
        let (display, contact, visit) = (DisplayId(id), ContactId(id), VisitId(id));
        let agent = AgentId(Uuid::nil());
        displays.apply(&Event::Offered { display, contact, visit, agent }, Timestamp(0));
        let shown = displays.by_id.get_mut(&display).expect("it was offered");
        shown.shared_at = Some(Timestamp(1));
        if is_recorded {
            shown.display.scopes.insert(Scope::Record);
        }
        displays.apply(&Event::Ended { display, contact, end: End::TalkEnded }, Timestamp(2));
        contact
    }

    #[test]
    fn what_was_recorded_can_be_found_however_many_displays_ended_since() {
        let mut displays = Displays::default();
        let recorded = ended(&mut displays, 1, true);
        let seen_only = ended(&mut displays, 2, false);
        for n in 3..ENDED_SHOWN_MAX + 5 {
            ended(&mut displays, n, n % 2 == 0);
        }
        let kept = displays.of_contact(recorded).expect("a recording is found by its contact");
        assert!(kept.may_be_replayed() && !kept.is_open());
        assert_eq!((kept.shared_at, kept.since), (Some(Timestamp(1)), Timestamp(2)));
        assert!(displays.of_contact(seen_only).is_none(), "there is nothing to replay");
    }

    #[test]
    fn displays_of_before_are_read_as_they_were_put_away() {
        let put_away =
            serde_json::json!({ "by_id": {}, "by_contact": {}, "by_visit": {}, "ended": [] });
        serde_json::from_value::<Displays>(put_away).expect("an earlier version reads");
    }
}
