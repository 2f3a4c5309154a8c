//! The activity log in an `SQLite` file of its own.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use commands::ports::activity::{ActivityError, ActivityLog, PageView};
use domain::{
    id::{PageName, SiteName, VisitId},
    sealed::Sealed,
    time::Timestamp,
};
use futures::future::BoxFuture;
use projections::ports::activity::{ActivityReadError, ActivitySource, PageSeen};
use rusqlite::{Connection, Row};

use super::{
    connection::{Durability, StoreError, open, open_for_reading},
    transactions::Transactions,
};
use crate::blocking::blocking;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS page_views (
        visit     TEXT    NOT NULL,
        page_load INTEGER NOT NULL,
        visit_seq INTEGER NOT NULL,
        site      TEXT    NOT NULL,
        site_seq  INTEGER NOT NULL,
        time      INTEGER NOT NULL,
        page      TEXT    NOT NULL,
        subject   TEXT    NOT NULL,
        box       TEXT    NOT NULL,
        PRIMARY KEY (visit, page_load, visit_seq)
    ) WITHOUT ROWID;
";

/// Cloning it gives another handle on the same log.
#[derive(Clone)]
pub struct SqliteActivity {
    transactions: Transactions,
    reading: Arc<Mutex<Connection>>,
}

impl SqliteActivity {
    /// Opens (and creates) the file.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = open(path, Durability::Normal)?;
        connection.execute_batch(SCHEMA)?;
        let reading = Arc::new(Mutex::new(open_for_reading(path)?));
        Ok(Self { transactions: Transactions::spawn("activity", connection), reading })
    }
}

impl ActivityLog for SqliteActivity {
    fn append<'a>(
        &'a self,
        site: &'a SiteName,
        views: Vec<PageView>,
    ) -> BoxFuture<'a, Result<(), ActivityError>> {
        Box::pin(async move {
            let site = site.clone();
            let appended = self.transactions.run(move |connection| {
                views.iter().try_for_each(|view| insert(connection, &site, view))
            });
            appended.await.map_err(|error| ActivityError::Unreachable(error.into()))
        })
    }
}

fn insert(connection: &Connection, site: &SiteName, view: &PageView) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO page_views (visit, page_load, visit_seq, site, site_seq, time, page, subject, box)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
    )?;
    let row = (
        view.visit.to_string(),
        view.page_load,
        view.visit_seq,
        site.as_str(),
        view.site_seq.cast_signed(),
        view.time.0,
        view.page.as_str(),
        view.shown.subject.to_string(),
        &view.shown.boxed,
    );
    insert.execute(row).map(drop)
}

impl ActivitySource for SqliteActivity {
    fn pages(
        &self,
        visit: VisitId,
        last: usize,
    ) -> BoxFuture<'_, Result<Vec<PageSeen>, ActivityReadError>> {
        let reading = Arc::clone(&self.reading);
        Box::pin(async move {
            let pages = blocking(move || {
                let reading = reading.lock().unwrap_or_else(PoisonError::into_inner);
                pages(&reading, visit, last).map_err(StoreError::from)
            });
            pages.await.map_err(|error| ActivityReadError(error.into()))
        })
    }
}

fn pages(connection: &Connection, visit: VisitId, last: usize) -> rusqlite::Result<Vec<PageSeen>> {
    let mut select = connection.prepare_cached(
        "SELECT page_load, visit_seq, site_seq, time, page, subject, box FROM page_views
         WHERE visit = ?1 ORDER BY page_load DESC, visit_seq DESC LIMIT ?2",
    )?;
    let last = i64::try_from(last).unwrap_or(i64::MAX);
    let mut pages: Vec<_> =
        select.query_map((visit.to_string(), last), page)?.collect::<Result<_, _>>()?;
    pages.reverse();
    Ok(pages)
}

fn page(row: &Row<'_>) -> rusqlite::Result<PageSeen> {
    let text = |at: usize| row.get::<_, String>(at);
    let not_text = |at, error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, error)
    };
    Ok(PageSeen {
        page_load: row.get(0)?,
        visit_seq: row.get(1)?,
        site_seq: row.get::<_, i64>(2)?.cast_unsigned(),
        time: Timestamp(row.get(3)?),
        page: PageName::parse(&text(4)?).map_err(|error| not_text(4, error.into()))?,
        shown: Sealed::new(
            text(5)?.parse().map_err(|e: uuid::Error| not_text(5, e.into()))?,
            text(6)?,
        ),
    })
}
