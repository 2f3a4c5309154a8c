//! What the file does not record, drawn from its own distributions by type, the same for the same seed.

use std::collections::BTreeMap;

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::calls::Call;

/// What a call brings: fixed before it is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Drawn {
    /// Seconds until the customer gives up; `None`: never, of their own accord.
    pub(super) patience: Option<i64>,
    /// Seconds that serving them takes.
    pub(super) handling: i64,
    /// Whether they exchange a line each way with the agent.
    pub(super) chats: bool,
}

/// How the chats that exchange a line are chosen: one in so many.
const CHATS_ONE_IN: u64 = 10;
/// Serving takes this long if the file never recorded a service.
const HANDLING_SECS: i64 = 180;

/// A Kaplan-Meier estimate: how many still wait after so many seconds.
#[derive(Debug, Default)]
struct Survival {
    /// At each second at which somebody hung up: the share that waits longer. Falling.
    steps: Vec<(i64, f64)>,
}

impl Survival {
    /// Product limit over waits that ended in a hang-up (true) or were censored by an answer (false).
    fn estimate(mut waits: Vec<(i64, bool)>) -> Self {
        waits.sort_unstable();
        let mut at_risk = waits.len();
        let mut share = 1.0;
        let mut steps = Vec::new();
        for group in waits.chunk_by(|one, other| one.0 == other.0) {
            let events = group.iter().filter(|(_, hung_up)| *hung_up).count();
            if events > 0 {
                share *= 1.0 - ratio(events, at_risk);
                steps.push((group[0].0, share));
            }
            at_risk -= group.len();
        }
        Self { steps }
    }

    fn after(&self, secs: i64) -> f64 {
        self.steps.iter().rev().find(|(at, _)| *at <= secs).map_or(1.0, |(_, share)| *share)
    }

    /// The patience at quantile `u` (above 0, at most 1) of those who wait longer than `secs`.
    fn draw_beyond(&self, secs: i64, u: f64) -> Option<i64> {
        let target = u * self.after(secs);
        self.steps.iter().find(|(at, share)| *at > secs && *share < target).map(|(at, _)| *at)
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of calls are far below 2^52")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// The file's own distributions, by type.
pub(super) struct Distributions {
    patience: BTreeMap<String, Survival>,
    handling: BTreeMap<String, Vec<i64>>,
    seed: u64,
}

impl Distributions {
    pub(super) fn of(calls: &[Call], seed: u64) -> Self {
        let mut waits: BTreeMap<String, Vec<(i64, bool)>> = BTreeMap::new();
        let mut handling: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for call in calls.iter().filter(|call| call.asks) {
            // An answer without a wait says nothing about patience.
            if call.hung_up || call.waited > 0 {
                waits.entry(call.kind.clone()).or_default().push((call.waited, call.hung_up));
            }
            if let Some(service) = call.served.as_ref().filter(|service| service.secs > 0) {
                handling.entry(call.kind.clone()).or_default().push(service.secs);
            }
        }
        for secs in handling.values_mut() {
            secs.sort_unstable();
        }
        let patience =
            waits.into_iter().map(|(kind, waits)| (kind, Survival::estimate(waits))).collect();
        Self { patience, handling, seed }
    }

    /// R7, R8 and R11 for one call.
    pub(super) fn draw(&self, call: &Call) -> Drawn {
        let mut chance = ChaCha8Rng::seed_from_u64(self.seed);
        chance.set_stream(call.line);
        let (patience, handling): (f64, f64) = (chance.random(), chance.random());
        let chats = chance.random_range(0..CHATS_ONE_IN) == 0;
        let patience = if call.hung_up {
            Some(call.waited)
        } else {
            self.patience
                .get(&call.kind)
                .and_then(|survival| survival.draw_beyond(call.waited, 1.0 - patience))
        };
        let recorded = call.served.as_ref().map_or(0, |service| service.secs);
        let handling =
            if recorded > 0 { recorded } else { self.draw_handling(&call.kind, handling) };
        Drawn { patience, handling, chats }
    }

    fn draw_handling(&self, kind: &str, u: f64) -> i64 {
        let recorded = self.handling.get(kind).map_or(&[][..], Vec::as_slice);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "u is in 0..1, so the product is an index"
        )]
        let index = (u * recorded.len() as f64) as usize;
        recorded.get(index).copied().unwrap_or(HANDLING_SECS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kaplan_meier_of_a_textbook_example() {
        // Six waits; the hang-ups at 6 and 13, with answers (censored) between.
        let survival = Survival::estimate(vec![
            (6, true),
            (6, true),
            (6, true),
            (6, false),
            (13, true),
            (20, false),
        ]);
        assert_eq!(survival.steps.len(), 2);
        assert!((survival.after(6) - 0.5).abs() < 1e-9);
        assert!((survival.after(13) - 0.25).abs() < 1e-9);
    }

    #[test]
    fn patience_outlasts_what_was_waited_and_may_be_without_end() {
        let survival = Survival::estimate(vec![(10, true), (20, true), (30, false), (40, false)]);
        assert_eq!(survival.draw_beyond(0, 1.0), Some(10));
        assert_eq!(survival.draw_beyond(10, 1.0), Some(20));
        assert_eq!(survival.draw_beyond(0, 0.1), None);
        assert_eq!(survival.draw_beyond(20, 1.0), None);
    }
}
