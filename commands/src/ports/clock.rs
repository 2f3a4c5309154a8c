//! The clock that partition time follows: real, scaled, or driven from outside.

use domain::time::Timestamp;
use futures::future::BoxFuture;

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
    /// Whether it follows this machine's wall clock, which may jump.
    fn is_wall(&self) -> bool {
        false
    }
    /// Resolves when `now()` has reached `at`. Cancel safe.
    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'_, ()>;
}
