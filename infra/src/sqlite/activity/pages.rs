//! Rows of what visits looked at.

use std::sync::Arc;

use commands::ports::activity::PageView;
use domain::{
    id::{PageName, SiteName, VisitId},
    sealed::Sealed,
    time::Timestamp,
};
use projections::ports::activity::{Kept, PageSeen};
use rusqlite::{Connection, Row, types::Type};

pub(super) const SCHEMA: &str = "
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

/// What was not there yet.
pub(super) fn insert(
    connection: &Connection,
    site: &SiteName,
    views: Vec<PageView>,
) -> rusqlite::Result<Vec<(VisitId, Arc<PageSeen>)>> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO page_views (visit, page_load, visit_seq, site, site_seq, time, page, subject, box)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
    )?;
    let mut fresh = Vec::with_capacity(views.len());
    for PageView { visit, page_load, visit_seq, site_seq, time, page, shown } in views {
        let row = (
            visit.to_string(),
            page_load,
            visit_seq,
            site.as_str(),
            site_seq.cast_signed(),
            time.0,
            page.as_str(),
            shown.subject.to_string(),
            &shown.boxed,
        );
        if insert.execute(row)? == 1 {
            let seen = PageSeen { page_load, visit_seq, site_seq, time, page, shown };
            fresh.push((visit, Arc::new(seen)));
        }
    }
    Ok(fresh)
}

/// Every view of a site; `false`: nobody listens any more.
pub(super) fn kept(
    connection: &Connection,
    site: &SiteName,
    each: &mut dyn FnMut(Kept) -> bool,
) -> rusqlite::Result<bool> {
    let mut select = connection.prepare(
        "SELECT page_load, visit_seq, site_seq, time, page, subject, box, visit FROM page_views
         WHERE site = ?1",
    )?;
    let views = select.query_map([site.as_str()], |row| {
        let visit: String = row.get(7)?;
        let visit = visit.parse().map_err(|error: uuid::Error| {
            rusqlite::Error::FromSqlConversionFailure(7, Type::Text, error.into())
        })?;
        Ok(Kept::View(visit, Arc::new(page(row)?)))
    })?;
    for kept in views {
        if !each(kept?) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The latest `last`, oldest first.
pub(super) fn latest(
    connection: &Connection,
    visit: VisitId,
    last: usize,
) -> rusqlite::Result<Vec<PageSeen>> {
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
        rusqlite::Error::FromSqlConversionFailure(at, Type::Text, error)
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
