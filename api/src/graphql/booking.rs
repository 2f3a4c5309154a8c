//! A booking as the desk and the board show it.

use async_graphql::{ComplexObject, Context, Result, SimpleObject};
use domain::id::{AccountId, AgentId};
use uuid::Uuid;

use super::scalar::Instant;
use crate::inside::inside;

/// kind: next or calendar.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct BookingRow {
    pub id: Uuid,
    pub kind: String,
    pub agent: Uuid,
    pub contact: Option<Uuid>,
    pub callback: Option<Uuid>,
    pub expected_at: Instant,
    pub until: Option<Instant>,
    /// A short name for a visitor who is not signed in.
    pub visitor: Option<String>,
    #[graphql(skip)]
    pub account: Option<AccountId>,
}

#[ComplexObject]
impl BookingRow {
    async fn agent_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.agent(AgentId(self.agent)).await
    }

    async fn customer_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match self.account {
            Some(account) => inside(ctx).names.account(account).await,
            None => Ok(None),
        }
    }
}
