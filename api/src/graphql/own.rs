//! What a customer sees: their own requests, callbacks, services and tickets, and the answers to asking.

use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    callback::CallbackState,
    contact::ContactState,
    display::OwnDisplay,
    link::{Channel, OwnLink},
    scalar::{Instant, Token},
    service::Service,
    ticket::Ticket,
    wait::ExpectedWait,
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Me {
    pub visit: Uuid,
    pub signed_in: bool,
    pub name: Option<String>,
    pub contract_title: Option<String>,
    pub network: Option<String>,
    pub tokens: Vec<Token>,
    pub contacts: Vec<OwnContact>,
    pub callbacks: Vec<OwnCallback>,
    pub services: Vec<Service>,
    pub tickets: Vec<Ticket>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct OwnContact {
    pub id: Uuid,
    pub state: ContactState,
    pub channel: Channel,
    pub topic: String,
    pub topic_title: String,
    pub since: Instant,
    /// 1 is next.
    /// Whoever served it was gone then, and it waits again.
    #[serde(default)]
    pub handed_back_at: Option<Instant>,
    pub position: Option<u64>,
    pub expected_wait: Option<ExpectedWait>,
    /// Kept for this customer when the agent is free.
    pub booked: Option<Booked>,
    pub agent_name: Option<String>,
    pub link: Option<OwnLink>,
    pub can_cancel: bool,
    pub rated: Option<u8>,
    /// Of this visit; on another device there is none.
    pub display: Option<OwnDisplay>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Booked {
    pub agent_name: String,
    pub expected_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct OwnCallback {
    pub id: Uuid,
    pub state: CallbackState,
    /// Of the attempt under way.
    pub contact: Option<Uuid>,
    pub contact_state: Option<ContactState>,
    /// Who calls.
    pub agent_name: Option<String>,
    pub topic: String,
    pub topic_title: String,
    pub number: Option<String>,
    pub asap: bool,
    pub at: Option<Instant>,
    pub zone: Option<String>,
    pub position: Option<u64>,
    pub expected_wait: Option<ExpectedWait>,
    pub booked: Option<Booked>,
    pub attempts: u32,
    pub next_try: Option<Instant>,
    pub reason: Option<String>,
    pub can_cancel: bool,
    pub can_reschedule: bool,
    /// Of this visit and of the attempt under way.
    pub display: Option<OwnDisplay>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Asked {
    pub command_id: Uuid,
    pub token: Token,
    pub contact: Uuid,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct CallbackRequested {
    pub command_id: Uuid,
    pub token: Token,
    pub callback: Uuid,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct TicketFiled {
    pub command_id: Uuid,
    pub token: Token,
    pub ticket: Uuid,
    pub number: u32,
}

/// The request is not covered: which rules forbade it, and what is possible instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Denied {
    pub command_id: Uuid,
    pub token: Token,
    pub message: String,
    pub rules: Vec<DeniedRule>,
    pub instead: Vec<Instead>,
    pub contract_title: Option<String>,
    pub contract_version: u32,
    pub network: Option<String>,
    pub network_version: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct DeniedRule {
    pub code: String,
    pub by: String,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Instead {
    pub channel: Option<Channel>,
    pub at: Option<Instant>,
    pub message: String,
}
