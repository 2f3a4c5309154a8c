//! The laws that every log obeys, each checked on its own over the plain records, in one pass.

mod callback;
mod capacity;
mod command;
mod contact;
mod drained;
mod order;
mod skill;
mod winner;

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    calls::Calls,
    event::Limits,
    journal::Journal,
    records::{Placed, Record},
};

/// A law's short name and what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub &'static str, pub &'static str);

pub const CAPACITY: Name = Name("L1", "no agent over capacity");
pub const WINNER: Name = Name("L2", "one winner per offer, one end per reservation");
pub const CONTACT: Name =
    Name("L3", "every contact ended once, or open with a deadline within its limit");
pub const DRAINED: Name = Name("L4", "after the last day nothing open but callbacks due later");
pub const SKILL: Name = Name("L5", "no agent without the skill that the call requires");
pub const ORDER: Name = Name("L6", "dense sequence, epochs in order, hash chain whole");
pub const COMMAND: Name = Name("L7", "every command decided once, every acknowledged one there");
pub const CALLBACK: Name = Name("L8", "every callback ended once, or open with a live deadline");

/// A deadline may be reached this long before it is seen to have fired, in microseconds.
pub const SLACK_MICROS: i64 = 1_000_000;

/// Where a law was broken.
#[derive(Clone, Debug)]
pub struct Violation {
    pub partition: String,
    pub seq: u64,
    pub text: String,
}

/// How often a law was checked, and where it was broken.
#[derive(Debug, Default)]
pub struct Finding {
    pub checked: u64,
    pub violations: Vec<Violation>,
}

impl Finding {
    /// Counts one check, and its violation unless it `holds`.
    fn check(&mut self, at: &impl Placed, holds: bool, text: impl FnOnce() -> String) {
        self.checked += 1;
        if !holds {
            self.violations.push(Violation {
                partition: at.partition().to_owned(),
                seq: at.seq(),
                text: text(),
            });
        }
    }
}

#[derive(Debug)]
pub struct Ruling {
    pub name: Name,
    pub finding: Finding,
}

/// By partition: the time of its last record.
type Lasts = BTreeMap<Arc<str>, i64>;

/// What a law sees. Laws that need only some of it leave the rest.
trait Law {
    /// A record, in order.
    fn see(&mut self, record: &Record, finding: &mut Finding);
    /// The decision that ends in this record is whole: what it says holds from here.
    fn settle(&mut self, _last: &Record, _finding: &mut Finding) {}
    /// Nothing comes any more.
    fn end(&mut self, _lasts: &Lasts, _finding: &mut Finding) {}
}

/// What was played, by those who played it.
pub struct Played {
    pub calls: Calls,
    pub journal: Journal,
}

/// What is known beside the log.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    /// Without it, no call is known and L5 cannot be checked.
    pub played: Option<&'a Played>,
    /// Whether everything was played to its end, so that L4 holds.
    pub drained: bool,
}

/// Checks every law over all records.
pub fn judge(records: &[Record], beside: Beside<'_>) -> Vec<Ruling> {
    let mut laws: Vec<(Name, Box<dyn Law + '_>)> = vec![
        (CAPACITY, Box::new(capacity::Capacities::default())),
        (WINNER, Box::new(winner::Winners::default())),
        (CONTACT, Box::new(contact::Contacts::default())),
        (ORDER, Box::new(order::Order::default())),
        (COMMAND, Box::new(command::Commands::new(beside.played.map(|played| &played.journal)))),
        (CALLBACK, Box::new(callback::Callbacks::default())),
    ];
    if beside.drained {
        laws.push((DRAINED, Box::new(drained::Open::default())));
    }
    if let Some(played) = beside.played {
        laws.push((SKILL, Box::new(skill::Skills::new(played))));
    }
    let mut findings: Vec<Finding> = laws.iter().map(|_| Finding::default()).collect();
    let mut lasts: Lasts = BTreeMap::new();

    for record in records {
        let last = record.place.as_ref().is_some_and(|place| place.part + 1 == place.parts);
        for ((_, law), finding) in laws.iter_mut().zip(&mut findings) {
            law.see(record, finding);
            if last {
                law.settle(record, finding);
            }
        }
        lasts.insert(Arc::clone(&record.partition), record.time);
    }
    for ((_, law), finding) in laws.iter_mut().zip(&mut findings) {
        law.end(&lasts, finding);
    }
    let names: Vec<Name> = laws.iter().map(|(name, _)| *name).collect();
    drop(laws);
    let mut rulings: Vec<Ruling> =
        names.into_iter().zip(findings).map(|(name, finding)| Ruling { name, finding }).collect();
    rulings.sort_by_key(|ruling| ruling.name);
    rulings
}

/// The limits of each queue, as defined last.
#[derive(Debug, Default)]
struct Definitions(BTreeMap<(Arc<str>, String), Limits>);

impl Definitions {
    fn define(&mut self, partition: &Arc<str>, queue: &str, limits: Limits) {
        self.0.insert((Arc::clone(partition), queue.to_owned()), limits);
    }

    fn of(&self, partition: &Arc<str>, queue: &str) -> Limits {
        self.0.get(&(Arc::clone(partition), queue.to_owned())).copied().unwrap_or_default()
    }
}

/// Whole seconds as microseconds.
fn micros(secs: i64) -> i64 {
    secs.saturating_mul(1_000_000)
}
