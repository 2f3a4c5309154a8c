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
    change::Change,
    checkpoint,
    ports::read_store::{ReadStore, ReadStoreError, Row, Statement},
    stored::{Columns, Project, Reads, StoredView, Table, int, json, text},
};

pub static VIEW: StoredView = StoredView {
    name: "service_list",
    version: 1,
    reads: Reads::Tenants,
    nouns: &["service"],
    tables: &[Table {
        name: "service_list",
        columns: &[
            text("service"),
            text("account"),
            text("product"),
            text("label"),
            text("status"),
            text("source"),
            int("as_of"),
        ],
        key: &["service"],
        found_by: &[],
        indexes: &["account, service"],
    }],
    project: Project::Alone(project),
};

fn project(whole: &Whole) -> Result<Vec<Change>, DecodeError> {
    let mut changes = Vec::new();
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
            let row = [
                ("service", service.0.into()),
                ("account", account.0.into()),
                ("product", product.into()),
                ("label", json(&label)),
                ("status", status.into()),
                ("source", source.into()),
                ("as_of", as_of.into()),
            ];
            changes.push(Change::put("service_list", row, &[]));
        }
    }
    Ok(changes)
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
