//! Stored view: every callback there ever was, with its attempts and its end.

use domain::{
    callback::{AttemptEnd, Completion, When},
    event::DecodeError,
    id::{AccountId, CallbackId, ContactId, QueueName, SubjectId, TopicName, VisitId},
    log::{Recorded, Whole},
    sealed::Sealed,
    time::Timestamp,
};

use crate::{
    change::{Change, Set, is, is_not, to},
    checkpoint,
    floor::{CallbackState, happened::Happened},
    page::{Cursor, Page},
    ports::read_store::{ReadStore, ReadStoreError, Row, Statement, Value},
    stored::{Columns, Project, Reads, StoredView, Table, int, json, name_of, text},
};

pub static VIEW: StoredView = StoredView {
    name: "callback_list",
    version: 2,
    reads: Reads::Sites,
    nouns: &["callback", "reservation"],
    tables: &[Table {
        name: TABLE,
        columns: &[
            text("callback"),
            text("visit"),
            text("subject"),
            text("account").or_null(),
            text("topic"),
            text("queue"),
            text("number"),
            text("planned"),
            int("requested_at"),
            int("until"),
            text("state"),
            int("attempts"),
            text("last_attempt").or_null(),
            int("next_try").or_null(),
            text("contact").or_null(),
            text("reason").or_null(),
            int("completed_at").or_null(),
        ],
        key: &["callback"],
        found_by: &["contact"],
        indexes: &["requested_at, callback", "state, requested_at, callback"],
    }],
    project: Project::Alone(project),
};

const TABLE: &str = "callback_list";

const COLUMNS: &str = "callback, visit, subject, account, topic, queue, number, planned,
    requested_at, until, state, attempts, last_attempt, next_try, contact, reason, completed_at";

fn project(whole: &Whole) -> Result<Vec<Change>, DecodeError> {
    let mut changes = Vec::new();
    for record in &whole.records {
        changes.extend(row_of(record)?);
    }
    Ok(changes)
}

fn row_of(record: &Recorded) -> Result<Option<Change>, DecodeError> {
    if !record.kind.starts_with("callback.") && !record.kind.starts_with("reservation.") {
        return Ok(None);
    }
    let change = |callback: CallbackId, set: Vec<Set>| {
        Change::update(TABLE, [is("callback", callback.0)], set)
    };
    let routing = |state: &str, contact: ContactId| {
        let of = [is("contact", contact.0), is_not("state", "completed")];
        Change::update(TABLE, of, [to("state", state)])
    };
    Ok(Some(match Happened::read(&record.kind, &record.data)? {
        Happened::CallbackRequested {
            callback,
            visit,
            subject,
            account,
            topic,
            queue,
            number,
            when,
            until,
            ..
        } => Change::insert(
            TABLE,
            [
                ("callback", callback.0.into()),
                ("visit", visit.0.into()),
                ("subject", subject.0.into()),
                ("account", account.map(|id| id.0).into()),
                ("topic", topic.as_str().into()),
                ("queue", queue.into()),
                ("number", json(&number)),
                ("planned", json(&when)),
                ("requested_at", record.time.into()),
                ("until", until.into()),
                ("state", "scheduled".into()),
                ("attempts", 0u8.into()),
            ],
        ),
        Happened::CallbackScheduled { callback, at } => change(
            callback,
            vec![to("state", "scheduled"), to("next_try", at), to("contact", Value::Null)],
        ),
        Happened::CallbackQueued { callback, contact } => change(
            callback,
            vec![to("state", "queued"), to("next_try", Value::Null), to("contact", contact.0)],
        ),
        Happened::Offered { contact, .. } => routing("routing", contact),
        Happened::Accepted { contact, .. } => routing("processing", contact),
        Happened::Rejected { contact, .. }
        | Happened::TimedOut { contact, .. }
        | Happened::Rescinded { contact, .. } => routing("queued", contact),
        Happened::AttemptStarted { callback, attempt, contact } => change(
            callback,
            vec![to("state", "processing"), to("attempts", attempt), to("contact", contact.0)],
        ),
        Happened::AttemptEnded { callback, end } => {
            change(callback, vec![to("last_attempt", name_of(end))])
        }
        Happened::CallbackRescheduled { callback, when, until } => {
            change(callback, vec![to("planned", json(&when)), to("until", until)])
        }
        Happened::CallbackCompleted { callback, reason } => change(
            callback,
            vec![
                to("state", "completed"),
                to("next_try", Value::Null),
                to("reason", name_of(reason)),
                to("completed_at", record.time),
            ],
        ),
        _ => return Ok(None),
    }))
}

/// A callback as it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackListRow {
    pub callback: CallbackId,
    pub visit: VisitId,
    pub subject: SubjectId,
    pub account: Option<AccountId>,
    pub topic: TopicName,
    pub queue: QueueName,
    pub number: Sealed<String>,
    pub when: When,
    pub requested_at: Timestamp,
    pub until: Timestamp,
    pub state: CallbackState,
    pub attempts: u8,
    pub last_attempt: Option<AttemptEnd>,
    pub next_try: Option<Timestamp>,
    pub contact: Option<ContactId>,
    pub reason: Option<Completion>,
    pub completed_at: Option<Timestamp>,
}

/// The newest first; `after` is the cursor of the last row seen.
pub async fn callbacks(
    store: &dyn ReadStore,
    state: Option<CallbackState>,
    first: usize,
    after: Option<&Cursor>,
) -> Result<Page<CallbackListRow>, ReadStoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {{callback_list}}
        WHERE (requested_at < $1 OR (requested_at = $2 AND callback < $3))
        AND (CAST($4 AS TEXT) IS NULL OR state = $4)
        ORDER BY requested_at DESC, callback DESC LIMIT $5"
    );
    let last = Cursor::or_the_end(after);
    let parameters = vec![
        last.at.into(),
        last.at.into(),
        last.id.into(),
        state.map(CallbackState::as_str).into(),
        Page::<CallbackListRow>::limit(first),
    ];
    let rows = checkpoint::query(store, &VIEW, Statement::new(sql, parameters)).await?;
    let rows = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::of(rows, first, |row| Cursor::new(row.requested_at, row.callback)))
}

pub async fn callback(
    store: &dyn ReadStore,
    callback: CallbackId,
) -> Result<Option<CallbackListRow>, ReadStoreError> {
    let sql = format!("SELECT {COLUMNS} FROM {{callback_list}} WHERE callback = $1");
    let rows =
        checkpoint::query(store, &VIEW, Statement::new(sql, vec![callback.0.into()])).await?;
    rows.into_iter().next().map(read).transpose()
}

fn read(row: Row) -> Result<CallbackListRow, ReadStoreError> {
    let mut columns = Columns::of(row);
    Ok(CallbackListRow {
        callback: columns.named()?,
        visit: columns.named()?,
        subject: columns.named()?,
        account: columns.named_or_none()?,
        topic: columns.named()?,
        queue: columns.named()?,
        number: columns.json()?,
        when: columns.json()?,
        requested_at: columns.time()?,
        until: columns.time()?,
        state: columns.named()?,
        attempts: columns.small()?,
        last_attempt: columns.named_or_none()?,
        next_try: columns.time_or_none()?,
        contact: columns.named_or_none()?,
        reason: columns.named_or_none()?,
        completed_at: columns.time_or_none()?,
    })
}
