//! A customer's account with the company, as the company's systems report it.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, ContractId, SubjectId},
    sealed::Sealed,
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Adds the account or brings it up to date.
    Record {
        account: AccountId,
        subject: SubjectId,
        name: Sealed<String>,
        contract: ContractId,
        source: String,
        as_of: Timestamp,
    },
}

events! { "account" =>
    Recorded = "account.recorded" @ 1 {
        account: AccountId, subject: SubjectId, name: Sealed<String>, contract: ContractId,
        /// The company's system it comes from, and how fresh it was there.
        source: String, as_of: Timestamp,
    },
}
