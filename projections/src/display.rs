//! The displays of a site as people look at them: open ones, and those that ended a moment ago.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::{
    display::{self, Display, End, Event, Role},
    id::{ContactId, DisplayId, StaffId, VisitId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Ended displays that are still shown.
pub const ENDED_SHOWN_MAX: usize = 2_000;

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
        if self.ended.len() > ENDED_SHOWN_MAX
            && let Some(oldest) = self.ended.pop_front()
            && let Some(gone) = self.by_id.remove(&oldest)
        {
            let display::Display { contact, visit, .. } = gone.display;
            if self.by_contact.get(&contact) == Some(&oldest) {
                self.by_contact.remove(&contact);
            }
            if self.by_visit.get(&visit) == Some(&oldest) {
                self.by_visit.remove(&visit);
            }
        }
    }
}

impl Shown {
    pub fn is_open(&self) -> bool {
        self.end.is_none()
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
