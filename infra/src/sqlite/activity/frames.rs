//! Rows of what displays showed.

use std::{str::FromStr, sync::Arc};

use commands::ports::activity::Frame;
use domain::{
    frame::{Author, FramesDigest},
    id::{SiteName, VisitId},
    sealed::Sealed,
    time::Timestamp,
};
use projections::ports::activity::{Excerpt, FrameSeen, Kept};
use rusqlite::{Connection, Params, Row, types::Type};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS frames (
        position  INTEGER PRIMARY KEY AUTOINCREMENT,
        visit     TEXT    NOT NULL,
        page_load INTEGER NOT NULL,
        author    TEXT    NOT NULL,
        seq       INTEGER NOT NULL,
        site      TEXT    NOT NULL,
        site_seq  INTEGER NOT NULL,
        time      INTEGER NOT NULL,
        full      INTEGER NOT NULL,
        subject   TEXT    NOT NULL,
        box       TEXT    NOT NULL
    );
    CREATE UNIQUE INDEX IF NOT EXISTS frames_by_author ON frames (visit, page_load, author, seq);
    CREATE INDEX IF NOT EXISTS frames_by_visit ON frames (visit, position);
    CREATE INDEX IF NOT EXISTS full_frames_by_visit ON frames (visit, position) WHERE full = 1;
    CREATE TABLE IF NOT EXISTS digests (
        site   TEXT NOT NULL,
        digest TEXT NOT NULL
    );
";

/// Rows that one transaction deletes at most: writers wait for it.
const FORGOTTEN_AT_ONCE: u32 = 1_000;

/// What was not there yet.
pub(super) fn insert(
    connection: &Connection,
    site: &SiteName,
    frames: Vec<Frame>,
) -> rusqlite::Result<Vec<(VisitId, Arc<FrameSeen>)>> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO frames (visit, page_load, author, seq, site, site_seq, time, full, subject, box)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE NOT EXISTS
         (SELECT 1 FROM frames WHERE visit = ?1 AND page_load = ?2 AND author = ?3 AND seq >= ?4)",
    )?;
    let mut fresh = Vec::with_capacity(frames.len());
    for Frame { visit, page_load, author, seq, site_seq, time, full, data } in frames {
        let row = (
            visit.to_string(),
            page_load,
            author_text(author),
            seq,
            site.as_str(),
            site_seq.cast_signed(),
            time.0,
            full,
            data.subject.to_string(),
            &data.boxed,
        );
        if insert.execute(row)? == 1 {
            let position = connection.last_insert_rowid();
            let seen = FrameSeen { position, page_load, author, seq, site_seq, time, full, data };
            fresh.push((visit, Arc::new(seen)));
        }
    }
    Ok(fresh)
}

pub(super) fn keep(
    connection: &Connection,
    site: &SiteName,
    digest: &FramesDigest,
) -> rusqlite::Result<()> {
    let json = serde_json::to_string(digest).expect("a digest is JSON");
    let mut insert =
        connection.prepare_cached("INSERT INTO digests (site, digest) VALUES (?1, ?2)")?;
    insert.execute((site.as_str(), json)).map(drop)
}

/// The last full snapshot and everything after it.
pub(super) fn picture(
    connection: &Connection,
    visit: VisitId,
) -> rusqlite::Result<Vec<Arc<FrameSeen>>> {
    let sql = "SELECT position, page_load, author, seq, site_seq, time, full, subject, box
        FROM frames WHERE visit = ?1 AND position >=
        COALESCE((SELECT MAX(position) FROM frames WHERE visit = ?1 AND full = 1), 0)
        ORDER BY position";
    seen(connection, sql, [visit.to_string()])
}

