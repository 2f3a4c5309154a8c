//! The tail of one partition: one task reads what the log holds as valid and feeds, in order, the live view, those
//! who wait for an outcome, and subscribers.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use domain::{
    command::{Actor, Outcome},
    event::{self, DecodeError},
    id::CommandId,
    log::{Partition, Position, Seq, Whole},
    snapshot::Snapshot,
    time::Timestamp,
};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::{
    sync::{broadcast, oneshot, watch},
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tracing::{error, warn};

use crate::{
    outcomes::{self, Known, Made, Outcomes},
    ports::{
        snapshots::Snapshots,
        source::{EventSource, Read, SourceError},
    },
};

/// What changed is told at most once in this time; the first change after a pause is told at once.
pub const TELL_EVERY: Duration = Duration::from_millis(50);
/// A subscriber that is further behind than this many changes starts again from the whole.
pub const CHANGES_MAX: usize = 256;
/// Decisions folded under one lock at most.
const FOLD_AT_ONCE: usize = 256;
/// A start that had to read more records than this leaves a snapshot for the next one,
const KEEP_FIRST_AFTER: Seq = 10_000;
/// and from then on after so many.
const KEEP_EVERY: Seq = 100_000;
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// A fold that lives in memory at the end of a tail.
pub trait View: Default + Send + Sync + 'static {
    /// What a run of decisions changed: keys, not contents.
    type Changed: fmt::Debug + Send + Sync + 'static;

    fn apply(&mut self, whole: &Whole) -> Result<(), DecodeError>;
    /// What has changed since it was asked last; `None`: nothing that anybody looks at.
    fn take_changed(&mut self) -> Option<Self::Changed>;

    /// Name and version of the fold, if its state is kept in snapshots; another version's are not used.
    const FOLD: Option<(&'static str, u32)> = None;

    /// The state as JSON, for [`View::thaw`].
    fn freeze(&self) -> String {
        String::new()
    }

    /// `None`: this is not a state of this fold; it is folded from the log instead.
    fn thaw(_json: &str) -> Option<Self> {
        None
    }
}

/// How the tail is doing: part of the node's readiness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Reading what was there when it began.
    CatchingUp,
    Following,
    /// The log cannot be reached; tries again by itself.
    Unreachable,
    /// The log or a record cannot be trusted or read: a person must look.
    Stopped(Arc<str>),
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    position: Position,
    time: Timestamp,
}

/// A snapshot's bytes.
#[derive(Serialize, Deserialize)]
struct Frozen {
    time: Timestamp,
    outcomes: Vec<outcomes::Frozen>,
    view: Box<RawValue>,
}

struct Inner<V: View> {
    partition: Partition,
    view: RwLock<V>,
    outcomes: Mutex<Outcomes>,
    seen: watch::Sender<Seen>,
    health: watch::Sender<Health>,
    changes: broadcast::Sender<Arc<V::Changed>>,
    snapshots: Option<Arc<dyn Snapshots>>,
}

/// A handle on a partition's tail; all clones look at the same one.
pub struct Tail<V: View>(Arc<Inner<V>>);

impl<V: View> Clone for Tail<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    #[error("{partition} has not reached {wanted} yet, it is at {reached}; try again in a moment")]
    NotReached { partition: Partition, wanted: Seq, reached: Seq },
    #[error("reading {partition} has stopped; an operator must look at the server's log")]
    Stopped { partition: Partition },
}

/// Why [`Tail::run`] ended. The alarm has been given.
#[derive(Debug, thiserror::Error)]
#[error("reading {partition} stopped: {reason}")]
pub struct Stopped {
    pub partition: Partition,
    pub reason: Arc<str>,
}

impl<V: View> Tail<V> {
    /// A tail that has read nothing yet; somebody must drive [`Tail::run`].
    pub fn new(partition: Partition) -> Self {
        Self::begin(partition, None)
    }

    /// A tail that begins at the latest snapshot, and leaves some.
    pub fn kept_in(snapshots: Arc<dyn Snapshots>, partition: Partition) -> Self {
        Self::begin(partition, Some(snapshots))
    }

    fn begin(partition: Partition, snapshots: Option<Arc<dyn Snapshots>>) -> Self {
        let start = Seen { position: Position::START, time: Timestamp::default() };
        Self(Arc::new(Inner {
            partition,
            view: RwLock::default(),
            outcomes: Mutex::default(),
            seen: watch::Sender::new(start),
            health: watch::Sender::new(Health::CatchingUp),
            changes: broadcast::Sender::new(CHANGES_MAX),
            snapshots,
        }))
    }

    pub fn partition(&self) -> &Partition {
        &self.0.partition
    }

    /// Up to where everything has been folded.
    pub fn position(&self) -> Position {
        self.0.seen.borrow().position
    }

    /// Partition time of the last record folded.
    pub fn time(&self) -> Timestamp {
        self.0.seen.borrow().time
    }

    pub fn health(&self) -> Health {
        self.0.health.borrow().clone()
    }

