//! A customer's account, as the company's systems report it.

use async_graphql::{ComplexObject, Context, Result, SimpleObject};
use domain::id::AccountId;
use uuid::Uuid;

use super::{scalar::Instant, service::Service, ticket::Ticket};
use crate::inside::inside;

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct Account {
    pub id: Uuid,
    pub subject: Uuid,
    pub contract_title: String,
    pub source: String,
    pub as_of: Instant,
}

#[ComplexObject]
impl Account {
    async fn name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.account(AccountId(self.id)).await
    }

    async fn services(&self, ctx: &Context<'_>) -> Result<Vec<Service>> {
        inside(ctx).services(AccountId(self.id)).await
    }

    async fn tickets(&self, ctx: &Context<'_>) -> Result<Vec<Ticket>> {
        inside(ctx).tickets(AccountId(self.id)).await
    }
}
