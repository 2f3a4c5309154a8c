//! Who writes what is recorded of a display, and the numbers that prove that it is what was recorded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    id::{NodeName, PageName, StaffId, VisitId},
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

/// What a digest is of: each kind has digests of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidenced {
    /// Frames of the customer's page.
    Page,
    /// What staff pointed at, clicked and typed.
    Signals,
    /// Page views.
    Views,
}

/// Whose numbers a run counts. What was stored before there were others is of the customer's page.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    #[default]
    Page,
    Signals {
        staff: StaffId,
        writer: Uuid,
    },
    Views,
}

impl Stream {
    pub fn evidenced(self) -> Evidenced {
        match self {
            Self::Page => Evidenced::Page,
            Self::Signals { .. } => Evidenced::Signals,
            Self::Views => Evidenced::Views,
        }
    }
}

impl From<Author> for Stream {
    fn from(author: Author) -> Self {
        match author {
            Author::Customer => Self::Page,
            Author::Staff { staff, writer } => Self::Signals { staff, writer },
        }
    }
}

/// Of one load of a page, numbers one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    #[serde(default)]
    pub of: Stream,
    pub page_load: i64,
    pub first: u32,
    pub last: u32,
}

impl Run {
    pub fn frames(self) -> u64 {
        (u64::from(self.last) + 1).saturating_sub(self.first.into())
    }
}

/// What one process read back of one visit within one minute, of one kind, in one number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FramesDigest {
    pub visit: VisitId,
    pub node: NodeName,
    pub minute: Timestamp,
    /// When the first of what it is of was recorded.
    pub since: Timestamp,
    /// Of which frames, signals or views it is.
    pub runs: Vec<Run>,
    /// SHA-256 over the hashes of these.
    pub sha256: [u8; 32],
}

impl FramesDigest {
    /// Of what it is.
    pub fn evidenced(&self) -> Evidenced {
        self.runs.first().map_or(Evidenced::Page, |run| run.of.evidenced())
    }

    pub fn frames(&self) -> u64 {
        self.runs.iter().map(|run| run.frames()).fold(0, u64::saturating_add)
    }
}

/// One frame, signal or view of a visit: whose, of which load of the page, its number.
pub type Number = (Stream, i64, u32);

/// What was recorded of one visit, each frame, signal and view as a SHA-256 of its own.
#[derive(Clone, Debug, Default)]
pub struct FrameHashes {
    by_number: BTreeMap<Number, [u8; 32]>,
    since: Option<Timestamp>,
}

impl FrameHashes {
    /// A frame of the page, or a signal: over its number and the sealed data, a signal's over its author too.
    pub fn add(&mut self, (of, page_load, seq): Number, time: Timestamp, boxed: &str) {
        let mut parts: Vec<&[u8]> = Vec::new();
        let (page_load_bytes, seq_bytes) = (page_load.to_be_bytes(), seq.to_be_bytes());
        if let Stream::Signals { staff, writer } = &of {
            parts.extend([&b"signal"[..], staff.0.as_bytes(), writer.as_bytes()]);
        }
        parts.extend([&page_load_bytes[..], &seq_bytes, boxed.as_bytes()]);
        self.insert((of, page_load, seq), time, hashed(&parts));
    }

    /// A page view: over its number, the page's name, when it was recorded, and what is sealed. The first copy wins.
    pub fn add_view(
        &mut self,
        (page_load, seq): (i64, u32),
        time: Timestamp,
        page: &PageName,
        boxed: &str,
    ) {
        let number = (Stream::Views, page_load, seq);
        if self.by_number.contains_key(&number) {
            return;
        }
        let numbers = [&page_load.to_be_bytes()[..], &seq.to_be_bytes()].concat();
        let times = time.0.to_be_bytes();
        // A name has no zero byte: nothing passes from one part into the next.
        let parts: [&[u8]; 6] =
            [b"view", &numbers, &times, page.as_str().as_bytes(), &[0], boxed.as_bytes()];
        self.insert(number, time, hashed(&parts));
    }

    fn insert(&mut self, number: Number, time: Timestamp, hash: [u8; 32]) {
        self.by_number.insert(number, hash);
        self.since = Some(self.since.map_or(time, |since| since.min(time)));
    }

