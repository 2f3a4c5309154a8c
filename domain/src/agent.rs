//! An agent: a person who serves, what they can do, and whether they may be given work now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    id::{AgentId, Channel, ReasonCode},
    requirement::Skills,
    time::Deadline,
};

/// How many contacts of a channel fill an agent; a contact costs the reciprocal, and the sum stays within one.
pub type Capacity = BTreeMap<Channel, u8>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Offline,
    Available,
    Away,
    Break,
    Meal,
    Meeting,
    Training,
    Busy,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Makes an agent known to the site, or gives them other skills or capacity.
    Enroll {
        agent: AgentId,
        version: u32,
        skills: Skills,
        capacity: Capacity,
    },
    SignIn {
        agent: AgentId,
    },
    /// A change while busy is deferred until the agent is free, unless `force`.
    SetPresence {
        agent: AgentId,
        presence: Presence,
        reason: Option<ReasonCode>,
        #[serde(default)]
        force: bool,
    },
    /// Refused while the agent has work, unless the device is lost.
    SignOut {
        agent: AgentId,
    },
    /// The agent's last device has gone from its node; a grace begins.
    DeviceLost {
        agent: AgentId,
    },
    DeviceReturned {
        agent: AgentId,
    },
}

events! { "agent" =>
    Enrolled = "agent.enrolled" @ 1 { agent: AgentId, version: u32, skills: Skills, capacity: Capacity },
    SignedIn = "agent.signed_in" @ 1 { agent: AgentId },
    PresenceChanged = "agent.presence_changed" @ 1 { agent: AgentId, presence: Presence, reason: Option<ReasonCode> },
    PresenceChangeDeferred = "agent.presence_change_deferred" @ 1 { agent: AgentId, presence: Presence, reason: Option<ReasonCode> },
    /// Signed out by `until` unless the device returns.
    DeviceLost = "agent.device_lost" @ 1 { agent: AgentId, until: Deadline },
    DeviceReturned = "agent.device_returned" @ 1 { agent: AgentId },
    /// An offer timed out: no offers before `until`.
    StoppedResponding = "agent.stopped_responding" @ 1 { agent: AgentId, until: Deadline },
    RespondingAgain = "agent.responding_again" @ 1 { agent: AgentId },
    SignedOut = "agent.signed_out" @ 1 { agent: AgentId },
}
