//! What became of a command: done, the domain's no, or not known yet.

use async_graphql::{Enum, SimpleObject, Union};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::scalar::Token;

/// Done: read with `atLeast: [token]` to see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Done {
    pub command_id: Uuid,
    pub token: Token,
}

/// The domain's no: a code with its data, of which screens make words. The message is for developers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Refused {
    pub command_id: Uuid,
    pub code: String,
    pub message: String,
    /// What the rule is about: its limit, the number, the name that is not known.
    #[serde(default)]
    pub data: Vec<Datum>,
}

/// One of the things that a refusal is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Datum {
    pub name: String,
    pub value: String,
}

pub(crate) fn data(data: domain::refusal::Data) -> Vec<Datum> {
    data.into_iter().map(|(name, value)| Datum { name, value }).collect()
}

/// Not decided within the door's wait: ask `outcome` later; sending the same commandId again is safe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct NotKnownYet {
    pub command_id: Uuid,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Union)]
pub enum ActPayload {
    Done(Done),
    Refused(Refused),
    NotKnownYet(NotKnownYet),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
pub enum OutcomeState {
    /// Nobody has decided it yet: it may still come.
    Unknown,
    Done,
    Refused,
    /// Partition time has passed every moment at which it could have been decided.
    Never,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Outcome {
    pub state: OutcomeState,
    pub token: Option<Token>,
    pub refused: Option<Refused>,
}
