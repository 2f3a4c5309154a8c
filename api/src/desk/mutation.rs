//! What staff may do. Each answers what was read back from the log.

#![allow(clippy::unused_async, reason = "a resolver is asynchronous even where it need not be")]

mod administration;
pub(super) mod serving;
mod supervision;

use async_graphql::{Context, InputObject, MergedObject, Object, Result};
use domain::{command::Actor, id::StaffId};
use uuid::Uuid;

use super::{display::DisplayMutation, query::who};
use crate::{
    errors::{coded, coded_because},
    graphql::{
        agent::Presence,
        clock::Clock,
        link::CallReport,
        outcome::{self, ActPayload, Refused},
        scalar::Instant,
        staff::Role,
        ticket::TicketState,
    },
    inside::{Inside, inside},
    limits::{self, TextError},
    reasons::Because,
    sent::{SendError, refused},
};

#[derive(InputObject)]
pub(super) struct StaffInput {
    pub command_id: Option<Uuid>,
    pub staff: Option<Uuid>,
    pub login: Option<String>,
    pub password: Option<String>,
    pub name: String,
    pub roles: Vec<Role>,
    pub skills_json: Option<String>,
    pub capacity_json: Option<String>,
}

#[derive(InputObject)]
pub(super) struct AccountInput {
    pub command_id: Option<Uuid>,
    pub account: Uuid,
    pub external_id: String,
    pub name: String,
    pub contract: Uuid,
    pub source: String,
    pub as_of: Option<Instant>,
}

#[derive(InputObject)]
pub(super) struct ServiceInput {
    pub command_id: Option<Uuid>,
    pub service: Uuid,
    pub account: Uuid,
    pub product: String,
    pub label: String,
    pub status: String,
    pub source: String,
    pub as_of: Option<Instant>,
}

/// Who acts, and with what.
pub(super) struct Acting<'i> {
    pub(super) inside: &'i Inside,
    who: &'i super::session::Who,
    command_id: Uuid,
}

impl Acting<'_> {
    fn actor(&self) -> Actor {
        Actor::Staff(self.who.staff)
    }

    pub(super) async fn site(&self, body: domain::site::SiteCommand) -> Result<ActPayload> {
        let decided = self.inside.to_site(self.actor(), Some(self.command_id), body).await;
        decided.map(Into::into).map_err(send_error)
    }

    async fn tenant(&self, body: domain::tenant::TenantCommand) -> Result<ActPayload> {
        let decided = self.inside.to_tenant(self.actor(), Some(self.command_id), body).await;
        decided.map(Into::into).map_err(send_error)
    }

    pub(super) fn staff(&self) -> StaffId {
        self.who.staff
    }

    pub(super) fn refuse(&self, because: impl Into<Because>, message: &str) -> ActPayload {
        let Because { reason, data } = because.into();
        ActPayload::Refused(Refused {
            command_id: self.command_id,
            code: reason,
            message: message.to_owned(),
            data: outcome::data(data),
        })
    }

    /// A rule of the domain that the door knows already to refuse.
    pub(super) fn refuse_by(&self, rule: impl Into<domain::command::Refusal>) -> ActPayload {
        ActPayload::Refused(refused(self.command_id, rule.into()))
    }
}

pub(super) fn acting<'c>(ctx: &Context<'c>, command_id: Option<Uuid>) -> Acting<'c> {
    let command_id = limits::command_id(command_id);
    Acting { inside: inside(ctx), who: who(ctx), command_id }
}

fn send_error(SendError::Bus(error): SendError) -> async_graphql::Error {
    coded("UNAVAILABLE", error.to_string())
}

pub(super) fn text_error(error: &TextError) -> async_graphql::Error {
    coded_because("BAD_INPUT", error, error.to_string())
}

/// What staff may do.
#[derive(MergedObject, Default)]
pub struct Mutation(Work, DisplayMutation);

#[derive(Default)]
pub(super) struct Work;

#[Object]
impl Work {
    /// Onto the site; the presence becomes `AVAILABLE` by `setPresence`.
    async fn sign_in(&self, ctx: &Context<'_>, command_id: Option<Uuid>) -> Result<ActPayload> {
        acting(ctx, command_id).sign_in().await
    }

    async fn sign_out(&self, ctx: &Context<'_>, command_id: Option<Uuid>) -> Result<ActPayload> {
        acting(ctx, command_id).sign_out().await
    }

