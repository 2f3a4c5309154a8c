//! Reading what a visit looked at.

use domain::{
    id::{PageName, VisitId},
    log::Seq,
    sealed::Sealed,
    time::Timestamp,
};
use futures::future::BoxFuture;

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

pub trait ActivitySource: Send + Sync {
    /// The latest `last` page views of a visit, oldest first.
    fn pages(
        &self,
        visit: VisitId,
        last: usize,
    ) -> BoxFuture<'_, Result<Vec<PageSeen>, ActivityReadError>>;
}

#[derive(Debug, thiserror::Error)]
#[error("the activity log is not reachable")]
pub struct ActivityReadError(#[source] pub Box<dyn std::error::Error + Send + Sync>);
