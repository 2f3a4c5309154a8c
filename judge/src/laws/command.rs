//! L7: no command is decided twice for the same actor, and every acknowledged one stands where its token says.

use std::{collections::BTreeMap, sync::Arc};

use uuid::Uuid;

use super::{Finding, Lasts, Law, Violation};
use crate::{journal::Journal, records::Record};

/// The records of one decision.
struct Decided {
    first: u64,
    last: u64,
}

pub(super) struct Commands<'a> {
    journal: Option<&'a Journal>,
    decided: BTreeMap<(Arc<str>, Uuid, String), Decided>,
    /// By partition and last record: the command.
    tokens: BTreeMap<(Arc<str>, u64), Uuid>,
}

impl<'a> Commands<'a> {
    pub(super) fn new(journal: Option<&'a Journal>) -> Self {
        Self { journal, decided: BTreeMap::new(), tokens: BTreeMap::new() }
    }
}

impl Law for Commands<'_> {
    fn see(&mut self, record: &Record, finding: &mut Finding) {
        let Some(place) = &record.place else { return };
        let key = (Arc::clone(&record.partition), place.command, place.actor.clone());
        let begins = place.seq - u64::from(place.part);
        if place.part == 0 {
            let before = self.decided.insert(key, Decided { first: begins, last: place.seq });
            finding.check(record, before.is_none(), || {
                let (first, last) = before.map_or((0, 0), |before| (before.first, before.last));
                format!("command {} was decided before, in {first} to {last}", place.command)
            });
        } else if let Some(decided) = self.decided.get_mut(&key) {
            decided.last = place.seq;
        }
        if place.part + 1 == place.parts {
            self.tokens.insert((Arc::clone(&record.partition), place.seq), place.command);
        }
    }

    fn end(&mut self, _lasts: &Lasts, finding: &mut Finding) {
        let Some(journal) = self.journal else { return };
        for acknowledged in &journal.acknowledged {
            finding.checked += 1;
            let token = (Arc::from(acknowledged.partition.as_str()), acknowledged.seq);
            if self.tokens.get(&token) != Some(&acknowledged.command) {
                finding.violations.push(Violation {
                    partition: acknowledged.partition.clone(),
                    seq: acknowledged.seq,
                    text: format!(
                        "command {} was acknowledged with this token but does not stand there",
                        acknowledged.command
                    ),
                });
            }
        }
    }
}
