//! A contact as staff see it: its row, the agent's own view of it, and everything about one.

#![allow(clippy::unused_async, reason = "a resolver is asynchronous even where it need not be")]

use async_graphql::{ComplexObject, Context, Enum, Result, SimpleObject};
use domain::{
    id::{AccountId, AgentId, StaffId},
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
    /// A supervisor gave it to this agent …
    pub assigned_to: Option<Uuid>,
    /// … and it is for every agent again then.
    pub assigned_until: Option<Instant>,
    /// The customer's browser is gone since then; a chat is offered to nobody meanwhile.
    pub customer_away_since: Option<Instant>,
    /// What the domain accepts of staff in this state.
    pub can_cancel: bool,
    pub can_reassign: bool,
    pub can_prioritise: bool,
    /// A short name for a visitor who is not signed in, the same wherever the visit is shown.
    pub visitor: Option<String>,
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

    async fn assigned_to_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match self.assigned_to {
            Some(agent) => inside(ctx).names.agent(AgentId(agent)).await,
            None => Ok(None),
        }
    }

    async fn topic_title(&self, ctx: &Context<'_>) -> String {
        inside(ctx).title_of_topic(&self.topic)
    }

    async fn queue_title(&self, ctx: &Context<'_>) -> String {
        inside(ctx).title_of_queue(&self.queue)
    }
}

/// An earlier contact of the same customer.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct EarlierContact {
    pub row: ContactRow,
    /// What was recorded of the page may be looked at by whoever asks; that is recorded.
    pub can_replay: bool,
    #[graphql(skip)]
    pub noted: Option<Sealed<String>>,
}

#[ComplexObject]
impl EarlierContact {
    /// For the next agent, by the one who served it.
    async fn notes(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.open_some(self.noted.as_ref()).await
    }
}

/// A contact that is the agent's own now.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct DeskContact {
    pub contact: Uuid,
    pub state: ContactState,
    pub channel: Channel,
    pub queue: String,
    pub queue_title: String,
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

/// What a contact was about at that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TimelinePhase {
    Asking,
    Waiting,
    Offering,
    Talking,
    WrapUp,
    Display,
    After,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct TimelineEntry {
    pub at: Instant,
    pub seq: u64,
    pub kind: String,
    /// For those who read the API; screens say it by `kind` and `facts`.
    pub text: String,
    /// Such as `staff:` and an id.
    pub actor: String,
    pub phase: TimelinePhase,
    /// The `seq` of the first entry that this one belongs to: a run of routing, or of messages.
    pub group: u64,
    /// What only says how routing came to it: fold it.
    pub routine: bool,
    /// What stands in it, as far as it is not sealed: names, codes, numbers.
    pub facts: Vec<TimelineFact>,
    #[graphql(skip)]
    pub acting: Option<StaffId>,
    #[graphql(skip)]
    pub concerning: Option<StaffId>,
}

#[ComplexObject]
impl TimelineEntry {
    /// Of the member of staff who did it.
    async fn actor_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match self.acting {
            Some(staff) => inside(ctx).names.staff(staff).await,
            None => Ok(None),
        }
    }

    /// Of the agent, or the member of staff, whom it is about.
    async fn agent_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match self.concerning {
            Some(staff) => inside(ctx).names.staff(staff).await,
            None => Ok(None),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct TimelineFact {
    pub name: String,
    pub value: String,
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
