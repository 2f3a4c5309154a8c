//! A member of staff: roles, and for agents skills and capacity. Logins and passwords live in the key store.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    agent::Capacity,
    id::{SiteName, StaffId},
    requirement::Skills,
    sealed::Sealed,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Agent,
    Supervisor,
    Analyst,
    Auditor,
    Administrator,
}

impl Role {
    pub const ALL: [Self; 5] =
        [Self::Agent, Self::Supervisor, Self::Analyst, Self::Auditor, Self::Administrator];
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Adds a member of staff or changes one (the next version).
    Enroll {
        staff: StaffId,
        name: Sealed<String>,
        roles: BTreeSet<Role>,
        site: SiteName,
        skills: Skills,
        capacity: Capacity,
    },
    Leave {
        staff: StaffId,
    },
}

events! { "staff" =>
    Enrolled = "staff.enrolled" @ 1 {
        staff: StaffId, version: u32, name: Sealed<String>, roles: BTreeSet<Role>, site: SiteName, skills: Skills, capacity: Capacity,
    },
    Left = "staff.left" @ 1 { staff: StaffId },
}
