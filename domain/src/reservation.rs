//! A reservation: an agent held for one contact until a deadline; what the agent sees of it is the offer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    id::{AgentId, BookingId, Channel, ContactId, QueueName, ReasonCode, ReservationId},
    requirement::Requirement,
    time::{Deadline, Timestamp},
};

/// Why this agent: what `explain` starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub queue_version: u32,
    pub step: u8,
    pub requirement: Requirement,
    /// The best ten, the chosen one first.
    pub candidates: Vec<Candidate>,
    /// Agents not considered, by reason: `not_qualified`, `busy`, `not_available`, `declined`, `kept_for_booking`.
    pub excluded: BTreeMap<String, u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub agent: AgentId,
    pub idle_since: Timestamp,
    pub proficiency: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    Agent,
    Customer,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Accepting twice is accepting once.
    Accept {
        reservation: ReservationId,
    },
    Reject {
        reservation: ReservationId,
        reason: Option<ReasonCode>,
    },
}

events! { "reservation" =>
    Offered = "reservation.offered" @ 1 {
        reservation: ReservationId, contact: ContactId, agent: AgentId, queue: QueueName, channel: Channel,
        until: Deadline, booking: Option<BookingId>, why: Why,
    },
    /// The link must be set up by `until`.
    Accepted = "reservation.accepted" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId, until: Deadline },
    Rejected = "reservation.rejected" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId, reason: Option<ReasonCode> },
    TimedOut = "reservation.timed_out" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId },
    /// The customer left.
    Cancelled = "reservation.cancelled" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId },
    /// Staff or a rule took it back.
    Rescinded = "reservation.rescinded" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId },
    Connecting = "reservation.connecting" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId, party: Party },
    Connected = "reservation.connected" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId },
    Wrapping = "reservation.wrapping" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId, until: Deadline },
    Completed = "reservation.completed" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId },
    Failed = "reservation.failed" @ 1 { reservation: ReservationId, contact: ContactId, agent: AgentId, cause: String },
}
