//! What a customer sees: their own requests, callbacks, services and tickets, and the answers to asking.

use async_graphql::{Enum, SimpleObject};
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
    wait::{Availability, Change, ExpectedWait},
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Me {
    pub visit: Uuid,
    pub signed_in: bool,
    /// The site's own country, as ISO 3166 writes it: numbers without a country's code are of this one.
    pub country: String,
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
    /// Until somebody talks, when the customer began to wait; then since when it is in this state.
    pub since: Instant,
    /// Whoever served it was gone then, and it waits again.
    #[serde(default)]
    pub handed_back_at: Option<Instant>,
    /// While it waits.
    pub wait: Option<Wait>,
    /// 1 is next; not told where nobody is here.
    pub position: Option<u64>,
    pub expected_wait: Option<ExpectedWait>,
    /// Kept for this customer when the agent is free.
    pub booked: Option<Booked>,
    pub agent_name: Option<String>,
    pub link: Option<OwnLink>,
    pub can_cancel: bool,
    /// The talk is over.
    pub can_rate: bool,
    pub rated: Option<u8>,
    /// How it left the queue: `timed_out`, `withdrawn` (by staff), `abandoned`, `answered`, …
    pub reason: Option<String>,
    pub ended_at: Option<Instant>,
    /// It ended without the customer's doing: show it until it is seen.
    pub until_seen: bool,
    /// Of this visit; on another device there is none.
    pub display: Option<OwnDisplay>,
}

/// What somebody who waits can count on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
pub enum Wait {
    InLine,
    /// An agent is kept for this customer: see `booked`.
    Booked,
    /// Nobody who could serve it is at work.
    NobodyHere,
}

/// How far the call of an attempt has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
pub enum Call {
    /// An agent has accepted and is about to dial.
    Accepted,
    Ringing,
    Talking,
}

/// What became of the agent's time that a callback for a time needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
pub enum Promise {
    /// Kept by the agent in `booked`.
    Booked,
    /// No agent had that time free: it joins the line then, and is called in its turn.
    NotBooked,
    /// Kept by another agent than before.
    Moved,
    /// Given up by our side: it joins the line then, and is called in its turn.
    Released,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Booked {
    pub agent_name: String,
    /// By what is known now, never in the past.
    pub expected_at: Instant,
}

#[allow(clippy::struct_excessive_bools, reason = "each is a thing that the customer may do or see")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct OwnCallback {
    pub id: Uuid,
    pub state: CallbackState,
    /// Of the attempt under way.
    pub contact: Option<Uuid>,
    pub contact_state: Option<ContactState>,
    /// How far the call of this attempt has come.
    pub call: Option<Call>,
    /// Who calls, once somebody has accepted.
    pub agent_name: Option<String>,
    pub topic: String,
    pub topic_title: String,
    /// In the form of E.164.
    pub number: Option<String>,
    /// As one writes it in its own country, or with the country's code for those of other countries.
    pub number_shown: Option<String>,
    pub asap: bool,
    pub at: Option<Instant>,
    pub zone: Option<String>,
    /// When it was asked for.
    pub since: Instant,
    /// While it waits in line.
    pub wait: Option<Wait>,
    /// 1 is next; not told where nobody is here.
    pub position: Option<u64>,
    pub expected_wait: Option<ExpectedWait>,
    pub booked: Option<Booked>,
    /// Of a callback for a time: whether an agent's time is kept for it.
    pub promise: Option<Promise>,
    /// Since when it is so; with `MOVED` and `RELEASED`: show it until it is seen.
    pub promise_since: Option<Instant>,
    pub attempts: u32,
    /// What became of the last attempt: `busy`, `no_answer`, `voicemail`, …
    pub last_attempt: Option<String>,
    pub next_try: Option<Instant>,
    /// Why it ended: `agent_connected`, `cancelled_by_staff`, `expired`, `attempts_exhausted`, …
    pub reason: Option<String>,
    pub ended_at: Option<Instant>,
    /// It ended without the customer's doing: show it until it is seen.
    pub until_seen: bool,
    pub can_cancel: bool,
    pub can_reschedule: bool,
    /// The talk is over; rate its `contact`.
    pub can_rate: bool,
    pub rated: Option<u8>,
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
    /// Of a callback for a time.
    pub promise: Option<Promise>,
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
    /// What was asked on.
    pub channel: Channel,
    pub topic: String,
    /// The same list as `availability`, at the moment of the answer.
    pub channels: Vec<Availability>,
    /// For developers.
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
    /// With `at`: on this channel at that time; without: now.
    pub channel: Option<Channel>,
    pub at: Option<Instant>,
    pub change: Option<Change>,
    pub message: String,
}

/// A phone number as it would be kept, or what keeps it from being one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct PhoneNumber {
    pub valid: bool,
    /// Such as `+441632960104`.
    pub e164: Option<String>,
    /// As one writes it in its own country: `01632 960104`.
    pub national: Option<String>,
    /// With its country's code: `+44 1632 960104`.
    pub international: Option<String>,
    /// The number's country, as ISO 3166 writes it; of one that is not valid: the country it was read for.
    pub country: Option<String>,
    /// `number.empty`, `number.not_a_number`, `number.too_short`, `number.too_long`, `number.extension`,
    /// `number.country_unknown`, `number.unassigned`.
    pub problem: Option<String>,
    /// A number of that country, for a hint.
    pub example: String,
}
