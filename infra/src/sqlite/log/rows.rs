//! The table `events`: how entries become rows and rows become entries.

use std::{collections::HashMap, fmt::Write as _, sync::Arc};

use domain::{
    command::Actor,
    id::{CommandId, EventId},
    log::{Claim, Entry, Hash, Partition, Recorded, WriterId},
    time::Timestamp,
};
use rusqlite::{CachedStatement, Connection, Row, types::ValueRef};
use uuid::{Uuid, fmt::Hyphenated};

use crate::sqlite::connection::StoreError;

/// `sqlite3` reads it with no tool of ours. A claim has neither `seq` nor `prev`.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS events (
        row          INTEGER PRIMARY KEY,
        partition    TEXT    NOT NULL,
        epoch        INTEGER NOT NULL,
        writer       TEXT    NOT NULL,
        seq          INTEGER,
        part         INTEGER,
        parts        INTEGER,
        prev         BLOB,
        time         INTEGER NOT NULL,
        id           TEXT,
        type         TEXT    NOT NULL,
        version      INTEGER,
        command_id   TEXT,
        command_hash INTEGER,
        actor        TEXT,
        causation    TEXT,
        correlation  TEXT,
        traceparent  TEXT,
        data         TEXT    NOT NULL
    );
    CREATE UNIQUE INDEX IF NOT EXISTS events_seq ON events (partition, seq);
    CREATE UNIQUE INDEX IF NOT EXISTS events_claim ON events (partition, epoch) WHERE seq IS NULL;
    CREATE INDEX IF NOT EXISTS events_partition ON events (partition);
    CREATE INDEX IF NOT EXISTS events_command ON events (command_id);
";

const INSERT: &str = "
    INSERT INTO events (row, partition, epoch, writer, seq, part, parts, prev, time, id, type, version,
        command_id, command_hash, actor, causation, correlation, traceparent, data)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)";

/// In the order that [`Decoder::entry`] expects.
pub(super) const COLUMNS: &str = "row, partition, epoch, writer, seq, part, parts, prev, time, id, type, \
     version, command_id, command_hash, actor, causation, correlation, traceparent, data";

pub(super) fn create(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch(SCHEMA)?)
}

/// Writes rows through one prepared statement.
pub(super) struct Inserter<'c> {
    statement: CachedStatement<'c>,
    actor: String,
}

impl<'c> Inserter<'c> {
    pub(super) fn prepare(connection: &'c Connection) -> Result<Self, StoreError> {
        Ok(Self { statement: connection.prepare_cached(INSERT)?, actor: String::new() })
    }

    /// `partition` is the record's, as text.
    pub(super) fn record(
        &mut self,
        row: i64,
        partition: &str,
        record: &Recorded,
    ) -> Result<(), StoreError> {
        self.actor.clear();
        let _ = write!(self.actor, "{}", record.actor);
        let mut texts = [[0; Hyphenated::LENGTH]; 5];
        let [writer, id, command, causation, correlation] = &mut texts;
        let causation = record.causation.map(|id| text(id.0, causation));
        let data = std::str::from_utf8(&record.data).expect("an event's data is JSON");
        let to = &mut self.statement;
        to.raw_bind_parameter(1, row)?;
        to.raw_bind_parameter(2, partition)?;
        to.raw_bind_parameter(3, record.epoch.cast_signed())?;
        to.raw_bind_parameter(4, text(record.writer.0, writer))?;
        to.raw_bind_parameter(5, record.seq.cast_signed())?;
        to.raw_bind_parameter(6, record.part)?;
        to.raw_bind_parameter(7, record.parts)?;
        to.raw_bind_parameter(8, &record.prev.0[..])?;
        to.raw_bind_parameter(9, record.time.0)?;
        to.raw_bind_parameter(10, text(record.id.0, id))?;
        to.raw_bind_parameter(11, &*record.kind)?;
        to.raw_bind_parameter(12, record.version)?;
        to.raw_bind_parameter(13, text(record.command_id.0, command))?;
        to.raw_bind_parameter(14, record.command_hash.cast_signed())?;
        to.raw_bind_parameter(15, &*self.actor)?;
        to.raw_bind_parameter(16, causation)?;
        to.raw_bind_parameter(17, text(record.correlation, correlation))?;
        to.raw_bind_parameter(18, record.traceparent.as_deref())?;
        to.raw_bind_parameter(19, data)?;
        to.raw_execute()?;
        Ok(())
    }
}

fn text(id: Uuid, buffer: &mut [u8; Hyphenated::LENGTH]) -> &str {
    id.as_hyphenated().encode_lower(buffer)
}

