//! What was recorded, in one number a minute: a digest per visit in the activity log, and the root over all of them in
//! the chain of the site's log. So nobody changes or takes away a
//! frame of the page, a signal of staff or a page view unseen.
//!
//! A digest is of what was read back: what a writer believes that it wrote counts no more here than anywhere.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    command::Actor,
    display::Command,
    frame::{Evidenced, FrameHashes, FramesDigest, Stream, root},
    id::VisitId,
    site::SiteCommand,
    time::{Span, Timestamp},
};
use futures::{FutureExt as _, StreamExt as _};
use projections::ports::activity::Recorded;
use tokio_util::sync::CancellationToken;

use crate::inside::Inside;

const EACH: Duration = Duration::from_secs(60);

/// By visit and kind: each process digests what it records itself.
type Open = BTreeMap<(VisitId, Evidenced), FrameHashes>;

/// What was read back since the last digest, of what this process records.
#[derive(Default)]
pub struct Digests(Mutex<Open>);

impl Digests {
    /// Before something of this visit is written.
    pub(crate) fn record(&self, visit: VisitId, of: Evidenced) {
        self.locked().entry((visit, of)).or_default();
    }

    fn see(&self, recorded: &Recorded) {
        let mut open = self.locked();
        match recorded {
            Recorded::Frame(visit, frame) => {
                let of = Stream::from(frame.author);
                if let Some(hashes) = open.get_mut(&(*visit, of.evidenced())) {
                    let number = (of, frame.page_load, frame.seq);
                    hashes.add(number, frame.time, &frame.data.boxed);
                }
            }
            Recorded::View(visit, view) => {
                if let Some(hashes) = open.get_mut(&(*visit, Evidenced::Views)) {
                    let number = (view.page_load, view.visit_seq);
                    hashes.add_view(number, view.time, &view.page, &view.shown.boxed);
                }
            }
        }
    }

    /// A visit stays until nothing was read back of it for a whole time.
    fn take(&self) -> Open {
        let mut all = self.locked();
        all.retain(|_, hashes| hashes.since().is_some());
        all.iter_mut().map(|(of, hashes)| (*of, std::mem::take(hashes))).collect()
    }

    fn locked(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes digests each minute until `stop`, and once more then.
pub async fn each_minute(inside: Arc<Inside>, stop: CancellationToken) {
    let mut recorded = inside.ports.activity_source.recorded();
    let mut minutes = tokio::time::interval(EACH);
    loop {
        tokio::select! {
            Some(recorded) = recorded.next() => inside.digests.see(&recorded),
            _ = minutes.tick() => inside.digest().await,
            () = stop.cancelled() => break,
        }
    }
    while let Some(Some(recorded)) = recorded.next().now_or_never() {
        inside.digests.see(&recorded);
    }
    inside.digest().await;
}

impl Inside {
    async fn digest(&self) {
        let minute = minute_of(self.now());
        let node = self.ports.node.clone();
        let digests: Vec<_> = self
            .digests
            .take()
            .into_iter()
            .filter_map(|((visit, _), hashes)| {
                let (node, since, runs) = (node.clone(), hashes.since()?, hashes.runs());
                let sha256 = hashes.sha256_over(&runs)?;
                Some(FramesDigest { visit, node, minute, since, runs, sha256 })
            })
            .collect();
        if digests.is_empty() {
            return;
        }
        let body = Command::Digest {
            node,
            minute,
            root: root(&digests).to_string(),
            visits: u32::try_from(digests.len()).unwrap_or(u32::MAX),
            frames: digests.iter().map(FramesDigest::frames).sum(),
        };
        let kept = self.ports.activity_log.append_digests(&self.ports.site, digests).await;
        if let Err(error) = kept {
            tracing::error!(%error, "the digests of a minute were not recorded");
            return;
        }
        if let Err(error) = self.to_site(Actor::System, None, SiteCommand::Display(body)).await {
            tracing::error!(%error, "the digest of a minute is not in the log");
        }
    }
}

fn minute_of(at: Timestamp) -> Timestamp {
    let minute = Span::secs(60).0;
    Timestamp(at.0.div_euclid(minute) * minute)
}

#[cfg(test)]
mod tests {
    use domain::{
        frame::Author,
        id::{PageName, SubjectId},
        sealed::Sealed,
    };
    use projections::ports::activity::{FrameSeen, PageSeen};
    use uuid::Uuid;

    use super::*;

    const OURS: VisitId = VisitId(Uuid::from_u128(1));
    const THEIRS: VisitId = VisitId(Uuid::from_u128(2));

    fn frame(visit: VisitId, author: Author, seq: u32) -> Recorded {
        let frame = FrameSeen {
            position: seq.into(),
            page_load: 1,
            author,
            seq,
            site_seq: 0,
            time: Timestamp(0),
            full: false,
            data: Sealed::new(SubjectId(Uuid::nil()), "box".to_owned()),
        };
        Recorded::Frame(visit, Arc::new(frame))
    }

    fn view(visit: VisitId, visit_seq: u32) -> Recorded {
        let view = PageSeen {
            page_load: 1,
            visit_seq,
            site_seq: 0,
            time: Timestamp(0),
            page: PageName::parse("home").unwrap(),
            shown: Sealed::new(SubjectId(Uuid::nil()), "box".to_owned()),
        };
        Recorded::View(visit, Arc::new(view))
    }

    fn taken(digests: &Digests) -> Vec<(VisitId, Evidenced, u32)> {
        let taken = digests.take().into_iter();
        let lasts = taken.flat_map(|((visit, of), hashes)| {
            hashes.runs().into_iter().map(move |run| (visit, of, run.last))
        });
        lasts.collect()
    }

    #[test]
    fn only_what_is_recorded_here_is_digested_and_what_comes_late_is_not_missed() {
        let staff = Author::Staff { staff: domain::id::StaffId(Uuid::nil()), writer: Uuid::nil() };
        let digests = Digests::default();
        for of in [Evidenced::Page, Evidenced::Signals, Evidenced::Views] {
            digests.record(OURS, of);
        }
        digests.record(THEIRS, Evidenced::Signals);
        for visit in [OURS, THEIRS] {
            digests.see(&frame(visit, Author::Customer, 1));
            digests.see(&frame(visit, staff, 9));
            digests.see(&view(visit, 4));
        }
        assert_eq!(
            taken(&digests),
            [
                (OURS, Evidenced::Page, 1),
                (OURS, Evidenced::Signals, 9),
                (OURS, Evidenced::Views, 4),
                (THEIRS, Evidenced::Signals, 9),
            ]
        );
        digests.see(&frame(OURS, Author::Customer, 2));
        assert_eq!(taken(&digests), [(OURS, Evidenced::Page, 2)]);
        assert_eq!(taken(&digests), []);
        assert!(digests.locked().is_empty());
    }
}
