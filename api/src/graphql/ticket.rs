//! A ticket: a trouble that the customer reported.

use async_graphql::{Enum, SimpleObject};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::scalar::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
#[graphql(remote = "domain::ticket::State")]
pub enum TicketState {
    Open,
    Pending,
    Solved,
    Closed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Ticket {
    pub id: Uuid,
    pub number: u32,
    pub topic: String,
    pub topic_title: String,
    pub state: TicketState,
    pub text: Option<String>,
    pub service: Option<Uuid>,
    pub opened_at: Instant,
    pub changed_at: Instant,
    pub notes: Vec<TicketNote>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct TicketNote {
    pub at: Instant,
    pub state: TicketState,
    pub text: Option<String>,
}
