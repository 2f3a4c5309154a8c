//! The gateway: the customer's door from the inside. It alone knows what a visit's token is good for.

mod activity;
mod answer;
mod asking;
mod availability;
mod display;
mod frames;
mod own;
pub mod presence;
mod signals;
mod visit;

pub(crate) use self::display::widget_state;
use std::sync::Arc;

use commands::ports::sealing::SealError;
use domain::{
    callback,
    command::Actor,
    contact,
    id::{AccountId, CallbackId, ContactId, LinkId, SubjectId, VisitId},
    link,
    link::MESSAGE_CHARS_MAX,
    sealed::Sealed,
    site::SiteCommand,
    tenant::TenantCommand,
    ticket,
};
use futures::{FutureExt, future::BoxFuture};
use uuid::Uuid;

use crate::{
    display::signal::Signal,
    door::{
        About, Act, Answer, CustomerCommand, CustomerDoor, DoorCode, DoorError, Following, Frames,
        Pass, View, Visit, VisitAsk,
    },
    graphql::{
        outcome::{self, Outcome, Refused},
        own::{Me, PhoneNumber},
        policy::{ConsentText, Topic},
        scalar::Token,
        wait::Availability,
    },
    inside::Inside,
    limits::{self, Limiter, NOTES_CHARS_MAX, Rate, TextError},
    reasons::{self, Because},
    secrets::{Company, Signer},
    sent::SendError,
};

pub struct GatewaySettings {
    /// Signs visits' tokens; kept over restarts.
    pub visit_key: Vec<u8>,
    /// Whose word on a customer's identity is taken; `None`: nobody can sign in.
    pub company: Option<Company>,
    /// Requests of one visit.
    pub per_visit: Rate,
}

impl GatewaySettings {
    pub const PER_VISIT: Rate = Rate::new(100, 20);
}

#[derive(Clone)]
pub struct Gateway {
    inside: Arc<Inside>,
    signer: Signer,
    company: Option<Company>,
    visits: Arc<Limiter<VisitId>>,
    frames: Arc<frames::Rates>,
}

impl Gateway {
    pub fn new(
        inside: Arc<Inside>,
        settings: GatewaySettings,
    ) -> Result<Arc<Self>, crate::secrets::KeyTooShort> {
        Ok(Arc::new(Self {
            inside,
            signer: Signer::new(&settings.visit_key)?,
            company: settings.company,
            visits: Arc::new(Limiter::new(settings.per_visit)),
            frames: Arc::default(),
        }))
    }

    async fn seal(&self, subject: SubjectId, text: &str) -> Result<Sealed<String>, DoorError> {
        self.inside.ports.sealer.seal(subject, text).await.map_err(seal_error)
    }

    async fn act(&self, visitor: Visitor, command: CustomerCommand) -> Result<Answer, DoorError> {
        let CustomerCommand { command_id, act } = command;
        let command_id = Some(limits::command_id(command_id));
        match act {
            Act::Ask { topic, channel, page } => {
                self.ask(&visitor, command_id, &topic, channel, page).await
            }
            Act::RequestCallback { topic, number, at, zone, page, about } => {
                let wish = asking::CallbackWish { topic, number, at, zone, page, about };
                self.request_callback(&visitor, command_id, wish).await
            }
            Act::CancelContact { contact } => {
                let body = contact::Command::Cancel { contact: ContactId(contact) };
                self.site(&visitor, command_id, SiteCommand::Contact(body)).await
            }
            Act::CancelCallback { callback } => {
                let body = callback::Command::Cancel { callback: CallbackId(callback) };
                self.site(&visitor, command_id, SiteCommand::Callback(body)).await
            }
            Act::RescheduleCallback { callback, at, zone } => {
                let callback = CallbackId(callback);
                self.reschedule(&visitor, command_id, callback, at, zone.as_deref()).await
            }
            Act::Say { link, text } => {
                let text = limits::text("the message", &text, MESSAGE_CHARS_MAX)?;
                let text = self.seal(visitor.subject, &text).await?;
                let body = link::Command::Say { link: LinkId(link), text };
                self.site(&visitor, command_id, SiteCommand::Link(body)).await
            }
            Act::EndLink { link } => {
                let body = link::Command::End { link: LinkId(link) };
                self.site(&visitor, command_id, SiteCommand::Link(body)).await
            }
            Act::FileTicket { topic, service, text } => {
                self.file_ticket(&visitor, command_id, &topic, service, &text).await
            }
            Act::Rate { contact, stars } => {
                let stars = u8::try_from(stars).ok().filter(|stars| (1..=5).contains(stars));
                let stars = stars.ok_or_else(|| {
                    DoorError::new(DoorCode::BadInput, "stars go from 1 to 5; choose one of them")
                        .because(reasons::STARS_INVALID.with(&[("most", &contact::STARS_MAX)]))
                })?;
                let body = contact::Command::Rate { contact: ContactId(contact), stars };
                self.site(&visitor, command_id, SiteCommand::Contact(body)).await
            }
            Act::Display(act) => self.on_display(&visitor, command_id, act).await,
        }
    }

