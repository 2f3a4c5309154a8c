//! The projector: one worker per stored view and partition reads the log and applies it to the read store.
//!
//! Each transaction moves the checkpoint from where the worker thinks it stands; if another worker has moved it
//! meanwhile nothing is written and the worker reads again from there: nothing is ever applied twice. A decision that
//! cannot be projected stops this view alone; the worker waits until the operator has decided, and goes on by itself.

use std::{sync::Arc, time::Duration};

use domain::log::{Partition, Seq};
use futures::StreamExt;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tracing::{error, info, warn};

pub use crate::apply::{BATCH_MAX, ProjectError};
use crate::{
    apply::{Chunk, Target},
    checkpoint,
    control::{self, Held, Hold},
    ports::{
        read_store::{ReadStore, TransactError},
        source::{EventSource, SourceError},
    },
    stored::StoredView,
};

const RETRY_AFTER: Duration = Duration::from_millis(500);
/// A worker with nothing to do looks this often whether the operator has decided anything.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How the work is going: part of the node's readiness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Reading what was there when it began.
    CatchingUp,
    Following,
    /// Log or read store cannot be reached; tries again by itself.
    Unreachable,
    /// A person must look: what stopped it and what can be done. Goes on by itself after that.
    Stopped(Arc<str>),
    /// The operator set it aside, for this reason.
    Parked(Arc<str>),
}

/// A handle on the worker of one view and partition; all clones look at the same one.
#[derive(Clone)]
pub struct Projector {
    view: &'static StoredView,
    partition: Partition,
    reached: watch::Sender<Seq>,
    health: watch::Sender<Health>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{view} has not reached {wanted} yet, it is at {reached}; try again in a moment")]
pub struct NotReached {
    pub view: &'static str,
    pub wanted: Seq,
    pub reached: Seq,
}

impl Projector {
    pub fn new(view: &'static StoredView, partition: Partition) -> Self {
        let health = watch::Sender::new(Health::CatchingUp);
        Self { view, partition, reached: watch::Sender::new(0), health }
    }

    pub fn view(&self) -> &'static StoredView {
        self.view
    }

    pub fn partition(&self) -> &Partition {
        &self.partition
    }

    /// Up to where the rows are stored.
    pub fn reached(&self) -> Seq {
        *self.reached.borrow()
    }

    pub fn health(&self) -> Health {
        self.health.borrow().clone()
    }

    /// Tells every change of [`Projector::health`].
    pub fn healths(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    /// Resolves when the rows have everything up to `seq`.
    pub async fn wait_for(&self, seq: Seq, patience: Duration) -> Result<(), NotReached> {
        let mut reached = self.reached.subscribe();
        let there = reached.wait_for(|reached| *reached >= seq);
        match timeout(patience, there).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => {
                Err(NotReached { view: self.view.name, wanted: seq, reached: self.reached() })
            }
        }
    }

    /// Applies the partition for ever.
    pub async fn run(
        &self,
        source: Arc<dyn EventSource>,
        store: Arc<dyn ReadStore>,
    ) -> std::convert::Infallible {
        let (view, partition) = (self.view.name, &self.partition);
        loop {
            let Err(error) = self.work(&*source, &*store).await else { continue };
            match error {
                ProjectError::Store(TransactError::NotAsManyRows { .. }) => {
                    info!(view, %partition, "the checkpoint is not where it was; reading it again");
                }
                ProjectError::Decision { seq, at, reason } => {
                    error!(view, %partition, seq, reason, "projecting stopped; a person must look");
                    let kept = control::fail(&*store, self.view, partition, seq, &reason, at).await;
                    if let Err(error) = kept {
                        warn!(view, %partition, %error, "that it stopped could not be kept");
                        sleep(RETRY_AFTER).await;
                    }
                }
                ProjectError::Source(SourceError::Tampered(tampered)) => {
                    let says: Arc<str> = format!("{tampered}; restore the log").into();
                    if self.turn(Health::Stopped(Arc::clone(&says))) {
                        error!(view, %partition, %says, "projecting stopped; a person must look");
                    }
                    sleep(LOOK_AGAIN).await;
                }
                error @ (ProjectError::Source(SourceError::Unreachable(_))
                | ProjectError::Store(TransactError::Store(_))) => {
                    let cause = cause_of(&error);
                    warn!(view, %partition, %error, cause, "projecting failed; trying again");
                    self.turn(Health::Unreachable);
                    sleep(RETRY_AFTER).await;
                }
            }
        }
    }

    /// Follows the log, or waits while it is held; ends when it must look again where it stands.
    async fn work(
        &self,
        source: &dyn EventSource,
        store: &dyn ReadStore,
    ) -> Result<(), ProjectError> {
        let Some(held) = control::held(store, self.view, &self.partition).await? else {
            return self.follow(source, store).await;
        };
        self.turn(match held.hold {
            Hold::Parked => Health::Parked(held.reason.as_str().into()),
            Hold::Stopped | Hold::Failed => Health::Stopped(self.what_to_do(&held).into()),
        });
        sleep(LOOK_AGAIN).await;
        Ok(())
    }

    async fn follow(
        &self,
        source: &dyn EventSource,
        store: &dyn ReadStore,
    ) -> Result<(), ProjectError> {
        let generation = checkpoint::attach(store, self.view).await?;
        let (view, partition) = (self.view, &self.partition);
        let target = Target { store, view, generation, partition };
        let mut position = checkpoint::read(store, view, generation, partition).await?;
        self.reached.send_replace(position.seq);
        let mut hand = target.hand().await?;
        let mut reads = source.read(partition.clone(), position).ready_chunks(BATCH_MAX);
        loop {
            let Ok(chunk) = timeout(LOOK_AGAIN, reads.next()).await else {
                let elsewhere = checkpoint::in_use(store, view).await? != Some(generation);
                if elsewhere || control::held(store, view, partition).await?.is_some() {
                    return Ok(());
                }
                continue;
            };
            let Some(chunk) = chunk else { return Ok(()) };
            let Chunk { wholes, caught_up, broken } = Chunk::of(chunk);
            if !wholes.is_empty() {
                position = target.apply(&mut hand, position, &wholes).await?;
                self.reached.send_replace(position.seq);
            }
            if let Some(broken) = broken {
                return Err(broken.into());
            }
            if caught_up {
                self.turn(Health::Following);
            }
        }
    }

    /// For whoever reads why the node is not ready.
    fn what_to_do(&self, held: &Held) -> String {
        let (view, partition, reason) = (self.view.name, &self.partition, &held.reason);
        match held.failed {
            Some(seq) => format!(
                "stopped at decision {seq} of {partition}: {reason}; run a version that can read it and `lockstep projections retry {view}`, or `skip` it, or `park` the view"
            ),
            None => format!(
                "stopped by the operator: {reason}; `lockstep projections start {view}` lets it go on"
            ),
        }
    }

    /// Whether it was otherwise before.
    fn turn(&self, health: Health) -> bool {
        self.health.send_if_modified(|now| {
            let other = *now != health;
            *now = health;
            other
        })
    }
}

fn cause_of(error: &ProjectError) -> Option<String> {
    let cause = std::error::Error::source(error)?;
    let deeper = cause.source().map(ToString::to_string);
    Some(deeper.unwrap_or_else(|| cause.to_string()))
}
