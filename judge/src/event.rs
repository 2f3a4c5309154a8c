//! What the laws need to know of an event: the judge's own reading of a record's type and data.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::{Deserialize, de::DeserializeOwned};
use uuid::Uuid;

/// How long a state may last, by the queue's definition in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Limits {
    #[serde(rename = "wait_secs_max")]
    pub wait_secs: i64,
    pub offer_secs: i64,
    pub linking_secs: i64,
    #[serde(rename = "talk_secs_max")]
    pub talk_secs: i64,
    pub wrap_up_secs: i64,
    pub callback_expires_secs: i64,
}

/// Whom a reservation holds, and for which contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Held {
    pub reservation: Uuid,
    pub contact: Uuid,
    pub agent: Uuid,
    #[serde(default)]
    pub until: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Offer {
    pub reservation: Uuid,
    pub contact: Uuid,
    pub agent: Uuid,
    pub channel: String,
    pub until: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Queued {
    pub contact: Uuid,
    pub queue: String,
    #[serde(default)]
    pub callback: Option<Uuid>,
    pub until: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    Asap,
    Scheduled { at: i64 },
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Requested {
    pub callback: Uuid,
    pub queue: String,
    pub when: When,
    pub until: i64,
}

/// An event as far as a law looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    AgentEnrolled {
        agent: Uuid,
        capacity: BTreeMap<String, u8>,
    },
    QueueDefined {
        queue: String,
        limits: Limits,
    },
    ContactQueued(Queued),
    /// Talking or resumed.
    ContactTalking {
        contact: Uuid,
        until: i64,
    },
    ContactHeld {
        contact: Uuid,
        until: i64,
    },
    /// Completed or left.
    ContactEnded {
        contact: Uuid,
    },
    Offered(Offer),
    Accepted(Held),
    /// Connecting or connected.
    Linked(Held),
    Wrapping(Held),
    /// An offer or a wrap-up that fell due while nobody decided gets one fresh term.
    Extended(Held),
    /// Completed, rejected, timed out, cancelled, rescinded or failed.
    ReservationEnded(Held),
    CallbackRequested(Requested),
    CallbackScheduled {
        callback: Uuid,
        at: i64,
    },
    CallbackRescheduled {
        callback: Uuid,
        when: When,
        until: i64,
    },
    AttemptStarted {
        callback: Uuid,
        attempt: u8,
    },
    AttemptEnded {
        callback: Uuid,
        attempt: u8,
    },
    CallbackCompleted {
        callback: Uuid,
    },
    /// No law looks at it.
    Other,
}

impl Event {
    pub fn read(kind: &str, data: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Enrolled {
            agent: Uuid,
            capacity: BTreeMap<String, u8>,
        }
        #[derive(Deserialize)]
        struct Defined {
            queue: String,
            definition: Limits,
        }
        #[derive(Deserialize)]
        struct Contact {
            contact: Uuid,
            #[serde(default)]
            until: i64,
        }
        #[allow(clippy::struct_field_names, reason = "the field is named by the log")]
        #[derive(Deserialize)]
        struct Callback {
            callback: Uuid,
            #[serde(default)]
            attempt: u8,
            #[serde(default)]
            at: i64,
        }
        #[derive(Deserialize)]
        struct Rescheduled {
            callback: Uuid,
            when: When,
            until: i64,
        }
        Ok(match kind {
            "agent.enrolled" => {
                let Enrolled { agent, capacity } = json(data)?;
                Self::AgentEnrolled { agent, capacity }
            }
            "queue.defined" => {
                let Defined { queue, definition: limits } = json(data)?;
                Self::QueueDefined { queue, limits }
            }
            "contact.queued" => Self::ContactQueued(json(data)?),
            "contact.talking" | "contact.resumed" => {
                let Contact { contact, until } = json(data)?;
                Self::ContactTalking { contact, until }
            }
            "contact.held" => {
                let Contact { contact, until } = json(data)?;
                Self::ContactHeld { contact, until }
            }
            "contact.completed" | "contact.left" => {
                let Contact { contact, .. } = json(data)?;
                Self::ContactEnded { contact }
            }
            "reservation.offered" => Self::Offered(json(data)?),
            "reservation.accepted" => Self::Accepted(json(data)?),
            "reservation.connecting" | "reservation.connected" => Self::Linked(json(data)?),
            "reservation.wrapping" => Self::Wrapping(json(data)?),
            "reservation.extended" => Self::Extended(json(data)?),
            "reservation.completed"
            | "reservation.rejected"
            | "reservation.timed_out"
            | "reservation.cancelled"
            | "reservation.rescinded"
            | "reservation.failed" => Self::ReservationEnded(json(data)?),
            "callback.requested" => Self::CallbackRequested(json(data)?),
            "callback.scheduled" => {
                let Callback { callback, at, .. } = json(data)?;
                Self::CallbackScheduled { callback, at }
            }
            "callback.rescheduled" => {
                let Rescheduled { callback, when, until } = json(data)?;
                Self::CallbackRescheduled { callback, when, until }
            }
            "callback.attempt_started" => {
                let Callback { callback, attempt, .. } = json(data)?;
                Self::AttemptStarted { callback, attempt }
            }
            "callback.attempt_ended" => {
                let Callback { callback, attempt, .. } = json(data)?;
                Self::AttemptEnded { callback, attempt }
            }
            "callback.completed" => {
                let Callback { callback, .. } = json(data)?;
                Self::CallbackCompleted { callback }
            }
            _ => Self::Other,
        })
    }
}

fn json<T: DeserializeOwned>(data: &str) -> Result<T> {
    serde_json::from_str(data).context("its data is not what its type promises")
}
