//! How an aggregate's events are declared: a closed enum whose variants are stored under a type name and a version.

use std::{collections::HashMap, sync::LazyLock};

use crate::{log::Recorded, site::SiteEvent, tenant::TenantEvent};

/// What stands in a record's data cannot be read as the event that its type names.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("event type `{0}` is unknown to this version; run one that knows it")]
    UnknownType(String),
    #[error(
        "version {version} of event type `{kind}` is unknown to this version; run one that knows it"
    )]
    UnknownVersion { kind: String, version: u32 },
    #[error("data of event `{kind}` does not fit its schema")]
    Data {
        kind: String,
        #[source]
        source: serde_json::Error,
    },
}

/// Each kind with its newest version.
static KNOWN: LazyLock<HashMap<&'static str, u32>> =
    LazyLock::new(|| SiteEvent::kinds().into_iter().chain(TenantEvent::kinds()).collect());

/// Whether this version knows what the record's data means; it knows all that were ever stored before. Whoever
/// folds asks first: data of a later version may well read as an earlier one's, and mean something else.
pub fn check(record: &Recorded) -> Result<(), DecodeError> {
    is_known(&record.kind, record.version)
}

/// As [`check`], of a type name and a version.
pub fn is_known(kind: &str, version: u32) -> Result<(), DecodeError> {
    match KNOWN.get(kind) {
        Some(newest) if (1..=*newest).contains(&version) => Ok(()),
        Some(_) => Err(DecodeError::UnknownVersion { kind: kind.to_owned(), version }),
        None => Err(DecodeError::UnknownType(kind.to_owned())),
    }
}

/// For a field that came to an event later: where it says nothing, nothing is stored.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
pub(crate) fn is_absent<T>(field: &&Option<T>) -> bool {
    field.is_none()
}

/// Declares `enum Event` with, per variant, the stored type name and schema version:
///
/// ```text
/// events! { "agent" =>
///     SignedIn = "agent.signed_in" @ 1 { agent: AgentId },
/// }
/// ```
///
/// The stored value is plain JSON of the fields; the type travels beside it.
macro_rules! events {
    ($noun:literal => $($(#[$doc:meta])* $variant:ident = $kind:literal @ $version:literal {
        $($(#[$attr:meta])* $field:ident : $ty:ty),* $(,)?
    }),* $(,)?) => {
        /// Stored: add variants, never rename or reuse one.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "events live briefly; most are small")]
        pub enum Event {
            $($(#[$doc])* $variant { $($field: $ty),* }),*
        }

        impl Event {
            pub const NOUN: &'static str = $noun;
            /// Every stored type name with its schema version.
            pub const KINDS: &'static [(&'static str, u32)] = &[$(($kind, $version)),*];

            /// The type name under which it is stored, and its schema version.
            pub fn kind(&self) -> (&'static str, u32) {
                match self { $(Self::$variant { .. } => ($kind, $version)),* }
            }

            /// The fields as JSON.
            pub fn encode(&self) -> Vec<u8> {
                match self {$(
                    Self::$variant { $($field),* } => {
                        #[derive(serde::Serialize)]
                        struct Fields<'a> { $($(#[$attr])* $field: &'a $ty,)* #[serde(skip)] _of: std::marker::PhantomData<&'a ()> }
                        serde_json::to_vec(&Fields { $($field,)* _of: std::marker::PhantomData })
                            .expect("an event's fields are always JSON")
                    }
                )*}
            }

            /// `Ok(None)` if the type belongs to another aggregate.
            pub fn decode(kind: &str, data: &[u8]) -> Result<Option<Self>, crate::event::DecodeError> {
                match kind {
                    $($kind => {
                        #[derive(serde::Deserialize)]
                        struct Fields { $($(#[$attr])* $field: $ty),* }
                        let Fields { $($field),* } = serde_json::from_slice(data).map_err(|source| {
                            crate::event::DecodeError::Data { kind: kind.to_owned(), source }
                        })?;
                        Ok(Some(Self::$variant { $($field),* }))
                    })*
                    _ => Ok(None),
                }
            }
        }
    };
}

/// Declares the sum of several aggregates' events, decoded by the noun before the dot.
macro_rules! sum_of_events {
    ($(#[$doc:meta])* $name:ident { $($variant:ident($module:ident)),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "events live briefly; most are small")]
        pub enum $name { $($variant(crate::$module::Event)),* }

        impl $name {
            pub fn kind(&self) -> (&'static str, u32) {
                match self { $(Self::$variant(event) => event.kind()),* }
            }

            pub fn encode(&self) -> Vec<u8> {
                match self { $(Self::$variant(event) => event.encode()),* }
            }

            pub fn decode(kind: &str, data: &[u8]) -> Result<Self, crate::event::DecodeError> {
                let noun = kind.split('.').next().unwrap_or_default();
                let found = match noun {
                    $(crate::$module::Event::NOUN => crate::$module::Event::decode(kind, data)?.map(Self::$variant),)*
                    _ => None,
                };
                found.ok_or_else(|| crate::event::DecodeError::UnknownType(kind.to_owned()))
            }

            /// Every stored type name with its schema version.
            pub fn kinds() -> Vec<(&'static str, u32)> {
                [$(crate::$module::Event::KINDS),*].concat()
            }
        }

        $(impl From<crate::$module::Event> for $name {
            fn from(event: crate::$module::Event) -> Self {
                Self::$variant(event)
            }
        })*
    };
}