    async fn site(
        &self,
        visitor: &Visitor,
        command_id: Option<Uuid>,
        body: SiteCommand,
    ) -> Result<Answer, DoorError> {
        let decided = self.inside.to_site(visitor.actor(), command_id, body).await?;
        Ok(self.answer(decided))
    }

    async fn file_ticket(
        &self,
        visitor: &Visitor,
        command_id: Option<Uuid>,
        topic: &str,
        service: Option<Uuid>,
        text: &str,
    ) -> Result<Answer, DoorError> {
        let Some(account) = visitor.account else {
            return Ok(refuse(
                command_id,
                reasons::TICKET_NOT_SIGNED_IN,
                "Only customers who are signed in can file a ticket. Sign in, or ask us by chat.",
            ));
        };
        let Some(topic) = self.topic(topic) else { return Ok(unknown_topic(command_id)) };
        let service = service.map(domain::id::ServiceId);
        let foreign = service.filter(|service| {
            self.inside.ports.directory.read(|directory| {
                directory.service(*service).is_none_or(|known| known.account != account)
            })
        });
        if let Some(service) = foreign {
            let rule = ticket::Refusal::UnknownService { service };
            let refusal = domain::command::Refusal::from(rule);
            return Ok(refuse(command_id, &refusal, refusal.message.clone()));
        }
        let text = limits::text("the text", text, NOTES_CHARS_MAX)?;
        let text = self.seal(visitor.subject, &text).await?;
        let subject = visitor.subject;
        let body = ticket::Command::Open { account, subject, service, topic, text };
        let body = TenantCommand::Ticket(body);
        let decided = self.inside.to_tenant(visitor.actor(), command_id, body).await?;
        Ok(self.answer(decided))
    }
}

/// Whom a token speaks for, as far as it has been checked.
#[derive(Clone, Debug)]
struct Visitor {
    visit: VisitId,
    subject: SubjectId,
    identified: bool,
    account: Option<AccountId>,
    address: std::net::IpAddr,
    expires_at: domain::time::Timestamp,
}

impl Visitor {
    fn actor(&self) -> Actor {
        Actor::Customer(self.visit)
    }
}

fn refuse(
    command_id: Option<Uuid>,
    because: impl Into<Because>,
    message: impl Into<String>,
) -> Answer {
    let Because { reason, data } = because.into();
    Answer::Refused(Refused {
        command_id: limits::command_id(command_id),
        code: reason,
        message: message.into(),
        data: outcome::data(data),
    })
}

fn unknown_topic(command_id: Option<Uuid>) -> Answer {
    refuse(
        command_id,
        reasons::TOPIC_UNKNOWN,
        "This is not something one can ask about here. Choose one of the topics.",
    )
}

fn seal_error(error: SealError) -> DoorError {
    match error {
        SealError::Erased => DoorError::new(
            DoorCode::Unauthenticated,
            "this visitor's data was erased; open a new visit",
        )
        .because(reasons::VISIT_ERASED),
        SealError::Unreachable(cause) => {
            tracing::error!(error = %cause, "the key store is not reachable");
            DoorError::new(
                DoorCode::Unavailable,
                "personal data cannot be stored now, so nothing was done; try again in a moment",
            )
        }
    }
}

impl From<SendError> for DoorError {
    fn from(SendError::Bus(error): SendError) -> Self {
        Self::new(DoorCode::Unavailable, error.to_string())
    }
}

