//! What was recorded of a contact's display, a page at a time; looking at it after the contact is itself an event.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use async_graphql::Result;
use domain::{
    command::Actor,
    display::{Command, Scope},
    id::{ContactId, StaffId},
    site::SiteCommand,
    time::Timestamp,
};
use projections::{
    display::Shown,
    ports::activity::{Excerpt, FramePosition},
};

use super::{
    decided::Then,
    display::{role_in, serves_again},
    session::Who,
    watching::{display_frame, not_at_hand, not_invited},
};
use crate::{
    errors::{coded, coded_because},
    graphql::{
        connection::{DisplayFrameConnection, cursor_error},
        frame::DisplayFrame,
    },
    inside::Inside,
    sent::What,
};

/// Bytes of frames that one page has before it ends, opened.
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// People who look at contacts whose place is kept for their next page; without it the look is told again, and read
/// from the beginning.
const LOOKS_MAX: usize = 1_024;

/// Who looks at which contact, and how far they have read.
#[derive(Default)]
pub(crate) struct Looks(Mutex<HashMap<(StaffId, ContactId), Look>>);

#[derive(Clone)]
struct Look {
    after: Option<FramePosition>,
    then: Then,
}

impl Looks {
    fn find(&self, who: StaffId, contact: ContactId) -> Option<Look> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&(who, contact)).cloned()
    }

    fn keep(&self, who: StaffId, contact: ContactId, look: Look) {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if looks.len() >= LOOKS_MAX {
            looks.clear();
        }
        looks.insert((who, contact), look);
    }
}

impl Inside {
    pub(super) async fn recording(
        &self,
        who: &Who,
        contact: ContactId,
        after: Option<&str>,
        first: usize,
    ) -> Result<DisplayFrameConnection> {
        let after = position(after)?;
        let (shown, from) = self.recorded(who, contact)?;
        let (visit, to) = (shown.display.visit, shown.end.map(|_| shown.since));
        let known = self.looks.find(who.staff, contact);
        if to.is_some() && (after.is_none() || known.is_none()) {
            self.tell_of_replay(who.staff, contact).await?;
        }
        let seen = self.ports.activity_source.frames(Excerpt { visit, from, to, after, first });
        let seen = seen.await.map_err(|error| not_at_hand(visit, &error))?;
        let (mut frames, mut bytes, mut last) = (Vec::with_capacity(seen.len()), 0, after);
        for frame in &seen {
            let data = self.open_frame(visit, frame).await?;
            bytes += data.as_ref().map_or(0, |data| data.len());
            frames.push(display_frame(frame, data.as_deref()));
            last = Some(frame.position);
            if bytes > PAGE_BYTES_MAX {
                break;
            }
        }
        let has_next = seen.len() == first || frames.len() < seen.len();
        let until = match frames.last() {
            Some(frame) if has_next => frame.at.0,
            Some(_) | None => to.unwrap_or_else(|| self.now()),
        };
        let goes_on = known.filter(|look| after.is_some() && look.after == after);
        let is_anew = goes_on.is_none();
        let mut then = match goes_on {
            Some(Look { then, .. }) => then,
            None => self.at_first(&shown, from).await?,
        };
        let mut decided = self.go_on(&mut then, until).await?;
        if is_anew && after.is_some() {
            // What was decided before this page is seen at its beginning.
            let begins = frames.first().map_or(until, |frame| frame.at.0);
            while decided.get(1).is_some_and(|next| next.at.0 <= begins) {
                decided.pop_front();
            }
        }
        self.looks.keep(who.staff, contact, Look { after: last, then });
        Ok(DisplayFrameConnection::of(in_order(frames, decided, after), has_next))
    }

    /// What may be looked at, and since when it was shared.
    fn recorded(&self, who: &Who, contact: ContactId) -> Result<(Shown, Timestamp)> {
        let shown = self.ports.live.read(|live| live.displays().of_contact(contact).cloned());
        let shown = shown.ok_or_else(nothing)?;
        if role_in(&shown, who).is_none() && !serves_again(self, who, &shown) {
            return Err(not_invited());
        }
        let shared_at = shown.shared_at.ok_or_else(nothing)?;
        if !shown.is_open() && !shown.display.scopes.contains(&Scope::Record) {
            return Err(coded(
                "FORBIDDEN",
                "the customer agreed to be seen while they talked, and not afterwards",
            ));
        }
        Ok((shown, shared_at))
    }

    async fn tell_of_replay(&self, staff: StaffId, contact: ContactId) -> Result<()> {
        let body = SiteCommand::Display(Command::Replay { contact });
        let told = self.to_site(Actor::Staff(staff), None, body).await;
        match told.map_err(|error| coded("UNAVAILABLE", error.to_string()))?.what {
            What::Done { .. } => Ok(()),
            What::Refused(refusal) => {
                Err(coded_because("FORBIDDEN", &refusal, refusal.message.clone()))
            }
            What::NotKnownYet | What::Lost => {
                Err(coded("UNAVAILABLE", "it was not decided in time; try again in a moment"))
            }
        }
    }
}

/// Both by time, with cursors; a decision stands where the frame before it stands.
fn in_order(
    frames: Vec<DisplayFrame>,
    mut decided: VecDeque<DisplayFrame>,
    after: Option<FramePosition>,
) -> Vec<(String, DisplayFrame)> {
    let mut rows = Vec::with_capacity(frames.len() + decided.len());
    let mut position = after.unwrap_or_default().to_string();
    let mut push = |mut frame: DisplayFrame, at: &str| {
        at.clone_into(&mut frame.position);
        rows.push((at.to_owned(), frame));
    };
    for frame in frames {
        while decided.front().is_some_and(|one| one.at <= frame.at)
            && let Some(one) = decided.pop_front()
        {
            push(one, &position);
        }
        position.clone_from(&frame.position);
        push(frame, &position);
    }
    for one in decided {
        push(one, &position);
    }
    rows
}

/// Where a page of a recording, or a follower, goes on.
pub(super) fn position(text: Option<&str>) -> Result<Option<FramePosition>> {
    text.map(|text| text.parse().map_err(|_| cursor_error())).transpose()
}

fn nothing() -> async_graphql::Error {
    coded("NOT_FOUND", "nothing of this contact's page was recorded, or it is too long ago")
}
