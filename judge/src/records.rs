//! The plain records of a log, read from its SQLite table and written as they stand.

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags, Row};
use uuid::Uuid;

use crate::event::Event;

/// The type of a claim: somebody takes the partition over.
pub const CLAIM: &str = "ownership.taken";

/// What a claim lacks and every other record has.
#[derive(Clone, Debug)]
pub struct Place {
    pub seq: u64,
    pub part: u32,
    pub parts: u32,
    pub prev: Vec<u8>,
    pub id: Uuid,
    pub version: u32,
    pub command: Uuid,
    pub command_hash: i64,
    pub actor: String,
    pub causation: Option<Uuid>,
    pub correlation: Uuid,
    pub traceparent: Option<String>,
}

/// One row of the table `events`.
#[derive(Clone, Debug)]
pub struct Record {
    pub row: i64,
    pub partition: Arc<str>,
    pub epoch: u64,
    pub writer: Uuid,
    /// Microseconds since 1970.
    pub time: i64,
    pub kind: String,
    pub data: String,
    /// `None`: a claim.
    pub place: Option<Place>,
    /// What the laws make of `data`; see [`Record::understand`].
    pub event: Event,
}

/// A place in the log that a finding can name.
pub trait Placed {
    fn partition(&self) -> &str;
    fn seq(&self) -> u64;
}

/// A partition and a sequence number, kept after the record itself is forgotten.
#[derive(Clone, Debug)]
pub struct At {
    pub partition: Arc<str>,
    pub seq: u64,
}

impl Placed for At {
    fn partition(&self) -> &str {
        &self.partition
    }

    fn seq(&self) -> u64 {
        self.seq
    }
}

impl Placed for Record {
    fn partition(&self) -> &str {
        &self.partition
    }

    /// 0: a claim.
    fn seq(&self) -> u64 {
        self.place.as_ref().map_or(0, |place| place.seq)
    }
}

impl Record {
    pub fn at(&self) -> At {
        At { partition: Arc::clone(&self.partition), seq: self.seq() }
    }

    /// Reads `event` out of type and data; to be called whenever one of them has changed.
    pub fn understand(&mut self) -> Result<()> {
        self.event = Event::read(&self.kind, &self.data).with_context(|| {
            format!("record {} of {} (`{}`) cannot be read", self.seq(), self.partition, self.kind)
        })?;
        Ok(())
    }
}

/// All rows, in the order in which they were written.
pub fn read(path: &Path) -> Result<Vec<Record>> {
    let open = || format!("the log {} cannot be opened", path.display());
    let log =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).with_context(open)?;
    let mut statement = log
        .prepare(
            "SELECT row, partition, epoch, writer, time, type, data, seq, part, parts, prev, id, version, \
             command_id, command_hash, actor, causation, correlation, traceparent FROM events ORDER BY row",
        )
        .with_context(open)?;
    let mut rows = statement.query([])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let mut record = one(row)?;
        record.understand()?;
        records.push(record);
    }
    Ok(records)
}

fn one(row: &Row<'_>) -> Result<Record> {
    let id = |column: &str| -> Result<Uuid> {
        let text: String = row.get(column)?;
        text.parse().with_context(|| format!("`{text}` in column {column} is not an id"))
    };
    let kind: String = row.get("type")?;
    let at: i64 = row.get("row")?;
    let place = || -> Result<Place> {
        let causation: Option<String> = row.get("causation")?;
        Ok(Place {
            seq: u64::try_from(row.get::<_, i64>("seq")?).context("a sequence is positive")?,
            part: row.get("part")?,
            parts: row.get("parts")?,
            prev: row.get("prev")?,
            id: id("id")?,
            version: row.get("version")?,
            command: id("command_id")?,
            command_hash: row.get("command_hash")?,
            actor: row.get("actor")?,
            causation: causation.map(|text| text.parse()).transpose()?,
            correlation: id("correlation")?,
            traceparent: row.get("traceparent")?,
        })
    };
    let place = if kind == CLAIM {
        None
    } else {
        Some(place().with_context(|| format!("row {at} (`{kind}`) is not a record"))?)
    };
    Ok(Record {
        row: at,
        partition: row.get::<_, String>("partition")?.into(),
        epoch: u64::try_from(row.get::<_, i64>("epoch")?).context("an epoch is positive")?,
        writer: id("writer")?,
        time: row.get("time")?,
        data: row.get("data")?,
        kind,
        place,
        event: Event::Other,
    })
}
