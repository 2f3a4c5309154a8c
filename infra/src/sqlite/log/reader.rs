//! Reading the table `events`: from a position on, at its end, at a time, and all of it.

use std::path::Path;

use domain::{
    log::{Entry, Fold, Partition, Position, Recorded, Seq, Tampered, Verdict, Whole},
    time::Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Row};

use super::rows::{Altered, COLUMNS, Decoder};
use crate::sqlite::connection::{StoreError, open_for_reading};

/// Rows fetched in one statement.
const BATCH_ROWS: u32 = 2_048;
/// Once a batch holds so many bytes of event data it ends.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error(transparent)]
    Tampered(#[from] Tampered),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for LogError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Folds one partition from a position on, batch by batch.
pub(super) struct Reader {
    connection: Connection,
    partition: Partition,
    fold: Fold,
    /// The last row that was fed.
    at: i64,
    decoder: Decoder,
}

impl Reader {
    pub(super) fn open(
        path: &Path,
        partition: Partition,
        from: Position,
    ) -> Result<Self, LogError> {
        let connection = open_for_reading(path)?;
        let fold = Fold::resume(from);
        Ok(Self { connection, partition, fold, at: from.at, decoder: Decoder::default() })
    }

    pub(super) fn position(&self) -> Position {
        self.fold.position()
    }

    /// The next whole decisions; `None` at the end of the file as it is now.
    pub(super) fn next(&mut self) -> Result<Option<Vec<Whole>>, LogError> {
        let Self { connection, partition, fold, at, decoder } = self;
        let before = *at;
        let mut wholes = Vec::with_capacity(BATCH_ROWS as usize);
        scan_batch(connection, decoder, partition, at, |entry, at| {
            wholes.extend(checked(fold, entry, at)?);
            Ok(())
        })?;
        Ok((*at > before).then_some(wholes))
    }
}

/// In this log what is void never gets in: where something is, a row before it was altered or is missing.
fn checked(fold: &mut Fold, entry: Entry, at: i64) -> Result<Option<Whole>, Tampered> {
    let (partition, seq) = match &entry {
        Entry::Claim(claim) => (claim.partition.clone(), fold.position().seq + 1),
        Entry::Record(record) => (record.partition.clone(), record.seq),
    };
    match fold.feed(entry, at)? {
        Verdict::Whole(whole) => Ok(Some(whole)),
        Verdict::Void(_) => Err(Tampered { partition, seq, at }),
        Verdict::Claimed | Verdict::Part => Ok(None),
    }
}

/// Hands every entry after row `at`, valid or not, to `into`, and moves `at` on.
fn scan_batch(
    connection: &Connection,
    decoder: &mut Decoder,
    partition: &Partition,
    at: &mut i64,
    mut into: impl FnMut(Entry, i64) -> Result<(), LogError>,
) -> Result<(), LogError> {
    let mut select = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM events WHERE partition = ?1 AND row > ?2 ORDER BY row LIMIT {BATCH_ROWS}"
    ))?;
    let mut rows = select.query((partition.to_string(), *at))?;
    let mut bytes = 0;
    while bytes < BATCH_BYTES
        && let Some(row) = rows.next()?
    {
        let (entry, row) = decode(decoder, partition, row)?;
        if let Entry::Record(record) = &entry {
            bytes += record.data.len();
        }
        into(entry, row)?;
        *at = row;
    }
    Ok(())
}

fn decode(
    decoder: &mut Decoder,
    partition: &Partition,
    row: &Row<'_>,
) -> Result<(Entry, i64), LogError> {
    let at = row.get(0)?;
    let entry = decoder.entry(row).map_err(|Altered| {
        let seq: i64 = row.get(4).unwrap_or_default();
        Tampered { partition: partition.clone(), seq: seq.cast_unsigned(), at }
    })?;
    Ok((entry, at))
}

