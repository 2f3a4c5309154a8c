//! The decider loop: owns one partition, decides its commands and deadlines in one order, and appends the decisions.
//!
//! State is speculative: ahead of the log by what is in flight. When an append does not become valid, everything
//! in memory is thrown away and read again. Nobody is answered from here; doors read the outcome from the log.
use std::{sync::Arc, time::Duration};

use domain::{
    command::{Actor, Refusal},
    id::CommandId,
    log::{Partition, Seq},
    partition::Root,
    time::{Span, Timestamp},
};
use tokio::{sync::watch, time::timeout};
use tracing::{info, warn};

use self::{taken::Taken, tenure::Tenure};
use crate::{
    hydration::{Hydrated, HydrationError},
    partition_time::PartitionTime,
    ports::{
        bus::CommandQueue,
        clock::Clock,
        log::{AcquireError, EventLog, Lease},
        snapshots::Snapshots,
    },
};

mod taken;
mod tenure;

/// A command is decided within this time, unless its sender says otherwise.
pub const EXPIRES_AFTER: Span = Span::secs(60);
/// A node that may inherit the partition reads what is new at least this often.
const FOLLOW_EVERY: Duration = Duration::from_millis(200);
/// After a lost claim or an unreachable log: the first wait, doubled each time up to the longest.
const BACK_OFF_FIRST: Duration = Duration::from_millis(50);
const BACK_OFF_MAX: Duration = Duration::from_secs(5);

/// What the loop is at, for readiness and for a driven clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub owns: bool,
    /// Commands taken from the bus so far, by this loop.
    pub taken: u64,
    /// Of the last decision that the log has confirmed.
    pub seq: Seq,
    pub in_flight: usize,
    /// Everything due up to here has been decided.
    pub settled_at: Timestamp,
    pub next_due: Option<Timestamp>,
    /// Why the partition is not owned, in words for the operator.
    pub trouble: Option<String>,
}

/// Everything the loop needs.
pub struct Decider<R: Root> {
    pub partition: Partition,
    pub log: Arc<dyn EventLog>,
    pub snapshots: Arc<dyn Snapshots>,
    pub queue: Box<dyn CommandQueue<R::Command>>,
    pub clock: Arc<dyn Clock>,
    /// Whether this node is to own the partition. It is a hint: the log says who does.
    pub assigned: watch::Receiver<bool>,
    pub progress: watch::Sender<Progress>,
}

/// A command that spoiled the state, and how it is refused.
type Spoiled = (CommandId, Actor, Refusal);

/// Why the loop let the partition go.
enum Released {
    /// Every sender is gone: the process is draining.
    Done,
    /// Another node is to own it.
    Unassigned,
    /// An append did not become valid, or this process was suspended; what the log said of it, if anything.
    Lost(Option<String>),
    /// This command spoiled the state; after reading again it is refused.
    Spoiled(CommandId, Actor, Refusal),
}

impl<R: Root> Decider<R> {
    /// Runs until every sender of commands is gone. A log that cannot be folded is not owned: a person must look.
    pub async fn run(mut self) -> Result<(), HydrationError> {
        let ended = self.decide().await;
        if let Err(error) = &ended {
            self.is_not_owned(error.whole());
        }
        ended
    }

    async fn decide(&mut self) -> Result<(), HydrationError> {
        let mut back_off = BACK_OFF_FIRST;
        let mut spoiled = None;
        let mut taken = Taken::default();
        let mut standby = None;
        loop {
            if !*self.assigned.borrow() {
                taken = Taken::default();
                self.queue.forget();
                standby = self.stand_by(standby).await?;
            }
            let (state, lease, time) = match self.own(standby.take()).await {
                Ok(owned) => owned,
                Err(Unowned::Never(error)) => return Err(error),
                Err(Unowned::NotNow(why)) => {
                    warn!(partition = %self.partition, why, "partition is not owned; trying again");
                    self.is_not_owned(why);
                    tokio::time::sleep(back_off).await;
                    back_off = (back_off * 2).min(BACK_OFF_MAX);
                    continue;
                }
            };
            let mut tenure = Tenure::begin(self.partition.clone(), state, lease, time);
            let released = tenure.serve(self, &mut taken, spoiled.take()).await;
            self.progress.send_modify(|progress| progress.owns = false);
            match released {
                Released::Done => return Ok(()),
                Released::Unassigned => {
                    info!(partition = %self.partition, "another node is to own the partition");
                    standby = Some(tenure.state);
                }
                Released::Lost(why) => {
                    warn!(partition = %self.partition, "ownership ended; reading the log again");
                    metrics::counter!("lockstep_ownership_lost_total").increment(1);
                    // Two nodes that both believe they own must not claim in turns.
                    back_off = if tenure.was_long() { BACK_OFF_FIRST } else { back_off * 2 };
                    if !tenure.was_long() {
                        self.progress.send_modify(|progress| progress.trouble = why);
                    }
                    tokio::time::sleep(back_off.min(BACK_OFF_MAX)).await;
                }
                Released::Spoiled(id, actor, refusal) => spoiled = Some((id, actor, refusal)),
            }
        }
    }

