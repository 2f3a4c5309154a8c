//! A contract: what its accounts may ask for.

use serde::{Deserialize, Serialize};

use crate::{
    entitlement::Terms,
    id::{ContractId, TierName},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Adds a contract or gives it other terms (the next version).
    Define { contract: ContractId, title: String, tier: TierName, terms: Terms },
}

events! { "contract" =>
    Defined = "contract.defined" @ 1 { contract: ContractId, version: u32, title: String, tier: TierName, terms: Terms },
}
