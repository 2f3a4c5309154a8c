//! L1: what an agent's open reservations cost never adds up to more than one.
//!
//! A reservation costs 1 / capacity of its channel, from the offer to its end. The sum is looked at whenever a
//! decision that offers something to the agent is whole.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Finding, Law};
use crate::{event::Event, records::Record};

/// Rounding of sums of reciprocals; the smallest real excess is 1/255.
const ROUNDING: f64 = 1e-6;

#[derive(Default)]
pub(super) struct Capacities {
    capacity: BTreeMap<Uuid, BTreeMap<String, u8>>,
    /// By agent: open reservations and their channels.
    open: BTreeMap<Uuid, BTreeMap<Uuid, String>>,
    offered_to: BTreeSet<Uuid>,
}

impl Capacities {
    fn load(&self, agent: Uuid) -> f64 {
        let capacity = self.capacity.get(&agent);
        let cost = |channel: &String| match capacity.and_then(|all| all.get(channel)) {
            Some(n) if *n > 0 => 1.0 / f64::from(*n),
            _ => f64::INFINITY,
        };
        self.open.get(&agent).map_or(0.0, |open| open.values().map(cost).sum())
    }
}

impl Law for Capacities {
    fn see(&mut self, record: &Record, _finding: &mut Finding) {
        match &record.event {
            Event::AgentEnrolled { agent, capacity } => {
                self.capacity.insert(*agent, capacity.clone());
            }
            Event::Offered(offer) => {
                let open = self.open.entry(offer.agent).or_default();
                open.insert(offer.reservation, offer.channel.clone());
                self.offered_to.insert(offer.agent);
            }
            Event::ReservationEnded(held) => {
                if let Some(open) = self.open.get_mut(&held.agent) {
                    open.remove(&held.reservation);
                }
            }
            _ => {}
        }
    }

    fn settle(&mut self, last: &Record, finding: &mut Finding) {
        for agent in std::mem::take(&mut self.offered_to) {
            let load = self.load(agent);
            finding.check(last, load <= 1.0 + ROUNDING, || {
                let open = self.open.get(&agent).map_or(0, BTreeMap::len);
                format!("agent {agent} holds {open} open reservations that cost {load:.2}")
            });
        }
    }
}
