//! Partition time: never goes back, and a wall clock that jumps moves it only slowly.

use std::{sync::Arc, time::Duration};

use domain::time::{Span, Timestamp};
use tokio::time::Instant;

use crate::ports::clock::Clock;

/// Partition time is moved towards the wall by at most one part in this many of what has passed.
const SLEW_PART: i64 = 20;
/// An owner whose time is further behind its wall than this was suspended: it acquires again.
pub const BEHIND_WALL_MAX: Span = Span::secs(30);
/// A log whose last record is further ahead of the wall than this is not owned.
pub const AHEAD_OF_WALL_MAX: Span = Span::secs(60);
/// A sleeper looks at the time again at least this often.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The log's last record is from the future, as this machine sees it.
#[derive(Debug, thiserror::Error)]
#[error(
    "the log's last record is {} s ahead of this machine's clock; set the clock right and start again",
    .0.as_secs()
)]
pub struct LogIsAhead(pub Span);

/// `max(last + 1 µs, base + monotonic time since acquisition)`, slewed towards the wall.
pub struct PartitionTime {
    clock: Arc<dyn Clock>,
    last: Timestamp,
    base: Timestamp,
    since: Instant,
    read_at: Span,
}

impl PartitionTime {
    /// Begins at an acquisition; `last` is the time of the log's last record.
    pub fn begin(clock: Arc<dyn Clock>, last: Timestamp) -> Result<Self, LogIsAhead> {
        let wall = clock.now();
        if clock.is_wall() && last - wall > AHEAD_OF_WALL_MAX {
            return Err(LogIsAhead(last - wall));
        }
        Ok(Self { clock, last, base: wall.max(last), since: Instant::now(), read_at: Span::ZERO })
    }

    /// Reads the time for one decision: later than every one before.
    pub fn take(&mut self) -> Timestamp {
        self.last = self.look().max(self.last + Span(1));
        self.last
    }

    /// What time it is, without taking it.
    pub fn look(&mut self) -> Timestamp {
        if !self.clock.is_wall() {
            return self.clock.now().max(self.last);
        }
        let passed = self.passed();
        let step = passed - self.read_at;
        self.read_at = passed;
        let off = self.clock.now() - (self.base + passed);
        let slew = (step.0 / SLEW_PART).max(0);
        self.base = self.base + Span(off.0.clamp(-slew, slew));
        (self.base + passed).max(self.last)
    }

    /// This process was suspended, or the wall has jumped ahead.
    pub fn is_behind(&self) -> bool {
        self.clock.is_wall() && self.clock.now() - (self.base + self.passed()) > BEHIND_WALL_MAX
    }

    /// Resolves when `at` may have come; cancel safe.
    pub async fn sleep_until(&mut self, at: Timestamp) {
        if self.clock.is_wall() {
            let left = (at - self.look()).0.max(0).unsigned_abs();
            tokio::time::sleep(Duration::from_micros(left).min(LOOK_AGAIN)).await;
        } else {
            self.clock.sleep_until(at).await;
        }
    }

    fn passed(&self) -> Span {
        Span(i64::try_from(self.since.elapsed().as_micros()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures::future::BoxFuture;

    use super::*;

    struct Wall(Mutex<Timestamp>);

    impl Wall {
        fn set(&self, to: Timestamp) {
            *self.0.lock().expect("no test panics while it holds this") = to;
        }
    }

    impl Clock for Wall {
        fn now(&self) -> Timestamp {
            *self.0.lock().expect("no test panics while it holds this")
        }

        fn is_wall(&self) -> bool {
            true
        }

        fn sleep_until(&self, _at: Timestamp) -> BoxFuture<'_, ()> {
            Box::pin(std::future::pending())
        }
    }

    fn wall(secs: i64) -> Arc<Wall> {
        Arc::new(Wall(Mutex::new(Timestamp::from_secs(secs))))
    }

    #[tokio::test(start_paused = true)]
    async fn a_wall_that_jumps_back_does_not_turn_time_back() {
        let clock = wall(1_000);
        let mut time = PartitionTime::begin(Arc::<Wall>::clone(&clock), Timestamp::from_secs(900))
            .expect("not ahead");
        let first = time.take();
        clock.set(Timestamp::from_secs(500));
        tokio::time::advance(Duration::from_secs(10)).await;
        let second = time.take();
        let passed = second - first;
        assert!(
            passed >= Span::secs(9) && passed <= Span::secs(10),
            "slewed by at most a twentieth: {passed:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_wall_that_jumps_ahead_is_noticed() {
        let clock = wall(1_000);
        let time =
            PartitionTime::begin(Arc::<Wall>::clone(&clock), Timestamp::MIN).expect("not ahead");
        assert!(!time.is_behind());
        clock.set(Timestamp::from_secs(2_000));
        assert!(time.is_behind());
    }

    #[tokio::test(start_paused = true)]
    async fn a_log_from_the_future_is_not_owned() {
        let begun = PartitionTime::begin(wall(1_000), Timestamp::from_secs(5_000));
        assert!(begun.is_err_and(|ahead| ahead.0 == Span::secs(4_000)));
    }

    #[tokio::test(start_paused = true)]
    async fn two_decisions_never_have_the_same_time() {
        let mut time = PartitionTime::begin(wall(1_000), Timestamp::MIN).expect("not ahead");
        assert!(time.take() < time.take());
    }
}
