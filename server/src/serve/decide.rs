//! The role that decides: one decider a partition.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, anyhow, bail};
use commands::{
    decider::{Decider, Progress},
    ports::bus::CommandQueue,
};
use domain::{command::Envelope, log::Partition, partition::Root, site::Site, tenant::Tenant};
use futures::future::BoxFuture;
use tokio::{sync::watch, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{buses::Queues, engine::Start};

/// A decider that does not own its partition after this long has a reason that a person must look at.
const OWNED_WITHIN: Duration = Duration::from_secs(120);

/// The deciders of this process, by partition.
#[derive(Clone, Default)]
pub(crate) struct Deciders(Arc<Mutex<BTreeMap<Partition, watch::Receiver<Progress>>>>);

impl Deciders {
    pub(super) fn start(
        start: &mut Start<'_>,
        partitions: &[Partition; 2],
        queues: Option<Queues>,
    ) -> Self {
        let deciders = Self::default();
        let [tenant, site] = partitions;
        if let Some(queues) = queues {
            deciders.add::<Tenant>(start, "tenant's decider", tenant, queues.tenant);
            deciders.add::<Site>(start, "site's decider", site, queues.site);
        }
        deciders
    }

    fn add<R: Root>(
        &self,
        start: &mut Start<'_>,
        name: &'static str,
        partition: &Partition,
        queue: Box<dyn CommandQueue<R::Command>>,
    ) {
        let progress = watch::Sender::new(Progress::default());
        self.all().insert(partition.clone(), progress.subscribe());
        // In one process there is nobody else to own it.
        let (_, assigned) = watch::channel(true);
        let decider = Decider::<R> {
            partition: partition.clone(),
            log: Arc::clone(&start.ground.log),
            snapshots: Arc::clone(&start.ground.snapshots),
            queue: Box::new(UntilStopped { queue, stop: start.stop.clone() }),
            clock: Arc::clone(start.clock),
            assigned,
            progress,
        };
        let run = decider.run();
        start.tasks.spawn(name, async move { run.await.context("a partition cannot be decided") });
    }

    pub(crate) fn progress(&self, partition: &Partition) -> Option<watch::Receiver<Progress>> {
        self.all().get(partition).cloned()
    }

    /// Each partition that may be owned here, and how far its decider is.
    pub(crate) fn each(&self) -> Vec<(Partition, Progress)> {
        let all = self.all();
        all.iter().map(|(partition, now)| (partition.clone(), now.borrow().clone())).collect()
    }

    /// Resolves when every partition is owned.
    pub(crate) async fn ready(&self) -> anyhow::Result<()> {
        let all: Vec<_> = self.all().values().cloned().collect();
        for progress in all {
            owned(progress).await?;
        }
        Ok(())
    }

    fn all(&self) -> std::sync::MutexGuard<'_, BTreeMap<Partition, watch::Receiver<Progress>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn owned(mut progress: watch::Receiver<Progress>) -> anyhow::Result<()> {
    let owned = async { progress.wait_for(|now| now.owns).await.map(drop) };
    if let Ok(owned) = timeout(OWNED_WITHIN, owned).await {
        return owned.map_err(|_| anyhow!("a decider ended while it began"));
    }
    let trouble = progress.borrow().trouble.clone();
    let trouble = trouble.unwrap_or_else(|| "it is still reading its log".to_owned());
    bail!("a partition is not owned yet: {trouble}")
}

/// Once the process stops there are no more commands, and the decider ends when its last ones are in the log.
struct UntilStopped<C> {
    queue: Box<dyn CommandQueue<C>>,
    stop: CancellationToken,
}

impl<C: Send> CommandQueue<C> for UntilStopped<C> {
    fn next(&mut self, max: usize) -> BoxFuture<'_, Vec<Envelope<C>>> {
        Box::pin(async move {
            tokio::select! {
                commands = self.queue.next(max) => commands,
                () = self.stop.cancelled() => Vec::new(),
            }
        })
    }

    fn done(&mut self, commands: usize) {
        self.queue.done(commands);
    }
}
