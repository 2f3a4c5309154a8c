//! Stored view: what was counted in each queue in every five minutes, by the rule of the live figures.
//!
//! Beside the counts it keeps what counting must know of work that is not over: which queue a contact stands in and
//! since when, which queue a callback was asked for in, and each queue's target time.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    mem,
};

use domain::{
    event::DecodeError,
    id::{CallbackId, ContactId, QueueName},
    log::{Partition, Whole},
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    change::{Change, is},
    checkpoint,
    floor::happened::Happened,
    memory::{Memory, Recall},
    metrics::{
        Counts, TARGET,
        counting::{Asked, Book, count},
        interval_of,
    },
    ports::read_store::{ReadStore, ReadStoreError, Row, Statement, Value},
    stored::{Columns, Project, Reads, StoredView, Table, int, name_of, text},
};

pub static VIEW: StoredView = StoredView {
    name: "intervals",
    version: 1,
    reads: Reads::Sites,
    nouns: &["contact", "reservation", "callback", "queue"],
    tables: &[
        Table {
            name: COUNTED,
            columns: &[
                int("starts_at"),
                text("queue"),
                text("partition_name"),
                int("offered"),
                int("answered"),
                int("answered_within"),
                int("abandoned"),
                int("abandoned_within"),
                int("short_abandoned"),
                int("flowed_out"),
                int("withdrawn"),
                int("callbacks_requested"),
                int("callbacks_requested_within"),
                int("callbacks_connected"),
                int("rona"),
                int("offers_cancelled"),
                int("handled"),
                int("answer_wait"),
                int("handle_time"),
            ],
            key: &["starts_at", "queue", "partition_name"],
            found_by: &[],
            indexes: &["partition_name, starts_at"],
        },
        Table {
            name: OPEN,
            columns: &[
                text("id"),
                text("partition_name"),
                text("kind"),
                text("queue"),
                int("since"),
                int("talked_from").or_null(),
            ],
            key: &["id"],
            found_by: &[],
            indexes: &["partition_name"],
        },
        Table {
            name: TARGETS,
            columns: &[text("queue"), text("partition_name"), int("target")],
            key: &["queue", "partition_name"],
            found_by: &[],
            indexes: &[],
        },
    ],
    project: Project::Beside(Recall {
        questions: &[THE_LAST, WHAT_IS_OPEN, EVERY_TARGET],
        answered: |partition, rows| Ok(Box::new(Remembered::of(partition, rows)?)),
    }),
};

const COUNTED: &str = "intervals";
const OPEN: &str = "intervals_open";
const TARGETS: &str = "intervals_target";
/// Memory that a changed row takes.
const ROW_BYTES: usize = 512;

/// Partition time never goes back: no earlier interval changes any more.
const THE_LAST: &str = "SELECT starts_at, queue, offered, answered, answered_within, abandoned,
    abandoned_within, short_abandoned, flowed_out, withdrawn, callbacks_requested,
    callbacks_requested_within, callbacks_connected, rona, offers_cancelled, handled, answer_wait,
    handle_time FROM {intervals} WHERE partition_name = $1 AND starts_at =
    (SELECT MAX(last.starts_at) FROM {intervals} last WHERE last.partition_name = $1)";
const WHAT_IS_OPEN: &str =
    "SELECT id, kind, queue, since, talked_from FROM {intervals_open} WHERE partition_name = $1";
const EVERY_TARGET: &str = "SELECT queue, target FROM {intervals_target} WHERE partition_name = $1";
const BETWEEN: &str = "SELECT starts_at, queue, offered, answered, answered_within, abandoned,
    abandoned_within, short_abandoned, flowed_out, withdrawn, callbacks_requested,
    callbacks_requested_within, callbacks_connected, rona, offers_cancelled, handled, answer_wait,
    handle_time FROM {intervals} WHERE partition_name = $1 AND starts_at >= $2 AND starts_at < $3
    AND (CAST($4 AS TEXT) IS NULL OR queue = $4) ORDER BY starts_at, queue";

/// Work that may be counted again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Open {
    kind: Kind,
    queue: usize,
    since: Timestamp,
    talked_from: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Contact,
    /// A contact that carries out a callback.
    Attempt,
    Callback,
}

#[derive(Debug)]
struct Line {
    name: QueueName,
    target: Option<Span>,
}

/// One partition's memory.
#[derive(Debug)]
struct Remembered {
    partition: String,
    lines: Vec<Line>,
    by_name: HashMap<QueueName, usize>,
    targets_changed: BTreeSet<usize>,
    /// The last interval, and those before it that are not stored as they are here.
    counted: BTreeMap<(Timestamp, usize), Counts>,
    counted_changed: BTreeSet<(Timestamp, usize)>,
    open: HashMap<Uuid, Open>,
    open_changed: BTreeSet<Uuid>,
    open_stored: HashSet<Uuid>,
    /// Until the decision ends more may be counted of what ended in it.
    ended: Vec<Uuid>,
}

