//! An offer, and the screen pop that comes with it.

#![allow(clippy::unused_async, reason = "a resolver is asynchronous even where it need not be")]

use async_graphql::{ComplexObject, Context, Result, SimpleObject};
use domain::id::{AccountId, ContactId, SubjectId, VisitId};
use uuid::Uuid;

use super::{
    account::Account, callback::CallbackRow, contact::ContactRow, contract::Entitlement,
    link::Channel, page::PageSeen, scalar::Instant, service::Service, ticket::Ticket,
};
use crate::inside::inside;

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Offer {
    pub reservation: Uuid,
    pub contact: Uuid,
    pub channel: Channel,
    pub queue: String,
    pub queue_title: String,
    pub offered_at: Instant,
    pub until: Instant,
    pub pop: ScreenPop,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct OfferRow {
    pub reservation: Uuid,
    pub contact: Uuid,
    pub agent: Uuid,
    pub until: Instant,
}

/// Who, from which address, entitlement, topic, pages visited, services, tickets, earlier contacts.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct ScreenPop {
    pub topic: String,
    pub topic_title: String,
    pub queue: String,
    pub queue_title: String,
    /// The customer's browser is gone since then.
    pub customer_away_since: Option<Instant>,
    /// A short name for a visitor who is not signed in.
    pub visitor: Option<String>,
    pub entitlement: Option<Entitlement>,
    pub priority: u8,
    pub waited_seconds: u32,
    pub callback: Option<CallbackRow>,
    #[graphql(skip)]
    pub contact: ContactId,
    #[graphql(skip)]
    pub of_account: Option<AccountId>,
    #[graphql(skip)]
    pub of_subject: Option<SubjectId>,
    #[graphql(skip)]
    pub of_visit: Option<VisitId>,
}

/// Pages shown with a screen pop.
const PAGES: usize = 20;
/// Earlier contacts shown with a screen pop.
const EARLIER: usize = 10;

#[ComplexObject]
impl ScreenPop {
    async fn customer_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match self.of_account {
            Some(account) => inside(ctx).names.account(account).await,
            None => Ok(None),
        }
    }

    async fn signed_in(&self) -> bool {
        self.of_account.is_some()
    }

    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        Ok(self.of_account.and_then(|account| inside(ctx).account(account)))
    }

    async fn address(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match self.of_visit {
            Some(visit) => inside(ctx).address_of(visit).await,
            None => Ok(None),
        }
    }

    async fn network(&self) -> Option<String> {
        self.entitlement.as_ref().and_then(|entitlement| entitlement.network.clone())
    }

    async fn pages(&self, ctx: &Context<'_>) -> Result<Vec<PageSeen>> {
        match self.of_visit {
            Some(visit) => inside(ctx).pages(visit, PAGES).await,
            None => Ok(Vec::new()),
        }
    }

    async fn services(&self, ctx: &Context<'_>) -> Result<Vec<Service>> {
        match self.of_account {
            Some(account) => inside(ctx).services(account).await,
            None => Ok(Vec::new()),
        }
    }

    async fn tickets(&self, ctx: &Context<'_>) -> Result<Vec<Ticket>> {
        match self.of_account {
            Some(account) => inside(ctx).tickets(account).await,
            None => Ok(Vec::new()),
        }
    }

    async fn earlier(&self, ctx: &Context<'_>) -> Result<Vec<ContactRow>> {
        inside(ctx).earlier(self.contact, self.of_account, self.of_subject, EARLIER).await
    }
}
