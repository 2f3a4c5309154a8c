//! A node's wall clock: the world's time, off by as much as somebody has set it, or stopped.

use std::sync::Mutex;

use commands::ports::clock::Clock;
use domain::time::{Span, Timestamp};
use futures::future::BoxFuture;
use tokio::time::Instant;

use super::broker::locked;

/// When every world begins.
pub(super) const BEGIN: Timestamp = Timestamp::from_secs(1_800_000_000);

pub(super) struct NodeClock {
    since: Instant,
    set: Mutex<Set>,
}

#[derive(Clone, Copy, Default)]
struct Set {
    off: Span,
    stopped: Option<Timestamp>,
}

impl NodeClock {
    pub(super) fn new(since: Instant) -> Self {
        Self { since, set: Mutex::default() }
    }

    /// What the world's time is.
    pub(super) fn truth(since: Instant) -> Timestamp {
        let passed = since.elapsed().as_micros();
        BEGIN + Span(i64::try_from(passed).expect("a simulated world ends soon"))
    }

    pub(super) fn jump(&self, by: Span) {
        locked(&self.set).off.0 += by.0;
    }

    pub(super) fn stop(&self) {
        let now = self.now();
        locked(&self.set).stopped = Some(now);
    }

    /// It goes, and shows at least `at`.
    pub(super) fn right(&self, at: Timestamp) {
        let off = Span((at - Self::truth(self.since)).0.max(0));
        *locked(&self.set) = Set { off, stopped: None };
    }
}

impl Clock for NodeClock {
    fn now(&self) -> Timestamp {
        let set = *locked(&self.set);
        set.stopped.unwrap_or_else(|| Self::truth(self.since) + set.off)
    }

    fn is_wall(&self) -> bool {
        true
    }

    fn sleep_until(&self, _at: Timestamp) -> BoxFuture<'_, ()> {
        // Partition time that follows a wall sleeps on the runtime's own time.
        Box::pin(std::future::pending())
    }
}
