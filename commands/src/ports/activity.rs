//! The activity log: page views of a visit, and what its displays show. High rate, no invariants, never seen by deciders.

use domain::{
    frame::{Author, FramesDigest},
    id::{PageName, SiteName, VisitId},
    log::Seq,
    sealed::Sealed,
    time::Timestamp,
};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

/// Within a visit the order is (page load, visit seq); the first copy of a pair wins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageView {
    pub visit: VisitId,
    /// Milliseconds since 1970 by the customer's clock when the page was loaded: data and order only.
    pub page_load: i64,
    pub visit_seq: u32,
    /// The site's `seq` that the gateway had seen.
    pub site_seq: Seq,
    pub time: Timestamp,
    pub page: PageName,
    /// Address and title as JSON `{"url":…,"title":…}`.
    pub shown: Sealed<String>,
}

/// A batch of what changed on the customer's page, or one of the staff's signals about it.
///
/// Within (visit, page load, author) `seq` grows: the first copy wins, and one that comes after a later one is not there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub visit: VisitId,
    /// Of the page that it is about; see [`PageView`].
    pub page_load: i64,
    pub author: Author,
    pub seq: u32,
    /// The site's `seq` that its writer had seen.
    pub site_seq: Seq,
    pub time: Timestamp,
    /// It begins with a full snapshot: whoever comes late may start here.
    pub full: bool,
    pub data: Sealed<Vec<u8>>,
}

pub trait ActivityLog: Send + Sync {
    fn append<'a>(
        &'a self,
        site: &'a SiteName,
        views: Vec<PageView>,
    ) -> BoxFuture<'a, Result<(), ActivityError>>;
    /// In their order; when it fails, those from some place on are not recorded.
    fn append_frames<'a>(
        &'a self,
        site: &'a SiteName,
        frames: Vec<Frame>,
    ) -> BoxFuture<'a, Result<(), ActivityError>>;
    fn append_digests<'a>(
        &'a self,
        site: &'a SiteName,
        digests: Vec<FramesDigest>,
    ) -> BoxFuture<'a, Result<(), ActivityError>>;
}

#[derive(Debug, thiserror::Error)]
pub enum ActivityError {
    #[error("the activity log is not reachable")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
