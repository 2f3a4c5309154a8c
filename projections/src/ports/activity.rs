//! Reading what a visit looked at, and what its displays showed.

use std::sync::Arc;

use domain::{
    frame::{Author, FramesDigest},
    id::{PageName, SiteName, VisitId},
    log::Seq,
    sealed::Sealed,
    time::Timestamp,
};
use futures::{future::BoxFuture, stream::BoxStream};

#[derive(Clone, Debug, PartialEq)]
pub struct PageSeen {
    pub page_load: i64,
    pub visit_seq: u32,
    pub site_seq: Seq,
    pub time: Timestamp,
    pub page: PageName,
    /// Address and title as JSON `{"url":…,"title":…}`.
    pub shown: Sealed<String>,
}

/// Where a frame stands: grows within a visit, and means nothing beyond the log that gave it.
pub type FramePosition = i64;

#[derive(Clone, Debug, PartialEq)]
pub struct FrameSeen {
    pub position: FramePosition,
    pub page_load: i64,
    pub author: Author,
    pub seq: u32,
    pub site_seq: Seq,
    pub time: Timestamp,
    /// It begins with a full snapshot.
    pub full: bool,
    pub data: Sealed<Vec<u8>>,
}

/// What somebody who watches a visit is handed, in the order of the log.
#[derive(Clone, Debug, PartialEq)]
pub enum Watched {
    /// The last full snapshot and everything after it, or everything if there is none; what was handed over before
    /// does not count any more.
    Picture(Vec<Arc<FrameSeen>>),
    Next(Vec<Arc<FrameSeen>>),
}

impl Watched {
    pub fn frames(&self) -> &[Arc<FrameSeen>] {
        match self {
            Self::Picture(frames) | Self::Next(frames) => frames,
        }
    }
}

/// A part of what was recorded of a visit.
#[derive(Clone, Copy, Debug)]
pub struct Excerpt {
    pub visit: VisitId,
    pub from: Timestamp,
    /// `None`: to the end.
    pub to: Option<Timestamp>,
    /// The position that the page before ended with.
    pub after: Option<FramePosition>,
    pub first: usize,
}

pub trait ActivitySource: Send + Sync {
    /// The latest `last` page views of a visit, oldest first.
    fn pages(
        &self,
        visit: VisitId,
        last: usize,
    ) -> BoxFuture<'_, Result<Vec<PageSeen>, ActivityReadError>>;
    /// The picture first, then what is recorded, once it is. Whoever comes back with the position that they have seen
    /// gets what follows it, if that still leads on from their picture. Who reads slowly gets the picture anew.
    fn watch(
        &self,
        visit: VisitId,
        since: Option<FramePosition>,
    ) -> BoxStream<'static, Result<Watched, ActivityReadError>>;
    /// Every frame and every page view that is recorded from now on, of whatever visit, once; who reads slowly misses
    /// some.
    fn recorded(&self) -> BoxStream<'static, Recorded>;
    /// One page of what was recorded, in the order of the log.
    fn frames(
        &self,
        excerpt: Excerpt,
    ) -> BoxFuture<'_, Result<Vec<Arc<FrameSeen>>, ActivityReadError>>;
    /// The number of the customer's frame that is not there yet; 1 for a page load that was never seen.
    fn next_seq(
        &self,
        visit: VisitId,
        page_load: i64,
    ) -> BoxFuture<'_, Result<u32, ActivityReadError>>;
}

/// Something that was recorded of a visit.
#[derive(Clone, Debug, PartialEq)]
pub enum Recorded {
    Frame(VisitId, Arc<FrameSeen>),
    View(VisitId, Arc<PageSeen>),
}

/// Something that is kept of a site's visits.
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    Frame(VisitId, Arc<FrameSeen>),
    View(VisitId, Arc<PageSeen>),
    Digest(FramesDigest),
}

/// For who checks what was recorded.
pub trait ActivityAudit: Send + Sync {
    /// Every frame and page view, first copies alone, and every digest; each kind in the order in which it was recorded.
    fn kept(&self, site: &SiteName) -> BoxStream<'static, Result<Kept, ActivityReadError>>;
}

#[derive(Debug, thiserror::Error)]
#[error("the activity log is not reachable")]
pub struct ActivityReadError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

impl ActivityReadError {
    pub fn of(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}
