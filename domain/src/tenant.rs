//! A tenant: everything of a company that is not live work, decided in one partition.

use serde::{Deserialize, Serialize};

use crate::{id::SiteName, time::Timestamp};

/// What partition time follows; recorded once, another kind is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    Real,
    /// origin + factor × elapsed.
    Scaled {
        origin: Timestamp,
        factor: f64,
    },
    /// The last time set.
    Driven,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    Found { clock: ClockKind },
    OpenSite { site: SiteName },
}

events! { "tenant" =>
    Founded = "tenant.founded" @ 1 { clock: ClockKind },
    SiteOpened = "tenant.site_opened" @ 1 { site: SiteName },
}

sum_of_events! {
    /// Everything that a tenant's partition holds.
    TenantEvent {
        Account(account), Command(command), Contract(contract), Network(network), Policy(policy), Service(service),
        Staff(staff), Subject(subject), Tenant(tenant), Ticket(ticket),
    }
}

/// Everything that a tenant's partition is asked to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum TenantCommand {
    Account(crate::account::Command),
    Contract(crate::contract::Command),
    Network(crate::network::Command),
    Policy(crate::policy::Command),
    Service(crate::service::Command),
    Staff(crate::staff::Command),
    Subject(crate::subject::Command),
    Tenant(Command),
    Ticket(crate::ticket::Command),
}
