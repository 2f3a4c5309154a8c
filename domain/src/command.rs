//! Commands as they travel, who sends them, and the index of what became of them.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    str::FromStr,
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use crate::refusal::Refusal;
pub(crate) use crate::refusal::refusals;
use crate::{
    id::{CommandId, EventId, PolicyName, StaffId, VisitId},
    log::Seq,
    refusal,
    time::{Span, Timestamp},
};

/// A command may ask to be decided within at most this span; a repeated one is recognised for as long.
pub const COMMAND_LIFE_MAX: Span = Span::secs(300);

/// Who acts; set by the door that authenticated it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    Customer(VisitId),
    Staff(StaffId),
    /// A rule of ours that answers an event with a command.
    Policy(PolicyName),
    /// A deadline that fell due.
    Timer,
    /// The operator of this installation: set-up and command line.
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(visit) => write!(f, "customer:{visit}"),
            Self::Staff(staff) => write!(f, "staff:{staff}"),
            Self::Policy(name) => write!(f, "policy:{name}"),
            Self::Timer => f.write_str("timer"),
            Self::System => f.write_str("system"),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an actor")]
pub struct NotAnActor(String);

impl FromStr for Actor {
    type Err = NotAnActor;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let not = || NotAnActor(text.to_owned());
        match text.split_once(':') {
            None if text == "timer" => Ok(Self::Timer),
            None if text == "system" => Ok(Self::System),
            Some(("customer", id)) => Ok(Self::Customer(id.parse().map_err(|_| not())?)),
            Some(("staff", id)) => Ok(Self::Staff(id.parse().map_err(|_| not())?)),
            Some(("policy", name)) => Ok(Self::Policy(PolicyName::parse(name).map_err(|_| not())?)),
            _ => Err(not()),
        }
    }
}

/// A command on its way to a partition's decider.
#[derive(Clone, Debug)]
pub struct Envelope<C> {
    pub command_id: CommandId,
    pub actor: Actor,
    /// Past it the command is dropped unrecorded, and so is one whose expiry is more than [`COMMAND_LIFE_MAX`] ahead.
    pub expires_at: Timestamp,
    pub causation: Option<EventId>,
    pub correlation: Uuid,
    pub traceparent: Option<Arc<str>>,
    pub body: C,
}

/// First eight bytes of the SHA-256 of what a command asks: of its body as JSON, without what the inside attached
/// (`facts`) and without sealed boxes, which differ each time the same text is sealed.
pub fn body_hash<C: Serialize>(body: &C) -> u64 {
    let mut json = serde_json::to_value(body).expect("a command is always JSON");
    strip(&mut json);
    let digest = Sha256::digest(json.to_string().as_bytes());
    u64::from_be_bytes(digest[..8].try_into().expect("a digest has 32 bytes"))
}

fn strip(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Object(fields) => {
            fields.retain(|name, _| name != "box" && name != "facts");
            fields.values_mut().for_each(strip);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

/// An id that follows from what leads to it, so that deciding again gives the same one.
pub fn derived_id(parts: &[&[u8]]) -> Uuid {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(u32::try_from(part.len()).expect("id parts are short").to_be_bytes());
        sha.update(part);
    }
    let digest = sha.finalize();
    uuid::Builder::from_custom_bytes(digest[..16].try_into().expect("a digest has 32 bytes"))
        .into_uuid()
}

/// What a decision may use beside the state: time and ids are inputs.
#[derive(Clone, Debug)]
pub struct Context {
    pub now: Timestamp,
    pub actor: Actor,
    pub command_id: CommandId,
}

impl Context {
    /// The `n`th id that this command gives to something new of kind `noun`.
    pub fn new_id<T: From<Uuid>>(&self, noun: &str, n: usize) -> T {
        let n = (n as u64).to_be_bytes();
        derived_id(&[
            self.command_id.0.as_bytes(),
            self.actor.to_string().as_bytes(),
            noun.as_bytes(),
            &n,
        ])
        .into()
    }
}

events! { "command" =>
    /// The decision was no.
    Refused = "command.refused" @ 2 {
        code: String,
        message: String,
        #[serde(default)]
        data: refusal::Data,
    },
    /// The decision was that nothing needs to change.
    Settled = "command.settled" @ 1 {},
}

impl From<Refusal> for Event {
    fn from(Refusal { code, message, data }: Refusal) -> Self {
        Self::Refused { code, message, data }
    }
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub body_hash: u64,
    /// Of the decision's last record.
    pub seq: Seq,
    pub refusal: Option<Refusal>,
}

/// Every command decided within [`COMMAND_LIFE_MAX`], folded from the log.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    by_command: BTreeMap<(CommandId, Actor), Outcome>,
    by_age: VecDeque<(Timestamp, CommandId, Actor)>,
}

impl Outcomes {
    /// All of it, oldest first, for a snapshot.
    pub fn entries(&self) -> impl Iterator<Item = (Timestamp, CommandId, &Actor, &Outcome)> {
        self.by_age.iter().filter_map(|(at, id, actor)| {
            Some((*at, *id, actor, self.by_command.get(&(*id, actor.clone()))?))
        })
    }

    pub fn get(&self, command_id: CommandId, actor: &Actor) -> Option<&Outcome> {
        self.by_command.get(&(command_id, actor.clone()))
    }

    pub fn insert(&mut self, at: Timestamp, command_id: CommandId, actor: Actor, outcome: Outcome) {
        while let Some((oldest, ..)) = self.by_age.front()
            && *oldest + COMMAND_LIFE_MAX < at
        {
            if let Some((_, id, actor)) = self.by_age.pop_front() {
                self.by_command.remove(&(id, actor));
            }
        }
        self.by_age.push_back((at, command_id, actor.clone()));
        self.by_command.insert((command_id, actor), outcome);
    }

    pub fn len(&self) -> usize {
        self.by_command.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_command.is_empty()
    }
}
