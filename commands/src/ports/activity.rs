//! The activity log: page views of a visit. High rate, no invariants, never seen by deciders.

use domain::{
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

pub trait ActivityLog: Send + Sync {
    fn append<'a>(
        &'a self,
        site: &'a SiteName,
        views: Vec<PageView>,
    ) -> BoxFuture<'a, Result<(), ActivityError>>;
}

#[derive(Debug, thiserror::Error)]
pub enum ActivityError {
    #[error("the activity log is not reachable")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
