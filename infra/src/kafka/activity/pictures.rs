//! The latest picture of each visit, folded in memory: the last full snapshot and what follows it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use commands::ports::activity::Frame;
use domain::{frame::Author, id::VisitId};
use projections::ports::activity::{FramePosition, FrameSeen};

/// Bytes of sealed frames that one visit may hold, and all together; beyond it the picture is read from the log.
const VISIT_BYTES_MAX: usize = 16 * 1024 * 1024;
const BYTES_MAX: usize = 256 * 1024 * 1024;
/// Visits remembered at most; the one that was silent for longest goes first.
const VISITS_MAX: usize = 50_000;
/// Authors and page loads of one visit whose last number is remembered.
const HEADS_MAX: usize = 256;

/// The last `seq` of each author about each page load.
#[derive(Clone, Default)]
pub(super) struct Heads(BTreeMap<(i64, Author), u32>);

impl Heads {
    /// `false`: it is there already, or comes too late.
    pub(super) fn admit(&mut self, frame: &Frame) -> bool {
        let head = self.0.entry((frame.page_load, frame.author)).or_default();
        let is_fresh = frame.seq > *head;
        *head = frame.seq.max(*head);
        if self.0.len() > HEADS_MAX {
            self.0.pop_first();
        }
        is_fresh
    }

    fn next(&self, page_load: i64) -> u32 {
        let head = self.0.get(&(page_load, Author::Customer)).copied();
        head.unwrap_or_default().saturating_add(1)
    }
}

#[derive(Default)]
pub(super) struct Pictures {
    by_id: HashMap<VisitId, Shown>,
    /// By when each was heard of last.
    by_age: BTreeMap<u64, VisitId>,
    heard: u64,
    bytes: usize,
}

struct Shown {
    heard: u64,
    heads: Heads,
    /// Where in the topic the picture begins.
    begins: i64,
    kept: Kept,
}

enum Kept {
    Here { frames: Vec<Arc<FrameSeen>>, bytes: usize },
    InTheLog,
}

/// Where the picture is.
pub(super) enum Picture {
    Here(Vec<Arc<FrameSeen>>),
    /// From this offset on.
    InTheLog(i64),
}

impl Pictures {
    /// `None`: it is there already, or comes too late.
    pub(super) fn see(
        &mut self,
        begins: i64,
        position: FramePosition,
        frame: Frame,
    ) -> Option<Arc<FrameSeen>> {
        self.heard += 1;
        let visit = frame.visit;
        let fresh = || Shown { heard: 0, heads: Heads::default(), begins, kept: Kept::empty() };
        let shown = self.by_id.entry(visit).or_insert_with(fresh);
        if !shown.heads.admit(&frame) {
            return None;
        }
        self.by_age.remove(&shown.heard);
        self.by_age.insert(self.heard, visit);
        shown.heard = self.heard;
        if frame.full {
            self.bytes -= shown.kept.bytes();
            (shown.begins, shown.kept) = (begins, Kept::empty());
        }
        let seen = Arc::new(seen(position, frame));
        if let Kept::Here { frames, bytes } = &mut shown.kept {
            frames.push(Arc::clone(&seen));
            *bytes += size(&seen);
            self.bytes += size(&seen);
        }
        if shown.kept.bytes() > VISIT_BYTES_MAX {
            self.bytes -= shown.kept.bytes();
            shown.kept = Kept::InTheLog;
        }
        self.make_room();
        Some(seen)
    }

    fn make_room(&mut self) {
        if self.by_id.len() > VISITS_MAX
            && let Some((_, oldest)) = self.by_age.pop_first()
            && let Some(gone) = self.by_id.remove(&oldest)
        {
            self.bytes -= gone.kept.bytes();
        }
        let mut by_age = self.by_age.values();
        while self.bytes > BYTES_MAX
            && let Some(oldest) = by_age.next()
        {
            let shown = self.by_id.get_mut(oldest).expect("every age is somebody's");
            self.bytes -= shown.kept.bytes();
            shown.kept = Kept::InTheLog;
        }
    }

