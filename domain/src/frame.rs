//! Who writes what is recorded of a display.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::StaffId;

/// Each author numbers what they write about one load of a page, growing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    Customer,
    /// `writer` is the process that wrote: the same person may be on two at once.
    Staff {
        staff: StaffId,
        writer: Uuid,
    },
}