    /// Resolves once everything that was in the log at the start has been folded, or the tail has stopped.
    pub async fn caught_up(&self) -> Health {
        let mut health = self.0.health.subscribe();
        let settled =
            health.wait_for(|now| matches!(now, Health::Following | Health::Stopped(_))).await;
        settled.map_or(Health::CatchingUp, |health| health.clone())
    }

    /// Resolves when the view has everything up to `seq` (what `atLeast` asks for).
    pub async fn wait_for(&self, seq: Seq, patience: Duration) -> Result<(), WaitError> {
        let mut seen = self.0.seen.subscribe();
        let mut health = self.0.health.subscribe();
        let there = async { seen.wait_for(|seen| seen.position.seq >= seq).await.map(drop) };
        let stopped =
            async { health.wait_for(|now| matches!(now, Health::Stopped(_))).await.map(drop) };
        let reached = async {
            tokio::select! {
                biased;
                _ = there => Ok(()),
                _ = stopped => Err(WaitError::Stopped { partition: self.0.partition.clone() }),
            }
        };
        timeout(patience, reached).await.unwrap_or_else(|_| {
            Err(WaitError::NotReached {
                partition: self.0.partition.clone(),
                wanted: seq,
                reached: self.position().seq,
            })
        })
    }

    /// Looks at the view as it is now. Keep it short: the fold waits meanwhile.
    pub fn read<T>(&self, look: impl FnOnce(&V) -> T) -> T {
        look(&self.0.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a place in line for a command's outcome. Do it *before* sending the command.
    pub fn expect(&self, command: CommandId, actor: Actor, expires_at: Timestamp) -> Awaited<V> {
        let told = self.outcomes(|outcomes| outcomes.await_one(command, actor.clone()));
        Awaited { tail: self.clone(), command, actor, expires_at, told }
    }

    /// What became of a command, for somebody who lost the answer. Without `expires_at` it never says "never".
    pub fn outcome(
        &self,
        command: CommandId,
        actor: &Actor,
        expires_at: Option<Timestamp>,
    ) -> Known {
        self.outcomes(|outcomes| outcomes.known(command, actor, expires_at))
    }

    /// What a decided command made new: known as long as its outcome.
    pub fn made(&self, command: CommandId, actor: &Actor) -> Option<Made> {
        self.outcomes(|outcomes| outcomes.made(command, actor))
    }

    /// Everything that changes from now on. Look at the view after calling this, and nothing is missed.
    pub fn changes(&self) -> Changes<V> {
        Changes(self.0.changes.subscribe())
    }

    fn outcomes<T>(&self, with: impl FnOnce(&mut Outcomes) -> T) -> T {
        with(&mut self.0.outcomes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Begins at the latest snapshot and reads the partition for ever. Ends only when what it reads cannot be trusted
    /// or understood.
    pub async fn run(&self, source: Arc<dyn EventSource>) -> Stopped {
        self.thaw().await;
        loop {
            let reason: Arc<str> = match self.follow(&*source).await {
                Ok(()) => continue,
                Err(Broken::Source(SourceError::Unreachable(cause))) => {
                    warn!(partition = %self.0.partition, error = %cause, "the log is not reachable; reading again");
                    self.0.health.send_replace(Health::Unreachable);
                    sleep(RETRY_AFTER).await;
                    continue;
                }
                Err(Broken::Source(SourceError::Tampered(tampered))) => tampered.to_string().into(),
                Err(Broken::Record(seq, cause)) => format!("record {seq}: {cause}").into(),
            };
            error!(partition = %self.0.partition, %reason, "reading the log stopped; a person must look");
            self.0.health.send_replace(Health::Stopped(Arc::clone(&reason)));
            return Stopped { partition: self.0.partition.clone(), reason };
        }
    }

    async fn follow(&self, source: &dyn EventSource) -> Result<(), Broken> {
        let begun_at = self.position().seq;
        let mut kept_at = begun_at;
        let mut reads =
            source.read(self.0.partition.clone(), self.position()).ready_chunks(FOLD_AT_ONCE);
        let mut tell = interval(TELL_EVERY);
        tell.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut untold = true;
        loop {
            tokio::select! {
                biased;
                _ = tell.tick(), if untold => {
                    untold = false;
                    self.tell();
                }
                chunk = reads.next() => {
                    let Some(chunk) = chunk else { return Ok(()) };
                    untold = true;
                    self.fold(chunk)?;
                    let at = self.position().seq;
                    let first = self.health() == Health::Following && at > kept_at + KEEP_FIRST_AFTER;
                    if (first && kept_at == begun_at) || at > kept_at + KEEP_EVERY {
                        kept_at = at;
                        self.keep().await;
                    }
                }
            }
        }
    }

    /// Snapshots are caches: one that cannot be had or read only costs time.
    async fn thaw(&self) -> Option<()> {
        let ((fold, version), snapshots) = (V::FOLD?, self.0.snapshots.as_ref()?);
        let loaded = snapshots.load(&self.0.partition, fold, version).await;
        let partition = &self.0.partition;
        let Snapshot { position, bytes } = loaded
            .inspect_err(|error| warn!(%partition, error = %error, "no snapshot could be read"))
            .ok()??;
        let Frozen { time, outcomes, view } = serde_json::from_slice(&bytes).ok()?;
        let view = V::thaw(view.get())?;
        self.outcomes(|known| known.thaw(outcomes, time))?;
        *self.0.view.write().unwrap_or_else(PoisonError::into_inner) = view;
        self.0.seen.send_replace(Seen { position, time });
        Some(())
    }

    /// Leaves a snapshot of what has been folded. Nothing is folded meanwhile.
    async fn keep(&self) {
        let (Some((fold, version)), Some(snapshots)) = (V::FOLD, &self.0.snapshots) else { return };
        let Seen { position, time } = *self.0.seen.borrow();
        let view = RawValue::from_string(self.read(V::freeze)).expect("a frozen view is JSON");
        let frozen = Frozen { time, outcomes: self.outcomes(|known| known.freeze()), view };
        let bytes = serde_json::to_vec(&frozen).expect("a frozen view is JSON");
        let partition = &self.0.partition;
        let saved = snapshots.save(partition, fold, version, Snapshot { position, bytes }).await;
        if let Err(error) = saved {
            warn!(%partition, error = %error, "no snapshot could be left");
        }
    }

    /// Folds what was read; what stands before something broken is still folded and told.
    fn fold(&self, chunk: Vec<Result<Read, SourceError>>) -> Result<(), Broken> {
        let mut folded: Vec<Arc<Whole>> = Vec::with_capacity(chunk.len());
        let (mut broken, mut caught_up) = (None, false);
        {
            let mut view = self.0.view.write().unwrap_or_else(PoisonError::into_inner);
            for read in chunk {
                let whole = match read {
                    Ok(Read::Whole(whole)) => whole,
                    Ok(Read::CaughtUp(_)) => {
                        caught_up = true;
                        continue;
                    }
                    Err(cause) => {
                        broken = Some(Broken::Source(cause));
                        break;
                    }
                };
                let known = whole.records.iter().try_for_each(event::check);
                if let Err(cause) = known.and_then(|()| view.apply(&whole)) {
                    broken = Some(Broken::Record(whole.position.seq, cause));
                    break;
                }
                folded.push(whole);
            }
        }
        // Outcomes first: whoever sees that time has passed an expiry must find the outcome if there is one.
        self.outcomes(|outcomes| folded.iter().for_each(|whole| outcomes.note(whole)));
        if let Some(last) = folded.last() {
            let time = last.records.last().map_or_else(|| self.time(), |record| record.time);
            self.0.seen.send_replace(Seen { position: last.position, time });
        }
        if caught_up {
            self.0.health.send_if_modified(|health| {
                std::mem::replace(health, Health::Following) != Health::Following
            });
        }
        broken.map_or(Ok(()), Err)
    }

    fn tell(&self) {
        let changed = self.0.view.write().unwrap_or_else(PoisonError::into_inner).take_changed();
        if let Some(changed) = changed {
            // Nobody may be listening; the view is what counts.
            let _ = self.0.changes.send(Arc::new(changed));
        }
    }
}

#[derive(Debug)]
enum Broken {
    Source(SourceError),
    Record(Seq, DecodeError),
}

/// A place in line for one command's outcome.
pub struct Awaited<V: View> {
    tail: Tail<V>,
    command: CommandId,
    actor: Actor,
    expires_at: Timestamp,
    told: oneshot::Receiver<Outcome>,
}

impl<V: View> Awaited<V> {
    /// Waits for at most `patience` of real time. When it resolves to an outcome the view has it already.
    pub async fn within(mut self, patience: Duration) -> Known {
        let mut seen = self.tail.0.seen.subscribe();
        let expires_at = self.expires_at;
        let known = {
            let expired = async { seen.wait_for(|seen| seen.time > expires_at).await.map(drop) };
            tokio::select! {
                biased;
                told = &mut self.told => told.ok().map(Known::Decided),
                _ = expired => Some(Known::Never),
                () = sleep(patience) => Some(Known::NotYet),
            }
        };
        // The outcome may have been told in the very moment in which the expiry was seen.
        match (known, self.told.try_recv()) {
            (Some(Known::Never | Known::NotYet), Ok(outcome)) => Known::Decided(outcome),
            (Some(known), _) => known,
            (None, _) => Known::NotYet,
        }
    }
}

impl<V: View> Drop for Awaited<V> {
    fn drop(&mut self) {
        self.told.close();
        self.tail.outcomes(|outcomes| outcomes.tidy(self.command, &self.actor));
    }
}

/// What a subscriber hears.
#[derive(Debug)]
pub enum Heard<C> {
    Changed(Arc<C>),
    /// Too far behind: look at the whole again.
    Missed,
}

/// A subscription to a tail's changes.
pub struct Changes<V: View>(broadcast::Receiver<Arc<V::Changed>>);

impl<V: View> Changes<V> {
    /// `None`: the tail is gone. Cancel safe.
    pub async fn next(&mut self) -> Option<Heard<V::Changed>> {
        match self.0.recv().await {
            Ok(changed) => Some(Heard::Changed(changed)),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Heard::Missed),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}
