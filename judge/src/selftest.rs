//! The self-test: for each law, a record of a copy is broken on purpose, and exactly that law must fail.
//!
//! The copy is in memory; the log itself is opened for reading only. Unless the broken law is the order itself, the
//! hash chain is linked again after the break, as a forger would: the law must see it without the chain's help.

mod breaks;

use std::collections::BTreeSet;

use anyhow::Result;

use crate::{
    chain,
    laws::{self, Beside, Name},
    records::Record,
};

/// A way to break one law.
pub struct Break {
    pub law: Name,
    pub what: &'static str,
    /// Whether the chain is linked again afterwards.
    links_again: bool,
    /// `None`: the log has nothing to break in this way.
    apply: fn(&mut Vec<Record>, Beside<'_>) -> Result<Option<()>>,
}

/// What came of one break.
pub struct Trial {
    pub law: Name,
    pub what: &'static str,
    pub outcome: Outcome,
}

pub enum Outcome {
    /// Exactly the law failed; its first violation in words.
    Caught(String),
    /// These laws failed instead.
    NotAsItShould(BTreeSet<Name>),
    /// The log has nothing that can be broken in this way.
    NothingToBreak,
}

/// Tries every break whose law can be checked with what is known.
pub fn run(records: &[Record], beside: Beside<'_>) -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for attempt in breaks::all(beside) {
        trials.push(try_one(records, beside, &attempt)?);
    }
    Ok(trials)
}

fn try_one(records: &[Record], beside: Beside<'_>, attempt: &Break) -> Result<Trial> {
    let mut copy = records.to_vec();
    let outcome = if (attempt.apply)(&mut copy, beside)?.is_some() {
        if attempt.links_again {
            chain::link_again(&mut copy);
        }
        let rulings = laws::judge(&copy, beside);
        let broken: Vec<_> =
            rulings.iter().filter(|ruling| !ruling.finding.violations.is_empty()).collect();
        match &broken[..] {
            [only] if only.name == attempt.law => {
                let first = &only.finding.violations[0];
                Outcome::Caught(format!("{}@{}: {}", first.partition, first.seq, first.text))
            }
            others => Outcome::NotAsItShould(others.iter().map(|ruling| ruling.name).collect()),
        }
    } else {
        Outcome::NothingToBreak
    };
    Ok(Trial { law: attempt.law, what: attempt.what, outcome })
}
