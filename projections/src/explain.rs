//! Explain: why an agent was offered a contact, out of what the decision recorded.

use domain::{
    id::{AgentId, ReservationId},
    reservation::Why,
    time::Timestamp,
};
use serde::Deserialize;

use crate::contact_timeline::TimelineRow;

/// One offer, and everybody who was weighed for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    pub reservation: ReservationId,
    pub at: Timestamp,
    pub agent: AgentId,
    pub why: Why,
}

/// Every offer in a contact's timeline, oldest first.
pub fn explain(timeline: &[TimelineRow]) -> Vec<Explained> {
    #[derive(Deserialize)]
    struct Offered {
        reservation: ReservationId,
        agent: AgentId,
        why: Why,
    }
    let offers = timeline.iter().filter(|row| row.kind == "reservation.offered");
    offers
        .filter_map(|row| {
            let Offered { reservation, agent, why } = serde_json::from_str(&row.data).ok()?;
            Some(Explained { reservation, at: row.at, agent, why })
        })
        .collect()
}
