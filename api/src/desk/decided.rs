//! What was decided about a display while it was recorded, as frames among the others: a replay shows it as it was.

use std::collections::VecDeque;

use async_graphql::Result;
use domain::{
    display::{Display, Event, State, Way},
    id::DisplayId,
    log::{Position, Seq},
    site::SiteEvent,
    time::{Span, Timestamp},
};
use futures::StreamExt as _;
use projections::{display::Shown, ports::source::Read};
use serde_json::json;

use crate::{
    errors::coded,
    graphql::frame::{DisplayFrame, FrameKind},
    inside::Inside,
};

/// A display as it was at one place of the site's log.
#[derive(Clone)]
pub(super) struct Then {
    id: DisplayId,
    display: Display,
    read: Position,
}

impl Inside {
    /// As it was when the page was first shared.
    pub(super) async fn at_first(&self, shown: &Shown, shared_at: Timestamp) -> Result<Then> {
        let of = &shown.display;
        let partition = self.site_partition();
        let read = self.ports.source.seek_time(&partition, shared_at - Span(1)).await;
        let display = Display::new(of.contact, of.visit, of.agent);
        Ok(Then { id: shown.id, display, read: read.map_err(|error| not_read(&error))? })
    }

    /// Goes on up to a moment; a frame for each decision on the way that changes what is seen.
    pub(super) async fn go_on(
        &self,
        then: &mut Then,
        until: Timestamp,
    ) -> Result<VecDeque<DisplayFrame>> {
        let mut decided = VecDeque::new();
        let mut wholes = self.ports.source.read(self.site_partition(), then.read);
        while let Some(read) = wholes.next().await {
            let Read::Whole(whole) = read.map_err(|error| not_read(&error))? else { break };
            if whole.records.first().is_some_and(|record| record.time > until) {
                break;
            }
            for record in whole.records.iter().filter(|record| record.kind.starts_with("display."))
            {
                let event = SiteEvent::decode(&record.kind, &record.data);
                let event = event.map_err(|error| not_read(&error))?;
                let SiteEvent::Display(event) = event else { continue };
                if of_display(&event) == Some(then.id) {
                    then.display.change(&event, record.time);
                    decided.push_back(self.decided(&then.display, record.seq, record.time).await?);
                }
            }
            then.read = whole.position;
        }
        Ok(decided)
    }

    /// The whole state, as JSON.
    async fn decided(&self, display: &Display, seq: Seq, at: Timestamp) -> Result<DisplayFrame> {
        let mut widgets = Vec::with_capacity(display.widgets.len());
        for (name, widget) in &display.widgets {
            let state = self.names.open(&widget.state).await?;
            widgets.push(
                json!({ "name": name.to_string(), "version": widget.version, "state": state }),
            );
        }
        let (way, url) = match &display.state {
            State::Shared { way: Way::Together { url } }
            | State::Paused { way: Way::Together { url } } => {
                ("TOGETHER", self.names.open(url).await?)
            }
            State::Offered | State::Shared { .. } | State::Paused { .. } => ("MIRROR", None),
        };
        let data = json!({ "kind": "decided", "way": way, "url": url, "widgets": widgets });
        Ok(DisplayFrame {
            position: String::new(),
            page_load: 0.0,
            seq: 0,
            site_seq: seq,
            at: at.into(),
            kind: FrameKind::Signal,
            full: false,
            staff: None,
            data: Some(data.to_string()),
        })
    }
}

/// The display, if the event changes what is seen of it.
fn of_display(event: &Event) -> Option<DisplayId> {
    match event {
        Event::Shared { display, .. }
        | Event::Paused { display, .. }
        | Event::WidgetChanged { display, .. } => Some(*display),
        _ => None,
    }
}

fn not_read(error: &dyn std::error::Error) -> async_graphql::Error {
    tracing::warn!(%error, "what was decided about a display was not read");
    coded("UNAVAILABLE", "the log cannot be read now; try again in a moment")
}
