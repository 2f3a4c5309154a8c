//! The activity log in an `SQLite` file of its own.

mod frames;
mod pages;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use commands::ports::activity::{ActivityError, ActivityLog, Frame, PageView};
use domain::{
    frame::FramesDigest,
    id::{SiteName, VisitId},
    time::Timestamp,
};
use futures::{future::BoxFuture, stream::BoxStream};
use projections::ports::activity::{
    ActivityAudit, ActivityReadError, ActivitySource, Excerpt, FramePosition, FrameSeen, Kept,
    PageSeen, Recorded, Watched,
};
use rusqlite::Connection;

use super::{
    connection::{Durability, StoreError, open, open_for_reading},
    transactions::Transactions,
};
use crate::{
    blocking::{blocking, streamed},
    watchers::{self, Pictured, Watchers},
};

/// Cloning it gives another handle on the same log.
#[derive(Clone)]
pub struct SqliteActivity {
    transactions: Transactions,
    reading: Arc<Mutex<Connection>>,
    watchers: Arc<Watchers>,
}

impl SqliteActivity {
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = open(path, Durability::Normal)?;
        connection.execute_batch(pages::SCHEMA)?;
        connection.execute_batch(frames::SCHEMA)?;
        let reading = Arc::new(Mutex::new(open_for_reading(path)?));
        let transactions = Transactions::spawn("activity", connection);
        Ok(Self { transactions, reading, watchers: Arc::default() })
    }

    /// Forgets what displays showed before a moment; page views stay.
    pub async fn forget_frames(&self, before: Timestamp) -> Result<(), ActivityError> {
        loop {
            let forgotten =
                self.transactions.run(move |connection| frames::forget(connection, before));
            if forgotten.await.map_err(not_written)? == 0 {
                return Ok(());
            }
        }
    }

    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ActivityReadError> {
        let reading = Arc::clone(&self.reading);
        let read = blocking(move || {
            let reading = reading.lock().unwrap_or_else(PoisonError::into_inner);
            query(&reading).map_err(StoreError::from)
        });
        read.await.map_err(ActivityReadError::of)
    }
}

fn not_written(error: Arc<StoreError>) -> ActivityError {
    ActivityError::Unreachable(error.into())
}

impl ActivityLog for SqliteActivity {
    fn append<'a>(
        &'a self,
        site: &'a SiteName,
        views: Vec<PageView>,
    ) -> BoxFuture<'a, Result<(), ActivityError>> {
        Box::pin(async move {
            let (site, watchers) = (site.clone(), Arc::clone(&self.watchers));
            let insert = move |connection: &Connection| pages::insert(connection, &site, views);
            let tell = move |fresh: &Vec<(VisitId, Arc<PageSeen>)>| {
                for (visit, view) in fresh {
                    watchers.tell_view(*visit, Arc::clone(view));
                }
            };
            self.transactions.run_and_tell(insert, tell).await.map(drop).map_err(not_written)
        })
    }

    fn append_frames<'a>(
        &'a self,
        site: &'a SiteName,
        frames: Vec<Frame>,
    ) -> BoxFuture<'a, Result<(), ActivityError>> {
        Box::pin(async move {
            let (site, watchers) = (site.clone(), Arc::clone(&self.watchers));
            let insert = move |connection: &Connection| frames::insert(connection, &site, frames);
            let tell = move |fresh: &Vec<(VisitId, Arc<FrameSeen>)>| {
                for (visit, frame) in fresh {
                    watchers.tell(*visit, Arc::clone(frame));
                }
            };
            self.transactions.run_and_tell(insert, tell).await.map(drop).map_err(not_written)
        })
    }

    fn append_digests<'a>(
        &'a self,
        site: &'a SiteName,
        digests: Vec<FramesDigest>,
    ) -> BoxFuture<'a, Result<(), ActivityError>> {
        Box::pin(async move {
            let site = site.clone();
            let appended = self.transactions.run(move |connection| {
                digests.iter().try_for_each(|digest| frames::keep(connection, &site, digest))
            });
            appended.await.map_err(not_written)
        })
    }
}

impl ActivitySource for SqliteActivity {
    fn pages(
        &self,
        visit: VisitId,
        last: usize,
    ) -> BoxFuture<'_, Result<Vec<PageSeen>, ActivityReadError>> {
        Box::pin(self.read(move |connection| pages::latest(connection, visit, last)))
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
        excerpt: Excerpt,
    ) -> BoxFuture<'_, Result<Vec<Arc<FrameSeen>>, ActivityReadError>> {
        Box::pin(self.read(move |connection| frames::excerpt(connection, excerpt)))
    }

    fn next_seq(
        &self,
        visit: VisitId,
        page_load: i64,
    ) -> BoxFuture<'_, Result<u32, ActivityReadError>> {
        Box::pin(self.read(move |connection| frames::next_seq(connection, visit, page_load)))
    }
}

/// Everything of a site, until nobody listens any more.
fn kept(
    connection: &Connection,
    site: &SiteName,
    each: &mut dyn FnMut(Kept) -> bool,
) -> rusqlite::Result<()> {
    let goes_on = frames::kept(connection, site, each)? && pages::kept(connection, site, each)?;
    if goes_on { frames::digests(connection, site, each) } else { Ok(()) }
}

/// Beside a running server, or after a dead one.
pub struct SqliteActivityAudit(PathBuf);

impl SqliteActivityAudit {
    pub fn of(path: PathBuf) -> Self {
        Self(path)
    }
}

impl ActivityAudit for SqliteActivityAudit {
    fn kept(&self, site: &SiteName) -> BoxStream<'static, Result<Kept, ActivityReadError>> {
        let (path, site) = (self.0.clone(), site.clone());
        streamed(move |each| {
            let connection = open_for_reading(&path).map_err(ActivityReadError::of)?;
            kept(&connection, &site, each).map_err(ActivityReadError::of)
        })
    }
}

impl Pictured for SqliteActivity {
    fn watchers(&self) -> &Watchers {
        &self.watchers
    }

    fn picture(
        &self,
        visit: VisitId,
    ) -> BoxFuture<'_, Result<Vec<Arc<FrameSeen>>, ActivityReadError>> {
        Box::pin(self.read(move |connection| frames::picture(connection, visit)))
    }
}
