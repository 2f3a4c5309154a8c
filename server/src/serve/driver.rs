//! Drives a driven clock: one deadline after the other, each only when everything before it has settled.

use std::{sync::Arc, time::Duration};

use anyhow::bail;
use api::inside::{ClockDriver, ClockNotAdvanced};
use domain::{partition::Root, time::Timestamp};
use futures::future::BoxFuture;
use infra::clock::Driven;
use tokio::time::timeout;

use super::{
    engine::{Engine, Part},
    follow,
};

/// Of real time; nothing that settles takes this long.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);
/// How often the folds are looked at while they catch up.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

pub(crate) struct Driver {
    pub(crate) engine: Arc<Engine>,
    pub(crate) driven: Arc<Driven>,
}

impl Driver {
    /// Fires what is due up to `to`, in order, and resolves when everybody has read it: the next deadline, if any.
    async fn go_on(&self, to: Timestamp) -> anyhow::Result<Option<Timestamp>> {
        loop {
            self.settle().await?;
            let due = self.earliest_due();
            match due {
                Some(due) if due <= to => self.driven.advance(due),
                _ if self.now() < to => self.driven.advance(to),
                _ => return Ok(due),
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.engine.clock.now()
    }

    fn earliest_due(&self) -> Option<Timestamp> {
        let due = [&self.engine.tenant.progress, &self.engine.site.progress]
            .map(|progress| progress.borrow().next_due);
        due.into_iter().flatten().min()
    }

    /// Every command sent is decided, everything due is fired, every policy and fold has read it.
    async fn settle(&self) -> anyhow::Result<()> {
        let settled = async {
            while !self.is_settled() {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        if timeout(SETTLED_WITHIN, settled).await.is_err() {
            bail!("what was due has not settled within {} s", SETTLED_WITHIN.as_secs());
        }
        Ok(())
    }

    fn is_settled(&self) -> bool {
        let engine = &self.engine;
        let now = self.now();
        let read = |seq| move |at: u64| at >= seq;
        is_decided(&engine.tenant, now).is_some_and(|seq| {
            [engine.directory.position().seq, engine.tenant.state.position().seq]
                .into_iter()
                .all(read(seq))
        }) && is_decided(&engine.site, now).is_some_and(|seq| {
            [engine.live.position().seq, engine.site.state.position().seq]
                .into_iter()
                .all(read(seq))
        }) && follow::lacking(engine).is_empty()
    }
}

impl ClockDriver for Driver {
    fn advance(&self, to: Timestamp) -> BoxFuture<'_, Result<Option<Timestamp>, ClockNotAdvanced>> {
        let advanced = self.go_on(to);
        Box::pin(async { advanced.await.map_err(|error| ClockNotAdvanced(error.to_string())) })
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.earliest_due()
    }
}

/// The partition's last record, if nothing more comes of itself at `now`.
fn is_decided<R: Root + Sync>(part: &Part<R>, now: Timestamp) -> Option<u64> {
    let sent = part.bus.sent();
    let progress = part.progress.borrow().clone();
    let idle = progress.owns
        && progress.in_flight == 0
        && progress.taken >= sent
        && progress.next_due.is_none_or(|due| due > now);
    idle.then_some(progress.seq)
}
