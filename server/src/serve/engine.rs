//! What runs behind the doors: deciders, policies, projectors, live views; each only where its role is.

use std::sync::Arc;

use anyhow::bail;
use commands::ports::clock::Clock;
use domain::log::Partition;
use infra::snapshots::OfViews;
use projections::{
    directory::Directory,
    live::Live,
    ports::read_store::ReadStore,
    projector::Projector,
    stored,
    tail::{Health, Tail, View},
};
use tokio_util::sync::CancellationToken;

use super::{
    alarm, buses::Buses, decide::Deciders, ground::Ground, orders::Orders, policies::Policies,
};
use crate::{
    settings::{Names, Role, Roles},
    tasks::Tasks,
};

pub(crate) struct Engine {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) deciders: Option<Deciders>,
    pub(crate) policies: Option<Policies>,
    pub(crate) views: Option<Views>,
    pub(crate) projectors: Vec<Projector>,
}

/// The live folds that the doors look at.
#[derive(Clone)]
pub(crate) struct Views {
    pub(crate) directory: Tail<Directory>,
    pub(crate) live: Tail<Live>,
    /// The ways in.
    pub(crate) buses: Buses,
}

/// What every part needs to start.
pub(super) struct Start<'a> {
    pub(super) ground: &'a Ground,
    pub(super) clock: &'a Arc<dyn Clock>,
    pub(super) tasks: &'a mut Tasks,
    pub(super) stop: &'a CancellationToken,
}

impl Engine {
    /// Starts everything; it runs until `stop`.
    pub(crate) async fn start(
        ground: &Ground,
        clock: &Arc<dyn Clock>,
        names: &Names,
        roles: &Roles,
        tasks: &mut Tasks,
        stop: &CancellationToken,
    ) -> anyhow::Result<Arc<Self>> {
        let mut start = Start { ground, clock, tasks, stop };
        let partitions = names.partitions();
        let has_doors = roles.has(Role::Gateway) || roles.has(Role::Desk);
        let sends = has_doors || roles.has(Role::Effects);
        let (buses, queues) = ground.lanes(names, sends).await?;
        let mut deciders = None;
        if roles.has(Role::Decide) {
            let started = deciders.insert(match (&ground.cluster, queues) {
                (Some(cluster), _) => Deciders::join(&mut start, cluster).await?,
                (None, Some(queues)) => Deciders::alone(&mut start, &partitions, queues),
                (None, None) => bail!("a decider needs its queue"),
            });
            if let Some(buses) = &buses {
                buses.listen_to(started, &partitions);
            }
        }
        let effects = buses.as_ref().filter(|_| roles.has(Role::Effects));
        let policies = effects.map(|buses| Policies::start(&mut start, names, &buses.site));
        let doors = buses.as_ref().filter(|_| has_doors);
        let views = doors.map(|buses| Views::start(&mut start, &partitions, buses.clone()));
        let projected = ground.read.as_ref().filter(|_| roles.has(Role::Project));
        Ok(Arc::new(Self {
            clock: Arc::clone(clock),
            deciders,
            policies,
            views,
            projectors: projected.map_or(Vec::new(), |store| start.projectors(&partitions, store)),
        }))
    }

    /// Resolves when what starts here has read what was there, and owns what nobody else can own.
    pub(crate) async fn ready(&self) -> anyhow::Result<()> {
        if let Some(deciders) = &self.deciders {
            deciders.ready().await?;
        }
        if let Some(policies) = &self.policies {
            policies.caught_up().await?;
        }
        if let Some(Views { directory, live, .. }) = &self.views {
            is_whole(directory.caught_up().await)?;
            is_whole(live.caught_up().await)?;
        }
        Ok(())
    }
}

/// A fold that stopped while it caught up is a reason not to begin.
pub(super) fn is_whole(health: Health) -> anyhow::Result<()> {
    match health {
        Health::Stopped(reason) => anyhow::bail!("reading the log stopped: {reason}"),
        Health::CatchingUp | Health::Following | Health::Unreachable => Ok(()),
    }
}

impl Views {
    fn start(start: &mut Start<'_>, partitions: &[Partition; 2], buses: Buses) -> Self {
        let [tenant, site] = partitions;
        Self {
            buses,
            directory: start.tail("directory", tenant.clone()),
            live: start.tail("live view", site.clone()),
        }
    }

    /// The operator's way to the tenant.
    pub(crate) fn orders(&self, engine: &Engine) -> super::founding::Tenant {
        Orders {
            bus: Arc::clone(&self.buses.tenant) as _,
            tail: self.directory.clone(),
            clock: Arc::clone(&engine.clock),
        }
    }
}

impl Start<'_> {
    pub(super) fn tail<V: View>(&mut self, name: &'static str, partition: Partition) -> Tail<V> {
        let snapshots = OfViews(Arc::clone(&self.ground.snapshots));
        let tail = Tail::kept_in(Arc::new(snapshots), partition);
        let running = tail.clone();
        let (source, stop) = (Arc::clone(&self.ground.source), self.stop.clone());
        self.tasks.spawn(name, async move {
            tokio::select! {
                stopped = running.run(source) => Err(stopped.into()),
                () = stop.cancelled() => Ok(()),
            }
        });
        tail
    }

    /// Every stored view, of every partition that it is a fold of.
    fn projectors(
        &mut self,
        partitions: &[Partition],
        store: &Arc<dyn ReadStore>,
    ) -> Vec<Projector> {
        let mut projectors = Vec::new();
        for view in stored::ALL {
            for partition in partitions.iter().filter(|partition| view.reads.includes(partition)) {
                let projector = Projector::new(view, partition.clone());
                let running = projector.clone();
                let alarm = alarm::tell(projector.healths(), view.name, partition);
                let source = Arc::clone(&self.ground.source);
                let (store, stop) = (Arc::clone(store), self.stop.clone());
                self.tasks.spawn(view.name, async move {
                    tokio::select! {
                        never = running.run(source, store) => match never {},
                        never = alarm => match never {},
                        () = stop.cancelled() => Ok(()),
                    }
                });
                projectors.push(projector);
            }
        }
        projectors
    }
}
