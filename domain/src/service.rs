//! A service: a product that a customer has, as the company's systems report it.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, ServiceId},
    sealed::Sealed,
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    Record {
        service: ServiceId,
        account: AccountId,
        product: String,
        label: Sealed<String>,
        status: String,
        source: String,
        as_of: Timestamp,
    },
}

events! { "service" =>
    Recorded = "service.recorded" @ 1 {
        service: ServiceId, account: AccountId, product: String, label: Sealed<String>, status: String,
        source: String, as_of: Timestamp,
    },
}
