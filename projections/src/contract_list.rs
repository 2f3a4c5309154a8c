//! Stored view: every version of every contract, so that a decision's versions can always be looked up.

use domain::{contract, entitlement::Terms, event::DecodeError, id::ContractId, log::Whole};

use crate::{
    checkpoint,
    ports::read_store::{ReadStore, ReadStoreError, Statement},
    stored::{Columns, Reads, StoredView, Table, json},
};

pub static VIEW: StoredView = StoredView {
    name: "contract_list",
    version: 1,
    reads: Reads::Tenants,
    nouns: &["contract"],
    tables: &[Table {
        name: "contract_list",
        columns: "contract TEXT NOT NULL, version BIGINT NOT NULL, title TEXT NOT NULL,
            tier TEXT NOT NULL, terms TEXT NOT NULL, defined_at BIGINT NOT NULL,
            PRIMARY KEY (contract, version)",
        indexes: &[],
    }],
    project,
};

const DEFINED: &str = "INSERT INTO {contract_list} (contract, version, title, tier, terms,
    defined_at) VALUES ($1, $2, $3, $4, $5, $6)";

fn project(whole: &Whole) -> Result<Vec<Statement>, DecodeError> {
    let mut statements = Vec::new();
    for record in &whole.records {
        if let Some(contract::Event::Defined { contract, version, title, tier, terms }) =
            contract::Event::decode(&record.kind, &record.data)?
        {
            let parameters = vec![
                contract.0.into(),
                version.into(),
                title.into(),
                tier.as_str().into(),
                json(&terms),
                record.time.into(),
            ];
            statements.push(Statement::new(DEFINED, parameters));
        }
    }
    Ok(statements)
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
