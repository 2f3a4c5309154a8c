//! What was recorded, in one number a minute: a digest per visit in the activity log, and the root over all of them in
//! the chain of the site's log. So nobody adds, changes or takes away a frame unseen.
//!
//! A digest is of frames as they were read back: what a writer believes that it wrote counts no more here than anywhere.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    command::Actor,
    display::Command,
    frame::{Author, FrameHashes, FramesDigest, root},
    id::VisitId,
    site::SiteCommand,
    time::{Span, Timestamp},
};
use futures::{FutureExt as _, StreamExt as _};
use projections::ports::activity::FrameSeen;
use tokio_util::sync::CancellationToken;

use crate::inside::Inside;

const EACH: Duration = Duration::from_secs(60);

/// What was read back since the last digest, of the visits that this process records.
#[derive(Default)]
pub struct Digests(Mutex<BTreeMap<VisitId, FrameHashes>>);

impl Digests {
    /// Before something of this visit is written.
    pub(crate) fn record(&self, visit: VisitId) {
        self.locked().entry(visit).or_default();
    }

    fn see(&self, visit: VisitId, frame: &FrameSeen) {
        if frame.author == Author::Customer
            && let Some(hashes) = self.locked().get_mut(&visit)
        {
            hashes.add((frame.page_load, frame.seq), frame.time, &frame.data.boxed);
        }
    }

    /// A visit stays until nothing was read back of it for a whole time.
    fn take(&self) -> BTreeMap<VisitId, FrameHashes> {
        let mut all = self.locked();
        all.retain(|_, hashes| hashes.since().is_some());
        all.iter_mut().map(|(visit, hashes)| (*visit, std::mem::take(hashes))).collect()
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<VisitId, FrameHashes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes digests each minute until `stop`, and once more then.
pub async fn each_minute(inside: Arc<Inside>, stop: CancellationToken) {
    let mut recorded = inside.ports.activity_source.recorded();
    let mut minutes = tokio::time::interval(EACH);
    loop {
        tokio::select! {
            Some((visit, frame)) = recorded.next() => inside.digests.see(visit, &frame),
            _ = minutes.tick() => inside.digest().await,
            () = stop.cancelled() => break,
        }
    }
    while let Some(Some((visit, frame))) = recorded.next().now_or_never() {
        inside.digests.see(visit, &frame);
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
            .filter_map(|(visit, hashes)| {
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
    use domain::{id::SubjectId, sealed::Sealed};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_what_is_recorded_here_is_digested_and_late_frames_are_not_missed() {
        let frame = |author, seq: u32| FrameSeen {
            position: seq.into(),
            page_load: 1,
            author,
            seq,
            site_seq: 0,
            time: Timestamp(0),
            full: false,
            data: Sealed::new(SubjectId(Uuid::nil()), "box".to_owned()),
        };
        let staff = Author::Staff { staff: domain::id::StaffId(Uuid::nil()), writer: Uuid::nil() };
        let (ours, theirs) = (VisitId(Uuid::from_u128(1)), VisitId(Uuid::from_u128(2)));
        let digests = Digests::default();
        digests.record(ours);
        for visit in [ours, theirs] {
            digests.see(visit, &frame(Author::Customer, 1));
            digests.see(visit, &frame(staff, 9));
        }
        let frames = |taken: BTreeMap<VisitId, FrameHashes>| -> Vec<_> {
            taken
                .into_iter()
                .flat_map(|(visit, hashes)| {
                    hashes.runs().into_iter().map(move |run| (visit, run.last))
                })
                .collect()
        };
        assert_eq!(frames(digests.take()), [(ours, 1)]);
        digests.see(ours, &frame(Author::Customer, 2));
        assert_eq!(frames(digests.take()), [(ours, 2)]);
        assert_eq!(frames(digests.take()), []);
        assert!(digests.locked().is_empty());
    }
}
