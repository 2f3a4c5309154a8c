//! Stored view: the products that customers have.

use domain::{
    event::DecodeError,
    id::{AccountId, ServiceId},
    log::Whole,
    sealed::Sealed,
    service,
    time::Timestamp,
};

use crate::{
    checkpoint,
    ports::read_store::{ReadStore, ReadStoreError, Row, Statement},
    stored::{Columns, Reads, StoredView, Table, json},
};

pub static VIEW: StoredView = StoredView {
    name: "service_list",
    version: 1,
    reads: Reads::Tenants,
    nouns: &["service"],
    tables: &[Table {
        name: "service_list",
        columns: "service TEXT PRIMARY KEY, account TEXT NOT NULL, product TEXT NOT NULL,
            label TEXT NOT NULL, status TEXT NOT NULL, source TEXT NOT NULL,
            as_of BIGINT NOT NULL",
        indexes: &["account, service"],
    }],
    project,
};

const RECORDED: &str = "INSERT INTO {service_list} (service, account, product, label, status,
    source, as_of) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (service) DO UPDATE SET account = excluded.account, product = excluded.product,
    label = excluded.label, status = excluded.status, source = excluded.source,
    as_of = excluded.as_of";

fn project(whole: &Whole) -> Result<Vec<Statement>, DecodeError> {
    let mut statements = Vec::new();
    for record in &whole.records {
        if let Some(service::Event::Recorded {
            service,
            account,
            product,
            label,
            status,
            source,
            as_of,
        }) = service::Event::decode(&record.kind, &record.data)?
        {
            let parameters = vec![
                service.0.into(),
                account.0.into(),
                product.into(),
                json(&label),
                status.into(),
                source.into(),
                as_of.into(),
            ];
            statements.push(Statement::new(RECORDED, parameters));
        }
    }
    Ok(statements)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceListRow {
    pub service: ServiceId,
    pub account: AccountId,
    pub product: String,
    pub label: Sealed<String>,
    pub status: String,
    pub source: String,
    pub as_of: Timestamp,
}

pub async fn services_of(
    store: &dyn ReadStore,
    account: AccountId,
) -> Result<Vec<ServiceListRow>, ReadStoreError> {
    let statement = Statement::new(
        "SELECT service, account, product, label, status, source, as_of FROM {service_list}
        WHERE account = $1 ORDER BY service",
        vec![account.0.into()],
    );
    let rows = checkpoint::query(store, &VIEW, statement).await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<ServiceListRow, ReadStoreError> {
    let mut columns = Columns::of(row);
    Ok(ServiceListRow {
        service: columns.named()?,
        account: columns.named()?,
        product: columns.text()?,
        label: columns.json()?,
        status: columns.text()?,
        source: columns.text()?,
        as_of: columns.time()?,
    })
}