    fn is_not_owned(&self, why: String) {
        self.progress.send_modify(|progress| {
            progress.owns = false;
            progress.trouble = Some(why);
        });
    }

    /// Folds along with whoever owns the partition, so that taking over is short.
    async fn stand_by(
        &mut self,
        state: Option<Hydrated<R>>,
    ) -> Result<Option<Hydrated<R>>, HydrationError> {
        let mut state = state;
        loop {
            let followed = match &mut state {
                Some(state) => state.catch_up(&*self.log, &self.partition).await,
                None => Hydrated::read(&*self.log, &*self.snapshots, &self.partition)
                    .await
                    .map(|read| state = Some(read)),
            };
            let trouble = match followed.map_err(Unowned::from) {
                Err(Unowned::Never(error)) => return Err(error),
                Err(Unowned::NotNow(why)) => Some(why),
                Ok(()) => None,
            };
            let seq = state.as_ref().map_or(0, |state| state.position.seq);
            self.progress.send_if_modified(|progress| {
                let next = Progress { seq, trouble, ..Progress::default() };
                std::mem::replace(progress, next.clone()) != next
            });
            let assigned = async { self.assigned.wait_for(|assigned| *assigned).await.is_ok() };
            if timeout(FOLLOW_EVERY, assigned).await.is_ok() {
                return Ok(state);
            }
        }
    }

    /// Hydrates to the end, claims, and reads up to the own claim.
    async fn own(
        &mut self,
        standby: Option<Hydrated<R>>,
    ) -> Result<(Hydrated<R>, Box<dyn Lease>, PartitionTime), Unowned> {
        let mut state = match standby {
            Some(state) => state,
            None => Hydrated::read(&*self.log, &*self.snapshots, &self.partition).await?,
        };
        state.catch_up(&*self.log, &self.partition).await?;
        let time = self.clock.now().max(state.last);
        // Before the claim: a node that must not own must not take the partition from one that may.
        PartitionTime::begin(Arc::clone(&self.clock), state.last)
            .map_err(|ahead| Unowned::NotNow(ahead.to_string()))?;
        let lease = self.log.acquire(&self.partition, state.position, time).await?;
        state.catch_up(&*self.log, &self.partition).await?;
        if state.position != lease.position() {
            return Err(Unowned::NotNow(
                "another owner claimed the partition meanwhile".to_owned(),
            ));
        }
        let time = PartitionTime::begin(Arc::clone(&self.clock), state.last)
            .map_err(|ahead| Unowned::NotNow(ahead.to_string()))?;
        info!(partition = %self.partition, epoch = lease.epoch(), seq = state.position.seq, "partition owned");
        Ok((state, lease, time))
    }
}

enum Unowned {
    NotNow(String),
    Never(HydrationError),
}

impl From<HydrationError> for Unowned {
    fn from(error: HydrationError) -> Self {
        match error {
            HydrationError::Read(crate::ports::log::ReadError::Unreachable(source)) => {
                Self::NotNow(format!("the log is not reachable: {source}"))
            }
            error @ (HydrationError::Read(_) | HydrationError::Decode { .. }) => Self::Never(error),
        }
    }
}

impl From<AcquireError> for Unowned {
    fn from(error: AcquireError) -> Self {
        match error {
            AcquireError::Lost => Self::NotNow(error.to_string()),
            AcquireError::Unreachable(source) => {
                Self::NotNow(format!("the log is not reachable: {source}"))
            }
        }
    }
}
