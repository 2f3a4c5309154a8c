//! Stored view: the troubles that customers reported, and what was noted on them.

use domain::{
    event::DecodeError,
    id::{AccountId, ServiceId, SubjectId, TicketId, TopicName},
    log::{Recorded, Whole},
    sealed::Sealed,
    ticket,
    time::Timestamp,
};

use crate::{
    change::{Change, is, to},
    checkpoint,
    page::{Cursor, Page},
    ports::read_store::{ReadStore, ReadStoreError, Row, Statement, Value},
    stored::{Columns, Project, Reads, StoredView, Table, int, json, name_of, text},
};

pub static VIEW: StoredView = StoredView {
    name: "ticket_list",
    version: 1,
    reads: Reads::Tenants,
    nouns: &["ticket"],
    tables: &[
        Table {
            name: "ticket_list",
            columns: &[
                text("ticket"),
                int("number"),
                text("account"),
                text("subject"),
                text("service").or_null(),
                text("topic"),
                text("body"),
                text("state"),
                int("opened_at"),
                int("changed_at"),
            ],
            key: &["ticket"],
            found_by: &[],
            indexes: &["opened_at, ticket", "state, opened_at, ticket"],
        },
        Table {
            name: "ticket_note",
            columns: &[
                text("ticket"),
                int("seq"),
                int("time"),
                text("state"),
                text("note").or_null(),
            ],
            key: &["ticket", "seq"],
            found_by: &[],
            indexes: &[],
        },
    ],
    project: Project::Alone(project),
};

fn project(whole: &Whole) -> Result<Vec<Change>, DecodeError> {
    let mut changes = Vec::new();
    for record in &whole.records {
        let at = record.time;
        match ticket::Event::decode(&record.kind, &record.data)? {
            None => {}
            Some(ticket::Event::Opened {
                ticket,
                number,
                account,
                subject,
                service,
                topic,
                text,
            }) => changes.push(Change::insert(
                "ticket_list",
                [
                    ("ticket", ticket.0.into()),
                    ("number", number.into()),
                    ("account", account.0.into()),
                    ("subject", subject.0.into()),
                    ("service", service.map(|id| id.0).into()),
                    ("topic", topic.as_str().into()),
                    ("body", json(&text)),
                    ("state", "open".into()),
                    ("opened_at", at.into()),
                    ("changed_at", at.into()),
                ],
            )),
            Some(ticket::Event::Changed { ticket, state, note }) => {
                changes.extend(changed(record, ticket, state, note));
            }
            Some(ticket::Event::Closed { ticket, note }) => {
                changes.extend(changed(record, ticket, ticket::State::Closed, note));
            }
        }
    }
    Ok(changes)
}

fn changed(
    record: &Recorded,
    ticket: TicketId,
    state: ticket::State,
    note: Option<Sealed<String>>,
) -> [Change; 2] {
    let at = record.time;
    let set = [to("state", name_of(state)), to("changed_at", at)];
    let note = [
        ("ticket", ticket.0.into()),
        ("seq", record.seq.into()),
        ("time", at.into()),
        ("state", name_of(state)),
        ("note", note.map_or(Value::Null, |note| json(&note))),
    ];
    [
        Change::update("ticket_list", [is("ticket", ticket.0)], set),
        Change::insert("ticket_note", note),
    ]
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketListRow {
    pub ticket: TicketId,
    pub number: u32,
    pub account: AccountId,
    pub subject: SubjectId,
    pub service: Option<ServiceId>,
    pub topic: TopicName,
    pub text: Sealed<String>,
    pub state: ticket::State,
    pub opened_at: Timestamp,
    pub changed_at: Timestamp,
}

/// The newest first; `after` is the cursor of the last row seen.
pub async fn tickets(
    store: &dyn ReadStore,
    state: Option<ticket::State>,
    first: usize,
    after: Option<&Cursor>,
) -> Result<Page<TicketListRow>, ReadStoreError> {
    let last = Cursor::or_the_end(after);
    let statement = Statement::new(
        "SELECT ticket, number, account, subject, service, topic, body, state, opened_at,
        changed_at FROM {ticket_list}
        WHERE (opened_at < $1 OR (opened_at = $2 AND ticket < $3))
        AND (CAST($4 AS TEXT) IS NULL OR state = $4)
        ORDER BY opened_at DESC, ticket DESC LIMIT $5",
        vec![
            last.at.into(),
            last.at.into(),
            last.id.into(),
            state.map_or(Value::Null, name_of),
            Page::<TicketListRow>::limit(first),
        ],
    );
    let rows = checkpoint::query(store, &VIEW, statement).await?;
    let rows = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::of(rows, first, |row| Cursor::new(row.opened_at, row.ticket)))
}

/// What was noted on a ticket, oldest first: when, the state it got, and what was said.
pub async fn notes_of(
    store: &dyn ReadStore,
    ticket: TicketId,
) -> Result<Vec<(Timestamp, ticket::State, Option<Sealed<String>>)>, ReadStoreError> {
    let statement = Statement::new(
        "SELECT time, state, note FROM {ticket_note} WHERE ticket = $1 ORDER BY seq",
        vec![ticket.0.into()],
    );
    let rows = checkpoint::query(store, &VIEW, statement).await?;
    let notes = rows.into_iter().map(|row| {
        let mut columns = Columns::of(row);
        Ok((columns.time()?, columns.named()?, columns.json_or_none()?))
    });
    notes.collect()
}

fn read(row: Row) -> Result<TicketListRow, ReadStoreError> {
    let mut columns = Columns::of(row);
    Ok(TicketListRow {
        ticket: columns.named()?,
        number: columns.count()?,
        account: columns.named()?,
        subject: columns.named()?,
        service: columns.named_or_none()?,
        topic: columns.named()?,
        text: columns.json()?,
        state: columns.named()?,
        opened_at: columns.time()?,
        changed_at: columns.time()?,
    })
}
