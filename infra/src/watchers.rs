//! Watching visits: the picture first, then each frame once it is recorded, whichever adapter recorded it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::id::VisitId;
use futures::{
    StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use projections::ports::activity::{
    ActivityReadError, FramePosition, FrameSeen, PageSeen, Recorded, Watched,
};
use tokio::sync::broadcast::{
    self, Receiver, Sender,
    error::{RecvError, TryRecvError},
};
use tracing::warn;

/// Frames that a watcher may be behind before it gets the picture anew.
const BEHIND_MAX: usize = 1_024;
/// Frames that a watcher is handed at once.
const AT_ONCE_MAX: usize = 256;
/// Frames and views, of all visits together, that who listens to all may be behind before it misses some.
const ALL_BEHIND_MAX: usize = 16_384;

/// By the visit that is watched.
type ByVisit = HashMap<VisitId, Sender<Arc<FrameSeen>>>;

/// Those who watch, each told of what is recorded in the order of its positions.
pub(crate) struct Watchers {
    by_visit: Mutex<ByVisit>,
    all: Sender<Recorded>,
}

impl Default for Watchers {
    fn default() -> Self {
        Self { by_visit: Mutex::default(), all: broadcast::channel(ALL_BEHIND_MAX).0 }
    }
}

impl Watchers {
    pub(crate) fn tell(&self, visit: VisitId, frame: Arc<FrameSeen>) {
        // Nobody may be listening.
        let _ = self.all.send(Recorded::Frame(visit, Arc::clone(&frame)));
        let mut by_visit = self.locked();
        let Some(watchers) = by_visit.get(&visit) else { return };
        if watchers.send(frame).is_err() {
            by_visit.remove(&visit);
        }
    }

    pub(crate) fn tell_view(&self, visit: VisitId, view: Arc<PageSeen>) {
        let _ = self.all.send(Recorded::View(visit, view));
    }

    fn listen(&self, visit: VisitId) -> Receiver<Arc<FrameSeen>> {
        let mut by_visit = self.locked();
        by_visit.retain(|_, watchers| watchers.receiver_count() > 0);
        by_visit.entry(visit).or_insert_with(|| broadcast::channel(BEHIND_MAX).0).subscribe()
    }

    pub(crate) fn recorded(&self) -> BoxStream<'static, Recorded> {
        stream::unfold(self.all.subscribe(), |mut all| async {
            loop {
                match all.recv().await {
                    Ok(recorded) => return Some((recorded, all)),
                    Err(RecvError::Lagged(frames)) => warn!(frames, "frames were not heard of"),
                    Err(RecvError::Closed) => return None,
                }
            }
        })
        .boxed()
    }

    fn locked(&self) -> MutexGuard<'_, ByVisit> {
        self.by_visit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an adapter that is watched can say.
pub(crate) trait Pictured: Send + Sync + 'static {
    fn watchers(&self) -> &Watchers;
    /// The last full snapshot and everything after it, or everything if there is none.
    fn picture(
        &self,
        visit: VisitId,
    ) -> BoxFuture<'_, Result<Vec<Arc<FrameSeen>>, ActivityReadError>>;
}

pub(crate) fn watch(
    of: impl Pictured,
    visit: VisitId,
    since: Option<FramePosition>,
) -> BoxStream<'static, Result<Watched, ActivityReadError>> {
    let heard = of.watchers().listen(visit);
    let watcher = Watcher { of, visit, heard, seen: since, behind: true };
    stream::unfold(Some(watcher), |watcher| async {
        let mut watcher = watcher?;
        match watcher.next().await {
            Ok(Some(watched)) => Some((Ok(watched), Some(watcher))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    })
    .boxed()
}

struct Watcher<P> {
    of: P,
    visit: VisitId,
    /// Listened to before the picture is looked for, so that nothing in between is missed.
    heard: Receiver<Arc<FrameSeen>>,
    seen: Option<FramePosition>,
    /// What was heard does not lead on from what was handed over.
    behind: bool,
}

impl<P: Pictured> Watcher<P> {
    /// `None`: the log is going.
    async fn next(&mut self) -> Result<Option<Watched>, ActivityReadError> {
        loop {
            if self.behind {
                self.behind = false;
                if let Some(watched) = self.catch_up().await? {
                    return Ok(Some(watched));
                }
            }
            let mut fresh = Vec::new();
            match self.heard.recv().await {
                Ok(frame) => fresh.push(frame),
                Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return Ok(None),
            }
            while fresh.len() < AT_ONCE_MAX && !self.behind {
                match self.heard.try_recv() {
                    Ok(frame) => fresh.push(frame),
                    Err(TryRecvError::Lagged(_)) => self.behind = true,
                    Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                }
            }
            let next = self.after_seen(fresh);
            if !next.is_empty() && !self.behind {
                self.note(&next);
                return Ok(Some(Watched::Next(next)));
            }
        }
    }

    async fn catch_up(&mut self) -> Result<Option<Watched>, ActivityReadError> {
        let picture = self.of.picture(self.visit).await?;
        let leads_on = |seen| picture.first().is_some_and(|first| first.position <= seen);
        if self.seen.is_some_and(leads_on) {
            let next = self.after_seen(picture);
            self.note(&next);
            return Ok((!next.is_empty()).then_some(Watched::Next(next)));
        }
        self.seen = picture.last().map(|last| last.position);
        Ok(Some(Watched::Picture(picture)))
    }

    fn after_seen(&self, frames: impl IntoIterator<Item = Arc<FrameSeen>>) -> Vec<Arc<FrameSeen>> {
        let is_new = |frame: &Arc<FrameSeen>| self.seen.is_none_or(|seen| frame.position > seen);
        frames.into_iter().filter(is_new).collect()
    }

    fn note(&mut self, handed: &[Arc<FrameSeen>]) {
        if let Some(last) = handed.last() {
            self.seen = self.seen.max(Some(last.position));
        }
    }
}
