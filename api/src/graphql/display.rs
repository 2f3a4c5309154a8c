//! A display as it is seen: by staff with its register, by the customer with who looks on.

use async_graphql::{ComplexObject, Context, Enum, Result, SimpleObject};
use domain::{
    id::{AccountId, AgentId, StaffId},
    sealed::Sealed,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::link::Message;
use super::{link::Party, scalar::Instant};
use crate::inside::inside;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
pub enum DisplayState {
    /// The customer was asked.
    Offered,
    Shared,
    Paused,
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
#[graphql(remote = "domain::display::Scope")]
#[serde(rename_all = "snake_case")]
pub enum DisplayScope {
    /// The page is seen while they talk.
    View,
    /// It may be looked at again after the contact.
    Record,
    /// Staff may act on the page, each after a grant.
    Control,
    /// Pages that staff open are opened without asking each time.
    Follow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
#[serde(rename_all = "snake_case")]
pub enum DisplayWay {
    /// The customer's page as it stands, masked.
    Mirror,
    /// Each side loads the same address over its own connection.
    Together,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
#[graphql(remote = "domain::display::Role")]
pub enum DisplayRole {
    Agent,
    Supervisor,
    Expert,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
#[graphql(remote = "domain::display::PushState")]
pub enum PushState {
    Proposed,
    Followed,
    Declined,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct Display {
    pub id: Uuid,
    pub contact: Uuid,
    pub visit: Uuid,
    pub state: DisplayState,
    pub since: Instant,
    pub scopes: Vec<DisplayScope>,
    /// The version of the text that the customer agreed to.
    pub text_version: Option<String>,
    pub way: DisplayWay,
    pub push: Option<DisplayPush>,
    pub control: Option<DisplayControl>,
    pub watchers: Vec<DisplayWatcher>,
    pub invited: Vec<DisplayPerson>,
    /// The register: who is connected, from where, by which node, how far.
    pub connections: Vec<DisplayConnection>,
    pub widgets: Vec<SharedWidget>,
    pub end_reason: Option<String>,
    #[graphql(skip)]
    pub address: Option<Sealed<String>>,
}

#[ComplexObject]
impl Display {
    /// Together: the address that every side loads.
    async fn url(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.open_some(self.address.as_ref()).await
    }
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct DisplayPush {
    pub id: Uuid,
    pub by: Party,
    pub at: Instant,
    pub state: PushState,
    #[graphql(skip)]
    pub staff: Option<StaffId>,
    #[graphql(skip)]
    pub address: Sealed<String>,
}

#[ComplexObject]
impl DisplayPush {
    /// Null: erased.
    async fn url(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.open(&self.address).await
    }

    async fn by_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        name(ctx, self.staff).await
    }
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct DisplayControl {
    pub staff: Uuid,
    pub granted: bool,
    pub since: Instant,
}

#[ComplexObject]
impl DisplayControl {
    async fn name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        name(ctx, Some(StaffId(self.staff))).await
    }
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct DisplayPerson {
    pub staff: Uuid,
}

#[ComplexObject]
impl DisplayPerson {
    async fn name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        name(ctx, Some(StaffId(self.staff))).await
    }
}

/// A member of staff who looks on.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct DisplayWatcher {
    pub staff: Uuid,
    pub role: DisplayRole,
    pub joined_at: Instant,
}

#[ComplexObject]
impl DisplayWatcher {
    async fn name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        name(ctx, Some(StaffId(self.staff))).await
    }
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct DisplayConnection {
    pub id: Uuid,
    /// Null: the customer.
    pub staff: Option<Uuid>,
    pub role: Option<DisplayRole>,
    pub node: String,
    pub since: Instant,
    /// The last frame that went to it, or of the customer: that came from it, as `pageLoad:seq`.
    pub last_frame: Option<String>,
    #[graphql(skip)]
    pub from: Option<Sealed<String>>,
}

#[ComplexObject]
impl DisplayConnection {
    async fn name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        name(ctx, self.staff.map(StaffId)).await
    }

    async fn address(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.open_some(self.from.as_ref()).await
    }
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct SharedWidget {
    pub name: String,
    pub version: u32,
    #[graphql(skip)]
    pub sealed: Sealed<String>,
}

#[ComplexObject]
impl SharedWidget {
    /// JSON. Null: the customer was erased.
    async fn state(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.open(&self.sealed).await
    }
}

/// A display that I was invited to.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct DisplayInvitation {
    pub display: Uuid,
    pub contact: Uuid,
    pub visit: Uuid,
    pub since: Instant,
    pub topic: String,
    /// A short name for a visitor who is not signed in.
    pub visitor: String,
    #[graphql(skip)]
    pub said: Vec<projections::floor::Message>,
    #[graphql(skip)]
    pub agent: AgentId,
    #[graphql(skip)]
    pub account: Option<AccountId>,
}

#[ComplexObject]
impl DisplayInvitation {
    async fn customer_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match self.account {
            Some(account) => inside(ctx).names.account(account).await,
            None => Ok(None),
        }
    }

    async fn agent_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        name(ctx, Some(self.agent.into())).await
    }

    async fn topic_title(&self, ctx: &Context<'_>) -> String {
        inside(ctx).title_of_topic(&self.topic)
    }

    /// What agent and customer have written so far.
    async fn messages(&self, ctx: &Context<'_>) -> Result<Vec<Message>> {
        inside(ctx).names.messages(&self.said).await
    }
}

async fn name(ctx: &Context<'_>, staff: Option<StaffId>) -> Result<Option<String>> {
    match staff {
        Some(staff) => inside(ctx).names.staff(staff).await,
        None => Ok(None),
    }
}

/// The customer's own view of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct OwnDisplay {
    pub id: Uuid,
    /// What a consent names.
    pub contact: Uuid,
    pub state: DisplayState,
    pub scopes: Vec<DisplayScope>,
    pub text_version: Option<String>,
    pub way: DisplayWay,
    pub url: Option<String>,
    pub push: Option<OwnPush>,
    pub control: Option<OwnControl>,
    /// Who looks on, as far as the policy shows it.
    pub watchers: Vec<OwnWatcher>,
    pub widgets: Vec<OwnWidget>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct OwnPush {
    pub id: Uuid,
    pub url: Option<String>,
    pub by: Party,
    pub by_name: Option<String>,
    pub state: PushState,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct OwnControl {
    pub staff: Uuid,
    pub name: Option<String>,
    pub granted: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct OwnWatcher {
    pub name: String,
    pub role: DisplayRole,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct OwnWidget {
    pub name: String,
    pub version: u32,
    /// JSON. Null: erased.
    pub state: Option<String>,
}
