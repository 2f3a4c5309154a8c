//! The operator's way to give a partition commands: set-up and the command line.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use commands::ports::{bus::CommandBus, clock::Clock};
use domain::{
    command::{Actor, Envelope, Refusal},
    id::CommandId,
    log::Seq,
    time::Span,
};
use projections::{
    outcomes::Known,
    tail::{Tail, View},
};

const LIFE: Span = Span::secs(120);
/// Of real time, whatever the clock.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends as [`Actor::System`] and answers what was read back from the log.
pub(crate) struct Orders<V: View, C> {
    pub(crate) bus: Arc<dyn CommandBus<C>>,
    pub(crate) tail: Tail<V>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl<V: View, C: Send + 'static> Orders<V, C> {
    /// It must be done; `what` it is stands in the error when it is not.
    #[expect(
        clippy::disallowed_methods,
        reason = "the operator's door gives its commands their ids"
    )]
    pub(crate) async fn give(&self, what: &str, body: impl Into<C>) -> anyhow::Result<Seq> {
        let command_id = CommandId(uuid::Uuid::now_v7());
        match self.ask(command_id, body).await? {
            Ok(seq) => Ok(seq),
            Err(refusal) => bail!("{what}: refused, {refusal}"),
        }
    }

    pub(crate) async fn ask(
        &self,
        command_id: CommandId,
        body: impl Into<C>,
    ) -> anyhow::Result<Result<Seq, Refusal>> {
        let expires_at = self.clock.now().max(self.tail.time()) + LIFE;
        let awaited = self.tail.expect(command_id, Actor::System, expires_at);
        let envelope = Envelope {
            command_id,
            actor: Actor::System,
            expires_at,
            causation: None,
            correlation: command_id.0,
            traceparent: None,
            body: body.into(),
        };
        self.bus.send(envelope).await.context("the command could not be sent")?;
        match awaited.within(PATIENCE).await {
            Known::Decided(outcome) => Ok(outcome.refusal.map_or(Ok(outcome.seq), Err)),
            Known::NotYet | Known::Never | Known::Forgotten => {
                bail!("nobody decided within {} s; try again", PATIENCE.as_secs())
            }
        }
    }
}