impl Remembered {
    fn of(partition: &Partition, answers: Vec<Vec<Row>>) -> Result<Self, ReadStoreError> {
        let mut remembered = Self {
            partition: partition.to_string(),
            lines: Vec::new(),
            by_name: HashMap::new(),
            targets_changed: BTreeSet::new(),
            counted: BTreeMap::new(),
            counted_changed: BTreeSet::new(),
            open: HashMap::new(),
            open_changed: BTreeSet::new(),
            open_stored: HashSet::new(),
            ended: Vec::new(),
        };
        let mut answers = answers.into_iter();
        for row in answers.next().unwrap_or_default() {
            let row = read(row)?;
            let queue = remembered.line(row.queue);
            remembered.counted.insert((row.starts_at, queue), row.counts);
        }
        for row in answers.next().unwrap_or_default() {
            let mut columns = Columns::of(row);
            let (id, kind) = (columns.named()?, columns.named()?);
            let queue = remembered.line(columns.named()?);
            let (since, talked_from) = (columns.time()?, columns.time_or_none()?);
            remembered.open.insert(id, Open { kind, queue, since, talked_from });
            remembered.open_stored.insert(id);
        }
        for row in answers.next().unwrap_or_default() {
            let mut columns = Columns::of(row);
            let queue = remembered.line(columns.named()?);
            remembered.lines[queue].target = Some(Span(columns.int()?));
        }
        Ok(remembered)
    }

    fn line(&mut self, name: QueueName) -> usize {
        if let Some(at) = self.by_name.get(&name) {
            return *at;
        }
        self.by_name.insert(name.clone(), self.lines.len());
        self.lines.push(Line { name, target: None });
        self.lines.len() - 1
    }

    fn begin(&mut self, id: Uuid, open: Open) {
        self.open.insert(id, open);
        self.open_changed.insert(id);
    }

    fn note(&mut self, happened: &Happened<'_>, at: Timestamp) {
        match happened {
            Happened::QueueDefined { queue, definition } => {
                let line = self.line(queue.clone());
                self.lines[line].target = Some(Span::secs(definition.target_secs.into()));
                self.targets_changed.insert(line);
            }
            Happened::Queued { contact, queue, callback, .. } => {
                let Some(queue) = Book::queue(self, queue) else { return };
                let kind = if callback.is_some() { Kind::Attempt } else { Kind::Contact };
                self.begin(contact.0, Open { kind, queue, since: at, talked_from: None });
            }
            Happened::Talking { contact, .. } => {
                if let Some(open) = self.open.get_mut(&contact.0)
                    && open.talked_from.is_none()
                {
                    open.talked_from = Some(at);
                    self.open_changed.insert(contact.0);
                }
            }
            Happened::Left { contact, .. } | Happened::Completed { contact, .. } => {
                self.ended.push(contact.0);
            }
            Happened::CallbackRequested { callback, queue, .. } => {
                let Some(queue) = Book::queue(self, queue) else { return };
                let kind = Kind::Callback;
                self.begin(callback.0, Open { kind, queue, since: at, talked_from: None });
            }
            Happened::CallbackCompleted { callback, .. } => self.ended.push(callback.0),
            _ => {}
        }
    }
}

impl Book for Remembered {
    type Queue = usize;

    fn queue(&mut self, name: &str) -> Option<usize> {
        Some(self.line(QueueName::parse(name).ok()?))
    }

    fn target(&self, queue: usize) -> Span {
        self.lines[queue].target.unwrap_or(TARGET)
    }

    fn contact(&self, contact: ContactId) -> Option<Asked<usize>> {
        let open = self.open.get(&contact.0)?;
        let attempt = open.kind == Kind::Attempt;
        let (queue, queued_at, talked_from) = (open.queue, open.since, open.talked_from);
        Some(Asked { queue, queued_at, talked_from, attempt })
    }

    fn callback(&self, callback: CallbackId) -> Option<usize> {
        self.open.get(&callback.0).map(|open| open.queue)
    }

    fn counts(&mut self, queue: usize, at: Timestamp) -> &mut Counts {
        let last = self.counted.last_key_value().map_or(Timestamp::MIN, |((last, _), _)| *last);
        let key = (interval_of(at).max(last), queue);
        self.counted_changed.insert(key);
        self.counted.entry(key).or_default()
    }
}

