//! The alarm of the stored views: a metric of each view's work that a person must look at.

use std::convert::Infallible;

use domain::log::Partition;
use projections::projector::Health;
use tokio::sync::watch;

/// Keeps `lockstep_projection_stopped` at 1 while the work stands, and at 0 while it goes or is parked.
pub(super) fn tell(
    mut healths: watch::Receiver<Health>,
    view: &'static str,
    partition: &Partition,
) -> impl Future<Output = Infallible> + Send + use<> {
    let partition = partition.to_string();
    let gauge =
        metrics::gauge!("lockstep_projection_stopped", "view" => view, "partition" => partition);
    async move {
        loop {
            let stopped = matches!(*healths.borrow_and_update(), Health::Stopped(_));
            gauge.set(f64::from(u8::from(stopped)));
            if healths.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}
