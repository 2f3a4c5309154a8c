//! A callback as the board and the list show it.

#![allow(clippy::unused_async, reason = "a resolver is asynchronous even where it need not be")]

use async_graphql::{ComplexObject, Context, Enum, Result, SimpleObject};
use domain::{id::AccountId, sealed::Sealed};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::scalar::Instant;
use crate::inside::inside;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
pub enum CallbackState {
    Scheduled,
    Queued,
    Routing,
    Processing,
    Completed,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct CallbackRow {
    pub id: Uuid,
    pub state: CallbackState,
    pub topic: String,
    pub queue: String,
    pub asap: bool,
    pub at: Option<Instant>,
    pub requested_at: Instant,
    pub attempts: u32,
    pub next_try: Option<Instant>,
    pub reason: Option<String>,
    pub contact: Option<Uuid>,
    /// A short name for a visitor who is not signed in.
    pub visitor: String,
    #[graphql(skip)]
    pub sent_along: Option<Sealed<String>>,
    #[graphql(skip)]
    pub account: Option<AccountId>,
}

#[ComplexObject]
impl CallbackRow {
    async fn topic_title(&self, ctx: &Context<'_>) -> String {
        inside(ctx).title_of_topic(&self.topic)
    }

    async fn queue_title(&self, ctx: &Context<'_>) -> String {
        inside(ctx).title_of_queue(&self.queue)
    }

    /// What a shared widget sent along: JSON `{widget, title, text}`.
    async fn about(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.open_some(self.sent_along.as_ref()).await
    }

    async fn customer_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match self.account {
            Some(account) => inside(ctx).names.account(account).await,
            None => Ok(None),
        }
    }
}
