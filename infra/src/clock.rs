//! The clocks: real, scaled, and driven from outside.

use std::time::Duration;

use commands::ports::clock::Clock;
use domain::time::{Span, Timestamp};
use futures::future::BoxFuture;
use tokio::sync::watch;

/// A sleeper looks at the clock again at least this often, so that a wall clock that jumps is noticed.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The wall clock of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Real;

impl Clock for Real {
    #[expect(clippy::disallowed_methods, reason = "the one home of the wall clock")]
    fn now(&self) -> Timestamp {
        let since_1970 = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .expect("the machine's clock is past 1970");
        Timestamp(i64::try_from(since_1970.as_micros()).expect("microseconds fit until 294 000"))
    }

    fn is_wall(&self) -> bool {
        true
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(sleep(move || at - self.now()))
    }
}

/// A recorded origin and `factor` times what has passed since.
#[derive(Clone, Copy, Debug)]
pub struct Scaled {
    /// What this clock showed at `started`.
    origin: Timestamp,
    /// By the wall clock.
    started: Timestamp,
    factor: u32,
}

impl Scaled {
    pub fn new(origin: Timestamp, started: Timestamp, factor: u32) -> Self {
        Self { origin, started, factor: factor.max(1) }
    }
}

impl Clock for Scaled {
    fn now(&self) -> Timestamp {
        let passed = Real.now() - self.started;
        self.origin + Span(passed.0.saturating_mul(i64::from(self.factor)))
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'_, ()> {
        let factor = i64::from(self.factor);
        // Rounded up: never awake before the time has come.
        Box::pin(sleep(move || Span(-(self.now() - at).0.div_euclid(factor))))
    }
}

async fn sleep(left: impl Fn() -> Span) {
    while let left @ 1.. = left().0 {
        let left = Duration::from_micros(left.unsigned_abs());
        tokio::time::sleep(left.min(LOOK_AGAIN)).await;
    }
}

/// Shows the last time that was set.
#[derive(Debug)]
pub struct Driven {
    now: watch::Sender<Timestamp>,
}

impl Driven {
    pub fn new(now: Timestamp) -> Self {
        Self { now: watch::Sender::new(now) }
    }

    /// Never goes back: an earlier time changes nothing.
    pub fn advance(&self, to: Timestamp) {
        self.now.send_if_modified(|now| {
            let later = to > *now;
            if later {
                *now = to;
            }
            later
        });
    }
}

impl Clock for Driven {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'_, ()> {
        let mut now = self.now.subscribe();
        Box::pin(async move {
            now.wait_for(|now| *now >= at).await.expect("the sender lives in `self`");
        })
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_driven_clock_wakes_its_sleepers_and_never_goes_back() {
        let clock = Driven::new(Timestamp::from_secs(10));
        let mut sleeper = clock.sleep_until(Timestamp::from_secs(20));
        clock.advance(Timestamp::from_secs(19));
        assert!((&mut sleeper).now_or_never().is_none());
        clock.advance(Timestamp::from_secs(20));
        assert!(sleeper.now_or_never().is_some());
        clock.advance(Timestamp::from_secs(5));
        assert_eq!(clock.now(), Timestamp::from_secs(20));
    }

    #[test]
    fn a_scaled_clock_continues_from_its_origin() {
        let started = Real.now() - Span::secs(100);
        let clock = Scaled::new(Timestamp::from_secs(1_000), started, 60);
        let shown = clock.now();
        assert!(shown >= Timestamp::from_secs(7_000) && shown < Timestamp::from_secs(8_000));
        assert!(clock.sleep_until(shown).now_or_never().is_some());
    }

    #[test]
    fn the_real_clock_is_past_what_is_due_now() {
        let now = Real.now();
        assert!(Real.sleep_until(now).now_or_never().is_some());
    }
}
