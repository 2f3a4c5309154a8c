//! A contact as staff see it: its row, the agent's own view of it, and everything about one.

use async_graphql::{ComplexObject, Context, Enum, Result, SimpleObject};
use domain::{
    id::{AccountId, AgentId},
    sealed::Sealed,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    display::Display,
    link::{Channel, Message},
    reservation::ScreenPop,
    scalar::Instant,
};
use crate::inside::inside;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
pub enum ContactState {
    Waiting,
    Offered,
    Linking,
    Talking,
    Held,
    Wrapping,
    Completed,
    Left,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct ContactRow {
    pub id: Uuid,
    pub state: ContactState,
    pub channel: Channel,
    pub queue: String,
    pub topic: String,
    pub priority: u8,
    pub queued_at: Instant,
    pub since: Instant,
    pub until: Option<Instant>,
    pub position: Option<u64>,
    pub step: u8,
    pub agent: Option<Uuid>,
    pub account: Option<Uuid>,
    pub callback: Option<Uuid>,
    pub exit: Option<String>,
    pub disposition: Option<String>,
}

#[ComplexObject]
impl ContactRow {
    async fn agent_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match self.agent {
            Some(agent) => inside(ctx).names.agent(AgentId(agent)).await,
            None => Ok(None),
        }
    }

    async fn customer_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match self.account {
            Some(account) => inside(ctx).names.account(AccountId(account)).await,
            None => Ok(None),
        }
    }
}

/// A contact that is the agent's own now.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct DeskContact {
    pub contact: Uuid,
    pub state: ContactState,
    pub channel: Channel,
    pub queue: String,
    pub since: Instant,
    pub until: Option<Instant>,
    pub pop: ScreenPop,
    pub link: Option<DeskLink>,
    pub display: Option<Display>,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct DeskLink {
    pub id: Uuid,
    pub medium: String,
    pub state: String,
    #[graphql(skip)]
    pub to_dial: Option<Sealed<String>>,
    #[graphql(skip)]
    pub said: Vec<projections::floor::Message>,
}

#[ComplexObject]
impl DeskLink {
    /// By-hand phone: the number to dial.
    async fn number(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.open_some(self.to_dial.as_ref()).await
    }

    async fn messages(&self, ctx: &Context<'_>) -> Result<Vec<Message>> {
        inside(ctx).names.messages(&self.said).await
    }
}

/// explain: why this agent, who else was weighed, under which version.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct ContactDetail {
    pub row: ContactRow,
    pub pop: ScreenPop,
    pub timeline: Vec<TimelineEntry>,
    pub explain: Vec<Explain>,
    #[graphql(skip)]
    pub said: Vec<projections::floor::Message>,
    #[graphql(skip)]
    pub noted: Option<Sealed<String>>,
}

#[ComplexObject]
impl ContactDetail {
    async fn transcript(&self, ctx: &Context<'_>) -> Result<Vec<Message>> {
        inside(ctx).names.messages(&self.said).await
    }

    async fn notes(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.open_some(self.noted.as_ref()).await
    }
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct TimelineEntry {
    pub at: Instant,
    pub seq: u64,
    pub kind: String,
    pub text: String,
    pub actor: String,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct Explain {
    pub reservation: Uuid,
    pub at: Instant,
    pub agent: Uuid,
    pub queue_version: u32,
    pub step: u8,
    pub requirement_json: String,
    pub candidates: Vec<Candidate>,
    pub excluded: Vec<Excluded>,
}

#[ComplexObject]
impl Explain {
    async fn agent_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.agent(AgentId(self.agent)).await
    }
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct Candidate {
    pub agent: Uuid,
    pub idle_since: Instant,
    pub proficiency: u32,
}

#[ComplexObject]
impl Candidate {
    async fn agent_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.agent(AgentId(self.agent)).await
    }
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Excluded {
    pub reason: String,
    pub count: u32,
}
