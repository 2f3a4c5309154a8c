//! What decides and what folds: per partition one decider and its tails; between partitions the policies.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, anyhow, bail};
use commands::{
    decider::{Decider, Progress},
    ports::{
        bus::{BusError, CommandBus, CommandQueue},
        clock::Clock,
        log::EventLog,
        snapshots::Snapshots,
    },
};
use domain::{
    command::Envelope,
    id::SiteName,
    log::Partition,
    partition::Root,
    site::Site,
    tenant::{Tenant, TenantCommand},
};
use futures::future::BoxFuture;
use infra::memory::bus::bus;
use projections::{
    directory::Directory,
    live::Live,
    ports::{read_store::ReadStore, source::EventSource},
    projector::Projector,
    state::State,
    stored,
    tail::{Health, Tail, View},
};
use tokio::{sync::watch, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{follow, orders::Orders};
use crate::{settings::Names, tasks::Tasks};

/// A decider that does not own its partition after this long has a reason that a person must look at.
const OWNED_WITHIN: Duration = Duration::from_secs(120);

/// One partition: its commands go in, its states come out.
pub(crate) struct Part<R: Root + Sync> {
    pub(crate) bus: Arc<Counted<R::Command>>,
    pub(crate) progress: watch::Receiver<Progress>,
    pub(crate) state: Tail<State<R>>,
}

pub(crate) struct Engine {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tenant: Part<Tenant>,
    pub(crate) site: Part<Site>,
    pub(crate) site_name: SiteName,
    pub(crate) directory: Tail<Directory>,
    pub(crate) live: Tail<Live>,
    pub(crate) projectors: Vec<Projector>,
}

/// Where the engine reads and writes.
pub(crate) struct Ground {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) snapshots: Arc<dyn Snapshots>,
    pub(crate) source: Arc<dyn EventSource>,
    pub(crate) store: Arc<dyn ReadStore>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Engine {
    /// Starts everything; it runs until `stop`.
    pub(crate) fn start(
        ground: &Ground,
        names: &Names,
        tasks: &mut Tasks,
        stop: &CancellationToken,
    ) -> Arc<Self> {
        let [tenant, site] = names.partitions();
        let engine = Arc::new(Self {
            clock: Arc::clone(&ground.clock),
            directory: tail("directory", tenant.clone(), ground, tasks, stop),
            live: tail("live view", site.clone(), ground, tasks, stop),
            projectors: project(&[tenant.clone(), site.clone()], ground, tasks, stop),
            tenant: part("tenant's decider", tenant, ground, tasks, stop),
            site: part("site's decider", site, ground, tasks, stop),
            site_name: names.site.clone(),
        });
        tasks.spawn("policies", follow::run(Arc::clone(&engine), stop.clone()));
        engine
    }

    /// Resolves when both partitions are owned and every fold has read what was there.
    pub(crate) async fn ready(&self) -> anyhow::Result<()> {
        for progress in [&self.tenant.progress, &self.site.progress] {
            owned(progress.clone()).await?;
        }
        let healths = [
            self.directory.caught_up().await,
            self.live.caught_up().await,
            self.tenant.state.caught_up().await,
            self.site.state.caught_up().await,
        ];
        for health in healths {
            if let Health::Stopped(reason) = health {
                bail!("reading the log stopped: {reason}");
            }
        }
        Ok(())
    }

    /// The operator's way to the tenant.
    pub(crate) fn orders(&self) -> Orders<Directory, TenantCommand> {
        Orders {
            bus: Arc::clone(&self.tenant.bus) as Arc<dyn CommandBus<TenantCommand>>,
            tail: self.directory.clone(),
            clock: Arc::clone(&self.clock),
        }
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

fn part<R: Root + Sync>(
    name: &'static str,
    partition: Partition,
    ground: &Ground,
    tasks: &mut Tasks,
    stop: &CancellationToken,
) -> Part<R> {
    let (sender, queue) = bus::<R::Command>();
    let progress = watch::Sender::new(Progress::default());
    // In one process there is nobody else to own it.
    let (_, assigned) = watch::channel(true);
    let decider = Decider::<R> {
        partition: partition.clone(),
        log: Arc::clone(&ground.log),
        snapshots: Arc::clone(&ground.snapshots),
        queue: Box::new(UntilStopped { queue, stop: stop.clone() }),
        clock: Arc::clone(&ground.clock),
        assigned,
        progress: progress.clone(),
    };
    let receiver = progress.subscribe();
    let run = decider.run();
    tasks.spawn(name, async move { run.await.context("a partition cannot be decided") });
    let state = tail("state", partition, ground, tasks, stop);
    let (sent, watched) = (AtomicU64::new(0), receiver.clone());
    let bus = Arc::new(Counted { bus: Box::new(sender), sent, progress: watched });
    Part { bus, progress: receiver, state }
}

fn tail<V: View>(
    name: &'static str,
    partition: Partition,
    ground: &Ground,
    tasks: &mut Tasks,
    stop: &CancellationToken,
) -> Tail<V> {
    let tail = Tail::new(partition);
    let (running, source, stop) = (tail.clone(), Arc::clone(&ground.source), stop.clone());
    tasks.spawn(name, async move {
        tokio::select! {
            stopped = running.run(source) => Err(stopped.into()),
            () = stop.cancelled() => Ok(()),
        }
    });
    tail
}

/// Every stored view, of every partition that it is a fold of.
fn project(
    partitions: &[Partition],
    ground: &Ground,
    tasks: &mut Tasks,
    stop: &CancellationToken,
) -> Vec<Projector> {
    let mut projectors = Vec::new();
    for view in stored::ALL {
        for partition in partitions.iter().filter(|partition| view.reads.includes(partition)) {
            let projector = Projector::new(view, partition.clone());
            let running = projector.clone();
            let (source, store) = (Arc::clone(&ground.source), Arc::clone(&ground.store));
            let stop = stop.clone();
            tasks.spawn(view.name, async move {
                tokio::select! {
                    stopped = running.run(source, store) => Err(stopped.into()),
                    () = stop.cancelled() => Ok(()),
                }
            });
            projectors.push(projector);
        }
    }
    projectors
}

/// A bus that knows how many commands went in (a driven clock waits until as many were taken), and takes none while
/// nobody can decide them.
pub(crate) struct Counted<C> {
    bus: Box<dyn CommandBus<C>>,
    sent: AtomicU64,
    progress: watch::Receiver<Progress>,
}

impl<C> Counted<C> {
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Acquire)
    }
}

impl<C: Send> CommandBus<C> for Counted<C> {
    fn send(&self, command: Envelope<C>) -> BoxFuture<'_, Result<(), BusError>> {
        Box::pin(async move {
            if let Some(trouble) = self.progress.borrow().trouble.clone() {
                return Err(BusError::Trouble(trouble));
            }
            self.sent.fetch_add(1, Ordering::AcqRel);
            let sent = self.bus.send(command).await;
            if sent.is_err() {
                self.sent.fetch_sub(1, Ordering::AcqRel);
            }
            sent
        })
    }
}

/// Once the process stops there are no more commands, and the decider ends when its last ones are in the log.
struct UntilStopped<Q> {
    queue: Q,
    stop: CancellationToken,
}

impl<C: Send, Q: CommandQueue<C>> CommandQueue<C> for UntilStopped<Q> {
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
