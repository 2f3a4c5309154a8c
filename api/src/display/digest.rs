//! What was recorded, in one number a minute: a digest per visit in the activity log, and the root over all of them in
//! the chain of the site's log. So nobody adds, changes or takes away a frame unseen.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use commands::ports::activity::{Frame, FramesDigest};
use domain::{
    command::Actor,
    display::Command,
    id::VisitId,
    site::SiteCommand,
    time::{Span, Timestamp},
};
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use crate::inside::Inside;

const EACH: Duration = Duration::from_secs(60);
/// What a leaf and an inner node of the tree begin with, so that neither passes for the other.
const LEAF: u8 = 0;
const INNER: u8 = 1;

/// What this process has recorded since the last digest.
#[derive(Default)]
pub struct Digests(Mutex<BTreeMap<VisitId, Recorded>>);

#[derive(Default)]
struct Recorded {
    sha: Sha256,
    frames: u32,
}

impl Digests {
    /// In the order in which they were recorded.
    pub(crate) fn note<'f>(&self, frames: impl IntoIterator<Item = &'f Frame>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for frame in frames {
            let recorded = all.entry(frame.visit).or_default();
            recorded.sha.update(frame.page_load.to_be_bytes());
            recorded.sha.update(frame.seq.to_be_bytes());
            recorded.sha.update(frame.data.boxed.as_bytes());
            recorded.frames += 1;
        }
    }

    fn take(&self) -> BTreeMap<VisitId, Recorded> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes digests each minute until `stop`, and once more then.
pub async fn each_minute(inside: Arc<Inside>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = tokio::time::sleep(EACH) => {}
            () = stop.cancelled() => {}
        }
        inside.digest().await;
    }
}

impl Inside {
    async fn digest(&self) {
        let recorded = self.digests.take();
        if recorded.is_empty() {
            return;
        }
        let minute = minute_of(self.now());
        let node = self.ports.node.clone();
        let digests: Vec<_> = recorded
            .into_iter()
            .map(|(visit, Recorded { sha, frames })| {
                let (node, sha256) = (node.clone(), sha.finalize().into());
                FramesDigest { visit, node, minute, frames, sha256 }
            })
            .collect();
        let body = Command::Digest {
            node,
            minute,
            root: hex::encode(root(&digests)),
            visits: u32::try_from(digests.len()).unwrap_or(u32::MAX),
            frames: digests.iter().map(|digest| u64::from(digest.frames)).sum(),
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

/// The Merkle root over the digests, sorted by visit. An odd node goes up as it is.
pub fn root(digests: &[FramesDigest]) -> [u8; 32] {
    let mut sorted: Vec<_> = digests.iter().collect();
    sorted.sort_unstable_by_key(|digest| digest.visit);
    let mut level: Vec<[u8; 32]> = sorted.into_iter().map(leaf).collect();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => hashed(&[&[INNER], left, right]),
                [odd, ..] => *odd,
                [] => unreachable!("a chunk has something in it"),
            })
            .collect();
    }
    level.first().copied().unwrap_or_default()
}

fn leaf(digest: &FramesDigest) -> [u8; 32] {
    let FramesDigest { visit, minute, frames, sha256, .. } = digest;
    hashed(&[&[LEAF], visit.0.as_bytes(), &minute.0.to_be_bytes(), &frames.to_be_bytes(), sha256])
}

fn hashed(parts: &[&[u8]]) -> [u8; 32] {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(part);
    }
    sha.finalize().into()
}

#[cfg(test)]
mod tests {
    use domain::id::NodeName;
    use uuid::Uuid;

    use super::*;

    fn digest(visit: u128, frames: u32) -> FramesDigest {
        FramesDigest {
            visit: VisitId(Uuid::from_u128(visit)),
            node: NodeName::parse("node-1").unwrap(),
            minute: minute_of(Timestamp::from_secs(119)),
            frames,
            sha256: [7; 32],
        }
    }

    #[test]
    fn the_root_says_everything_in_whatever_order_it_comes() {
        let all = [digest(1, 1), digest(2, 2), digest(3, 3)];
        let [one, two, three] = all.clone();
        assert_eq!(root(&all), root(&[three.clone(), one.clone(), two.clone()]));
        let left = hashed(&[&[INNER], &leaf(&one), &leaf(&two)]);
        assert_eq!(root(&all), hashed(&[&[INNER], &left, &leaf(&three)]));
        assert_ne!(root(&all), root(&[one.clone(), two.clone()]));
        assert_ne!(root(&all), root(&[one, two, digest(3, 4)]));
        assert_eq!(three.minute, Timestamp::from_secs(60));
    }
}
