//! The doors' way to a decider: send a command, wait for its outcome on the tail, and answer only with that.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use commands::ports::bus::{BusError, CommandBus};
use domain::{
    command::{Actor, Envelope, Refusal, body_hash},
    id::CommandId,
    log::Partition,
    site::SiteCommand,
    tenant::TenantCommand,
    time::{Span, Timestamp},
};
use projections::{
    outcomes::{Known, Made},
    tail::{Tail, View},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    graphql::{
        outcome::{self, ActPayload, Done, NotKnownYet, Outcome, OutcomeState, Refused},
        scalar::Token,
    },
    inside::Inside,
};

/// A command that a door sent is decided within this span of partition time, or never.
pub(crate) const COMMAND_LIFE: Span = Span::secs(60);
/// A door waits so long for an outcome.
pub(crate) const OUTCOME_WITHIN: Duration = Duration::from_secs(10);
/// Commands whose expiry is remembered for those who ask for their outcome.
const SENT_MAX: usize = 100_000;

/// What became of a command that a door sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    pub command_id: Uuid,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Done {
        token: Token,
        made: Option<Made>,
    },
    Refused(Refusal),
    NotKnownYet,
    /// It will never be decided.
    Lost,
}

#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error(transparent)]
    Bus(#[from] BusError),
}

impl From<Decided> for ActPayload {
    fn from(Decided { command_id, what }: Decided) -> Self {
        match what {
            What::Done { token, .. } => Self::Done(Done { command_id, token }),
            What::Refused(refusal) => Self::Refused(refused(command_id, refusal)),
            What::NotKnownYet | What::Lost => Self::NotKnownYet(not_known_yet(command_id)),
        }
    }
}

pub(crate) fn refused(command_id: Uuid, refusal: Refusal) -> Refused {
    let domain::command::Refusal { code, message, data } = refusal;
    Refused { command_id, code, message, data: outcome::data(data) }
}

pub(crate) fn not_known_yet(command_id: Uuid) -> NotKnownYet {
    let secs = OUTCOME_WITHIN.as_secs();
    NotKnownYet {
        command_id,
        message: format!(
            "not decided within {secs} s; ask for the outcome later, or send the same command id again"
        ),
    }
}

/// When the commands that this process sent expire.
#[derive(Default)]
pub struct Sent(Mutex<Register>);

#[derive(Default)]
struct Register {
    expires: HashMap<(CommandId, Actor), Timestamp>,
    by_age: VecDeque<(CommandId, Actor)>,
    /// Partition time when this process was first asked anything.
    since: Option<Timestamp>,
}

impl Sent {
    fn note(&self, command: CommandId, actor: &Actor, now: Timestamp, expires_at: Timestamp) {
        let mut register = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        register.since.get_or_insert(now);
        if register.by_age.len() >= SENT_MAX
            && let Some(oldest) = register.by_age.pop_front()
        {
            register.expires.remove(&oldest);
        }
        let key = (command, actor.clone());
        if register.expires.insert(key.clone(), expires_at).is_none() {
            register.by_age.push_back(key);
        }
    }

    /// The moment after which a command under this id, if it was ever sent, cannot be decided any more. One that this
    /// process has not seen was sent to an earlier one, and has expired when its life has passed since the start.
    fn expiry(&self, command: CommandId, actor: &Actor, now: Timestamp) -> Timestamp {
        let mut register = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *register.since.get_or_insert(now);
        let known = register.expires.get(&(command, actor.clone())).copied();
        known.unwrap_or(since + COMMAND_LIFE)
    }
}

impl Inside {
    pub async fn to_site(
        &self,
        actor: Actor,
        command_id: Option<Uuid>,
        body: SiteCommand,
    ) -> Result<Decided, SendError> {
        self.decide(&*self.ports.site_bus, &self.ports.live, actor, command_id, body).await
    }

    pub async fn to_tenant(
        &self,
        actor: Actor,
        command_id: Option<Uuid>,
        body: TenantCommand,
    ) -> Result<Decided, SendError> {
        self.decide(&*self.ports.tenant_bus, &self.ports.directory, actor, command_id, body).await
    }