pub(super) fn excerpt(
    connection: &Connection,
    Excerpt { visit, from, to, after, first }: Excerpt,
) -> rusqlite::Result<Vec<Arc<FrameSeen>>> {
    let sql = "SELECT position, page_load, author, seq, site_seq, time, full, subject, box
        FROM frames WHERE visit = ?1 AND position > ?2 AND time >= ?3 AND time <= ?4
        ORDER BY position LIMIT ?5";
    let (after, to) = (after.unwrap_or_default(), to.map_or(i64::MAX, |to| to.0));
    let first = i64::try_from(first).unwrap_or(i64::MAX);
    seen(connection, sql, (visit.to_string(), after, from.0, to, first))
}

pub(super) fn next_seq(
    connection: &Connection,
    visit: VisitId,
    page_load: i64,
) -> rusqlite::Result<u32> {
    let mut select = connection.prepare_cached(
        "SELECT MAX(seq) FROM frames WHERE visit = ?1 AND page_load = ?2 AND author = ?3",
    )?;
    let of = (visit.to_string(), page_load, author_text(Author::Customer));
    let last: Option<u32> = select.query_row(of, |row| row.get(0))?;
    Ok(last.unwrap_or_default().saturating_add(1))
}

/// Deletes the oldest rows, if they are from before a moment; how many.
pub(super) fn forget(connection: &Connection, before: Timestamp) -> rusqlite::Result<usize> {
    let mut delete = connection.prepare_cached(
        "DELETE FROM frames WHERE position <= (SELECT MAX(position) FROM
         (SELECT position, time FROM frames ORDER BY position LIMIT ?1) WHERE time < ?2)",
    )?;
    delete.execute((FORGOTTEN_AT_ONCE, before.0))
}

/// Every frame of a site; `false`: nobody listens any more.
pub(super) fn kept(
    connection: &Connection,
    site: &SiteName,
    each: &mut dyn FnMut(Kept) -> bool,
) -> rusqlite::Result<bool> {
    let mut frames = connection.prepare(
        "SELECT position, page_load, author, seq, site_seq, time, full, subject, box, visit
         FROM frames WHERE site = ?1 ORDER BY position",
    )?;
    let frames = frames
        .query_map([site.as_str()], |row| Ok(Kept::Frame(id(row, 9)?, Arc::new(frame(row)?))))?;
    for kept in frames {
        if !each(kept?) {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn digests(
    connection: &Connection,
    site: &SiteName,
    each: &mut dyn FnMut(Kept) -> bool,
) -> rusqlite::Result<()> {
    let mut digests =
        connection.prepare("SELECT digest FROM digests WHERE site = ?1 ORDER BY rowid")?;
    let digests = digests.query_map([site.as_str()], |row| {
        let json: String = row.get(0)?;
        serde_json::from_str(&json).map(Kept::Digest).map_err(|error| not_read(0, error.into()))
    })?;
    for kept in digests {
        if !each(kept?) {
            break;
        }
    }
    Ok(())
}

fn seen(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> rusqlite::Result<Vec<Arc<FrameSeen>>> {
    connection.prepare_cached(sql)?.query_map(parameters, |row| frame(row).map(Arc::new))?.collect()
}

fn frame(row: &Row<'_>) -> rusqlite::Result<FrameSeen> {
    let author: String = row.get(2)?;
    Ok(FrameSeen {
        position: row.get(0)?,
        page_load: row.get(1)?,
        author: serde_json::from_str(&author).map_err(|error| not_read(2, error.into()))?,
        seq: row.get(3)?,
        site_seq: row.get::<_, i64>(4)?.cast_unsigned(),
        time: Timestamp(row.get(5)?),
        full: row.get(6)?,
        data: Sealed::new(id(row, 7)?, row.get(8)?),
    })
}

fn id<T: FromStr<Err = uuid::Error>>(row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    let text: String = row.get(at)?;
    text.parse().map_err(|error: uuid::Error| not_read(at, error.into()))
}

fn not_read(at: usize, error: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(at, Type::Text, error)
}

fn author_text(author: Author) -> String {
    serde_json::to_string(&author).expect("an author is always JSON")
}
