//! The customer's door: everything that the edge can do, and nothing else.
//!
//! The edge holds no keys and no log. It passes on what a browser sends, with the visit's token, and shows what comes
//! back; the gateway behind this port decides what the token is good for. What crosses is plain data, so that the
//! two may stand in different processes: then [`remote`] implements the port at the edge, over streams that a link
//! supplies, and [`served`] calls the gateway at their other end.

pub mod remote;
pub mod served;
mod wire;

pub use wire::VERSION;

use std::{borrow::Cow, net::IpAddr};

use bytes::Bytes;
use domain::id::Channel;
use futures::{future::BoxFuture, stream::BoxStream};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    display::signal::Signal,
    graphql::{
        display::{DisplayScope, DisplayWay},
        outcome::{Done, NotKnownYet, Outcome, Refused},
        own::{Asked, CallbackRequested, Denied, Me, PhoneNumber, TicketFiled},
        policy::{ConsentText, Topic},
        scalar::{Instant, Token},
        wait::Availability,
    },
    reasons::{self, Because},
};

/// What a browser shows at every request: its visit's token, and where it calls from.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    pub token: String,
    pub address: IpAddr,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitAsk {
    pub site: String,
    /// The company's signed word on who this is.
    pub identity: Option<String>,
    /// An earlier visit's token: the visit goes on, under a fresh token.
    pub token: Option<String>,
    pub address: IpAddr,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Visit {
    pub visit: Uuid,
    pub token: String,
    #[serde(with = "rfc3339")]
    pub expires_at: Instant,
}

/// One page that the browser showed; the pair (page load, seq) orders it within the visit.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct View {
    pub page_load: i64,
    pub seq: u32,
    pub url: String,
    #[serde(default)]
    pub title: String,
}

/// A batch of what changed on one load of the customer's page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frames {
    pub display: Uuid,
    pub page_load: i64,
    /// In their order.
    pub frames: Vec<PageFrame>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageFrame {
    pub seq: u32,
    /// It begins with a full snapshot.
    pub full: bool,
    /// The compressed JSON of its events.
    #[serde(with = "as_base64")]
    pub data: Bytes,
}

/// What somebody may ask about, and the address of the page that they are on (else the one seen last).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    pub topic: String,
    pub page: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerCommand {
    /// Chosen by the client, so that sending it again is doing it once.
    pub command_id: Option<Uuid>,
    pub act: Act,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    Ask {
        topic: String,
        channel: Channel,
        page: Option<String>,
    },
    RequestCallback {
        topic: String,
        number: String,
        at: Option<Instant>,
        zone: Option<String>,
        page: Option<String>,
        /// What a shared widget sends along, as JSON.
        about: Option<String>,
    },
    CancelContact {
        contact: Uuid,
    },
    CancelCallback {
        callback: Uuid,
    },
    RescheduleCallback {
        callback: Uuid,
        at: Option<Instant>,
        zone: Option<String>,
    },
    Say {
        link: Uuid,
        text: String,
    },
    EndLink {
        link: Uuid,
    },
    FileTicket {
        topic: String,
        service: Option<Uuid>,
        text: String,
    },
    Rate {
        contact: Uuid,
        stars: i32,
    },
    Display(OnDisplay),
}

/// What a customer does about the display of a contact of theirs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OnDisplay {
    Consent { contact: Uuid, scopes: Vec<DisplayScope>, text_version: String },
    Revoke { display: Uuid, scopes: Vec<DisplayScope> },
    Pause { display: Uuid },
    Resume { display: Uuid },
    Share { display: Uuid, way: DisplayWay, url: Option<String> },
    Push { display: Uuid, url: String },
    Answer { display: Uuid, push: Uuid, follow: bool },
    Grant { display: Uuid, staff: Uuid },
    RevokeControl { display: Uuid },
    ChangeWidget { display: Uuid, widget: String, based_on: u32, state: String },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Done(Done),
    Asked(Asked),
    CallbackRequested(CallbackRequested),
    TicketFiled(TicketFiled),
    Denied(Denied),
    Refused(Refused),
    NotKnownYet(NotKnownYet),
}

/// Why the door did not do what was asked. `message` is for developers and says what to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct DoorError {
    pub code: DoorCode,
    pub message: String,
    /// Finer than the code, of [`crate::reasons`]: browsers make words of it.
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub data: domain::refusal::Data,
    /// For [`DoorCode::RateLimited`].
    pub retry_after_secs: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DoorCode {
    /// No token, or one that is forged, expired or for something else.
    Unauthenticated,
    Forbidden,
    /// What was sent does not fit; the message says where.
    BadInput,
    NotFound,
    RateLimited,
    TokenForeign,
    TokenAhead,
    /// Something that the door needs is out of reach now.
    Unavailable,
}

impl DoorCode {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::BadInput => "BAD_INPUT",
            Self::NotFound => "NOT_FOUND",
            Self::RateLimited => "RATE_LIMITED",
            Self::TokenForeign => "TOKEN_FOREIGN",
            Self::TokenAhead => "TOKEN_AHEAD",
            Self::Unavailable => "UNAVAILABLE",
        }
    }
}