impl From<TextError> for DoorError {
    fn from(error: TextError) -> Self {
        Self::new(DoorCode::BadInput, error.to_string()).because(&error)
    }
}

impl CustomerDoor for Gateway {
    fn visit(&self, ask: VisitAsk) -> BoxFuture<'_, Result<Visit, DoorError>> {
        self.open_visit(ask).boxed()
    }

    fn check<'a>(&'a self, pass: &'a Pass) -> BoxFuture<'a, Result<(), DoorError>> {
        std::future::ready(self.admit(pass).map(drop)).boxed()
    }

    fn submit<'a>(
        &'a self,
        pass: &'a Pass,
        command: CustomerCommand,
    ) -> BoxFuture<'a, Result<Answer, DoorError>> {
        async move { self.act(self.admit(pass)?, command).await }.boxed()
    }

    fn activity<'a>(
        &'a self,
        pass: &'a Pass,
        views: Vec<View>,
    ) -> BoxFuture<'a, Result<usize, DoorError>> {
        async move { self.record_views(&self.admit(pass)?, views).await }.boxed()
    }

    fn me<'a>(
        &'a self,
        pass: &'a Pass,
        at_least: Vec<Token>,
    ) -> BoxFuture<'a, Result<Me, DoorError>> {
        async move {
            let visitor = self.admit(pass)?;
            self.inside.at_least(&at_least).await?;
            // A ticket or an account may be newer than the visitor.
            self.own(&self.visitor(pass).unwrap_or(visitor)).await
        }
        .boxed()
    }

    fn follow_me(&self, pass: Pass, at_least: Vec<Token>) -> Following<Me> {
        self.follow_own(pass, at_least)
    }

    fn consent_text<'a>(
        &'a self,
        pass: &'a Pass,
        language: String,
    ) -> BoxFuture<'a, Result<ConsentText, DoorError>> {
        let text = self.admit(pass).and_then(|_| self.consent_in(&language));
        std::future::ready(text).boxed()
    }

    fn topics<'a>(&'a self, pass: &'a Pass) -> BoxFuture<'a, Result<Vec<Topic>, DoorError>> {
        let topics = self.admit(pass).map(|_| self.all_topics());
        std::future::ready(topics).boxed()
    }

    fn availability<'a>(
        &'a self,
        pass: &'a Pass,
        about: About,
        at_least: Vec<Token>,
    ) -> BoxFuture<'a, Result<Vec<Availability>, DoorError>> {
        async move {
            let visitor = self.admit(pass)?;
            self.inside.at_least(&at_least).await?;
            self.availability_about(Ok(visitor), &about).await
        }
        .boxed()
    }

    fn follow_availability(&self, pass: Pass, about: About) -> Following<Vec<Availability>> {
        self.follow_availability_of(pass, about)
    }

    fn phone_number<'a>(
        &'a self,
        pass: &'a Pass,
        text: String,
    ) -> BoxFuture<'a, Result<PhoneNumber, DoorError>> {
        let read = self.admit(pass).map(|_| self.read_number(&text));
        std::future::ready(read).boxed()
    }

    fn outcome<'a>(
        &'a self,
        pass: &'a Pass,
        command_id: Uuid,
    ) -> BoxFuture<'a, Result<Outcome, DoorError>> {
        let outcome =
            self.admit(pass).map(|visitor| self.inside.outcome_of(command_id, &visitor.actor()));
        std::future::ready(outcome).boxed()
    }

    fn next_frame<'a>(
        &'a self,
        pass: &'a Pass,
        display: Uuid,
        page_load: i64,
    ) -> BoxFuture<'a, Result<u32, DoorError>> {
        async move { self.next_frame_of(&self.admit(pass)?, display, page_load).await }.boxed()
    }

    fn frames<'a>(
        &'a self,
        pass: &'a Pass,
        frames: Frames,
    ) -> BoxFuture<'a, Result<u32, DoorError>> {
        async move { self.record_frames(&self.visitor(pass)?, frames).await }.boxed()
    }

    fn follow_signals(&self, pass: Pass, display: Uuid, page_load: i64) -> Following<Vec<Signal>> {
        self.follow_signals_of(pass, display, page_load)
    }
}
