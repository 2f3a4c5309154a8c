//! Stored view: every contact there ever was, with how it went and how it ended.

use domain::{
    contact::Exit,
    event::DecodeError,
    id::{
        AccountId, AgentId, CallbackId, Channel, ContactId, MatterId, PageName, QueueName,
        SubjectId, TopicName, VisitId,
    },
    log::{Recorded, Whole},
    sealed::Sealed,
    time::Timestamp,
};

use crate::{
    checkpoint,
    floor::happened::Happened,
    page::{Cursor, Page},
    ports::read_store::{ReadStore, ReadStoreError, Row, Statement},
    stored::{Columns, Reads, StoredView, Table, json, name_of},
};

pub static VIEW: StoredView = StoredView {
    name: "contact_history",
    version: 1,
    reads: Reads::Sites,
    nouns: &["contact", "reservation"],
    tables: &[Table {
        name: "contact_history",
        columns: "contact TEXT PRIMARY KEY, matter TEXT NOT NULL, visit TEXT, subject TEXT,
            account TEXT, queue TEXT NOT NULL, channel TEXT NOT NULL, topic TEXT NOT NULL,
            page TEXT NOT NULL, priority BIGINT NOT NULL, callback TEXT,
            queued_at BIGINT NOT NULL, state TEXT NOT NULL, since BIGINT NOT NULL, agent TEXT,
            answered_at BIGINT, ended_at BIGINT, exit TEXT, disposition TEXT, notes TEXT,
            stars BIGINT",
        indexes: &[
            "queued_at, contact",
            "queue, queued_at, contact",
            "agent, queued_at, contact",
            "account, queued_at, contact",
            "subject, queued_at, contact",
        ],
    }],
    project,
};

const QUEUED: &str = "INSERT INTO {contact_history} (contact, matter, visit, subject, account,
    queue, channel, topic, page, priority, callback, queued_at, state, since)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'waiting', $13)";
const STATE: &str = "UPDATE {contact_history} SET state = $1, since = $2 WHERE contact = $3";
const SERVED_BY: &str =
    "UPDATE {contact_history} SET state = $1, since = $2, agent = $3 WHERE contact = $4";
const WAITING_AGAIN: &str = "UPDATE {contact_history} SET state = 'waiting', since = $1,
    agent = NULL WHERE contact = $2 AND ended_at IS NULL AND agent = $3";
const TALKING: &str = "UPDATE {contact_history} SET state = 'talking', since = $1,
    answered_at = COALESCE(answered_at, $2) WHERE contact = $3";
const PRIORITISED: &str = "UPDATE {contact_history} SET priority = $1 WHERE contact = $2";
const LEFT: &str = "UPDATE {contact_history} SET state = 'left', since = $1, ended_at = $2,
    exit = $3 WHERE contact = $4";
const COMPLETED: &str = "UPDATE {contact_history} SET state = 'completed', since = $1,
    ended_at = $2, exit = 'answered', disposition = $3, notes = $4 WHERE contact = $5";
const RATED: &str = "UPDATE {contact_history} SET stars = $1 WHERE contact = $2";

const COLUMNS: &str = "contact, matter, visit, subject, account, queue, channel, topic, page,
    priority, callback, queued_at, state, since, agent, answered_at, ended_at, exit, disposition,
    notes, stars";

fn project(whole: &Whole) -> Result<Vec<Statement>, DecodeError> {
    let mut statements = Vec::new();
    for record in &whole.records {
        statements.extend(row_of(record)?);
    }
    Ok(statements)
}

fn row_of(record: &Recorded) -> Result<Option<Statement>, DecodeError> {
    if !record.kind.starts_with("contact.") && !record.kind.starts_with("reservation.") {
        return Ok(None);
    }
    let at = record.time;
    let state = |name: &'static str, contact: ContactId| {
        Statement::new(STATE, vec![name.into(), at.into(), contact.0.into()])
    };
    Ok(Some(match Happened::read(&record.kind, &record.data)? {
        Happened::Queued {
            contact,
            matter,
            visit,
            subject,
            account,
            queue,
            channel,
            topic,
            page,
            priority,
            callback,
            ..
        } => Statement::new(
            QUEUED,
            vec![
                contact.0.into(),
                matter.0.into(),
                visit.map(|id| id.0).into(),
                subject.map(|id| id.0).into(),
                account.map(|id| id.0).into(),
                queue.into(),
                channel.as_str().into(),
                topic.as_str().into(),
                page.as_str().into(),
                priority.into(),
                callback.map(|id| id.0).into(),
                at.into(),
                at.into(),
            ],
        ),
        Happened::Offered { contact, agent, .. } => Statement::new(
            SERVED_BY,
            vec!["offered".into(), at.into(), agent.0.into(), contact.0.into()],
        ),
        Happened::Accepted { contact, .. } => state("linking", contact),
        Happened::Rejected { contact, agent, .. }
        | Happened::TimedOut { contact, agent, .. }
        | Happened::Rescinded { contact, agent, .. }
        | Happened::Failed { contact, agent, .. } => {
            Statement::new(WAITING_AGAIN, vec![at.into(), contact.0.into(), agent.0.into()])
        }
        Happened::Talking { contact, .. } => {
            Statement::new(TALKING, vec![at.into(), at.into(), contact.0.into()])
        }
        Happened::Held { contact, .. } => state("held", contact),
        Happened::Resumed { contact, .. } => state("talking", contact),
        Happened::Wrapping { contact, .. } => state("wrapping", contact),
        Happened::Prioritised { contact, priority, .. } => {
            Statement::new(PRIORITISED, vec![priority.into(), contact.0.into()])
        }
        Happened::Left { contact, exit } => {
            Statement::new(LEFT, vec![at.into(), at.into(), name_of(exit), contact.0.into()])
        }
        Happened::Completed { contact, disposition, notes } => {
            let notes = notes.map_or(crate::ports::read_store::Value::Null, |notes| json(&notes));
            let parameters =
                vec![at.into(), at.into(), disposition.into(), notes, contact.0.into()];
            Statement::new(COMPLETED, parameters)
        }
        Happened::Rated { contact, stars } => {
            Statement::new(RATED, vec![stars.into(), contact.0.into()])
        }
        _ => return Ok(None),
    }))
}

