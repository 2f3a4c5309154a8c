//! What a request requires of an agent: skills at a minimum level, joined by all, any and not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::SkillName;

/// How well an agent does something: 0 (not at all) to 5.
pub type Proficiency = u8;
pub const PROFICIENCY_MAX: Proficiency = 5;

pub type Skills = BTreeMap<SkillName, Proficiency>;

/// As JSON: `"anybody"`, `{"skill":{"name":"billing","level":2}}`, `{"all":[…]}`, `{"any":[…]}`, `{"not":…}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    #[default]
    Anybody,
    Skill {
        name: SkillName,
        level: Proficiency,
    },
    All(Vec<Requirement>),
    Any(Vec<Requirement>),
    Not(Box<Requirement>),
}

impl Requirement {
    pub fn skill(name: &SkillName, level: Proficiency) -> Self {
        Self::Skill { name: name.clone(), level }
    }

    /// Both this and `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Anybody, one) | (one, Self::Anybody) => one,
            (Self::All(mut all), Self::All(more)) => {
                all.extend(more);
                Self::All(all)
            }
            (Self::All(mut all), one) | (one, Self::All(mut all)) => {
                all.push(one);
                Self::All(all)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }

    pub fn holds(&self, skills: &Skills) -> bool {
        match self {
            Self::Anybody => true,
            Self::Skill { name, level } => skills.get(name).is_some_and(|has| has >= level),
            Self::All(all) => all.iter().all(|one| one.holds(skills)),
            Self::Any(any) => any.iter().any(|one| one.holds(skills)),
            Self::Not(one) => !one.holds(skills),
        }
    }

    /// Sum of the proficiencies in the skills asked for: what "best proficiency" compares.
    pub fn proficiency(&self, skills: &Skills) -> u32 {
        match self {
            Self::Anybody | Self::Not(_) => 0,
            Self::Skill { name, .. } => skills.get(name).copied().unwrap_or(0).into(),
            Self::All(some) | Self::Any(some) => {
                some.iter().map(|one| one.proficiency(skills)).sum()
            }
        }
    }
}
