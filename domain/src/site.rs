//! A site: the queues whose agents may be shared, and all their live work, decided in one partition.

use serde::{Deserialize, Serialize};

sum_of_events! {
    /// Everything that a site's partition holds.
    SiteEvent {
        Agent(agent), Booking(booking), Callback(callback), Command(command), Contact(contact), Entitlement(entitlement),
        Link(link), Queue(queue), Reservation(reservation),
    }
}

/// Everything that a site's partition is asked to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum SiteCommand {
    Agent(crate::agent::Command),
    Callback(crate::callback::Command),
    Contact(crate::contact::Command),
    Link(crate::link::Command),
    Queue(crate::queue::Command),
    Reservation(crate::reservation::Command),
}
