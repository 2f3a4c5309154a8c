//! How long somebody is expected to wait, and what a customer is told before asking.

use async_graphql::{Enum, SimpleObject};
use serde::{Deserialize, Serialize};

use super::{link::Channel, scalar::Instant};

/// Method and basis are named to whoever sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct ExpectedWait {
    pub seconds: u32,
    pub low_seconds: u32,
    pub high_seconds: u32,
    pub method: String,
    pub basis: String,
    /// How many of the last contacts it rests on; 0: on the time planned for one.
    pub recent: u32,
}

/// What somebody who asks on this channel finds: the answer of the same check that a request goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
pub enum Possibility {
    Possible,
    /// Time alone brings it back: at `until`, when one of the open requests has ended (`changes`), or both.
    NotNow,
    /// The contract or the network leaves it out; each of `changes` by itself would bring it in.
    NotIncluded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
pub enum Change {
    SignIn,
    OtherNetwork,
    OtherTopic,
    WhenOneEnds,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Availability {
    pub channel: Channel,
    pub possibility: Possibility,
    /// Codes of the rules that forbid it, such as `contract_channel`; the most lasting first.
    pub rules: Vec<String>,
    /// When the contract's hours begin again; a callback can be asked for at that time.
    pub until: Option<Instant>,
    /// Of the contract's hours.
    pub zone: Option<String>,
    pub changes: Vec<Change>,
    /// Who asked now would be offered to somebody at once.
    pub free_now: bool,
    pub expected_wait: Option<ExpectedWait>,
    /// Who could serve it and is at work, busy or not; 0: nobody is here.
    pub agents_at_work: u32,
    /// As `possibility` is `POSSIBLE`.
    pub allowed: bool,
    /// For developers.
    pub message: String,
    /// As `until`.
    pub opens_at: Option<Instant>,
}
