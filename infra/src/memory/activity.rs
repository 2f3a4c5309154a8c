//! The activity log in memory.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use commands::ports::activity::{ActivityError, ActivityLog, Frame, PageView};
use domain::{
    frame::{Author, FramesDigest},
    id::{SiteName, VisitId},
};
use futures::{
    StreamExt as _,
    future::{BoxFuture, ready},
    stream::{self, BoxStream},
};
use projections::ports::activity::{
    ActivityAudit, ActivityReadError, ActivitySource, Excerpt, FramePosition, FrameSeen, Kept,
    PageSeen, Recorded, Watched,
};

use crate::watchers::{self, Pictured, Watchers};

/// Cloning it gives another handle on the same log.
#[derive(Clone, Default)]
pub struct MemoryActivity {
    kept: Arc<Mutex<Everything>>,
    watchers: Arc<Watchers>,
}

#[derive(Default)]
struct Everything {
    views: BTreeMap<(VisitId, i64, u32), Arc<PageSeen>>,
    frames: Vec<(VisitId, Arc<FrameSeen>)>,
    /// The last `seq` of each author about each page load.
    heads: BTreeMap<(VisitId, i64, Author), u32>,
    digests: Vec<FramesDigest>,
}

impl Everything {
    /// `None`: it is there already, or comes too late.
    fn add(&mut self, frame: Frame) -> Option<Arc<FrameSeen>> {
        let Frame { visit, page_load, author, seq, site_seq, time, full, data } = frame;
        let head = self.heads.entry((visit, page_load, author)).or_default();
        if seq <= *head {
            return None;
        }
        *head = seq;
        let position = FramePosition::try_from(self.frames.len()).expect("memory ends before") + 1;
        let seen = FrameSeen { position, page_load, author, seq, site_seq, time, full, data };
        let seen = Arc::new(seen);
        self.frames.push((visit, Arc::clone(&seen)));
        Some(seen)
    }

    fn of(&self, visit: VisitId) -> impl Iterator<Item = &Arc<FrameSeen>> {
        self.frames.iter().filter(move |(of, _)| *of == visit).map(|(_, frame)| frame)
    }
}

impl MemoryActivity {
    fn locked(&self) -> MutexGuard<'_, Everything> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ActivityLog for MemoryActivity {
    fn append<'a>(
        &'a self,
        _site: &'a SiteName,
        views: Vec<PageView>,
    ) -> BoxFuture<'a, Result<(), ActivityError>> {
        let mut kept = self.locked();
        for PageView { visit, page_load, visit_seq, site_seq, time, page, shown } in views {
            let seen = PageSeen { page_load, visit_seq, site_seq, time, page, shown };
            if let Entry::Vacant(free) = kept.views.entry((visit, page_load, visit_seq)) {
                let seen = free.insert(Arc::new(seen));
                self.watchers.tell_view(visit, Arc::clone(seen));
            }
        }
        Box::pin(ready(Ok(())))
    }

    fn append_frames<'a>(
        &'a self,
        _site: &'a SiteName,
        frames: Vec<Frame>,
    ) -> BoxFuture<'a, Result<(), ActivityError>> {
        let mut kept = self.locked();
        for frame in frames {
            let visit = frame.visit;
            if let Some(seen) = kept.add(frame) {
                self.watchers.tell(visit, seen);
            }
        }
        Box::pin(ready(Ok(())))
    }

    fn append_digests<'a>(
        &'a self,
        _site: &'a SiteName,
        digests: Vec<FramesDigest>,
    ) -> BoxFuture<'a, Result<(), ActivityError>> {
        self.locked().digests.extend(digests);
        Box::pin(ready(Ok(())))
    }
}

impl ActivityAudit for MemoryActivity {
    fn kept(&self, _site: &SiteName) -> BoxStream<'static, Result<Kept, ActivityReadError>> {
        let locked = self.locked();
        let frames =
            locked.frames.iter().map(|(visit, frame)| Kept::Frame(*visit, Arc::clone(frame)));
        let views =
            locked.views.iter().map(|((visit, ..), view)| Kept::View(*visit, Arc::clone(view)));
        let digests = locked.digests.iter().cloned().map(Kept::Digest);
        let all: Vec<_> = frames.chain(views).chain(digests).map(Ok).collect();
        stream::iter(all).boxed()
    }
}

impl ActivitySource for MemoryActivity {
    fn pages(
        &self,
        visit: VisitId,
        last: usize,
    ) -> BoxFuture<'_, Result<Vec<PageSeen>, ActivityReadError>> {
        let kept = self.locked();
        let of_visit = kept.views.range((visit, i64::MIN, 0)..=(visit, i64::MAX, u32::MAX));
        let mut pages: Vec<_> =
            of_visit.rev().take(last).map(|(_, seen)| PageSeen::clone(seen)).collect();
        pages.reverse();
        Box::pin(ready(Ok(pages)))
    }

    fn watch(
        &self,
        visit: VisitId,
        since: Option<FramePosition>,
    ) -> BoxStream<'static, Result<Watched, ActivityReadError>> {
        watchers::watch(self.clone(), visit, since)
    }

    fn recorded(&self) -> BoxStream<'static, Recorded> {
        self.watchers.recorded()
    }

    fn frames(
        &self,
        Excerpt { visit, from, to, after, first }: Excerpt,
    ) -> BoxFuture<'_, Result<Vec<Arc<FrameSeen>>, ActivityReadError>> {
        let kept = self.locked();
        let frames = kept.of(visit).filter(|frame| {
            frame.time >= from
                && to.is_none_or(|to| frame.time <= to)
                && after.is_none_or(|after| frame.position > after)
        });
        Box::pin(ready(Ok(frames.take(first).map(Arc::clone).collect())))
    }

    fn next_seq(
        &self,
        visit: VisitId,
        page_load: i64,
    ) -> BoxFuture<'_, Result<u32, ActivityReadError>> {
        let head = self.locked().heads.get(&(visit, page_load, Author::Customer)).copied();
        Box::pin(ready(Ok(head.unwrap_or_default().saturating_add(1))))
    }
}

impl Pictured for MemoryActivity {
    fn watchers(&self) -> &Watchers {
        &self.watchers
    }

    fn picture(
        &self,
        visit: VisitId,
    ) -> BoxFuture<'_, Result<Vec<Arc<FrameSeen>>, ActivityReadError>> {
        let kept = self.locked();
        let frames: Vec<_> = kept.of(visit).map(Arc::clone).collect();
        let from = frames.iter().rposition(|frame| frame.full).unwrap_or_default();
        Box::pin(ready(Ok(frames[from..].to_vec())))
    }
}