    async fn decide<C: Serialize, V: View>(
        &self,
        bus: &dyn CommandBus<C>,
        tail: &Tail<V>,
        actor: Actor,
        command_id: Option<Uuid>,
        body: C,
    ) -> Result<Decided, SendError> {
        let id = crate::limits::command_id(command_id);
        let command = CommandId(id);
        let decided = |what| Decided { command_id: id, what };
        if let Known::Decided(outcome) = tail.outcome(command, &actor, None) {
            return Ok(decided(if is_another(&body, outcome.body_hash) {
                What::Refused(other_body())
            } else {
                answer(tail, command, &actor, outcome)
            }));
        }
        let now = self.ports.clock.now().max(tail.time());
        let expires_at = now + COMMAND_LIFE;
        self.sent.note(command, &actor, now, expires_at);
        let awaited = tail.expect(command, actor.clone(), expires_at);
        let correlation = id;
        let envelope = Envelope {
            command_id: command,
            actor: actor.clone(),
            expires_at,
            causation: None,
            correlation,
            traceparent: None,
            body,
        };
        bus.send(envelope).await?;
        metrics::counter!("lockstep_door_commands_total").increment(1);
        Ok(decided(match awaited.within(OUTCOME_WITHIN).await {
            Known::Decided(outcome) => answer(tail, command, &actor, outcome),
            Known::NotYet | Known::Forgotten => What::NotKnownYet,
            Known::Never => What::Lost,
        }))
    }

    /// What became of a command on either partition.
    pub fn outcome_of(&self, command_id: Uuid, actor: &Actor) -> Outcome {
        let command = CommandId(command_id);
        let site = self.known(&self.ports.live, command, actor);
        let tenant = self.known(&self.ports.directory, command, actor);
        match (site, tenant) {
            (Known::Decided(outcome), _) => told(command_id, self.site_partition(), outcome),
            (_, Known::Decided(outcome)) => told(command_id, self.tenant_partition(), outcome),
            (Known::Never, Known::Never) => just(OutcomeState::Never),
            _ => just(OutcomeState::Unknown),
        }
    }

    fn known<V: View>(&self, tail: &Tail<V>, command: CommandId, actor: &Actor) -> Known {
        let expires_at = self.sent.expiry(command, actor, self.ports.clock.now().max(tail.time()));
        match tail.outcome(command, actor, Some(expires_at)) {
            // Past its expiry nothing decides it; that the last record is older than the expiry only means quiet.
            Known::NotYet if self.ports.clock.now() > expires_at + COMMAND_LIFE => Known::Never,
            known => known,
        }
    }
}

fn just(state: OutcomeState) -> Outcome {
    Outcome { state, token: None, refused: None }
}

fn told(command_id: Uuid, partition: Partition, outcome: domain::command::Outcome) -> Outcome {
    let token = Some(Token { partition, seq: outcome.seq });
    match outcome.refusal {
        None => Outcome { state: OutcomeState::Done, token, refused: None },
        Some(refusal) => Outcome {
            state: OutcomeState::Refused,
            token,
            refused: Some(refused(command_id, refusal)),
        },
    }
}

fn answer<V: View>(
    tail: &Tail<V>,
    command: CommandId,
    actor: &Actor,
    outcome: domain::command::Outcome,
) -> What {
    match outcome.refusal {
        Some(refusal) => What::Refused(refusal),
        None => What::Done {
            token: Token { partition: tail.partition().clone(), seq: outcome.seq },
            made: tail.made(command, actor),
        },
    }
}

/// Sealing the same text twice gives two boxes, so a body with one is not compared.
fn is_another<C: Serialize>(body: &C, decided: u64) -> bool {
    let json = serde_json::to_string(body).expect("a command is always JSON");
    !json.contains(r#""box":"#) && body_hash(body) != decided
}

fn other_body() -> Refusal {
    Refusal {
        code: "command.other_body".to_owned(),
        message: "this command id was used for something else; choose a fresh one".to_owned(),
        data: domain::refusal::Data::new(),
    }
}
