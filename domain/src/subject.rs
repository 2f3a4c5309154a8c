//! A subject: a person whose data can be forgotten.

use serde::{Deserialize, Serialize};

use crate::id::SubjectId;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Records that the subject's key has been destroyed; caches forget what they opened with it.
    Erase { subject: SubjectId },
}

events! { "subject" =>
    Erased = "subject.erased" @ 1 { subject: SubjectId },
}
