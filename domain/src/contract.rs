//! A contract: what its accounts may ask for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    command::refusals,
    entitlement::Terms,
    hours::NotHours,
    id::{ContractId, TierName},
    queue::PRIORITY_MAX,
    tenant::{TITLE_CHARS_MAX, Tenant, is_title},
};

pub const CONTRACTS_MAX: usize = 10_000;

/// A contract's terms in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    pub version: u32,
    pub title: String,
    pub tier: TierName,
    pub terms: Terms,
}

pub type Contracts = BTreeMap<ContractId, Contract>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Adds a contract or gives it other terms (the next version).
    Define { contract: ContractId, title: String, tier: TierName, terms: Terms },
}

events! { "contract" =>
    Defined = "contract.defined" @ 1 { contract: ContractId, version: u32, title: String, tier: TierName, terms: Terms },
}

refusals! { "contract" =>
    Title with { most = TITLE_CHARS_MAX } = "title", "a contract's title has 1 to {TITLE_CHARS_MAX} characters in one line that can be seen";
    Priority { priority: u8 } with { most = PRIORITY_MAX } = "priority", "priority {priority} is above the highest, {PRIORITY_MAX}";
    NothingAllowed = "nothing_allowed", "the contract allows nothing; give it a channel, a topic and at least one open request";
    Hours { why: NotHours } = "hours", "{why}";
    TooMany with { most = CONTRACTS_MAX } = "too_many", "there are {CONTRACTS_MAX} contracts already; give an existing one other terms";
}

pub(crate) fn decide(tenant: &Tenant, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command::Define { contract, title, tier, terms } = command;
    check(&title, &terms)?;
    let held = tenant.contract(contract);
    if held.is_none() && tenant.contracts().len() >= CONTRACTS_MAX {
        return Err(Refusal::TooMany);
    }
    if held.is_some_and(|held| held.title == title && held.tier == tier && held.terms == terms) {
        return Ok(vec![]);
    }
    let version = held.map_or(0, |held| held.version) + 1;
    Ok(vec![Event::Defined { contract, version, title, tier, terms }])
}

fn check(title: &str, terms: &Terms) -> Result<(), Refusal> {
    if !is_title(title) {
        return Err(Refusal::Title);
    }
    if terms.priority > PRIORITY_MAX {
        return Err(Refusal::Priority { priority: terms.priority });
    }
    if terms.channels.is_empty() || terms.topics.is_empty() || terms.concurrent_max == 0 {
        return Err(Refusal::NothingAllowed);
    }
    terms.hours.as_ref().map_or(Ok(()), |hours| hours.check().map_err(|why| Refusal::Hours { why }))
}

pub(crate) fn evolve(contracts: &mut Contracts, event: &Event) {
    let Event::Defined { contract, version, title, tier, terms } = event.clone();
    contracts.insert(contract, Contract { version, title, tier, terms });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        entitlement::{Hours, OpenSpan, Topics},
        tenant::tests::{BASIC, given, terms},
    };

    fn define(terms: Terms) -> Command {
        let tier = TierName::parse("basic").unwrap();
        Command::Define { contract: BASIC, title: "Basic".into(), tier, terms }
    }

    #[test]
    fn other_terms_are_the_next_version_and_the_same_terms_change_nothing() {
        let mut tenant = given(&[]);
        let first = tenant.contract(BASIC).unwrap().version;
        let other = define(Terms { priority: 3, ..terms() });
        assert_eq!(tenant.must(other.clone()).len(), 1);
        assert_eq!(tenant.must(other).len(), 0);
        assert_eq!(tenant.contract(BASIC).unwrap().version, first + 1);
    }

    #[test]
    fn terms_that_make_no_sense_are_refused() {
        let mut tenant = given(&[]);
        let span = OpenSpan { day: 8, from_mins: 0, until_mins: 60 };
        let hours =
            |zone: &str, week| Some(Hours { zone: zone.into(), week, holidays: BTreeSet::new() });
        for (terms, code) in [
            (Terms { priority: 10, ..terms() }, "contract.priority"),
            (Terms { channels: BTreeSet::new(), ..terms() }, "contract.nothing_allowed"),
            (
                Terms { topics: Topics::Only(BTreeSet::new()), ..terms() },
                "contract.nothing_allowed",
            ),
            (Terms { concurrent_max: 0, ..terms() }, "contract.nothing_allowed"),
            (Terms { hours: hours("Nowhere/City", vec![]), ..terms() }, "contract.hours"),
            (Terms { hours: hours("UTC", vec![span]), ..terms() }, "contract.hours"),
        ] {
            assert_eq!(tenant.refused(define(terms)), code);
        }
    }
}
