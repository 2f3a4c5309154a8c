//! A stored view with a row for each time that a record was applied: what is applied twice shows.

use domain::{event::DecodeError, log::Whole};
use projections::{
    change::Change,
    stored::{Project, Reads, StoredView, Table, int},
};

pub(super) static VIEW: StoredView = StoredView {
    name: "tally",
    version: 1,
    reads: Reads::Sites,
    nouns: &[
        "agent",
        "booking",
        "callback",
        "command",
        "contact",
        "entitlement",
        "link",
        "queue",
        "reservation",
    ],
    tables: &[Table {
        name: "tally",
        columns: &[int("seq")],
        key: &[],
        found_by: &[],
        indexes: &[],
    }],
    project: Project::Alone(project),
};

fn project(whole: &Whole) -> Result<Vec<Change>, DecodeError> {
    let applied = |seq: u64| Change::insert("tally", [("seq", seq.into())]);
    Ok(whole.records.iter().map(|record| applied(record.seq)).collect())
}