/// A contact as it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    pub contact: ContactId,
    pub matter: MatterId,
    pub visit: Option<VisitId>,
    pub subject: Option<SubjectId>,
    pub account: Option<AccountId>,
    pub queue: QueueName,
    pub channel: Channel,
    pub topic: TopicName,
    pub page: PageName,
    pub priority: u8,
    pub callback: Option<CallbackId>,
    pub queued_at: Timestamp,
    /// `waiting`, `offered`, `linking`, `talking`, `held`, `wrapping`, `completed`, `left`.
    pub state: String,
    pub since: Timestamp,
    /// Offered to, or served by.
    pub agent: Option<AgentId>,
    pub answered_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub exit: Option<Exit>,
    pub disposition: Option<String>,
    pub notes: Option<Sealed<String>>,
    pub stars: Option<u8>,
}

/// What is asked for; an absent field matches all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub queue: Option<String>,
    pub agent: Option<AgentId>,
    pub topic: Option<String>,
    pub exit: Option<Exit>,
    pub account: Option<AccountId>,
    pub subject: Option<SubjectId>,
}

/// The newest first; `after` is the cursor of the last row seen.
pub async fn contacts(
    store: &dyn ReadStore,
    filter: &Filter,
    first: usize,
    after: Option<&Cursor>,
) -> Result<Page<HistoryRow>, ReadStoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {{contact_history}}
        WHERE (queued_at < $1 OR (queued_at = $2 AND contact < $3))
        AND (CAST($4 AS TEXT) IS NULL OR queue = $4)
        AND (CAST($5 AS TEXT) IS NULL OR agent = $5)
        AND (CAST($6 AS TEXT) IS NULL OR topic = $6)
        AND (CAST($7 AS TEXT) IS NULL OR exit = $7)
        AND (CAST($8 AS TEXT) IS NULL OR account = $8)
        AND (CAST($9 AS TEXT) IS NULL OR subject = $9)
        ORDER BY queued_at DESC, contact DESC LIMIT $10"
    );
    let last = Cursor::or_the_end(after);
    let parameters = vec![
        last.at.into(),
        last.at.into(),
        last.id.into(),
        filter.queue.clone().into(),
        filter.agent.map(|id| id.0).into(),
        filter.topic.clone().into(),
        filter.exit.map_or(crate::ports::read_store::Value::Null, name_of),
        filter.account.map(|id| id.0).into(),
        filter.subject.map(|id| id.0).into(),
        Page::<HistoryRow>::limit(first),
    ];
    let rows = checkpoint::query(store, &VIEW, Statement::new(sql, parameters)).await?;
    let rows = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::of(rows, first, |row| Cursor::new(row.queued_at, row.contact)))
}

pub async fn contact(
    store: &dyn ReadStore,
    contact: ContactId,
) -> Result<Option<HistoryRow>, ReadStoreError> {
    let sql = format!("SELECT {COLUMNS} FROM {{contact_history}} WHERE contact = $1");
    let rows = checkpoint::query(store, &VIEW, Statement::new(sql, vec![contact.0.into()])).await?;
    rows.into_iter().next().map(read).transpose()
}

fn read(row: Row) -> Result<HistoryRow, ReadStoreError> {
    let mut columns = Columns::of(row);
    Ok(HistoryRow {
        contact: columns.named()?,
        matter: columns.named()?,
        visit: columns.named_or_none()?,
        subject: columns.named_or_none()?,
        account: columns.named_or_none()?,
        queue: columns.named()?,
        channel: columns.named()?,
        topic: columns.named()?,
        page: columns.named()?,
        priority: columns.small()?,
        callback: columns.named_or_none()?,
        queued_at: columns.time()?,
        state: columns.text()?,
        since: columns.time()?,
        agent: columns.named_or_none()?,
        answered_at: columns.time_or_none()?,
        ended_at: columns.time_or_none()?,
        exit: columns.named_or_none()?,
        disposition: columns.text_or_none()?,
        notes: columns.json_or_none()?,
        stars: columns.small_or_none()?,
    })
}
