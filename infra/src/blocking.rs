//! Where work runs that would hold up a task: disks and password hashes.

use futures::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use tokio::sync::mpsc;

/// What is read ahead of its reader.
const AHEAD_MAX: usize = 256;

/// Runs what waits for a disk where it holds up nobody.
pub(crate) async fn blocking<T, E>(
    act: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: Send + 'static,
{
    tokio::task::spawn_blocking(act).await.expect("blocking work neither panics nor is cancelled")
}

/// Streams what `read` hands over, which answers `false` when nobody listens any more; its error is the last item.
pub(crate) fn streamed<T, E>(
    read: impl FnOnce(&mut dyn FnMut(T) -> bool) -> Result<(), E> + Send + 'static,
) -> BoxStream<'static, Result<T, E>>
where
    T: Send + 'static,
    E: Send + 'static,
{
    let (sender, receiver) = mpsc::channel(AHEAD_MAX);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = read(&mut |item| sender.blocking_send(Ok(item)).is_ok()) {
            let _ = sender.blocking_send(Err(error));
        }
    });
    stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|item| (item, receiver))
    })
    .boxed()
}
