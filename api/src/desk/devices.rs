//! Whether an agent's desk is there: sockets are counted here, and only *lost* and *returned* become commands.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{agent, command::Actor, id::AgentId, site::SiteCommand, staff::Role};
use projections::tail::Heard;

use super::session::Who;
use crate::inside::Inside;

/// A page that is loaded again, or a network that blinks, is not a lost desk.
const BLINK: Duration = Duration::from_secs(3);

#[derive(Default)]
pub(crate) struct Devices(Mutex<HashMap<AgentId, usize>>);

impl Devices {
    fn count(&self, agent: AgentId) -> usize {
        let sockets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sockets.get(&agent).copied().unwrap_or_default()
    }

    /// A socket of this agent has opened.
    pub(crate) fn opened(&self, agent: AgentId) {
        let mut sockets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *sockets.entry(agent).or_default() += 1;
    }

    fn closed(&self, agent: AgentId) {
        let mut sockets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = sockets.get_mut(&agent) {
            *open -= 1;
            if *open == 0 {
                sockets.remove(&agent);
            }
        }
    }

    /// Whoever acts is there.
    pub(crate) async fn seen(&self, inside: &Inside, who: &Who) {
        let agent = AgentId::from(who.staff);
        if who.roles.has(Role::Agent) && is_lost(inside, agent) {
            tell(inside, agent, agent::Command::DeviceReturned { agent }).await;
        }
    }

    /// A socket of this agent has closed; if no other opens within a blink, the desk is lost.
    pub(crate) async fn gone(&self, inside: &Inside, agent: AgentId) {
        self.closed(agent);
        if self.count(agent) > 0 {
            return;
        }
        tokio::time::sleep(BLINK).await;
        let signed_in = inside
            .ports
            .live
            .read(|live| live.floor().agent(agent).is_some_and(|agent| agent.signed_in));
        if self.count(agent) > 0 || !signed_in || is_lost(inside, agent) {
            return;
        }
        tell(inside, agent, agent::Command::DeviceLost { agent }).await;
    }
}

/// For as long as this agent's desk is followed here: whoever says that it is lost saw it leave another node.
pub(super) fn stays(inside: Arc<Inside>, agent: AgentId) -> impl Future<Output = ()> {
    let mut changes = inside.ports.live.changes();
    async move {
        while let Some(heard) = changes.next().await {
            let concerns = match heard {
                Heard::Changed(changed) => changed.concerns_agent(agent),
                Heard::Missed => true,
            };
            if concerns && is_lost(&inside, agent) {
                tell(&inside, agent, agent::Command::DeviceReturned { agent }).await;
            }
        }
    }
}

fn is_lost(inside: &Inside, agent: AgentId) -> bool {
    inside.ports.live.read(|live| live.floor().agent(agent).is_some_and(|agent| agent.device_lost))
}

async fn tell(inside: &Inside, agent: AgentId, command: agent::Command) {
    let actor = Actor::Staff(agent.into());
    if let Err(error) = inside.to_site(actor, None, SiteCommand::Agent(command)).await {
        tracing::warn!(agent.id = %agent, error = %error, "an agent's desk was not reported");
    }
}
