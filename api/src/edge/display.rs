//! What a customer may do about the page that they share.

use async_graphql::{Context, Object, Result};
use uuid::Uuid;

use super::schema::act;
use crate::{
    door::{Act, OnDisplay},
    graphql::{
        display::{DisplayScope, DisplayWay},
        outcome::ActPayload,
    },
};

#[derive(Default)]
pub(super) struct OnDisplays;

#[Object]
impl OnDisplays {
    /// Agrees, or agrees to more. Without an offer it begins a display of the customer's own.
    async fn consent_display(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        contact: Uuid,
        scopes: Vec<DisplayScope>,
        text_version: String,
    ) -> Result<ActPayload> {
        let consent = OnDisplay::Consent { contact, scopes, text_version };
        act(ctx, command_id, Act::Display(consent)).await
    }

    /// Takes scopes back at once; without `VIEW` the display ends.
    async fn revoke_consent(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
        scopes: Vec<DisplayScope>,
    ) -> Result<ActPayload> {
        act(ctx, command_id, Act::Display(OnDisplay::Revoke { display, scopes })).await
    }

    async fn pause_display(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
    ) -> Result<ActPayload> {
        act(ctx, command_id, Act::Display(OnDisplay::Pause { display })).await
    }

    async fn resume_display(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
    ) -> Result<ActPayload> {
        act(ctx, command_id, Act::Display(OnDisplay::Resume { display })).await
    }

    /// Says which way is on: `MIRROR`, or `TOGETHER` with the address.
    async fn share_display(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
        way: DisplayWay,
        url: Option<String>,
    ) -> Result<ActPayload> {
        act(ctx, command_id, Act::Display(OnDisplay::Share { display, way, url })).await
    }

    async fn push_page(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
        url: String,
    ) -> Result<ActPayload> {
        act(ctx, command_id, Act::Display(OnDisplay::Push { display, url })).await
    }

    /// Follows or declines a page that staff opened.
    async fn answer_page(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
        push: Uuid,
        follow: bool,
    ) -> Result<ActPayload> {
        act(ctx, command_id, Act::Display(OnDisplay::Answer { display, push, follow })).await
    }

    async fn grant_control(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
        staff: Uuid,
    ) -> Result<ActPayload> {
        act(ctx, command_id, Act::Display(OnDisplay::Grant { display, staff })).await
    }

    async fn revoke_control(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
    ) -> Result<ActPayload> {
        act(ctx, command_id, Act::Display(OnDisplay::RevokeControl { display })).await
    }

    async fn change_widget(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        display: Uuid,
        widget: String,
        based_on: u32,
        state: String,
    ) -> Result<ActPayload> {
        let change = OnDisplay::ChangeWidget { display, widget, based_on, state };
        act(ctx, command_id, Act::Display(change)).await
    }
}
