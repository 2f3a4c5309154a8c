//! A customer's account with the company, as the company's systems report it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    command::refusals,
    id::{AccountId, ContractId, SubjectId},
    sealed::Sealed,
    tenant::Tenant,
    time::Timestamp,
};

/// An account as it was last reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub subject: SubjectId,
    pub name: Sealed<String>,
    pub contract: ContractId,
    pub source: String,
    pub as_of: Timestamp,
}

pub type Accounts = BTreeMap<AccountId, Account>;

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

refusals! { "account" =>
    UnknownContract { contract: ContractId } = "unknown_contract", "contract {contract} is not known here; define it first";
    Erased = "erased", "this person was erased; record the account under a new subject";
    OtherSubject = "other_subject", "this account belongs to another person; record a new account for this one";
}

/// A report older than the one that is held changes nothing.
pub(crate) fn decide(tenant: &Tenant, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command::Record { account, subject, name, contract, source, as_of } = command;
    if tenant.is_erased(subject) {
        return Err(Refusal::Erased);
    }
    if tenant.contract(contract).is_none() {
        return Err(Refusal::UnknownContract { contract });
    }
    if let Some(held) = tenant.account(account) {
        if held.subject != subject && !tenant.is_erased(held.subject) {
            return Err(Refusal::OtherSubject);
        }
        // A name sealed again looks different, so it cannot be compared.
        let same = held.subject == subject && held.contract == contract && held.source == source;
        if as_of < held.as_of || (as_of == held.as_of && same) {
            return Ok(vec![]);
        }
    }
    Ok(vec![Event::Recorded { account, subject, name, contract, source, as_of }])
}

pub(crate) fn evolve(accounts: &mut Accounts, event: &Event) {
    let Event::Recorded { account, subject, name, contract, source, as_of } = event.clone();
    accounts.insert(account, Account { subject, name, contract, source, as_of });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenant::tests::{BASIC, DANA, HOME, given, record_account, sealed};

    fn at(as_of: i64) -> Command {
        Command::Record {
            account: HOME,
            subject: DANA,
            name: sealed(DANA),
            contract: BASIC,
            source: "crm".into(),
            as_of: Timestamp(as_of),
        }
    }

    #[test]
    fn an_account_is_recorded_and_an_older_or_equal_report_changes_nothing() {
        let mut tenant = given(&[]);
        for (as_of, events) in [(10, 1), (10, 0), (9, 0), (11, 1)] {
            assert_eq!(tenant.must(at(as_of)).len(), events, "as of {as_of}");
        }
        assert_eq!(tenant.account(HOME).unwrap().as_of, Timestamp(11));
    }

    #[test]
    fn an_account_needs_a_contract_that_exists_and_a_person_who_was_not_erased() {
        let mut tenant = given(&[]);
        let Command::Record { account, subject, name, source, as_of, .. } = at(1);
        let contract = ContractId(uuid::Uuid::from_u128(404));
        let unknown = Command::Record { account, subject, name, contract, source, as_of };
        assert_eq!(tenant.refused(unknown), "account.unknown_contract");
        tenant.must(crate::subject::Command::Erase { subject: DANA });
        assert_eq!(tenant.refused(at(1)), "account.erased");
    }

    #[test]
    fn an_account_passes_to_another_person_only_when_the_first_was_erased() {
        let mut tenant = given(&[record_account()]);
        let noor = SubjectId(uuid::Uuid::from_u128(77));
        let other = || Command::Record {
            account: HOME,
            subject: noor,
            name: sealed(noor),
            contract: BASIC,
            source: "crm".into(),
            as_of: Timestamp(99),
        };
        assert_eq!(tenant.refused(other()), "account.other_subject");
        tenant.must(crate::subject::Command::Erase { subject: DANA });
        assert_eq!(tenant.must(other()).len(), 1);
    }
}
