//! The activity log in memory.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use commands::ports::activity::{ActivityError, ActivityLog, PageView};
use domain::id::{SiteName, VisitId};
use futures::future::{BoxFuture, ready};
use projections::ports::activity::{ActivityReadError, ActivitySource, PageSeen};

type Views = BTreeMap<(VisitId, i64, u32), PageSeen>;

/// Cloning it gives another handle on the same log.
#[derive(Clone, Default)]
pub struct MemoryActivity {
    views: Arc<Mutex<Views>>,
}

impl ActivityLog for MemoryActivity {
    fn append<'a>(
        &'a self,
        _site: &'a SiteName,
        views: Vec<PageView>,
    ) -> BoxFuture<'a, Result<(), ActivityError>> {
        let mut kept = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        for PageView { visit, page_load, visit_seq, site_seq, time, page, shown } in views {
            let seen = PageSeen { page_load, visit_seq, site_seq, time, page, shown };
            kept.entry((visit, page_load, visit_seq)).or_insert(seen);
        }
        Box::pin(ready(Ok(())))
    }
}

impl ActivitySource for MemoryActivity {
    fn pages(
        &self,
        visit: VisitId,
        last: usize,
    ) -> BoxFuture<'_, Result<Vec<PageSeen>, ActivityReadError>> {
        let kept = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        let of_visit = kept.range((visit, i64::MIN, 0)..=(visit, i64::MAX, u32::MAX));
        let mut pages: Vec<_> = of_visit.rev().take(last).map(|(_, seen)| seen.clone()).collect();
        pages.reverse();
        Box::pin(ready(Ok(pages)))
    }
}
