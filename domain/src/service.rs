//! A service: a product that a customer has, as the company's systems report it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    command::refusals,
    id::{AccountId, ServiceId},
    sealed::Sealed,
    tenant::Tenant,
    time::Timestamp,
};

pub const SERVICES_PER_ACCOUNT_MAX: usize = 200;
pub const STATUS_CHARS_MAX: usize = 60;

/// A service as it was last reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    pub account: AccountId,
    pub product: String,
    pub label: Sealed<String>,
    pub status: String,
    pub source: String,
    pub as_of: Timestamp,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Services {
    by_id: BTreeMap<ServiceId, Service>,
    by_account: BTreeMap<AccountId, Vec<ServiceId>>,
}

impl Services {
    pub fn get(&self, service: ServiceId) -> Option<&Service> {
        self.by_id.get(&service)
    }

    /// In the order in which they were first reported.
    pub fn of(&self, account: AccountId) -> impl Iterator<Item = (ServiceId, &Service)> {
        self.by_account.get(&account).into_iter().flatten().map(|id| (*id, &self.by_id[id]))
    }
}

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

refusals! { "service" =>
    UnknownAccount { account: AccountId } = "unknown_account", "account {account} is not known here; record it first";
    Text with { most = STATUS_CHARS_MAX } = "text", "product and status have 1 to {STATUS_CHARS_MAX} characters each";
    TooMany with { most = SERVICES_PER_ACCOUNT_MAX } = "too_many", "this account has {SERVICES_PER_ACCOUNT_MAX} services already";
}

/// A report older than the one that is held changes nothing.
pub(crate) fn decide(tenant: &Tenant, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command::Record { service, account, product, label, status, source, as_of } = command;
    if tenant.account(account).is_none() {
        return Err(Refusal::UnknownAccount { account });
    }
    let fits = |text: &str| (1..=STATUS_CHARS_MAX).contains(&text.chars().count());
    if !fits(&product) || !fits(&status) {
        return Err(Refusal::Text);
    }
    let held = tenant.services().get(service);
    if let Some(held) = held {
        // A label sealed again looks different, so it cannot be compared.
        let same = held.account == account
            && held.product == product
            && held.status == status
            && held.source == source;
        if as_of < held.as_of || (as_of == held.as_of && same) {
            return Ok(vec![]);
        }
    }
    if held.is_none_or(|held| held.account != account)
        && tenant.services().of(account).count() >= SERVICES_PER_ACCOUNT_MAX
    {
        return Err(Refusal::TooMany);
    }
    Ok(vec![Event::Recorded { service, account, product, label, status, source, as_of }])
}

pub(crate) fn evolve(services: &mut Services, event: &Event) {
    let Event::Recorded { service, account, product, label, status, source, as_of } = event.clone();
    let now = Service { account, product, label, status, source, as_of };
    let before = services.by_id.insert(service, now).map(|before| before.account);
    if before == Some(account) {
        return;
    }
    if let Some(theirs) = before.and_then(|before| services.by_account.get_mut(&before)) {
        theirs.retain(|id| *id != service);
    }
    services.by_account.entry(account).or_default().push(service);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenant::tests::{DANA, HOME, given, record_account, sealed};

    const LINE: ServiceId = ServiceId(uuid::Uuid::from_u128(0x5e1));

    fn record(account: AccountId, status: &str, as_of: i64) -> Command {
        Command::Record {
            service: LINE,
            account,
            product: "fibre-100".into(),
            label: sealed(DANA),
            status: status.into(),
            source: "crm".into(),
            as_of: Timestamp(as_of),
        }
    }

    #[test]
    fn the_freshest_report_holds() {
        let mut tenant = given(&[record_account()]);
        for (status, as_of, events, holds) in [
            ("active", 10, 1, "active"),
            ("active", 10, 0, "active"),
            ("ordered", 9, 0, "active"),
            ("disturbed", 11, 1, "disturbed"),
        ] {
            assert_eq!(tenant.must(record(HOME, status, as_of)).len(), events);
            let statuses: Vec<_> = tenant.services().of(HOME).map(|(_, one)| &one.status).collect();
            assert_eq!(statuses, [holds]);
        }
    }

    #[test]
    fn a_service_needs_an_account_and_short_texts() {
        let mut tenant = given(&[]);
        assert_eq!(tenant.refused(record(HOME, "active", 1)), "service.unknown_account");
        tenant.must(record_account());
        assert_eq!(tenant.refused(record(HOME, "", 1)), "service.text");
    }

    #[test]
    fn a_service_that_moves_leaves_its_first_account() {
        let mut tenant = given(&[record_account(), record(HOME, "active", 1).into()]);
        let away = AccountId(uuid::Uuid::from_u128(0xacc2));
        let crate::tenant::TenantCommand::Account(crate::account::Command::Record {
            subject,
            name,
            contract,
            source,
            as_of,
            ..
        }) = record_account()
        else {
            unreachable!("record_account records an account")
        };
        tenant.must(crate::account::Command::Record {
            account: away,
            subject,
            name,
            contract,
            source,
            as_of,
        });
        tenant.must(record(away, "active", 2));
        assert_eq!(tenant.services().of(HOME).count(), 0);
        assert_eq!(tenant.services().of(away).count(), 1);
    }
}
