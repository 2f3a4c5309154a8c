//! A member of staff: roles, and for agents skills and capacity. Logins and passwords live in the key store.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    agent::{CAPACITY_MAX, Capacity},
    command::refusals,
    id::{Channel, SiteName, SkillName, StaffId},
    requirement::{PROFICIENCY_MAX, Proficiency, Skills},
    sealed::Sealed,
    tenant::Tenant,
};

pub const STAFF_MAX: usize = 20_000;
pub const SKILLS_MAX: usize = 64;

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
#[serde(rename_all = "snake_case")]
pub enum Member {
    Serving(Profile),
    /// Whoever comes back continues the count.
    Left {
        version: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub version: u32,
    pub name: Sealed<String>,
    pub roles: BTreeSet<Role>,
    pub site: SiteName,
    pub skills: Skills,
    pub capacity: Capacity,
}

pub type Staff = BTreeMap<StaffId, Member>;

impl Member {
    pub fn serving(&self) -> Option<&Profile> {
        match self {
            Self::Serving(profile) => Some(profile),
            Self::Left { .. } => None,
        }
    }

    pub fn version(&self) -> u32 {
        match self {
            Self::Serving(Profile { version, .. }) | Self::Left { version } => *version,
        }
    }
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

refusals! { "staff" =>
    Unknown { staff: StaffId } = "unknown", "there is no member of staff {staff}";
    UnknownSite { site: SiteName } = "unknown_site", "there is no site `{site}`; open it first";
    NoRole = "no_role", "a member of staff has at least one role";
    Proficiency { skill: SkillName, level: Proficiency } with { most = PROFICIENCY_MAX } = "proficiency", "`{skill}` is at level {level}; levels go from 0 to {PROFICIENCY_MAX}";
    Skills with { most = SKILLS_MAX } = "skills", "nobody has more than {SKILLS_MAX} skills here; leave out those at level 0";
    Capacity { channel: &'static str, capacity: u8 } with { most = CAPACITY_MAX } = "capacity", "{capacity} contacts of `{channel}` at a time are not possible; choose 1 to {CAPACITY_MAX}";
    NoCapacity = "no_capacity", "an agent has capacity for at least one channel";
    TooMany with { most = STAFF_MAX } = "too_many", "there are {STAFF_MAX} members of staff already";
}

pub(crate) fn decide(tenant: &Tenant, command: Command) -> Result<Vec<Event>, Refusal> {
    let held = |staff| tenant.staff().get(&staff);
    match command {
        Command::Enroll { staff, name, roles, site, skills, capacity } => {
            if !tenant.sites().contains(&site) {
                return Err(Refusal::UnknownSite { site });
            }
            check(&roles, &skills, &capacity)?;
            let held = held(staff);
            if held.is_none() && tenant.staff().len() >= STAFF_MAX {
                return Err(Refusal::TooMany);
            }
            let version = held.map_or(0, Member::version) + 1;
            let profile = Profile { version, name, roles, site, skills, capacity };
            if held.and_then(Member::serving).is_some_and(|held| held.same_as(&profile)) {
                return Ok(vec![]);
            }
            let Profile { version, name, roles, site, skills, capacity } = profile;
            Ok(vec![Event::Enrolled { staff, version, name, roles, site, skills, capacity }])
        }
        Command::Leave { staff } => match held(staff) {
            Some(Member::Serving(_)) => Ok(vec![Event::Left { staff }]),
            Some(Member::Left { .. }) => Ok(vec![]),
            None => Err(Refusal::Unknown { staff }),
        },
    }
}

impl Profile {
    /// In everything but the version.
    fn same_as(&self, other: &Self) -> bool {
        *self == Self { version: self.version, ..other.clone() }
    }
}

fn check(roles: &BTreeSet<Role>, skills: &Skills, capacity: &Capacity) -> Result<(), Refusal> {
    if roles.is_empty() {
        return Err(Refusal::NoRole);
    }
    if skills.len() > SKILLS_MAX {
        return Err(Refusal::Skills);
    }
    if let Some((skill, level)) = skills.iter().find(|(_, level)| **level > PROFICIENCY_MAX) {
        return Err(Refusal::Proficiency { skill: skill.clone(), level: *level });
    }
    let possible = |capacity: &u8| (1..=CAPACITY_MAX).contains(capacity);
    if let Some((channel, capacity)) = capacity.iter().find(|(_, capacity)| !possible(capacity)) {
        return Err(Refusal::Capacity { channel: Channel::as_str(*channel), capacity: *capacity });
    }
    if roles.contains(&Role::Agent) && capacity.is_empty() {
        return Err(Refusal::NoCapacity);
    }
    Ok(())
}

pub(crate) fn evolve(members: &mut Staff, event: &Event) {
    match event.clone() {
        Event::Enrolled { staff, version, name, roles, site, skills, capacity } => {
            let profile = Profile { version, name, roles, site, skills, capacity };
            members.insert(staff, Member::Serving(profile));
        }
        Event::Left { staff } => {
            let version = members.get(&staff).map_or(0, Member::version);
            members.insert(staff, Member::Left { version });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::SubjectId,
        tenant::tests::{given, sealed},
    };

    const NOOR: StaffId = StaffId(uuid::Uuid::from_u128(0x500));

    fn enroll(roles: &[Role], level: u8, chats: Option<u8>) -> Command {
        Command::Enroll {
            staff: NOOR,
            name: sealed(SubjectId(NOOR.0)),
            roles: roles.iter().copied().collect(),
            site: SiteName::parse("demo").unwrap(),
            skills: [(SkillName::parse("billing").unwrap(), level)].into(),
            capacity: chats.map(|chats| (Channel::Chat, chats)).into_iter().collect(),
        }
    }

    #[test]
    fn each_change_is_the_next_version_also_after_coming_back() {
        let mut tenant = given(&[]);
        for (command, events, version) in [
            (enroll(&[Role::Agent], 3, Some(3)), 1, Some(1)),
            (enroll(&[Role::Agent], 3, Some(3)), 0, Some(1)),
            (enroll(&[Role::Agent], 4, Some(3)), 1, Some(2)),
            (Command::Leave { staff: NOOR }, 1, None),
            (Command::Leave { staff: NOOR }, 0, None),
            (enroll(&[Role::Agent, Role::Supervisor], 4, Some(3)), 1, Some(3)),
        ] {
            assert_eq!(tenant.must(command).len(), events);
            assert_eq!(tenant.staff()[&NOOR].serving().map(|held| held.version), version);
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let mut tenant = given(&[]);
        let Command::Enroll { staff, name, roles, skills, capacity, .. } =
            enroll(&[Role::Agent], 1, Some(1))
        else {
            unreachable!("enroll enrolls")
        };
        let site = SiteName::parse("elsewhere").unwrap();
        let elsewhere = Command::Enroll { staff, name, roles, site, skills, capacity };
        for (command, code) in [
            (elsewhere, "staff.unknown_site"),
            (enroll(&[], 3, Some(3)), "staff.no_role"),
            (enroll(&[Role::Agent], 6, Some(3)), "staff.proficiency"),
            (enroll(&[Role::Agent], 3, Some(0)), "staff.capacity"),
            (enroll(&[Role::Agent], 3, Some(11)), "staff.capacity"),
            (enroll(&[Role::Agent], 3, None), "staff.no_capacity"),
            (Command::Leave { staff: NOOR }, "staff.unknown"),
        ] {
            assert_eq!(tenant.refused(command), code);
        }
        assert_eq!(tenant.must(enroll(&[Role::Auditor], 0, None)).len(), 1);
    }
}