    async fn set_presence(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        presence: Presence,
        reason: Option<String>,
    ) -> Result<ActPayload> {
        let acting = acting(ctx, command_id);
        acting.set_presence(acting.who.staff.into(), presence, reason.as_deref(), false).await
    }

    async fn accept(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        reservation: Uuid,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).accept(reservation).await
    }

    /// At once; the reason may come with it, or afterwards by `explainRejection`.
    async fn reject(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        reservation: Uuid,
        reason: Option<String>,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).reject(reservation, reason.as_deref()).await
    }

    /// Why an offer was rejected, asked after a rejection without a reason; null: they do not say.
    async fn explain_rejection(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        reservation: Uuid,
        reason: Option<String>,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).explain_rejection(reservation, reason.as_deref()).await
    }

    async fn say(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        link: Uuid,
        text: String,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).say(link, &text).await
    }

    async fn report_call(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        link: Uuid,
        report: CallReport,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).report_call(link, report).await
    }

    async fn hold(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        contact: Uuid,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).hold(contact).await
    }

    async fn resume(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        contact: Uuid,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).resume(contact).await
    }

    /// Ends the talk; wrap-up begins.
    async fn finish(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        contact: Uuid,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).finish(contact).await
    }

    async fn wrap_up(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        contact: Uuid,
        disposition: String,
        notes: Option<String>,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).wrap_up(contact, &disposition, notes.as_deref()).await
    }

    async fn change_ticket(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        ticket: Uuid,
        state: TicketState,
        note: Option<String>,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).change_ticket(ticket, state, note.as_deref()).await
    }

    async fn open_ticket(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        account: Uuid,
        topic: String,
        service: Option<Uuid>,
        text: String,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).open_ticket(account, &topic, service, &text).await
    }

    async fn force_presence(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        agent: Uuid,
        presence: Presence,
        reason: Option<String>,
    ) -> Result<ActPayload> {
        let agent = domain::id::AgentId(agent);
        acting(ctx, command_id).set_presence(agent, presence, reason.as_deref(), true).await
    }

    async fn reassign(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        contact: Uuid,
        agent: Option<Uuid>,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).reassign(contact, agent).await
    }

    async fn cancel_contact(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        contact: Uuid,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).cancel_contact(contact).await
    }

    async fn cancel_callback(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        callback: Uuid,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).cancel_callback(callback).await
    }

    async fn prioritise(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        contact: Uuid,
        priority: i32,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).prioritise(contact, priority).await
    }

    async fn enroll_staff(&self, ctx: &Context<'_>, input: StaffInput) -> Result<ActPayload> {
        acting(ctx, input.command_id).enroll_staff(input).await
    }

    async fn remove_staff(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        staff: Uuid,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).remove_staff(staff).await
    }

    async fn define_contract(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        contract: Uuid,
        title: String,
        tier: String,
        terms_json: String,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).define_contract(contract, &title, &tier, &terms_json).await
    }

    async fn define_network(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        network: String,
        cidr: String,
        terms_json: String,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).define_network(&network, &cidr, &terms_json).await
    }

    async fn remove_network(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        network: String,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).remove_network(&network).await
    }

    async fn publish_policy(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        definition_json: String,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).publish_policy(&definition_json).await
    }

    /// `externalId` is the company's own number for the customer: what its signed identity token names.
    async fn record_account(&self, ctx: &Context<'_>, input: AccountInput) -> Result<ActPayload> {
        acting(ctx, input.command_id).record_account(input).await
    }

    async fn record_service(&self, ctx: &Context<'_>, input: ServiceInput) -> Result<ActPayload> {
        acting(ctx, input.command_id).record_service(input).await
    }

    async fn erase_subject(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        subject: Uuid,
    ) -> Result<ActPayload> {
        acting(ctx, command_id).erase_subject(subject).await
    }

    /// Only under the driven clock: moves partition time, fires what is due, waits until everything has settled. (ADMINISTRATOR)
    async fn advance_clock(&self, ctx: &Context<'_>, to: Instant) -> Result<Clock> {
        let inside = inside(ctx);
        let driver = inside.ports.clock_driver.as_ref().ok_or_else(|| {
            coded("CLOCK_NOT_DRIVEN", "this server's clock is not driven; start it on a fresh data directory with the driven clock")
        })?;
        driver
            .advance(to.0)
            .await
            .map_err(|error| coded("CLOCK_NOT_ADVANCED", error.to_string()))?;
        Ok(inside.clock())
    }
}
