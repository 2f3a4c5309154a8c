//! How much comes at once: many small requests cost a broker, and everybody who reads behind it, more than they tell.
//!
//! What is rare goes at once. When there is much, it goes in handfuls, [`GAP`] apart.

use std::time::{Duration, Instant};

pub(super) const GAP: Duration = Duration::from_millis(2);

/// Long enough that what a stall has held up does not look like much.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// It is busy from so many in [`LOOK_EVERY`] on.
const BUSY_FROM: u32 = 400;

pub(super) struct Pace {
    looked: Instant,
    since: u32,
    busy: bool,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self { looked: now, since: 0, busy: false }
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy
    }

    /// So many have come; whether it is busy.
    pub(super) fn count(&mut self, now: Instant, came: usize) -> bool {
        self.since = self.since.saturating_add(u32::try_from(came).unwrap_or(u32::MAX));
        let passed = now.saturating_duration_since(self.looked);
        if passed >= LOOK_EVERY {
            let looks = passed.as_secs_f64() / LOOK_EVERY.as_secs_f64();
            self.busy = f64::from(self.since) >= f64::from(BUSY_FROM) * looks;
            (self.looked, self.since) = (now, 0);
        }
        self.busy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_busy_while_much_comes() {
        let begun = crate::kafka::client::now();
        let mut pace = Pace::new(begun);
        let mut after = |micros: u64, came| pace.count(begun + Duration::from_micros(micros), came);
        assert!((1..=400).all(|n| !after(n * 500, 1)), "2 000 in a second");
        assert!(!after(230_000, 60) && !after(330_000, 140), "2 000 in a second, and a stall");
        assert!((1..=200).any(|n| after(340_000 + n * 1_000, 10)), "10 000 in a second");
        assert!(!after(5_000_000, 1), "one after a long time");
    }
}
