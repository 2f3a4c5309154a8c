//! The routing policy in force: topics, dispositions, reasons.

use async_graphql::SimpleObject;
use projections::directory;
use serde::{Deserialize, Serialize};

use super::{agent::Presence, display::DisplayScope, scalar::Instant};

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Policy {
    pub version: u32,
    pub definition_json: String,
    pub topics: Vec<Topic>,
    pub dispositions: Vec<Code>,
    pub reasons: Vec<Code>,
    pub rejections: Vec<Rejection>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct Topic {
    pub topic: String,
    pub title: String,
}

/// What a customer is asked to agree to before a page is shared; `{name}` in it is the agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct ConsentText {
    /// The hash of the text and its language.
    pub version: String,
    pub language: String,
    pub title: String,
    pub what: String,
    pub hidden: String,
    pub scopes: Vec<ConsentScope>,
    pub in_force_since: Instant,
    /// Absent: it is in force.
    pub replaced_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, SimpleObject)]
pub struct ConsentScope {
    pub scope: DisplayScope,
    pub title: String,
    pub text: String,
}

impl From<&directory::Consent> for ConsentText {
    fn from(consent: &directory::Consent) -> Self {
        let text = consent.text.clone();
        let scopes = text.scopes.into_iter();
        Self {
            version: consent.version.clone(),
            language: consent.language.to_string(),
            title: text.title,
            what: text.what,
            hidden: text.hidden,
            scopes: scopes
                .map(|(scope, of)| ConsentScope {
                    scope: scope.into(),
                    title: of.title,
                    text: of.text,
                })
                .collect(),
            in_force_since: consent.since.into(),
            replaced_at: consent.replaced.map(Into::into),
        }
    }
}

/// Why an offer is rejected.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Rejection {
    pub code: String,
    pub title: String,
    /// The agent's presence from then on, where the reason means that they are not available.
    pub then: Option<Presence>,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct Code {
    pub code: String,
    pub title: String,
}
