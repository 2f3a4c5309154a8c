//! Who writes what is recorded of a display, and the numbers that prove that it is what was recorded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    id::{NodeName, StaffId, VisitId},
    log::Hash,
    time::Timestamp,
};

/// What a leaf and an inner node of the tree begin with, so that neither passes for the other.
const LEAF: u8 = 0;
const INNER: u8 = 1;

/// Each author numbers what they write about one load of a page, growing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    Customer,
    /// `writer` is the process that wrote: the same person may be on two at once.
    Staff {
        staff: StaffId,
        writer: Uuid,
    },
}

/// Frames of the customer's page with numbers one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub page_load: i64,
    pub first: u32,
    pub last: u32,
}

impl Run {
    pub fn frames(self) -> u64 {
        (u64::from(self.last) + 1).saturating_sub(self.first.into())
    }
}

/// What one process read back of one visit within one minute, in one number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FramesDigest {
    pub visit: VisitId,
    pub node: NodeName,
    pub minute: Timestamp,
    /// When the first of its frames was recorded.
    pub since: Timestamp,
    /// Of which frames it is.
    pub runs: Vec<Run>,
    /// SHA-256 over the hashes of these frames.
    pub sha256: [u8; 32],
}

impl FramesDigest {
    pub fn frames(&self) -> u64 {
        self.runs.iter().map(|run| run.frames()).fold(0, u64::saturating_add)
    }
}

/// Frames of one visit, each as its SHA-256 over page load, number and sealed data.
#[derive(Clone, Debug, Default)]
pub struct FrameHashes {
    by_number: BTreeMap<(i64, u32), [u8; 32]>,
    since: Option<Timestamp>,
}

impl FrameHashes {
    pub fn add(&mut self, (page_load, seq): (i64, u32), time: Timestamp, boxed: &str) {
        let parts: [&[u8]; 3] = [&page_load.to_be_bytes(), &seq.to_be_bytes(), boxed.as_bytes()];
        self.by_number.insert((page_load, seq), hashed(&parts));
        self.since = Some(self.since.map_or(time, |since| since.min(time)));
    }

    /// When the first of them was recorded; `None`: there are none.
    pub fn since(&self) -> Option<Timestamp> {
        self.since
    }

    pub fn frames(&self) -> impl Iterator<Item = (i64, u32)> {
        self.by_number.keys().copied()
    }

    pub fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (page_load, seq) in self.frames() {
            match runs.last_mut() {
                Some(run) if (run.page_load, run.last + 1) == (page_load, seq) => run.last = seq,
                _ => runs.push(Run { page_load, first: seq, last: seq }),
            }
        }
        runs
    }

    /// `None`: one of these frames is not there.
    pub fn sha256_over(&self, runs: &[Run]) -> Option<[u8; 32]> {
        let mut sha = Sha256::new();
        for Run { page_load, first, last } in runs {
            for seq in *first..=*last {
                sha.update(self.by_number.get(&(*page_load, seq))?);
            }
        }
        Some(sha.finalize().into())
    }
}

/// The Merkle root over digests, sorted by visit. An odd node goes up as it is.
pub fn root(digests: &[FramesDigest]) -> Hash {
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
    level.first().copied().map_or(Hash::ZERO, Hash)
}

fn leaf(digest: &FramesDigest) -> [u8; 32] {
    let FramesDigest { visit, minute, since, sha256, .. } = digest;
    let frames = digest.frames().to_be_bytes();
    let times = [minute.0.to_be_bytes(), since.0.to_be_bytes()].concat();
    hashed(&[&[LEAF], visit.0.as_bytes(), &times, &frames, sha256])
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
    use super::*;

    fn digest(visit: u128, last: u32) -> FramesDigest {
        FramesDigest {
            visit: VisitId(Uuid::from_u128(visit)),
            node: NodeName::parse("node-1").unwrap(),
            minute: Timestamp::from_secs(60),
            since: Timestamp::from_secs(59),
            runs: vec![Run { page_load: 1, first: 1, last }],
            sha256: [7; 32],
        }
    }

    #[test]
    fn the_root_says_everything_in_whatever_order_it_comes() {
        let all = [digest(1, 1), digest(2, 2), digest(3, 3)];
        let [one, two, three] = all.clone();
        assert_eq!(root(&all), root(&[three.clone(), one.clone(), two.clone()]));
        let left = hashed(&[&[INNER], &leaf(&one), &leaf(&two)]);
        assert_eq!(root(&all), Hash(hashed(&[&[INNER], &left, &leaf(&three)])));
        assert_ne!(root(&all), root(&[one.clone(), two.clone()]));
        assert_ne!(root(&all), root(&[one, two, digest(3, 4)]));
    }

    #[test]
    fn frames_are_told_by_their_runs_and_proven_by_their_hashes() {
        let mut hashes = FrameHashes::default();
        for (page_load, seq) in [(2, 1), (1, 1), (1, 2), (1, 4)] {
            hashes.add((page_load, seq), Timestamp(0), &format!("box {page_load}/{seq}"));
        }
        let runs = hashes.runs();
        let run = |page_load, first, last| Run { page_load, first, last };
        assert_eq!(runs, [run(1, 1, 2), run(1, 4, 4), run(2, 1, 1)]);
        let before = hashes.sha256_over(&runs);
        assert!(before.is_some());
        assert_eq!(hashes.sha256_over(&[run(1, 1, 3)]), None);
        hashes.add((1, 4), Timestamp(0), "another box");
        assert_ne!(hashes.sha256_over(&runs), before);
    }
}
