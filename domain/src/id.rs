//! The registry of typed ids and names: every id in the log is one of these.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self(text.parse()?))
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A customer's account with the company.
    AccountId,
    /// An agent is a member of staff: the same id as its `StaffId`.
    AgentId,
    BookingId,
    CallbackId,
    /// Chosen by whoever sends the command; the same id is decided once.
    CommandId,
    /// One line of one browser to a display.
    ConnectionId,
    ContactId,
    ContractId,
    DisplayId,
    EventId,
    LinkId,
    /// What several contacts, callbacks and tickets are about together.
    MatterId,
    MessageId,
    /// A page that was opened for all who share a display.
    PushId,
    ReservationId,
    ServiceId,
    StaffId,
    /// A person whose data can be forgotten; random, means nothing outside the key store.
    SubjectId,
    TicketId,
    VisitId,
}

impl From<StaffId> for AgentId {
    fn from(id: StaffId) -> Self {
        Self(id.0)
    }
}

impl From<AgentId> for StaffId {
    fn from(id: AgentId) -> Self {
        Self(id.0)
    }
}

/// A name is 1–64 characters of `a–z 0–9 - _ .`, starting with a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a name; use 1 to 64 characters of a–z, 0–9, - _ . starting with a letter or digit"
)]
pub struct NotAName {
    pub text: String,
}

fn check_name(text: &str) -> Result<(), NotAName> {
    let fits = (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
        && text.as_bytes()[0].is_ascii_alphanumeric();
    if fits { Ok(()) } else { Err(NotAName { text: text.chars().take(80).collect() }) }
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            pub fn parse(text: &str) -> Result<Self, NotAName> {
                check_name(text)?;
                Ok(Self(text.into()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

names! {
    /// Of a text, such as `en` or `pt-br`.
    LanguageName,
    NetworkName,
    /// One process of ours.
    NodeName,
    /// The name that a versioned rule gives to a page; never its address.
    PageName,
    PolicyName,
    QueueName,
    ReasonCode,
    SiteName,
    SkillName,
    TenantName,
    TierName,
    TopicName,
    /// A shared widget on a page.
    WidgetName,
}

/// The medium of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Phone,
    Chat,
    Email,
    WebCall,
    WebVideo,
    Data,
}

impl Channel {
    pub const ALL: [Self; 6] =
        [Self::Phone, Self::Chat, Self::Email, Self::WebCall, Self::WebVideo, Self::Data];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Chat => "chat",
            Self::Email => "email",
            Self::WebCall => "web_call",
            Self::WebVideo => "web_video",
            Self::Data => "data",
        }
    }
}
