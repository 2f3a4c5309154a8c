//! What a customer may ask and do: a schema that resolves through the [`CustomerDoor`] alone.

use std::sync::Arc;

use async_graphql::{
    Context, InputObject, MergedObject, Object, Result, Schema, Subscription, Union,
};
use domain::id::Channel as DomainChannel;
use futures::{Stream, StreamExt};
use uuid::Uuid;

use super::display::OnDisplays;
use crate::{
    door::{About, Act, Answer, CustomerCommand, CustomerDoor, Pass},
    errors::of_door,
    graphql::{
        link::Channel,
        outcome::{ActPayload, Done, NotKnownYet, Outcome, Refused},
        own::{Asked, CallbackRequested, Denied, Me, PhoneNumber, TicketFiled},
        policy::{ConsentText, Topic},
        scalar::{Instant, Token},
        wait::Availability,
    },
    limits,
};

pub type EdgeSchema = Schema<Query, Mutation, Subscriptions>;

/// The door is given with each schema, the [`Pass`] with each request.
pub type Door = Arc<dyn CustomerDoor>;

pub fn schema(door: Option<Door>) -> EdgeSchema {
    let builder = Schema::build(Query, Mutation::default(), Subscriptions)
        .limit_depth(limits::DEPTH_MAX)
        .limit_complexity(limits::COMPLEXITY_MAX)
        .limit_directives(8)
        .disable_suggestions();
    match door {
        Some(door) => builder.disable_introspection().data(door).finish(),
        None => builder.finish(),
    }
}

fn door<'c>(ctx: &Context<'c>) -> &'c Door {
    ctx.data_unchecked::<Door>()
}

fn pass<'c>(ctx: &Context<'c>) -> &'c Pass {
    ctx.data_unchecked::<Pass>()
}

pub struct Query;

#[Object]
impl Query {
    /// What one can ask about.
    async fn topics(&self, ctx: &Context<'_>) -> Result<Vec<Topic>> {
        door(ctx).topics(pass(ctx)).await.map_err(of_door)
    }

    /// What is agreed to before a page is shared, for a page in this language; in the nearest one if there is none.
    async fn consent_text(&self, ctx: &Context<'_>, language: String) -> Result<ConsentText> {
        door(ctx).consent_text(pass(ctx), language).await.map_err(of_door)
    }

    /// Per channel: what a request would be answered, and whether somebody who could serve it is free.
    async fn availability(
        &self,
        ctx: &Context<'_>,
        topic: String,
        #[graphql(
            desc = "The address of the page that the visitor is on; else the one seen last."
        )]
        page: Option<String>,
        at_least: Option<Vec<Token>>,
    ) -> Result<Vec<Availability>> {
        door(ctx)
            .availability(pass(ctx), About { topic, page }, at_least.unwrap_or_default())
            .await
            .map_err(of_door)
    }

    /// How a number would be read: its form for the screen before it is sent, or what is wrong with it. Nothing is
    /// kept of it.
    async fn phone_number(&self, ctx: &Context<'_>, text: String) -> Result<PhoneNumber> {
        door(ctx).phone_number(pass(ctx), text).await.map_err(of_door)
    }

    /// Everything of this visit.
    async fn me(&self, ctx: &Context<'_>, at_least: Option<Vec<Token>>) -> Result<Me> {
        door(ctx).me(pass(ctx), at_least.unwrap_or_default()).await.map_err(of_door)
    }

    /// What became of a command: for a client that lost the answer.
    async fn outcome(&self, ctx: &Context<'_>, command_id: Uuid) -> Result<Outcome> {
        door(ctx).outcome(pass(ctx), command_id).await.map_err(of_door)
    }
}

#[derive(InputObject)]
pub struct AskInput {
    pub command_id: Option<Uuid>,
    pub topic: String,
    #[graphql(default_with = "Some(Channel::Chat)")]
    pub channel: Option<Channel>,
    pub page: Option<String>,
}

#[derive(InputObject)]
pub struct CallbackInput {
    pub command_id: Option<Uuid>,
    pub topic: String,
    pub number: String,
    pub at: Option<Instant>,
    pub zone: Option<String>,
    pub page: Option<String>,
    /// What a shared widget sends along: JSON `{widget, title, text}`, at most 4 000 characters.
    pub about: Option<String>,
}

