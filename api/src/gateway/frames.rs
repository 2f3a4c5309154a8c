//! What the customer's page shows: of a display that is shared, sealed, recorded, and only then acknowledged.

use std::num::NonZeroU32;

use commands::ports::activity::Frame;
use domain::{
    display::Scope,
    frame::{Author, Evidenced},
    id::{DisplayId, VisitId},
};
use uuid::Uuid;

use super::{Gateway, Visitor, seal_error};
use crate::{
    door::{DoorCode, DoorError, Frames},
    limits::{FRAMES_BYTES_MAX, FRAMES_MAX, Limiter, Rate},
    reasons,
};

/// Frames of one visit.
const FRAMES: Rate = Rate::new(500, 100);
/// Their bytes, in KiB.
const KIB: Rate = Rate::new(16 * 1024, 4 * 1024);

/// How much each visit may show.
pub(super) struct Rates {
    frames: Limiter<VisitId>,
    kib: Limiter<VisitId>,
}

impl Default for Rates {
    fn default() -> Self {
        Self { frames: Limiter::new(FRAMES), kib: Limiter::new(KIB) }
    }
}

impl Rates {
    fn check(&self, visit: VisitId, frames: usize, bytes: usize) -> Result<(), DoorError> {
        let many = |count: usize| {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN)
        };
        let checked = self.frames.check_many(&visit, many(frames));
        checked.and_then(|()| self.kib.check_many(&visit, many(bytes / 1024))).map_err(|secs| {
            DoorError {
                message: format!("this page changes more than can be shown; what is shown of it is made anew in {secs} s"),
                ..DoorError::rate_limited(secs)
            }
        })
    }
}

impl Gateway {
    /// The display, if the visit shares it now.
    pub(super) fn shared(&self, visitor: &Visitor, display: Uuid) -> Result<DisplayId, DoorError> {
        let id = DisplayId(display);
        let is_shared = self.inside.ports.live.read(|live| {
            live.displays().get(id).is_some_and(|shown| {
                let display = &shown.display;
                let is_theirs = shown.is_open() && display.visit == visitor.visit;
                is_theirs && display.is_shared() && display.scopes.contains(&Scope::View)
            })
        });
        if is_shared { Ok(id) } else { Err(not_shared()) }
    }

    pub(super) async fn next_frame_of(
        &self,
        visitor: &Visitor,
        display: Uuid,
        page_load: i64,
    ) -> Result<u32, DoorError> {
        self.shared(visitor, display)?;
        let next = self.inside.ports.activity_source.next_seq(visitor.visit, page_load).await;
        next.map_err(|error| not_at_hand(visitor, &error))
    }

    pub(super) async fn record_frames(
        &self,
        visitor: &Visitor,
        Frames { display, page_load, frames }: Frames,
    ) -> Result<u32, DoorError> {
        self.shared(visitor, display)?;
        let (count, bytes) = (frames.len(), frames.iter().map(|frame| frame.data.len()).sum());
        let Some(last) = frames.last().map(|frame| frame.seq) else {
            return Err(DoorError::new(DoorCode::BadInput, "no frames; send at least one"));
        };
        if count > FRAMES_MAX || bytes > FRAMES_BYTES_MAX {
            return Err(DoorError::new(
                DoorCode::BadInput,
                format!(
                    "more than {FRAMES_MAX} frames or {FRAMES_BYTES_MAX} bytes at once; send less"
                ),
            ));
        }
        self.frames.check(visitor.visit, count, bytes)?;
        let (site_seq, time) = (self.inside.ports.live.position().seq, self.inside.now());
        let mut recorded = Vec::with_capacity(count);
        for frame in frames {
            let sealed = self.inside.ports.sealer.seal_bytes(visitor.subject, &frame.data).await;
            recorded.push(Frame {
                visit: visitor.visit,
                page_load,
                author: Author::Customer,
                seq: frame.seq,
                site_seq,
                time,
                full: frame.full,
                data: sealed.map_err(seal_error)?,
            });
        }
        let site = &self.inside.ports.site;
        self.inside.digests.record(visitor.visit, Evidenced::Page);
        let appended = self.inside.ports.activity_log.append_frames(site, recorded).await;
        appended.map_err(|error| not_at_hand(visitor, &error))?;
        self.inside.register.shown(visitor.visit, (page_load, last));
        metrics::counter!("lockstep_display_frames_total").increment(count as u64);
        metrics::counter!("lockstep_display_frame_bytes_total").increment(bytes as u64);
        Ok(last)
    }
}

pub(super) fn not_shared() -> DoorError {
    DoorError::new(DoorCode::Forbidden, "this page is not shared now; nothing of it is taken")
        .because(reasons::NOT_SHARED)
}

pub(super) fn not_at_hand(visitor: &Visitor, error: &dyn std::error::Error) -> DoorError {
    tracing::warn!(visit.id = %visitor.visit, error = %error, "a display is not recorded");
    DoorError::new(
        DoorCode::Unavailable,
        "what the page shows cannot be recorded now; keep it and send it again",
    )
    .because(reasons::NOT_RECORDED)
}
