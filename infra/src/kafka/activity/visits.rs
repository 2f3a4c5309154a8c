//! What the latest visits looked at last, folded in memory.

use std::{
    collections::{BTreeMap, HashMap, btree_map::Entry},
    sync::Arc,
};

use commands::ports::activity::PageView;
use domain::id::VisitId;
use projections::ports::activity::PageSeen;

/// Visits kept at most; whoever looked at nothing for longest goes first.
const VISITS_MAX: usize = 100_000;
/// Pages kept of one visit, the latest.
const PAGES_MAX: usize = 64;

#[derive(Default)]
pub(super) struct Visits {
    by_id: HashMap<VisitId, Visit>,
    /// By when each was heard of last.
    by_age: BTreeMap<u64, VisitId>,
    heard: u64,
}

#[derive(Default)]
struct Visit {
    heard: u64,
    /// By page load and visit seq.
    pages: BTreeMap<(i64, u32), Arc<PageSeen>>,
}

impl Visits {
    /// The first copy of a view wins. `None`: it is there already, or was before those that are kept.
    pub(super) fn see(&mut self, view: PageView) -> Option<(VisitId, Arc<PageSeen>)> {
        let (visit, number) = (view.visit, (view.page_load, view.visit_seq));
        self.heard += 1;
        let known = self.by_id.entry(visit).or_default();
        self.by_age.remove(&known.heard);
        self.by_age.insert(self.heard, visit);
        known.heard = self.heard;
        let mut fresh = None;
        if let Entry::Vacant(free) = known.pages.entry(number) {
            fresh = Some(Arc::clone(free.insert(Arc::new(seen(view)))));
        }
        if known.pages.len() > PAGES_MAX
            && let Some((oldest, _)) = known.pages.pop_first()
            && oldest == number
        {
            fresh = None;
        }
        if self.by_id.len() > VISITS_MAX
            && let Some((_, oldest)) = self.by_age.pop_first()
        {
            self.by_id.remove(&oldest);
        }
        fresh.map(|seen| (visit, seen))
    }

    /// The latest `last`, oldest first.
    pub(super) fn pages(&self, visit: VisitId, last: usize) -> Vec<PageSeen> {
        let Some(visit) = self.by_id.get(&visit) else { return Vec::new() };
        let mut pages: Vec<_> =
            visit.pages.values().rev().take(last).map(|seen| PageSeen::clone(seen)).collect();
        pages.reverse();
        pages
    }
}

pub(super) fn seen(view: PageView) -> PageSeen {
    let PageView { visit: _, page_load, visit_seq, site_seq, time, page, shown } = view;
    PageSeen { page_load, visit_seq, site_seq, time, page, shown }
}

#[cfg(test)]
mod tests {
    use domain::{
        id::{PageName, SubjectId},
        sealed::Sealed,
        time::Timestamp,
    };
    use uuid::Uuid;

    use super::*;

    fn view(visit: u128, visit_seq: u32) -> PageView {
        PageView {
            visit: VisitId(Uuid::from_u128(visit)),
            page_load: 1,
            visit_seq,
            site_seq: 0,
            time: Timestamp(0),
            page: PageName::parse("home").unwrap(),
            shown: Sealed::new(SubjectId(Uuid::nil()), String::new()),
        }
    }

    fn seqs(visits: &Visits, visit: u128) -> Vec<u32> {
        let pages = visits.pages(VisitId(Uuid::from_u128(visit)), usize::MAX);
        pages.into_iter().map(|seen| seen.visit_seq).collect()
    }

    #[test]
    fn memory_is_bounded_by_what_is_latest() {
        let mut visits = Visits::default();
        let pages = u32::try_from(PAGES_MAX).unwrap();
        for seq in 0..pages + 9 {
            assert!(visits.see(view(0, seq)).is_some());
        }
        assert_eq!(visits.see(view(0, 1)), None, "it may be a copy of one that is forgotten");
        assert_eq!(visits.see(view(0, pages)), None, "a copy");
        assert_eq!(seqs(&visits, 0), (9..pages + 9).collect::<Vec<_>>());

        for visit in 1..VISITS_MAX as u128 {
            visits.see(view(visit, 1));
        }
        visits.see(view(0, 500));
        visits.see(view(VISITS_MAX as u128, 1));
        assert_eq!((visits.by_id.len(), visits.by_age.len()), (VISITS_MAX, VISITS_MAX));
        assert!(seqs(&visits, 1).is_empty(), "nobody was silent for longer");
        assert_eq!(seqs(&visits, 0).last(), Some(&500));
    }
}
