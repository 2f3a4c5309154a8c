//! A fold's state at a place in the log: a cache only. Deleting every one changes nothing but time.

use crate::log::Position;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub position: Position,
    /// As the fold of that version writes and reads it.
    pub bytes: Vec<u8>,
}
