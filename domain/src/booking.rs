//! A booking: an agent's future time kept for one customer.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AgentId, BookingId, CallbackId, ContactId},
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The qualified agent expected free first, from that moment.
    Next { contact: ContactId },
    /// An interval in the agent's calendar.
    Calendar { callback: CallbackId, from: Timestamp, until: Timestamp },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Another agent is free, or expected free, sooner.
    FreeSooner,
    /// Its agent is gone, or may no longer serve it.
    AgentGone,
    /// Somebody with an earlier place in the line took the agent.
    EarlierInLine,
    /// The customer left or was served elsewhere.
    CustomerLeft,
    Rescheduled,
}

events! { "booking" =>
    Made = "booking.made" @ 1 { booking: BookingId, agent: AgentId, kind: Kind, expected_at: Timestamp },
    Moved = "booking.moved" @ 1 { booking: BookingId, from: AgentId, agent: AgentId, expected_at: Timestamp, because: Because },
    /// Terminal: the agent was offered the customer it was kept for.
    Taken = "booking.taken" @ 1 { booking: BookingId, agent: AgentId },
    Released = "booking.released" @ 1 { booking: BookingId, because: Because },
    Lapsed = "booking.lapsed" @ 1 { booking: BookingId },
}
