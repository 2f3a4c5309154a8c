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
    change::{Change, Set, Test, is, once, to},
    checkpoint,
    floor::happened::Happened,
    page::{Cursor, Page},
    ports::read_store::{ReadStore, ReadStoreError, Row, Statement, Value},
    stored::{Columns, Project, Reads, StoredView, Table, int, json, name_of, text},
};

pub static VIEW: StoredView = StoredView {
    name: "contact_history",
    version: 1,
    reads: Reads::Sites,
    nouns: &["contact", "reservation"],
    tables: &[Table {
        name: TABLE,
        columns: &[
            text("contact"),
            text("matter"),
            text("visit").or_null(),
            text("subject").or_null(),
            text("account").or_null(),
            text("queue"),
            text("channel"),
            text("topic"),
            text("page"),
            int("priority"),
            text("callback").or_null(),
            int("queued_at"),
            text("state"),
            int("since"),
            text("agent").or_null(),
            int("answered_at").or_null(),
            int("ended_at").or_null(),
            text("exit").or_null(),
            text("disposition").or_null(),
            text("notes").or_null(),
            int("stars").or_null(),
        ],
        key: &["contact"],
        found_by: &[],
        indexes: &[
            "queued_at, contact",
            "queue, queued_at, contact",
            "agent, queued_at, contact",
            "account, queued_at, contact",
            "subject, queued_at, contact",
        ],
    }],
    project: Project::Alone(project),
};

const TABLE: &str = "contact_history";

const COLUMNS: &str = "contact, matter, visit, subject, account, queue, channel, topic, page,
    priority, callback, queued_at, state, since, agent, answered_at, ended_at, exit, disposition,
    notes, stars";

fn project(whole: &Whole) -> Result<Vec<Change>, DecodeError> {
    let mut changes = Vec::new();
    for record in &whole.records {
        changes.extend(row_of(record)?);
    }
    Ok(changes)
}

fn row_of(record: &Recorded) -> Result<Option<Change>, DecodeError> {
    if !record.kind.starts_with("contact.") && !record.kind.starts_with("reservation.") {
        return Ok(None);
    }
    let at = record.time;
    let change =
        |contact: ContactId, set: Vec<Set>| Change::update(TABLE, [is("contact", contact.0)], set);
    let state = |contact, state: &str| change(contact, vec![to("state", state), to("since", at)]);
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
        } => Change::insert(
            TABLE,
            [
                ("contact", contact.0.into()),
                ("matter", matter.0.into()),
                ("visit", visit.map(|id| id.0).into()),
                ("subject", subject.map(|id| id.0).into()),
                ("account", account.map(|id| id.0).into()),
                ("queue", queue.into()),
                ("channel", channel.as_str().into()),
                ("topic", topic.as_str().into()),
                ("page", page.as_str().into()),
                ("priority", priority.into()),
                ("callback", callback.map(|id| id.0).into()),
                ("queued_at", at.into()),
                ("state", "waiting".into()),
                ("since", at.into()),
            ],
        ),
        Happened::Offered { contact, agent, .. } => {
            change(contact, vec![to("state", "offered"), to("since", at), to("agent", agent.0)])
        }
        Happened::Accepted { contact, .. } => state(contact, "linking"),
        Happened::Rejected { contact, agent, .. }
        | Happened::TimedOut { contact, agent, .. }
        | Happened::Rescinded { contact, agent, .. }
        | Happened::Failed { contact, agent, .. } => Change::update(
            TABLE,
            [is("contact", contact.0), Test::IsNull("ended_at"), is("agent", agent.0)],
            [to("state", "waiting"), to("since", at), to("agent", Value::Null)],
        ),
        Happened::Talking { contact, .. } => {
            change(contact, vec![to("state", "talking"), to("since", at), once("answered_at", at)])
        }
        Happened::Held { contact, .. } => state(contact, "held"),
        Happened::Resumed { contact, .. } => state(contact, "talking"),
        Happened::Wrapping { contact, .. } => state(contact, "wrapping"),
        Happened::Prioritised { contact, priority, .. } => {
            change(contact, vec![to("priority", priority)])
        }
        Happened::Left { contact, exit } => change(
            contact,
            vec![
                to("state", "left"),
                to("since", at),
                to("ended_at", at),
                to("exit", name_of(exit)),
            ],
        ),
        Happened::Completed { contact, disposition, notes } => change(
            contact,
            vec![
                to("state", "completed"),
                to("since", at),
                to("ended_at", at),
                to("exit", "answered"),
                to("disposition", disposition),
                to("notes", notes.map_or(Value::Null, |notes| json(&notes))),
            ],
        ),
        Happened::Rated { contact, stars } => change(contact, vec![to("stars", stars)]),
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
        filter.exit.map_or(Value::Null, name_of),
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
