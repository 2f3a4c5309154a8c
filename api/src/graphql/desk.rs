//! The agent's desk and the supervisor's board: what the two live screens show.

use async_graphql::SimpleObject;
use uuid::Uuid;

use super::{
    agent::AgentRow,
    booking::BookingRow,
    callback::CallbackRow,
    contact::{ContactRow, DeskContact},
    display::DisplayInvitation,
    metric::Totals,
    policy::{Code, Rejection},
    queue::QueueRow,
    reservation::{Offer, OfferRow},
    scalar::{Instant, Token},
};

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Desk {
    pub tokens: Vec<Token>,
    pub now: Instant,
    pub me: AgentRow,
    pub offers: Vec<Offer>,
    pub contacts: Vec<DeskContact>,
    /// Bookings: customers for whom my next free moment or an interval is kept.
    pub bookings: Vec<BookingRow>,
    /// Displays that I was invited to look at.
    pub invitations: Vec<DisplayInvitation>,
    pub dispositions: Vec<Code>,
    pub reasons: Vec<Code>,
    /// Reasons for rejecting an offer.
    pub rejections: Vec<Rejection>,
    /// An offer that was rejected without a reason: answered by `explainRejection`. No offers meanwhile.
    pub question: Option<RejectionQuestion>,
}

#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct RejectionQuestion {
    pub reservation: Uuid,
    pub contact: Uuid,
    /// It is asked no more then.
    pub until: Instant,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Board {
    pub tokens: Vec<Token>,
    pub now: Instant,
    pub queues: Vec<QueueRow>,
    pub agents: Vec<AgentRow>,
    pub contacts: Vec<ContactRow>,
    pub callbacks: Vec<CallbackRow>,
    pub bookings: Vec<BookingRow>,
    pub offers: Vec<OfferRow>,
    pub totals: Totals,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct BoardChange {
    pub version: u64,
    pub tokens: Vec<Token>,
    pub now: Instant,
    /// True: forget what you have; this is everything.
    pub snapshot: bool,
    pub queues: Vec<QueueRow>,
    pub agents: Vec<AgentRow>,
    pub contacts: Vec<ContactRow>,
    pub callbacks: Vec<CallbackRow>,
    pub bookings: Vec<BookingRow>,
    pub gone: Vec<Gone>,
    pub totals: Totals,
}

/// kind: agent, contact, callback, booking.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Gone {
    pub kind: String,
    pub id: Uuid,
}
