//! Stored view: the customers' accounts.

use domain::{
    account,
    event::DecodeError,
    id::{AccountId, ContractId, SubjectId},
    log::Whole,
    sealed::Sealed,
    time::Timestamp,
};

use crate::{
    change::Change,
    checkpoint,
    page::{Cursor, Page},
    ports::read_store::{ReadStore, ReadStoreError, Row, Statement},
    stored::{Columns, Project, Reads, StoredView, Table, int, json, text},
};

pub static VIEW: StoredView = StoredView {
    name: "account_list",
    version: 1,
    reads: Reads::Tenants,
    nouns: &["account"],
    tables: &[Table {
        name: "account_list",
        columns: &[
            text("account"),
            text("subject"),
            text("name"),
            text("contract"),
            text("source"),
            int("as_of"),
            int("recorded_at"),
        ],
        key: &["account"],
        found_by: &[],
        indexes: &["recorded_at, account"],
    }],
    project: Project::Alone(project),
};

fn project(whole: &Whole) -> Result<Vec<Change>, DecodeError> {
    let mut changes = Vec::new();
    for record in &whole.records {
        if let Some(account::Event::Recorded { account, subject, name, contract, source, as_of }) =
            account::Event::decode(&record.kind, &record.data)?
        {
            let row = [
                ("account", account.0.into()),
                ("subject", subject.0.into()),
                ("name", json(&name)),
                ("contract", contract.0.into()),
                ("source", source.into()),
                ("as_of", as_of.into()),
                ("recorded_at", record.time.into()),
            ];
            changes.push(Change::put("account_list", row, &["recorded_at"]));
        }
    }
    Ok(changes)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountListRow {
    pub account: AccountId,
    pub subject: SubjectId,
    pub name: Sealed<String>,
    pub contract: ContractId,
    pub source: String,
    pub as_of: Timestamp,
    /// When it was reported first.
    pub recorded_at: Timestamp,
}

/// The newest first; `after` is the cursor of the last row seen.
pub async fn accounts(
    store: &dyn ReadStore,
    first: usize,
    after: Option<&Cursor>,
) -> Result<Page<AccountListRow>, ReadStoreError> {
    let last = Cursor::or_the_end(after);
    let statement = Statement::new(
        "SELECT account, subject, name, contract, source, as_of, recorded_at FROM {account_list}
        WHERE (recorded_at < $1 OR (recorded_at = $2 AND account < $3))
        ORDER BY recorded_at DESC, account DESC LIMIT $4",
        vec![last.at.into(), last.at.into(), last.id.into(), Page::<AccountListRow>::limit(first)],
    );
    let rows = checkpoint::query(store, &VIEW, statement).await?;
    let rows = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::of(rows, first, |row| Cursor::new(row.recorded_at, row.account)))
}

fn read(row: Row) -> Result<AccountListRow, ReadStoreError> {
    let mut columns = Columns::of(row);
    Ok(AccountListRow {
        account: columns.named()?,
        subject: columns.named()?,
        name: columns.json()?,
        contract: columns.named()?,
        source: columns.text()?,
        as_of: columns.time()?,
        recorded_at: columns.time()?,
    })
}