#[derive(InputObject)]
pub struct TicketInput {
    pub command_id: Option<Uuid>,
    pub topic: String,
    pub service: Option<Uuid>,
    pub text: String,
}

#[derive(Union)]
pub enum AskPayload {
    Asked(Asked),
    Denied(Denied),
    Refused(Refused),
    NotKnownYet(NotKnownYet),
}

#[derive(Union)]
pub enum RequestCallbackPayload {
    CallbackRequested(CallbackRequested),
    Denied(Denied),
    Refused(Refused),
    NotKnownYet(NotKnownYet),
}

#[derive(Union)]
pub enum RescheduleCallbackPayload {
    Done(Done),
    Denied(Denied),
    Refused(Refused),
    NotKnownYet(NotKnownYet),
}

#[derive(Union)]
pub enum FileTicketPayload {
    TicketFiled(TicketFiled),
    Refused(Refused),
    NotKnownYet(NotKnownYet),
}

async fn submit(ctx: &Context<'_>, command_id: Option<Uuid>, act: Act) -> Result<Answer> {
    door(ctx).submit(pass(ctx), CustomerCommand { command_id, act }).await.map_err(of_door)
}

pub(super) async fn act(
    ctx: &Context<'_>,
    command_id: Option<Uuid>,
    act: Act,
) -> Result<ActPayload> {
    Ok(match submit(ctx, command_id, act).await? {
        Answer::Done(done) => ActPayload::Done(done),
        Answer::Refused(refused) => ActPayload::Refused(refused),
        Answer::NotKnownYet(not_yet) => ActPayload::NotKnownYet(not_yet),
        Answer::Asked(Asked { command_id, token, .. })
        | Answer::CallbackRequested(CallbackRequested { command_id, token, .. })
        | Answer::TicketFiled(TicketFiled { command_id, token, .. })
        | Answer::Denied(Denied { command_id, token, .. }) => {
            ActPayload::Done(Done { command_id, token })
        }
    })
}

/// The command id was used before, for something else: its answer does not fit this question.
fn another(command_id: Uuid) -> Refused {
    Refused {
        command_id,
        code: "command.other_body".to_owned(),
        message: "this command id was used for something else; choose a fresh one".to_owned(),
        data: Vec::new(),
    }
}

/// What customers may do.
#[derive(MergedObject, Default)]
pub struct Mutation(Requests, OnDisplays);

#[derive(Default)]
pub struct Requests;

#[Object]
impl Requests {
    /// To talk now, by chat.
    async fn ask(&self, ctx: &Context<'_>, input: AskInput) -> Result<AskPayload> {
        let channel = input.channel.map_or(DomainChannel::Chat, Into::into);
        let act = Act::Ask { topic: input.topic, channel, page: input.page };
        Ok(match submit(ctx, input.command_id, act).await? {
            Answer::Asked(asked) => AskPayload::Asked(asked),
            Answer::Denied(denied) => AskPayload::Denied(denied),
            Answer::Refused(refused) => AskPayload::Refused(refused),
            Answer::NotKnownYet(not_yet) => AskPayload::NotKnownYet(not_yet),
            Answer::Done(Done { command_id, .. })
            | Answer::CallbackRequested(CallbackRequested { command_id, .. })
            | Answer::TicketFiled(TicketFiled { command_id, .. }) => {
                AskPayload::Refused(another(command_id))
            }
        })
    }

    /// To be called back by phone: as soon as possible, or at a time.
    async fn request_callback(
        &self,
        ctx: &Context<'_>,
        input: CallbackInput,
    ) -> Result<RequestCallbackPayload> {
        let CallbackInput { command_id, topic, number, at, zone, page, about } = input;
        let act = Act::RequestCallback { topic, number, at, zone, page, about };
        Ok(match submit(ctx, command_id, act).await? {
            Answer::CallbackRequested(requested) => {
                RequestCallbackPayload::CallbackRequested(requested)
            }
            Answer::Denied(denied) => RequestCallbackPayload::Denied(denied),
            Answer::Refused(refused) => RequestCallbackPayload::Refused(refused),
            Answer::NotKnownYet(not_yet) => RequestCallbackPayload::NotKnownYet(not_yet),
            Answer::Done(Done { command_id, .. })
            | Answer::Asked(Asked { command_id, .. })
            | Answer::TicketFiled(TicketFiled { command_id, .. }) => {
                RequestCallbackPayload::Refused(another(command_id))
            }
        })
    }

