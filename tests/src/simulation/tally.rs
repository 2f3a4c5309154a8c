//! A stored view that counts how often each record was applied: what is applied twice shows.

use domain::{event::DecodeError, log::Whole};
use projections::{
    ports::read_store::Statement,
    stored::{Reads, StoredView, Table},
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
        columns: "seq BIGINT PRIMARY KEY, times BIGINT NOT NULL",
        indexes: &[],
    }],
    project,
};

const APPLIED: &str = "INSERT INTO {tally} (seq, times) VALUES ($1, 1)
    ON CONFLICT (seq) DO UPDATE SET times = {tally}.times + 1";

fn project(whole: &Whole) -> Result<Vec<Statement>, DecodeError> {
    let applied = |seq: u64| Statement::new(APPLIED, vec![seq.into()]);
    Ok(whole.records.iter().map(|record| applied(record.seq)).collect())
}