/// Hands every entry of a partition after row `from`, valid or not, to `into`, with its row id.
///
/// It reads the file of a running or a dead server, up to its end as it is now; the fold is the caller's.
pub fn scan(
    path: &Path,
    partition: &Partition,
    from: i64,
    mut into: impl FnMut(Entry, i64) -> Result<(), LogError>,
) -> Result<(), LogError> {
    let connection = open_for_reading(path)?;
    let (mut at, mut decoder) = (from, Decoder::default());
    loop {
        let before = at;
        scan_batch(&connection, &mut decoder, partition, &mut at, &mut into)?;
        if at == before {
            return Ok(());
        }
    }
}

/// Where the partition ends: found from its last valid record and the claims after it, not by reading all of it.
pub(super) fn end(connection: &Connection, partition: &Partition) -> Result<Position, LogError> {
    let mut decoder = Decoder::default();
    let mut position = last_valid(connection, &mut decoder, partition, Seq::MAX)?;
    let mut select = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM events WHERE partition = ?1 AND seq IS NULL AND epoch > ?2 ORDER BY epoch"
    ))?;
    let mut claims = select.query((partition.to_string(), position.epoch.cast_signed()))?;
    let mut fold = Fold::resume(position);
    while let Some(row) = claims.next()? {
        let (entry, at) = decode(&mut decoder, partition, row)?;
        fold.feed(entry, at)?;
    }
    position = fold.position();
    Ok(position)
}

/// The position after the last whole decision that ends at `seq` or before.
fn last_valid(
    connection: &Connection,
    decoder: &mut Decoder,
    partition: &Partition,
    seq: Seq,
) -> Result<Position, LogError> {
    let mut select = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM events WHERE partition = ?1 AND seq <= ?2 ORDER BY seq DESC"
    ))?;
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let mut records = select.query((partition.to_string(), seq))?;
    while let Some(row) = records.next()? {
        if let (Entry::Record(record), at) = decode(decoder, partition, row)?
            && record.part + 1 == record.parts
            && stands_in_its_epoch(connection, &record, at)?
        {
            return Ok(Position {
                seq: record.seq,
                epoch: record.epoch,
                writer: Some(record.writer),
                hash: record.hash(),
                at,
            });
        }
    }
    Ok(Position::START)
}

/// Whether it was written by its epoch's owner, and before the next one's claim.
fn stands_in_its_epoch(
    connection: &Connection,
    record: &Recorded,
    at: i64,
) -> Result<bool, LogError> {
    let mut select = connection.prepare_cached(
        "SELECT row, writer FROM events WHERE partition = ?1 AND epoch = ?2 AND seq IS NULL",
    )?;
    let mut claim = |epoch: u64| {
        let found = (record.partition.to_string(), epoch.cast_signed());
        select
            .query_row(found, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))
            .optional()
    };
    let owned = claim(record.epoch)?
        .is_some_and(|(row, writer)| row < at && writer == record.writer.0.to_string());
    let in_time = claim(record.epoch + 1)?.is_none_or(|(row, _)| row > at);
    Ok(owned && in_time)
}

/// The last position whose records are all from before `time`. Time never falls within a partition.
pub(super) fn seek_time(
    connection: &Connection,
    partition: &Partition,
    time: Timestamp,
) -> Result<Position, LogError> {
    let mut select =
        connection.prepare_cached("SELECT time FROM events WHERE partition = ?1 AND seq = ?2")?;
    let name = partition.to_string();
    let (mut before, mut after) = (0, end(connection, partition)?.seq + 1);
    while before + 1 < after {
        let middle = before + (after - before) / 2;
        let found: Option<i64> =
            select.query_row((&name, middle.cast_signed()), |row| row.get(0)).optional()?;
        if found.is_some_and(|found| found < time.0) {
            before = middle;
        } else {
            after = middle;
        }
    }
    last_valid(connection, &mut Decoder::default(), partition, before)
}

pub(super) fn partitions(connection: &Connection) -> Result<Vec<Partition>, LogError> {
    let mut select = connection.prepare_cached(
        "WITH RECURSIVE names(name) AS (
            SELECT min(partition) FROM events
            UNION ALL
            SELECT (SELECT min(partition) FROM events WHERE partition > name) FROM names
            WHERE name IS NOT NULL)
         SELECT name FROM names WHERE name IS NOT NULL",
    )?;
    let names: Vec<String> = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}