pub(super) fn insert_claim(
    connection: &Connection,
    row: i64,
    claim: &Claim,
) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO events (row, partition, epoch, writer, time, type, data) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let writer = claim.writer.0.to_string();
    let data =
        format!(r#"{{"epoch":{},"writer":"{writer}","time":{}}}"#, claim.epoch, claim.time.0);
    insert.execute((
        row,
        claim.partition.to_string(),
        claim.epoch.cast_signed(),
        writer,
        claim.time.0,
        Claim::KIND,
        data,
    ))?;
    Ok(())
}

/// A row's columns cannot be what was once written.
pub(super) struct Altered;

/// Reads rows; remembers what repeats from row to row.
#[derive(Default)]
pub(super) struct Decoder {
    partition: Option<(Box<str>, Partition)>,
    writer: Option<(Box<str>, WriterId)>,
    actor: Option<(Box<str>, Actor)>,
    kinds: HashMap<Box<str>, Arc<str>>,
}

/// Event types are few; more than this many names are not worth remembering.
const KINDS_MAX: usize = 1_024;

impl Decoder {
    pub(super) fn entry(&mut self, row: &Row<'_>) -> Result<Entry, Altered> {
        let partition = remembered(&mut self.partition, string(row, 1)?, |text| text.parse().ok())?;
        let epoch = unsigned(row, 2)?;
        let writer =
            remembered(&mut self.writer, string(row, 3)?, |text| text.parse().ok().map(WriterId))?;
        let time = Timestamp(integer(row, 8)?);
        let kind = string(row, 10)?;
        if matches!(column(row, 4)?, ValueRef::Null) {
            let is_claim = kind == Claim::KIND;
            let claim = Claim { partition, epoch, writer, time };
            return if is_claim { Ok(Entry::Claim(claim)) } else { Err(Altered) };
        }
        Ok(Entry::Record(Recorded {
            partition,
            epoch,
            writer,
            seq: unsigned(row, 4)?,
            part: small(row, 5)?,
            parts: small(row, 6)?,
            prev: Hash(bytes(row, 7)?.try_into().map_err(|_| Altered)?),
            time,
            id: EventId(id(row, 9)?),
            kind: self.kind(kind),
            version: small(row, 11)?,
            command_id: CommandId(id(row, 12)?),
            command_hash: integer(row, 13)?.cast_unsigned(),
            actor: remembered(&mut self.actor, string(row, 14)?, |text| text.parse().ok())?,
            causation: optional(row, 15, id)?.map(EventId),
            correlation: id(row, 16)?,
            traceparent: optional(row, 17, string)?.map(Arc::from),
            data: bytes(row, 18)?.into(),
        }))
    }

    fn kind(&mut self, text: &str) -> Arc<str> {
        if let Some(kind) = self.kinds.get(text) {
            return Arc::clone(kind);
        }
        let kind: Arc<str> = text.into();
        if self.kinds.len() < KINDS_MAX {
            self.kinds.insert(text.into(), Arc::clone(&kind));
        }
        kind
    }
}

fn remembered<T: Clone>(
    last: &mut Option<(Box<str>, T)>,
    text: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Altered> {
    if let Some((known, value)) = last
        && **known == *text
    {
        return Ok(value.clone());
    }
    let value = parse(text).ok_or(Altered)?;
    *last = Some((text.into(), value.clone()));
    Ok(value)
}

fn column<'r>(row: &'r Row<'_>, at: usize) -> Result<ValueRef<'r>, Altered> {
    row.get_ref(at).map_err(|_| Altered)
}

fn string<'r>(row: &'r Row<'_>, at: usize) -> Result<&'r str, Altered> {
    column(row, at)?.as_str().map_err(|_| Altered)
}

fn bytes<'r>(row: &'r Row<'_>, at: usize) -> Result<&'r [u8], Altered> {
    column(row, at)?.as_bytes().map_err(|_| Altered)
}

fn integer(row: &Row<'_>, at: usize) -> Result<i64, Altered> {
    column(row, at)?.as_i64().map_err(|_| Altered)
}

fn unsigned(row: &Row<'_>, at: usize) -> Result<u64, Altered> {
    u64::try_from(integer(row, at)?).map_err(|_| Altered)
}

fn small(row: &Row<'_>, at: usize) -> Result<u32, Altered> {
    u32::try_from(integer(row, at)?).map_err(|_| Altered)
}

fn id(row: &Row<'_>, at: usize) -> Result<Uuid, Altered> {
    Uuid::try_parse_ascii(bytes(row, at)?).map_err(|_| Altered)
}

fn optional<'r, T>(
    row: &'r Row<'_>,
    at: usize,
    read: impl FnOnce(&'r Row<'_>, usize) -> Result<T, Altered>,
) -> Result<Option<T>, Altered> {
    if matches!(column(row, at)?, ValueRef::Null) {
        return Ok(None);
    }
    read(row, at).map(Some)
}