    pub(super) fn picture(&self, visit: VisitId) -> Picture {
        match self.by_id.get(&visit) {
            None => Picture::Here(Vec::new()),
            Some(Shown { kept: Kept::Here { frames, .. }, .. }) => Picture::Here(frames.clone()),
            Some(Shown { kept: Kept::InTheLog, begins, .. }) => Picture::InTheLog(*begins),
        }
    }

    /// The customer's frame that is not there yet.
    pub(super) fn next_seq(&self, visit: VisitId, page_load: i64) -> u32 {
        self.by_id.get(&visit).map_or(1, |shown| shown.heads.next(page_load))
    }
}

impl Kept {
    fn empty() -> Self {
        Self::Here { frames: Vec::new(), bytes: 0 }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Here { bytes, .. } => *bytes,
            Self::InTheLog => 0,
        }
    }
}

pub(super) fn seen(position: FramePosition, frame: Frame) -> FrameSeen {
    let Frame { visit: _, page_load, author, seq, site_seq, time, full, data } = frame;
    FrameSeen { position, page_load, author, seq, site_seq, time, full, data }
}

fn size(frame: &FrameSeen) -> usize {
    size_of::<FrameSeen>() + frame.data.boxed.len()
}

#[cfg(test)]
mod tests {
    use domain::{id::SubjectId, sealed::Sealed, time::Timestamp};
    use uuid::Uuid;

    use super::*;

    const KIB: usize = 1024;

    fn frame(visit: u128, seq: u32, full: bool, kib: usize) -> Frame {
        Frame {
            visit: VisitId(Uuid::from_u128(visit)),
            page_load: 1,
            author: Author::Customer,
            seq,
            site_seq: 0,
            time: Timestamp(0),
            full,
            data: Sealed::new(SubjectId(Uuid::nil()), "a".repeat(kib * KIB)),
        }
    }

    fn seqs(pictures: &Pictures, visit: u128) -> Option<Vec<u32>> {
        match pictures.picture(VisitId(Uuid::from_u128(visit))) {
            Picture::Here(frames) => Some(frames.iter().map(|frame| frame.seq).collect()),
            Picture::InTheLog(_) => None,
        }
    }

    #[test]
    fn a_full_snapshot_takes_the_place_of_what_was_before() {
        let mut pictures = Pictures::default();
        for (position, (seq, full)) in
            [(1, true), (2, false), (1, false), (3, true), (4, false), (2, true)]
                .into_iter()
                .enumerate()
        {
            pictures.see(0, i64::try_from(position).unwrap(), frame(1, seq, full, 1));
        }
        assert_eq!(seqs(&pictures, 1), Some(vec![3, 4]));
        assert_eq!(pictures.next_seq(VisitId(Uuid::from_u128(1)), 1), 5);
        assert_eq!(pictures.next_seq(VisitId(Uuid::from_u128(1)), 2), 1);
    }

    #[test]
    fn memory_is_bounded_for_one_visit_and_for_all() {
        let mut pictures = Pictures::default();
        pictures.see(7, 8, frame(1, 1, true, 1));
        pictures.see(9, 9, frame(1, 2, false, VISIT_BYTES_MAX / KIB));
        assert!(matches!(pictures.picture(VisitId(Uuid::from_u128(1))), Picture::InTheLog(7)));
        assert_eq!(pictures.bytes, 0);
        pictures.see(10, 10, frame(1, 3, true, 1));
        assert_eq!(seqs(&pictures, 1), Some(vec![3]));
        for visit in 2..40 {
            pictures.see(11, 11, frame(visit, 1, true, VISIT_BYTES_MAX / KIB / 2));
        }
        assert!(pictures.bytes <= BYTES_MAX);
        assert_eq!(seqs(&pictures, 1), None, "nobody was silent for longer");
        assert_eq!(seqs(&pictures, 39), Some(vec![1]));
    }
}