    /// When the first of them was recorded; `None`: there are none.
    pub fn since(&self) -> Option<Timestamp> {
        self.since
    }

    pub fn numbers(&self) -> impl Iterator<Item = Number> {
        self.by_number.keys().copied()
    }

    pub fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (of, page_load, seq) in self.numbers() {
            match runs.last_mut() {
                Some(run) if (run.of, run.page_load, run.last + 1) == (of, page_load, seq) => {
                    run.last = seq;
                }
                _ => runs.push(Run { of, page_load, first: seq, last: seq }),
            }
        }
        runs
    }

    /// `None`: one of these is not there.
    pub fn sha256_over(&self, runs: &[Run]) -> Option<[u8; 32]> {
        let mut sha = Sha256::new();
        for Run { of, page_load, first, last } in runs {
            for seq in *first..=*last {
                sha.update(self.by_number.get(&(*of, *page_load, seq))?);
            }
        }
        Some(sha.finalize().into())
    }
}

/// The Merkle root over digests, sorted by visit and what they are of. An odd node goes up as it is.
pub fn root(digests: &[FramesDigest]) -> Hash {
    let mut sorted: Vec<_> = digests.iter().collect();
    sorted.sort_unstable_by_key(|digest| (digest.visit, digest.evidenced()));
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
            runs: vec![Run { of: Stream::Page, page_load: 1, first: 1, last }],
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
            let number = (Stream::Page, page_load, seq);
            hashes.add(number, Timestamp(0), &format!("box {page_load}/{seq}"));
        }
        let runs = hashes.runs();
        let run = |page_load, first, last| Run { of: Stream::Page, page_load, first, last };
        assert_eq!(runs, [run(1, 1, 2), run(1, 4, 4), run(2, 1, 1)]);
        let before = hashes.sha256_over(&runs);
        assert!(before.is_some());
        assert_eq!(hashes.sha256_over(&[run(1, 1, 3)]), None);
        hashes.add((Stream::Page, 1, 4), Timestamp(0), "another box");
        assert_ne!(hashes.sha256_over(&runs), before);
    }

    #[test]
    fn a_digest_stored_before_there_were_signals_in_any_proves_what_it_proved() {
        let stored = r#"{"page_load":1,"first":1,"last":2}"#;
        let run: Run = serde_json::from_str(stored).unwrap();
        assert_eq!(run, Run { of: Stream::Page, page_load: 1, first: 1, last: 2 });
        let mut hashes = FrameHashes::default();
        for (seq, boxed) in [(1, "one"), (2, "two")] {
            hashes.add((Stream::Page, 1, seq), Timestamp(0), boxed);
        }
        let each = |seq: u32, boxed: &str| {
            hashed(&[&1_i64.to_be_bytes(), &seq.to_be_bytes(), boxed.as_bytes()])
        };
        let over = hashed(&[&each(1, "one"), &each(2, "two")]);
        assert_eq!(hashes.sha256_over(&[run]), Some(over));
    }

    #[test]
    fn who_wrote_a_signal_and_which_page_was_seen_is_proven_too() {
        let signals = |staff: u128| {
            let staff = StaffId(Uuid::from_u128(staff));
            let mut hashes = FrameHashes::default();
            let of = Stream::Signals { staff, writer: Uuid::nil() };
            hashes.add((of, 1, 1), Timestamp(0), "box");
            hashes.sha256_over(&hashes.runs())
        };
        assert_ne!(signals(1), signals(2));
        let view = |page: &str, at: i64| {
            let mut hashes = FrameHashes::default();
            let page = PageName::parse(page).unwrap();
            hashes.add_view((1, 1), Timestamp(at), &page, "box");
            let before = hashes.sha256_over(&hashes.runs());
            hashes.add_view((1, 1), Timestamp(at + 1), &page, "a later copy");
            assert_eq!(hashes.sha256_over(&hashes.runs()), before);
            before
        };
        assert_ne!(view("home", 0), view("account", 0));
        assert_ne!(view("home", 0), view("home", 1));
    }
}
