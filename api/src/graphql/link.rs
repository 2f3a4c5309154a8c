//! A link as it is seen on screens: its medium, its state, its messages.

use async_graphql::{Enum, SimpleObject};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::scalar::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
#[graphql(remote = "domain::id::Channel")]
pub enum Channel {
    Phone,
    Chat,
    Email,
    WebCall,
    WebVideo,
    Data,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
#[graphql(remote = "domain::reservation::Party")]
pub enum Party {
    Agent,
    Customer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::link::Report")]
pub enum CallReport {
    Ringing,
    Answered,
    NoAnswer,
    Busy,
    Voicemail,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Message {
    pub id: Uuid,
    pub from: Party,
    pub at: Instant,
    /// Null: erased.
    pub text: Option<String>,
}

/// The customer's side of a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
#[graphql(name = "Link")]
pub struct OwnLink {
    pub id: Uuid,
    pub medium: String,
    pub state: String,
    pub messages: Vec<Message>,
}
