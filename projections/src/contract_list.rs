//! Stored view: every version of every contract, so that a decision's versions can always be looked up.

use domain::{contract, entitlement::Terms, event::DecodeError, id::ContractId, log::Whole};

use crate::{
    change::Change,
    checkpoint,
    ports::read_store::{ReadStore, ReadStoreError, Statement},
    stored::{Columns, Project, Reads, StoredView, Table, int, json, text},
};

pub static VIEW: StoredView = StoredView {
    name: "contract_list",
    version: 1,
    reads: Reads::Tenants,
    nouns: &["contract"],
    tables: &[Table {
        name: "contract_list",
        columns: &[
            text("contract"),
            int("version"),
            text("title"),
            text("tier"),
            text("terms"),
            int("defined_at"),
        ],
        key: &["contract", "version"],
        found_by: &[],
        indexes: &[],
    }],
    project: Project::Alone(project),
};

fn project(whole: &Whole) -> Result<Vec<Change>, DecodeError> {
    let mut changes = Vec::new();
    for record in &whole.records {
        if let Some(contract::Event::Defined { contract, version, title, tier, terms }) =
            contract::Event::decode(&record.kind, &record.data)?
        {
            let row = [
                ("contract", contract.0.into()),
                ("version", version.into()),
                ("title", title.into()),
                ("tier", tier.as_str().into()),
                ("terms", json(&terms)),
                ("defined_at", record.time.into()),
            ];
            changes.push(Change::insert("contract_list", row));
        }
    }
    Ok(changes)
}

/// A contract as it stood at a version: its title and terms.
pub async fn contract_at(
    store: &dyn ReadStore,
    contract: ContractId,
    version: u32,
) -> Result<Option<(String, Terms)>, ReadStoreError> {
    let statement = Statement::new(
        "SELECT title, terms FROM {contract_list} WHERE contract = $1 AND version = $2",
        vec![contract.0.into(), version.into()],
    );
    let rows = checkpoint::query(store, &VIEW, statement).await?;
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    let mut columns = Columns::of(row);
    Ok(Some((columns.text()?, columns.json()?)))
}