impl Memory for Remembered {
    fn fold(&mut self, whole: &Whole) -> Result<(), DecodeError> {
        let happened = whole.records.iter().filter(|record| VIEW.is_of(record));
        let happened = happened
            .map(|record| Ok((record.time, Happened::read(&record.kind, &record.data)?)))
            .collect::<Result<Vec<_>, DecodeError>>()?;
        for (at, happened) in &happened {
            count(self, happened, *at);
            self.note(happened, *at);
        }
        for id in mem::take(&mut self.ended) {
            self.open.remove(&id);
            self.open_changed.insert(id);
        }
        Ok(())
    }

    fn take(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        for line in mem::take(&mut self.targets_changed) {
            let Line { name, target } = &self.lines[line];
            let row = [
                ("queue", name.as_str().into()),
                ("partition_name", self.partition.as_str().into()),
                ("target", target.unwrap_or(TARGET).0.into()),
            ];
            changes.push(Change::put(TARGETS, row, &[]));
        }
        for id in mem::take(&mut self.open_changed) {
            if let Some(open) = self.open.get(&id) {
                self.open_stored.insert(id);
                let row = [
                    ("id", id.into()),
                    ("partition_name", self.partition.as_str().into()),
                    ("kind", name_of(open.kind)),
                    ("queue", self.lines[open.queue].name.as_str().into()),
                    ("since", open.since.into()),
                    ("talked_from", open.talked_from.into()),
                ];
                changes.push(Change::put(OPEN, row, &[]));
            } else if self.open_stored.remove(&id) {
                changes.push(Change::delete(OPEN, [is("id", id)]));
            }
        }
        for key in mem::take(&mut self.counted_changed) {
            let row = self.row(key);
            changes.push(Change::put(COUNTED, row, &[]));
        }
        if let Some(((last, _), _)) = self.counted.last_key_value() {
            self.counted = self.counted.split_off(&(*last, 0));
        }
        changes
    }

    fn bytes(&self) -> usize {
        (self.counted_changed.len() + self.open_changed.len()) * ROW_BYTES
    }
}

impl Remembered {
    fn row(&self, key: (Timestamp, usize)) -> [(&'static str, Value); 19] {
        let Counts {
            offered,
            answered,
            answered_within,
            abandoned,
            abandoned_within,
            short_abandoned,
            flowed_out,
            withdrawn,
            callbacks_requested,
            callbacks_requested_within,
            callbacks_connected,
            rona,
            offers_cancelled,
            handled,
            answer_wait,
            handle_time,
        } = self.counted[&key];
        [
            ("starts_at", key.0.into()),
            ("queue", self.lines[key.1].name.as_str().into()),
            ("partition_name", self.partition.as_str().into()),
            ("offered", offered.into()),
            ("answered", answered.into()),
            ("answered_within", answered_within.into()),
            ("abandoned", abandoned.into()),
            ("abandoned_within", abandoned_within.into()),
            ("short_abandoned", short_abandoned.into()),
            ("flowed_out", flowed_out.into()),
            ("withdrawn", withdrawn.into()),
            ("callbacks_requested", callbacks_requested.into()),
            ("callbacks_requested_within", callbacks_requested_within.into()),
            ("callbacks_connected", callbacks_connected.into()),
            ("rona", rona.into()),
            ("offers_cancelled", offers_cancelled.into()),
            ("handled", handled.into()),
            ("answer_wait", answer_wait.0.into()),
            ("handle_time", handle_time.0.into()),
        ]
    }
}

/// What one queue counted in one interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntervalRow {
    pub starts_at: Timestamp,
    pub queue: QueueName,
    pub counts: Counts,
}

/// Intervals that begin from `from` on and before `until`, by time; those in which nothing was counted have no row.
pub async fn between(
    store: &dyn ReadStore,
    partition: &Partition,
    queue: Option<&str>,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<IntervalRow>, ReadStoreError> {
    let parameters = vec![partition.to_string().into(), from.into(), until.into(), queue.into()];
    let rows = checkpoint::query(store, &VIEW, Statement::new(BETWEEN, parameters)).await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<IntervalRow, ReadStoreError> {
    let mut columns = Columns::of(row);
    Ok(IntervalRow {
        starts_at: columns.time()?,
        queue: columns.named()?,
        counts: Counts {
            offered: columns.count()?,
            answered: columns.count()?,
            answered_within: columns.count()?,
            abandoned: columns.count()?,
            abandoned_within: columns.count()?,
            short_abandoned: columns.count()?,
            flowed_out: columns.count()?,
            withdrawn: columns.count()?,
            callbacks_requested: columns.count()?,
            callbacks_requested_within: columns.count()?,
            callbacks_connected: columns.count()?,
            rona: columns.count()?,
            offers_cancelled: columns.count()?,
            handled: columns.count()?,
            answer_wait: Span(columns.int()?),
            handle_time: Span(columns.int()?),
        },
    })
}
