//! What supervisors do to the work of others; effective on the next match.

use async_graphql::Result;
use domain::{
    callback, contact,
    id::{AgentId, CallbackId, ContactId},
    queue::PRIORITY_MAX,
    site::SiteCommand,
};
use uuid::Uuid;

use super::Acting;
use crate::{errors::coded, graphql::outcome::ActPayload};

impl Acting<'_> {
    pub(super) async fn reassign(&self, contact: Uuid, agent: Option<Uuid>) -> Result<ActPayload> {
        let body =
            contact::Command::Reassign { contact: ContactId(contact), agent: agent.map(AgentId) };
        self.site(SiteCommand::Contact(body)).await
    }

    pub(super) async fn cancel_contact(&self, contact: Uuid) -> Result<ActPayload> {
        let body = contact::Command::Cancel { contact: ContactId(contact) };
        self.site(SiteCommand::Contact(body)).await
    }

    pub(super) async fn cancel_callback(&self, callback: Uuid) -> Result<ActPayload> {
        let body = callback::Command::Cancel { callback: CallbackId(callback) };
        self.site(SiteCommand::Callback(body)).await
    }

    pub(super) async fn prioritise(&self, contact: Uuid, priority: i32) -> Result<ActPayload> {
        let priority = u8::try_from(priority).ok().filter(|priority| *priority <= PRIORITY_MAX);
        let priority = priority.ok_or_else(|| {
            coded("BAD_INPUT", format!("a priority goes from 0 to {PRIORITY_MAX}"))
        })?;
        let body = contact::Command::Prioritise { contact: ContactId(contact), priority };
        self.site(SiteCommand::Contact(body)).await
    }
}
