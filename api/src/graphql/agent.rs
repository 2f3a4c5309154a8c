//! An agent as the desk and the board show one.

use async_graphql::{ComplexObject, Context, Enum, Result, SimpleObject};
use domain::id::AgentId;
use uuid::Uuid;

use super::{link::Channel, scalar::Instant};
use crate::inside::inside;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::agent::Presence")]
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RoutingStatus {
    OffQueue,
    Idle,
    Reserved,
    Interacting,
    AfterContactWork,
    NotResponding,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct AgentRow {
    pub id: Uuid,
    pub presence: Presence,
    pub reason: Option<String>,
    pub deferred: Option<Presence>,
    pub status: RoutingStatus,
    pub since: Instant,
    pub device_lost: bool,
    /// Contacts of others at whose displays they look on as an expert; no offers meanwhile.
    pub advises: Vec<Uuid>,
    pub contacts: Vec<Uuid>,
    pub skills: Vec<Skill>,
    pub capacity: Vec<ChannelCapacity>,
}

#[ComplexObject]
impl AgentRow {
    async fn name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.agent(AgentId(self.id)).await
    }
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Skill {
    pub name: String,
    pub level: u8,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct ChannelCapacity {
    pub channel: Channel,
    pub max: u8,
}

pub fn skills(skills: &domain::requirement::Skills) -> Vec<Skill> {
    skills.iter().map(|(name, level)| Skill { name: name.to_string(), level: *level }).collect()
}

pub fn capacity(capacity: &domain::agent::Capacity) -> Vec<ChannelCapacity> {
    capacity
        .iter()
        .map(|(channel, max)| ChannelCapacity { channel: (*channel).into(), max: *max })
        .collect()
}
