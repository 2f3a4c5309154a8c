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
    checkpoint,
    floor::{CallbackState, happened::Happened},
    page::{Cursor, Page},
    ports::read_store::{ReadStore, ReadStoreError, Row, Statement},
    stored::{Columns, Reads, StoredView, Table, json, name_of},
};

pub static VIEW: StoredView = StoredView {
    name: "callback_list",
    version: 1,
    reads: Reads::Sites,
    nouns: &["callback", "reservation"],
    tables: &[Table {
        name: "callback_list",
        columns: "callback TEXT PRIMARY KEY, visit TEXT NOT NULL, subject TEXT NOT NULL,
            account TEXT, topic TEXT NOT NULL, queue TEXT NOT NULL, number TEXT NOT NULL,
            planned TEXT NOT NULL, requested_at BIGINT NOT NULL, until BIGINT NOT NULL,
            state TEXT NOT NULL, attempts BIGINT NOT NULL, last_attempt TEXT, next_try BIGINT,
            contact TEXT, reason TEXT, completed_at BIGINT",
        indexes: &["requested_at, callback", "state, requested_at, callback"],
    }],
    project,
};

const REQUESTED: &str = "INSERT INTO {callback_list} (callback, visit, subject, account, topic,
    queue, number, planned, requested_at, until, state, attempts)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'scheduled', 0)";
const SCHEDULED: &str = "UPDATE {callback_list} SET state = 'scheduled', next_try = $1,
    contact = NULL WHERE callback = $2";
const QUEUED: &str = "UPDATE {callback_list} SET state = 'queued', next_try = NULL, contact = $1
    WHERE callback = $2";
const ROUTING: &str =
    "UPDATE {callback_list} SET state = $1 WHERE contact = $2 AND state <> 'completed'";
const STARTED: &str = "UPDATE {callback_list} SET state = 'processing', attempts = $1,
    contact = $2 WHERE callback = $3";
const ENDED: &str = "UPDATE {callback_list} SET last_attempt = $1 WHERE callback = $2";
const RESCHEDULED: &str = "UPDATE {callback_list} SET planned = $1, until = $2 WHERE callback = $3";
const COMPLETED: &str = "UPDATE {callback_list} SET state = 'completed', next_try = NULL,
    reason = $1, completed_at = $2 WHERE callback = $3";

const COLUMNS: &str = "callback, visit, subject, account, topic, queue, number, planned,
    requested_at, until, state, attempts, last_attempt, next_try, contact, reason, completed_at";

fn project(whole: &Whole) -> Result<Vec<Statement>, DecodeError> {
    let mut statements = Vec::new();
    for record in &whole.records {
        statements.extend(row_of(record)?);
    }
    Ok(statements)
}

fn row_of(record: &Recorded) -> Result<Option<Statement>, DecodeError> {
    if !record.kind.starts_with("callback.") && !record.kind.starts_with("reservation.") {
        return Ok(None);
    }
    let routing = |state: &'static str, contact: ContactId| {
        Statement::new(ROUTING, vec![state.into(), contact.0.into()])
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
        } => Statement::new(
            REQUESTED,
            vec![
                callback.0.into(),
                visit.0.into(),
                subject.0.into(),
                account.map(|id| id.0).into(),
                topic.as_str().into(),
                queue.into(),
                json(&number),
                json(&when),
                record.time.into(),
                until.into(),
            ],
        ),
        Happened::CallbackScheduled { callback, at } => {
            Statement::new(SCHEDULED, vec![at.into(), callback.0.into()])
        }
        Happened::CallbackQueued { callback, contact } => {
            Statement::new(QUEUED, vec![contact.0.into(), callback.0.into()])
        }
        Happened::Offered { contact, .. } => routing("routing", contact),
        Happened::Accepted { contact, .. } => routing("processing", contact),
        Happened::Rejected { contact, .. }
        | Happened::TimedOut { contact, .. }
        | Happened::Rescinded { contact, .. } => routing("queued", contact),
        Happened::AttemptStarted { callback, attempt, contact } => {
            Statement::new(STARTED, vec![attempt.into(), contact.0.into(), callback.0.into()])
        }
        Happened::AttemptEnded { callback, end } => {
            Statement::new(ENDED, vec![name_of(end), callback.0.into()])
        }
        Happened::CallbackRescheduled { callback, when, until } => {
            Statement::new(RESCHEDULED, vec![json(&when), until.into(), callback.0.into()])
        }
        Happened::CallbackCompleted { callback, reason } => {
            Statement::new(COMPLETED, vec![name_of(reason), record.time.into(), callback.0.into()])
        }
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