    async fn cancel_contact(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        contact: Uuid,
    ) -> Result<ActPayload> {
        act(ctx, command_id, Act::CancelContact { contact }).await
    }

    async fn cancel_callback(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        callback: Uuid,
    ) -> Result<ActPayload> {
        act(ctx, command_id, Act::CancelCallback { callback }).await
    }

    /// `at: null` means as soon as possible. Checked like a request, against the terms of now.
    async fn reschedule_callback(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        callback: Uuid,
        at: Option<Instant>,
        zone: Option<String>,
    ) -> Result<RescheduleCallbackPayload> {
        let act = Act::RescheduleCallback { callback, at, zone };
        Ok(match submit(ctx, command_id, act).await? {
            Answer::Done(done) => RescheduleCallbackPayload::Done(done),
            Answer::Denied(denied) => RescheduleCallbackPayload::Denied(denied),
            Answer::Refused(refused) => RescheduleCallbackPayload::Refused(refused),
            Answer::NotKnownYet(not_yet) => RescheduleCallbackPayload::NotKnownYet(not_yet),
            Answer::Asked(Asked { command_id, .. })
            | Answer::CallbackRequested(CallbackRequested { command_id, .. })
            | Answer::TicketFiled(TicketFiled { command_id, .. }) => {
                RescheduleCallbackPayload::Refused(another(command_id))
            }
        })
    }

    async fn say(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        link: Uuid,
        text: String,
    ) -> Result<ActPayload> {
        act(ctx, command_id, Act::Say { link, text }).await
    }

    /// The customer ends the talk.
    async fn end_link(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        link: Uuid,
    ) -> Result<ActPayload> {
        act(ctx, command_id, Act::EndLink { link }).await
    }

    async fn file_ticket(
        &self,
        ctx: &Context<'_>,
        input: TicketInput,
    ) -> Result<FileTicketPayload> {
        let TicketInput { command_id, topic, service, text } = input;
        Ok(match submit(ctx, command_id, Act::FileTicket { topic, service, text }).await? {
            Answer::TicketFiled(filed) => FileTicketPayload::TicketFiled(filed),
            Answer::Refused(refused) => FileTicketPayload::Refused(refused),
            Answer::NotKnownYet(not_yet) => FileTicketPayload::NotKnownYet(not_yet),
            Answer::Done(Done { command_id, .. })
            | Answer::Asked(Asked { command_id, .. })
            | Answer::CallbackRequested(CallbackRequested { command_id, .. })
            | Answer::Denied(Denied { command_id, .. }) => {
                FileTicketPayload::Refused(another(command_id))
            }
        })
    }

    async fn rate(
        &self,
        ctx: &Context<'_>,
        command_id: Option<Uuid>,
        contact: Uuid,
        stars: i32,
    ) -> Result<ActPayload> {
        act(ctx, command_id, Act::Rate { contact, stars }).await
    }
}

pub struct Subscriptions;

#[Subscription(name = "Subscription")]
impl Subscriptions {
    /// The whole of it first, then again whenever it changes (latest wins).
    async fn me(
        &self,
        ctx: &Context<'_>,
        at_least: Option<Vec<Token>>,
    ) -> impl Stream<Item = Result<Me>> + use<> {
        door(ctx)
            .follow_me(pass(ctx).clone(), at_least.unwrap_or_default())
            .map(|me| me.map_err(of_door))
    }

    async fn availability(
        &self,
        ctx: &Context<'_>,
        topic: String,
        #[graphql(
            desc = "The address of the page that the visitor is on; else the one seen last."
        )]
        page: Option<String>,
    ) -> impl Stream<Item = Result<Vec<Availability>>> + use<> {
        door(ctx)
            .follow_availability(pass(ctx).clone(), About { topic, page })
            .map(|all| all.map_err(of_door))
    }
}
