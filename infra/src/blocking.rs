//! Where work runs that would hold up a task: disks and password hashes.

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
