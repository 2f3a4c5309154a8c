//! Stored view: every event in the life of a contact or a callback, as it stands in the log.

use domain::{
    event::DecodeError,
    id::{CallbackId, ContactId},
    log::{Recorded, Seq, Whole},
    reservation::Party,
    time::Timestamp,
};
use serde::Deserialize;

use crate::{
    change::Change,
    checkpoint,
    floor::{Entitlement, Message, happened::FactsSeen},
    ports::read_store::{ReadStore, ReadStoreError, Row, Statement},
    stored::{Columns, Project, Reads, StoredView, Table, int, text},
};

/// Entries that one timeline shows at most.
pub const ENTRIES_MAX: usize = 5_000;

pub static VIEW: StoredView = StoredView {
    name: "contact_timeline",
    version: 2,
    reads: Reads::Sites,
    nouns: &["contact", "reservation", "link", "display", "callback", "booking", "entitlement"],
    tables: &[Table {
        name: "contact_timeline",
        columns: &[
            text("partition_name"),
            int("seq"),
            text("contact").or_null(),
            text("callback").or_null(),
            int("time"),
            text("kind"),
            text("actor"),
            text("data"),
        ],
        key: &["partition_name", "seq"],
        found_by: &[],
        indexes: &["contact, seq", "callback, seq"],
    }],
    project: Project::Alone(project),
};

const OF_CONTACT: &str = "SELECT seq, time, kind, actor, data FROM {contact_timeline}
    WHERE contact = $1 ORDER BY seq LIMIT $2";
const OF_CALLBACK: &str = "SELECT seq, time, kind, actor, data FROM {contact_timeline}
    WHERE callback = $1 ORDER BY seq LIMIT $2";

/// Whom an event is about.
#[derive(Clone, Copy, Default, Deserialize)]
struct About {
    contact: Option<ContactId>,
    callback: Option<CallbackId>,
    kind: Option<BookingKind>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BookingKind {
    Next { contact: ContactId },
    Calendar { callback: CallbackId },
}

fn project(whole: &Whole) -> Result<Vec<Change>, DecodeError> {
    let mut changes = Vec::new();
    for record in &whole.records {
        let about = match record.kind.split('.').next() {
            Some("contact" | "reservation" | "link" | "callback") => about(record)?,
            // What a gateway took belongs to no contact, and a shared widget's every change would drown the rest.
            Some("display")
                if !matches!(&*record.kind, "display.digested" | "display.widget_changed") =>
            {
                about(record)?
            }
            Some("booking") if &*record.kind == "booking.made" => about(record)?,
            // It was granted for what the same decision makes.
            Some("entitlement") => match whole.records.iter().find(|record| makes(record)) {
                Some(made) => about(made)?,
                None => continue,
            },
            _ => continue,
        };
        if about.contact.is_some() || about.callback.is_some() {
            changes.push(insert(record, about));
        }
    }
    Ok(changes)
}

fn makes(record: &Recorded) -> bool {
    matches!(&*record.kind, "contact.queued" | "callback.requested")
}

fn about(record: &Recorded) -> Result<About, DecodeError> {
    let mut about: About = serde_json::from_slice(&record.data)
        .map_err(|source| DecodeError::Data { kind: record.kind.to_string(), source })?;
    match about.kind {
        Some(BookingKind::Next { contact }) => about.contact = Some(contact),
        Some(BookingKind::Calendar { callback }) => about.callback = Some(callback),
        None => {}
    }
    Ok(about)
}

fn insert(record: &Recorded, about: About) -> Change {
    Change::insert(
        "contact_timeline",
        [
            ("partition_name", record.partition.to_string().into()),
            ("seq", record.seq.into()),
            ("contact", about.contact.map(|id| id.0).into()),
            ("callback", about.callback.map(|id| id.0).into()),
            ("time", record.time.into()),
            ("kind", (&*record.kind).into()),
            ("actor", record.actor.to_string().into()),
            ("data", String::from_utf8_lossy(&record.data).into_owned().into()),
        ],
    )
}

/// One event in a life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineRow {
    pub seq: Seq,
    pub at: Timestamp,
    /// The type name, such as `reservation.offered`.
    pub kind: String,
    pub actor: String,
    /// The event's data as JSON; personal data in it is sealed.
    pub data: String,
}

/// The life of a contact, oldest first; of its callback too, if it carried one out.
pub async fn timeline(
    store: &dyn ReadStore,
    contact: ContactId,
    callback: Option<CallbackId>,
) -> Result<Vec<TimelineRow>, ReadStoreError> {
    let mut rows = entries(store, OF_CONTACT, contact.0).await?;
    if let Some(callback) = callback {
        rows.extend(entries(store, OF_CALLBACK, callback.0).await?);
        rows.sort_by_key(|row| row.seq);
        rows.dedup_by_key(|row| row.seq);
    }
    Ok(rows)
}

async fn entries(
    store: &dyn ReadStore,
    sql: &'static str,
    of: uuid::Uuid,
) -> Result<Vec<TimelineRow>, ReadStoreError> {
    let limit = i64::try_from(ENTRIES_MAX).expect("a timeline is short");
    let statement = Statement::new(sql, vec![of.into(), limit.into()]);
    let rows = checkpoint::query(store, &VIEW, statement).await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<TimelineRow, ReadStoreError> {
    let mut columns = Columns::of(row);
    Ok(TimelineRow {
        seq: columns.int()?.unsigned_abs(),
        at: columns.time()?,
        kind: columns.text()?,
        actor: columns.text()?,
        data: columns.text()?,
    })
}

/// What it was granted by, out of a timeline.
pub fn granted(timeline: &[TimelineRow]) -> Option<Entitlement> {
    #[derive(Deserialize)]
    struct Granted {
        facts: FactsSeen,
    }
    let row = timeline.iter().find(|row| row.kind == "entitlement.granted")?;
    serde_json::from_str(&row.data).ok().map(|Granted { facts }| facts.into())
}

/// What was said, out of a timeline.
pub fn transcript(timeline: &[TimelineRow]) -> Vec<Message> {
    #[derive(Deserialize)]
    struct Said {
        message: domain::id::MessageId,
        from: Party,
        text: domain::sealed::Sealed<String>,
    }
    let said = timeline.iter().filter(|row| row.kind == "link.message_sent");
    said.filter_map(|row| {
        let Said { message, from, text } = serde_json::from_str(&row.data).ok()?;
        Some(Message { message, from, at: row.at, text })
    })
    .collect()
}
