//! A network that customers come from, and what it allows: the longest prefix decides.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{entitlement::NetworkTerms, id::NetworkName};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    Define { network: NetworkName, cidr: IpNet, terms: NetworkTerms },
    Remove { network: NetworkName },
}

events! { "network" =>
    Defined = "network.defined" @ 1 { network: NetworkName, version: u32, cidr: IpNet, terms: NetworkTerms },
    Removed = "network.removed" @ 1 { network: NetworkName },
}
