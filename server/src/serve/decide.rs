//! The role that decides: one decider a partition. In one process it owns what there is; in a cluster every node stands
//! by for every partition, and owns those that the group gives it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, anyhow, bail};
use commands::{
    decider::{Decider, Progress},
    hydration::HydrationError,
    ports::{bus::CommandQueue, clock::Clock, log::EventLog, snapshots::Snapshots},
};
use domain::{command::Envelope, log::Partition, partition::Root, site::Site, tenant::Tenant};
use futures::future::BoxFuture;
use infra::kafka::{members, registry::Registry};
use tokio::{sync::watch, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;
use tracing::error;

use super::{buses::Queues, cluster::Cluster, engine::Start};

/// A decider that does not own its partition after this long has a reason that a person must look at.
const OWNED_WITHIN: Duration = Duration::from_secs(120);

/// The deciders of this process, by partition.
#[derive(Clone, Default)]
pub(crate) struct Deciders {
    all: Arc<Mutex<BTreeMap<Partition, Deciding>>>,
    /// Other nodes may own what this one does not.
    shared: bool,
}

/// How one of them is.
#[derive(Clone)]
pub(crate) struct Deciding {
    pub(crate) progress: watch::Receiver<Progress>,
    /// Whether this node is to own the partition.
    pub(crate) assigned: watch::Receiver<bool>,
}

/// What every decider of this process needs.
#[derive(Clone)]
struct Needs {
    log: Arc<dyn EventLog>,
    snapshots: Arc<dyn Snapshots>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
}

impl Deciders {
    /// There is nobody else to own anything.
    pub(super) fn alone(
        start: &mut Start<'_>,
        partitions: &[Partition; 2],
        queues: Queues,
    ) -> Self {
        let (deciders, needs) = (Self::default(), Needs::of(start));
        let [tenant, site] = partitions;
        let (_, assigned) = watch::channel(true);
        let run = deciders.add::<Tenant>(&needs, tenant, assigned.clone(), queues.tenant);
        start.tasks.spawn("tenant's decider", ended(run));
        let run = deciders.add::<Site>(&needs, site, assigned, queues.site);
        start.tasks.spawn("site's decider", ended(run));
        deciders
    }

    /// Every partition that is registered, and each that will be.
    pub(super) async fn join(start: &mut Start<'_>, cluster: &Cluster) -> anyhow::Result<Self> {
        let (deciders, needs) = (Self { shared: true, ..Self::default() }, Needs::of(start));
        let members = members::Deciders::join(&cluster.registry).await?;
        let run = deciders.clone().follow(needs, cluster.registry.clone(), members);
        start.tasks.spawn("deciders", run);
        Ok(deciders)
    }

    /// A partition that cannot be decided does not take the others down: it says so, and a person must look.
    async fn follow(
        self,
        needs: Needs,
        registry: Registry,
        members: members::Deciders,
    ) -> anyhow::Result<()> {
        let mut running = JoinSet::new();
        let mut known = 0;
        loop {
            let registered = registry.list();
            known = known.max(registered.len());
            for (partition, number) in registered {
                if self.get(&partition).is_some() {
                    continue;
                }
                let run = match &partition {
                    Partition::Tenant(_) => {
                        let (assigned, queue) = members.partition(number, Arc::clone(&needs.clock));
                        self.add::<Tenant>(&needs, &partition, assigned, Box::new(queue))
                    }
                    Partition::Site(_) => {
                        let (assigned, queue) = members.partition(number, Arc::clone(&needs.clock));
                        self.add::<Site>(&needs, &partition, assigned, Box::new(queue))
                    }
                };
                running.spawn(async move { (partition, run.await) });
            }
            tokio::select! {
                () = registry.grown(known) => {}
                Some(ended) = running.join_next() => {
                    let (partition, result) = ended.context("a decider panicked")?;
                    if let Err(cause) = result {
                        let error = format!("{:#}", anyhow::Error::from(cause));
                        error!(%partition, error, "a partition cannot be decided here; a person must look");
                    }
                }
                () = needs.stop.cancelled() => break,
            }
        }
        members.drain();
        while let Some(ended) = running.join_next().await {
            ended.context("a decider panicked")?.1.context("a partition cannot be decided")?;
        }
        members.leave().await;
        Ok(())
    }

    fn add<R: Root>(
        &self,
        needs: &Needs,
        partition: &Partition,
        assigned: watch::Receiver<bool>,
        queue: Box<dyn CommandQueue<R::Command>>,
    ) -> BoxFuture<'static, Result<(), HydrationError>> {
        let progress = watch::Sender::new(Progress::default());
        let deciding = Deciding { progress: progress.subscribe(), assigned: assigned.clone() };
        self.locked().insert(partition.clone(), deciding.clone());
        let decider = Decider::<R> {
            partition: partition.clone(),
            log: Arc::clone(&needs.log),
            snapshots: Arc::clone(&needs.snapshots),
            queue: Box::new(UntilStopped { queue, stop: needs.stop.clone() }),
            clock: Arc::clone(&needs.clock),
            assigned,
            progress,
        };
        let (stop, mut progress) = (needs.stop.clone(), deciding.progress);
        // Who owns nothing when the process stops has nothing to bring to an end.
        let idle = async move {
            stop.cancelled().await;
            let _ = progress.wait_for(|now| !now.owns).await;
        };
        Box::pin(async move {
            tokio::select! {
                ended = decider.run() => ended,
                () = idle => Ok(()),
            }
        })
    }

    fn get(&self, partition: &Partition) -> Option<Deciding> {
        self.locked().get(partition).cloned()
    }

    pub(crate) fn progress(&self, partition: &Partition) -> Option<watch::Receiver<Progress>> {
        self.get(partition).map(|one| one.progress)
    }

    /// Why a partition that this node is to own is not owned.
    pub(crate) fn trouble(&self, partition: &Partition) -> Option<String> {
        let Deciding { progress, assigned } = self.get(partition)?;
        let trouble = progress.borrow().trouble.clone();
        trouble.filter(|_| *assigned.borrow())
    }

    pub(crate) fn each(&self) -> Vec<(Partition, Deciding)> {
        self.locked().iter().map(|(partition, one)| (partition.clone(), one.clone())).collect()
    }

    /// Resolves when everything is owned that nobody else can own.
    pub(crate) async fn ready(&self) -> anyhow::Result<()> {
        let waits = if self.shared { Vec::new() } else { self.each() };
        for (_, Deciding { progress, .. }) in waits {
            owned(progress).await?;
        }
        Ok(())
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<Partition, Deciding>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Needs {
    fn of(start: &Start<'_>) -> Self {
        Self {
            log: Arc::clone(&start.ground.log),
            snapshots: Arc::clone(&start.ground.snapshots),
            clock: Arc::clone(start.clock),
            stop: start.stop.clone(),
        }
    }
}

async fn ended(run: BoxFuture<'static, Result<(), HydrationError>>) -> anyhow::Result<()> {
    run.await.context("a partition cannot be decided")
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

    fn forget(&mut self) {
        self.queue.forget();
    }
}
