//! A subject: a person whose data can be forgotten.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::SubjectId;

/// Those who were erased; everybody else is known to the key store alone.
pub type Erased = BTreeSet<SubjectId>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Records that the subject's key has been destroyed; caches forget what they opened with it.
    Erase { subject: SubjectId },
}

events! { "subject" =>
    Erased = "subject.erased" @ 1 { subject: SubjectId },
}

/// Never refused: whoever asks to be forgotten is, known here or not.
pub(crate) fn decide(erased: &Erased, command: &Command) -> Vec<Event> {
    let Command::Erase { subject } = *command;
    if erased.contains(&subject) { vec![] } else { vec![Event::Erased { subject }] }
}

pub(crate) fn evolve(erased: &mut Erased, event: &Event) {
    let Event::Erased { subject } = *event;
    erased.insert(subject);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenant::tests::{DANA, given};

    #[test]
    fn erasing_twice_is_erasing_once() {
        let mut tenant = given(&[]);
        assert!(!tenant.is_erased(DANA));
        assert_eq!(tenant.must(Command::Erase { subject: DANA }).len(), 1);
        assert_eq!(tenant.must(Command::Erase { subject: DANA }).len(), 0);
        assert!(tenant.is_erased(DANA));
    }
}
