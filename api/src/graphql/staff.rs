//! A member of staff, and the roles that open fields to them.

use async_graphql::{ComplexObject, Context, Enum, Result, SimpleObject};
use domain::id::StaffId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::agent::{ChannelCapacity, Skill};
use crate::inside::inside;

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Enum,
)]
#[graphql(remote = "domain::staff::Role")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    Agent,
    Supervisor,
    Analyst,
    Auditor,
    Administrator,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct Staff {
    pub id: Uuid,
    pub roles: Vec<Role>,
    pub skills: Vec<Skill>,
    pub capacity: Vec<ChannelCapacity>,
}

#[ComplexObject]
impl Staff {
    async fn name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        inside(ctx).names.staff(StaffId(self.id)).await
    }
}