impl DoorError {
    pub fn new(code: DoorCode, message: impl Into<String>) -> Self {
        let (reason, data) = (None, domain::refusal::Data::new());
        Self { code, message: message.into(), reason, data, retry_after_secs: None }
    }

    /// With a reason that is finer than the code.
    #[must_use]
    pub fn because(self, because: impl Into<Because>) -> Self {
        let Because { reason, data } = because.into();
        Self { reason: Some(reason), data, ..self }
    }

    /// The reason, as the catalogue of words knows it.
    pub fn reason(&self) -> Cow<'_, str> {
        self.reason
            .as_deref()
            .map_or_else(|| Cow::Owned(self.code.as_str().to_ascii_lowercase()), Cow::Borrowed)
    }

    pub fn rate_limited(retry_after_secs: u32) -> Self {
        let message = format!("too many requests; try again in {retry_after_secs} s");
        let because = reasons::RATE_LIMITED.with(&[("secs", &retry_after_secs)]);
        Self {
            retry_after_secs: Some(retry_after_secs),
            ..Self::new(DoorCode::RateLimited, message).because(because)
        }
    }
}

/// Cloneable result streams end after their first error.
pub type Following<T> = BoxStream<'static, Result<T, DoorError>>;

pub trait CustomerDoor: Send + Sync {
    /// Opens a visit, or renews one; a company-signed identity makes it somebody's.
    fn visit(&self, ask: VisitAsk) -> BoxFuture<'_, Result<Visit, DoorError>>;
    /// Checks the token alone, and counts the request: before anything of it runs.
    fn check<'a>(&'a self, pass: &'a Pass) -> BoxFuture<'a, Result<(), DoorError>>;
    /// Answers what was read back from the log, never what was only sent.
    fn submit<'a>(
        &'a self,
        pass: &'a Pass,
        command: CustomerCommand,
    ) -> BoxFuture<'a, Result<Answer, DoorError>>;
    /// How many of the views are recorded now (or were before).
    fn activity<'a>(
        &'a self,
        pass: &'a Pass,
        views: Vec<View>,
    ) -> BoxFuture<'a, Result<usize, DoorError>>;
    fn me<'a>(
        &'a self,
        pass: &'a Pass,
        at_least: Vec<Token>,
    ) -> BoxFuture<'a, Result<Me, DoorError>>;
    /// The whole of it first, then again whenever it changes; who reads slowly gets the latest.
    fn follow_me(&self, pass: Pass, at_least: Vec<Token>) -> Following<Me>;
    fn topics<'a>(&'a self, pass: &'a Pass) -> BoxFuture<'a, Result<Vec<Topic>, DoorError>>;
    /// What is agreed to before a page in this language is shared.
    fn consent_text<'a>(
        &'a self,
        pass: &'a Pass,
        language: String,
    ) -> BoxFuture<'a, Result<ConsentText, DoorError>>;
    fn availability<'a>(
        &'a self,
        pass: &'a Pass,
        about: About,
        at_least: Vec<Token>,
    ) -> BoxFuture<'a, Result<Vec<Availability>, DoorError>>;
    fn follow_availability(&self, pass: Pass, about: About) -> Following<Vec<Availability>>;
    /// How a phone number would be read; nothing is kept of it.
    fn phone_number<'a>(
        &'a self,
        pass: &'a Pass,
        text: String,
    ) -> BoxFuture<'a, Result<PhoneNumber, DoorError>>;
    fn outcome<'a>(
        &'a self,
        pass: &'a Pass,
        command_id: Uuid,
    ) -> BoxFuture<'a, Result<Outcome, DoorError>>;
    /// The number of the frame of this page load that is not recorded yet.
    fn next_frame<'a>(
        &'a self,
        pass: &'a Pass,
        display: Uuid,
        page_load: i64,
    ) -> BoxFuture<'a, Result<u32, DoorError>>;
    /// All of them are recorded now, or were before; the number of the last one.
    fn frames<'a>(
        &'a self,
        pass: &'a Pass,
        frames: Frames,
    ) -> BoxFuture<'a, Result<u32, DoorError>>;
    /// Joins the display for as long as this is followed, and says so with an empty handful; then what staff signal
    /// about this page load, all of it but pointers that have moved on.
    fn follow_signals(&self, pass: Pass, display: Uuid, page_load: i64) -> Following<Vec<Signal>>;
}

mod as_base64 {
    //! Bytes in JSON.

    use base64::{Engine as _, prelude::BASE64_STANDARD};
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &Bytes, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(from)?;
        let bytes = BASE64_STANDARD.decode(text).map_err(serde::de::Error::custom)?;
        Ok(bytes.into())
    }
}

mod rfc3339 {
    //! An instant as browsers read it.

    use domain::time::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::graphql::scalar::Instant;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
    pub(super) fn serialize<S: Serializer>(at: &Instant, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(at)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Instant, D::Error> {
        let text = String::deserialize(from)?;
        let at: jiff::Timestamp = text.parse().map_err(serde::de::Error::custom)?;
        Ok(Instant(Timestamp(at.as_microsecond())))
    }
}
