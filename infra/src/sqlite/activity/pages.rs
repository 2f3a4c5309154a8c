//! Rows of what visits looked at.

use commands::ports::activity::PageView;
use domain::{
    id::{PageName, SiteName, VisitId},
    sealed::Sealed,
    time::Timestamp,
};
use projections::ports::activity::PageSeen;
use rusqlite::{Connection, Row};

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

pub(super) fn insert(
    connection: &Connection,
    site: &SiteName,
    view: &PageView,
) -> rusqlite::Result<()> {
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
