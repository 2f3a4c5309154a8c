//! The process's long-running tasks: when one fails or panics the process ends and says which, instead of limping.

use std::{future::Future, time::Duration};

use anyhow::{Context as _, anyhow};
use tokio::{task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

/// Named tasks that all end when `stop` is cancelled.
pub(crate) struct Tasks {
    running: JoinSet<(&'static str, anyhow::Result<()>)>,
    stop: CancellationToken,
}

impl Tasks {
    pub(crate) fn new(stop: CancellationToken) -> Self {
        Self { running: JoinSet::new(), stop }
    }

    pub(crate) fn spawn(
        &mut self,
        name: &'static str,
        task: impl Future<Output = anyhow::Result<()>> + Send + 'static,
    ) {
        self.running.spawn(async move { (name, task.await) });
    }

    /// Resolves when the stop was asked for, or with the first task that ended before that.
    pub(crate) async fn until_stopped(&mut self) -> anyhow::Result<()> {
        let ended = tokio::select! {
            () = self.stop.cancelled() => return Ok(()),
            Some(ended) = self.running.join_next() => ended,
        };
        let result = outcome(ended);
        if self.stop.is_cancelled() {
            result.map(drop)
        } else {
            result.and_then(|name| Err(anyhow!("the {name} ended by itself")))
        }
    }

    /// Waits for all of them, at most `limit`; what is left then is dropped.
    pub(crate) async fn drain(mut self, limit: Duration) -> anyhow::Result<()> {
        self.stop.cancel();
        let all = async {
            while let Some(ended) = self.running.join_next().await {
                outcome(ended)?;
            }
            Ok(())
        };
        timeout(limit, all).await.unwrap_or_else(|_| {
            Err(anyhow!("some tasks had not ended after {} s and were dropped", limit.as_secs()))
        })
    }
}

fn outcome(
    ended: Result<(&'static str, anyhow::Result<()>), tokio::task::JoinError>,
) -> anyhow::Result<&'static str> {
    let (name, result) = ended.context("a task of the server panicked")?;
    result.with_context(|| format!("the {name} failed")).map(|()| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panicking_task_ends_the_process_with_an_error() {
        let mut tasks = Tasks::new(CancellationToken::new());
        tasks.spawn("steady one", std::future::pending());
        tasks.spawn("broken one", async { panic!("on purpose") });
        let error = tasks.until_stopped().await.unwrap_err();
        assert!(error.to_string().contains("panicked"), "{error}");
    }

    #[tokio::test]
    async fn a_task_that_ends_by_itself_is_an_error_and_one_that_was_stopped_is_not() {
        let stop = CancellationToken::new();
        let mut tasks = Tasks::new(stop.clone());
        tasks.spawn("tail", async { Ok(()) });
        assert_eq!(
            tasks.until_stopped().await.unwrap_err().to_string(),
            "the tail ended by itself"
        );

        let mut tasks = Tasks::new(stop.clone());
        tasks.spawn("tail", {
            let stop = stop.clone();
            async move {
                stop.cancelled().await;
                Ok(())
            }
        });
        stop.cancel();
        tasks.until_stopped().await.unwrap();
        tasks.drain(Duration::from_secs(1)).await.unwrap();
    }
}
