//! The decider loop: owns one partition, decides its commands and deadlines in one order, and appends the decisions.
//!
//! State is speculative: ahead of the log by what is in flight. When an append does not become valid, everything
//! in memory is thrown away and read again. Nobody is answered from here; doors read the outcome from the log.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use domain::{
    command::{self, Actor, Context, Envelope, Refusal, derived_id},
    id::{CommandId, EventId},
    log::{
        DECISION_EVENTS_MAX, Decision, EVENT_BYTES_MAX, Hash, Partition, Position, Recorded, Seq,
    },
    partition::Root,
    time::{Span, Timestamp},
};
use futures::{StreamExt, future::BoxFuture, stream::FuturesOrdered};
use tokio::sync::watch;
use tracing::{error, info, warn};

use crate::{
    hydration::{Hydrated, HydrationError, remember},
    partition_time::PartitionTime,
    ports::{
        bus::CommandQueue,
        clock::Clock,
        log::{AcquireError, AppendError, EventLog, Lease},
        snapshots::Snapshots,
    },
};

/// Commands taken from the bus at once.
const BATCH_MAX: usize = 256;
/// Decisions in flight at most; beyond it the loop waits for the log.
const IN_FLIGHT_MAX: usize = 2_048;
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
    pub progress: watch::Sender<Progress>,
}

/// A command that spoiled the state, and how it is refused.
type Spoiled<C> = (Box<Envelope<C>>, Refusal);

/// Why the loop let the partition go.
enum Released<C> {
    /// Every sender is gone: the process is draining.
    Done,
    /// An append did not become valid, or this process was suspended.
    Lost,
    /// This command spoiled the state; after reading again it is refused.
    Spoiled(Box<Envelope<C>>, Refusal),
}

impl<R: Root> Decider<R> {
    /// Runs until every sender of commands is gone; ends early only on a log that cannot be folded.
    pub async fn run(mut self) -> Result<(), HydrationError> {
        let mut back_off = BACK_OFF_FIRST;
        let mut spoiled = None;
        loop {
            let (state, lease, time) = match self.own().await {
                Ok(owned) => owned,
                Err(Unowned::Never(error)) => return Err(error),
                Err(Unowned::NotNow(why)) => {
                    warn!(partition = %self.partition, why, "partition is not owned; trying again");
                    self.progress.send_modify(|progress| {
                        progress.owns = false;
                        progress.trouble = Some(why);
                    });
                    tokio::time::sleep(back_off).await;
                    back_off = (back_off * 2).min(BACK_OFF_MAX);
                    continue;
                }
            };
            back_off = BACK_OFF_FIRST;
            let mut tenure = Tenure::begin(self.partition.clone(), state, lease, time);
            match tenure.serve(&mut self, spoiled.take()).await {
                Released::Done => return Ok(()),
                Released::Lost => {
                    warn!(partition = %self.partition, "ownership ended; reading the log again");
                    metrics::counter!("lockstep_ownership_lost_total").increment(1);
                }
                Released::Spoiled(envelope, refusal) => spoiled = Some((envelope, refusal)),
            }
            self.progress.send_modify(|progress| progress.owns = false);
        }
    }

    /// Hydrates to the end, claims, and reads up to the own claim.
    async fn own(&mut self) -> Result<(Hydrated<R>, Box<dyn Lease>, PartitionTime), Unowned> {
        let mut state = Hydrated::read(&*self.log, &*self.snapshots, &self.partition).await?;
        let time = self.clock.now().max(state.last);
        let lease = self.log.acquire(&self.partition, time).await?;
        state.catch_up(&*self.log, &self.partition).await?;
        state.position = lease.position();
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

type InFlight = FuturesOrdered<Pin<Box<dyn Future<Output = Result<Seq, AppendError>> + Send>>>;

/// One ownership: from the claim until the lease ends.
struct Tenure<R> {
    partition: Partition,
    state: Hydrated<R>,
    lease: Box<dyn Lease>,
    time: PartitionTime,
    seq: Seq,
    hash: Hash,
    in_flight: InFlight,
    settled_at: Timestamp,
    /// Commands taken from the bus and not told yet.
    taken: u64,
}

/// The header fields that all records of one decision share.
struct Cause {
    command_id: CommandId,
    command_hash: u64,
    actor: Actor,
    causation: Option<EventId>,
    correlation: uuid::Uuid,
    traceparent: Option<Arc<str>>,
}

impl<R: Root> Tenure<R> {
    fn begin(
        partition: Partition,
        state: Hydrated<R>,
        lease: Box<dyn Lease>,
        time: PartitionTime,
    ) -> Self {
        let Position { seq, hash, .. } = state.position;
        Self {
            partition,
            state,
            lease,
            time,
            seq,
            hash,
            in_flight: FuturesOrdered::new(),
            settled_at: Timestamp::MIN,
            taken: 0,
        }
    }

    async fn serve(
        &mut self,
        decider: &mut Decider<R>,
        spoiled: Option<Spoiled<R::Command>>,
    ) -> Released<R::Command> {
        if let Some((envelope, refusal)) = spoiled {
            let at = self.time.take();
            self.submit(at, &cause_of(&envelope), vec![R::meta(refused(refusal))]);
        }
        self.resume();
        loop {
            if self.time.is_behind() {
                return Released::Lost;
            }
            self.fire_due();
            self.report(&decider.progress);
            let due = self.state.root.next_due().unwrap_or(Timestamp::MAX);
            let full = self.in_flight.len() >= IN_FLIGHT_MAX;
            tokio::select! {
                biased;
                Some(appended) = self.in_flight.next() => {
                    if let Err(error) = appended.and_then(|seq| self.confirm(seq)) {
                        warn!(partition = %self.partition, %error, "a decision did not become valid");
                        return Released::Lost;
                    }
                }
                commands = decider.queue.next(BATCH_MAX), if !full => {
                    if commands.is_empty() {
                        return self.drain().await;
                    }
                    let taken = commands.len() as u64;
                    let mut rest = commands.into_iter();
                    for envelope in rest.by_ref() {
                        if let Err((envelope, refusal)) = self.handle(envelope) {
                            let lost = rest.len();
                            if lost > 0 {
                                warn!(partition = %self.partition, lost, "commands taken with a spoiled one go undecided");
                            }
                            decider.progress.send_modify(|progress| progress.taken += taken);
                            let drained = self.drain().await;
                            return if matches!(drained, Released::Done) { Released::Spoiled(envelope, refusal) } else { drained };
                        }
                    }
                    self.taken += taken;
                }
                () = self.time.sleep_until(due), if !full && due < Timestamp::MAX => {}
            }
        }
    }

    /// Waits for the log to confirm what is in flight.
    async fn drain(&mut self) -> Released<R::Command> {
        while let Some(appended) = self.in_flight.next().await {
            if appended.is_err() {
                return Released::Lost;
            }
        }
        Released::Done
    }

    #[expect(clippy::unnecessary_wraps, reason = "stands in a chain of results")]
    fn confirm(&mut self, seq: Seq) -> Result<(), AppendError> {
        self.state.position.seq = seq;
        Ok(())
    }

    /// What was taken is told together with what came of it.
    fn report(&mut self, progress: &watch::Sender<Progress>) {
        let next = Progress {
            owns: true,
            taken: progress.borrow().taken + std::mem::take(&mut self.taken),
            seq: self.state.position.seq,
            in_flight: self.in_flight.len(),
            settled_at: self.settled_at,
            next_due: self.state.root.next_due(),
            trouble: None,
        };
        progress.send_if_modified(|before| {
            let changed = *before != next;
            if changed {
                *before = next;
            }
            changed
        });
    }

    /// What an outage must not cost anybody is decided once, before anything that fell due meanwhile.
    fn resume(&mut self) {
        loop {
            let at = self.time.take();
            let (context, cause) = self.timer(at);
            let events = self.state.root.resume(&context);
            if events.is_empty() {
                return;
            }
            self.submit(at, &cause, events);
        }
    }

    /// Decides everything that is due by now, before any new command is taken.
    fn fire_due(&mut self) {
        let mut now = self.time.look();
        while self.state.root.next_due().is_some_and(|due| due <= now)
            && self.in_flight.len() < IN_FLIGHT_MAX
        {
            now = self.time.take();
            let (context, cause) = self.timer(now);
            let events = self.state.root.fire(&context);
            if !events.is_empty() {
                self.submit(now, &cause, events);
            }
        }
        self.settled_at = now;
    }

    /// A deadline's decision is caused by the deadline: its id follows from its place in the log.
    fn timer(&self, now: Timestamp) -> (Context, Cause) {
        let place = (self.seq + 1).to_be_bytes();
        let id = derived_id(&[
            self.partition.to_string().as_bytes(),
            b"timer",
            &place,
            &now.0.to_be_bytes(),
        ]);
        let context = Context { now, actor: Actor::Timer, command_id: CommandId(id) };
        let cause = Cause {
            command_id: CommandId(id),
            command_hash: 0,
            actor: Actor::Timer,
            causation: None,
            correlation: id,
            traceparent: None,
        };
        (context, cause)
    }

    /// Decides one command. An error means that the state is spoiled and must be read again.
    fn handle(&mut self, envelope: Envelope<R::Command>) -> Result<(), Spoiled<R::Command>> {
        let cause = cause_of(&envelope);
        if let Some(before) = self.state.outcomes.get(envelope.command_id, &envelope.actor) {
            let same = before.body_hash == cause.command_hash;
            metrics::counter!("lockstep_commands_total", "outcome" => if same { "repeated" } else { "other_body" }).increment(1);
            return Ok(());
        }
        let now = self.time.take();
        if envelope.expires_at < now {
            metrics::counter!("lockstep_commands_total", "outcome" => "expired").increment(1);
            return Ok(());
        }
        let context =
            Context { now, actor: envelope.actor.clone(), command_id: envelope.command_id };
        let body = envelope.body.clone();
        let decided = catch_unwind(AssertUnwindSafe(|| self.state.root.decide(&context, body)));
        let Ok(decided) = decided else {
            error!(command.id = %envelope.command_id, "a command made its decider panic; it will be refused");
            return Err((Box::new(envelope), poison()));
        };
        let (events, label) = match decided {
            Ok(events) if events.is_empty() => {
                (vec![R::meta(command::Event::Settled {})], "settled")
            }
            Ok(events) => (events, "decided"),
            Err(refusal) => {
                info!(command.id = %envelope.command_id, refusal.code, "command refused");
                (vec![R::meta(refused(refusal))], "refused")
            }
        };
        if events.len() > DECISION_EVENTS_MAX {
            return Err((Box::new(envelope), too_large()));
        }
        metrics::counter!("lockstep_commands_total", "outcome" => label).increment(1);
        let Some(records) = self.records(now, &cause, events) else {
            return Err((Box::new(envelope), too_large()));
        };
        self.append(records);
        Ok(())
    }

    /// For decisions that need no check of their size.
    fn submit(&mut self, at: Timestamp, cause: &Cause, events: Vec<R::Event>) {
        let records =
            self.records(at, cause, events).expect("deadlines and refusals have small data");
        self.append(records);
    }

    /// The events as records that continue the chain; `None` if one is too large.
    fn records(
        &self,
        at: Timestamp,
        cause: &Cause,
        events: Vec<R::Event>,
    ) -> Option<Vec<Recorded>> {
        let parts = u32::try_from(events.len()).expect("a decision has few events");
        let (partition, actor) = (self.partition.to_string(), cause.actor.to_string());
        let mut prev = self.hash;
        let mut records: Vec<Recorded> = Vec::with_capacity(events.len());
        for (part, event) in (0..parts).zip(events) {
            let (kind, version) = R::kind(&event);
            let data = R::encode(&event);
            if data.len() > EVENT_BYTES_MAX {
                return None;
            }
            let id_parts = [
                partition.as_bytes(),
                actor.as_bytes(),
                cause.command_id.0.as_bytes(),
                &part.to_be_bytes(),
            ];
            let record = Recorded {
                partition: self.partition.clone(),
                epoch: self.lease.epoch(),
                writer: self.lease.writer(),
                seq: self.seq + u64::from(part) + 1,
                part,
                parts,
                prev,
                time: at,
                id: EventId(derived_id(&id_parts)),
                kind: kind.into(),
                version,
                command_id: cause.command_id,
                command_hash: cause.command_hash,
                actor: cause.actor.clone(),
                causation: cause.causation,
                correlation: cause.correlation,
                traceparent: cause.traceparent.clone(),
                data: data.into(),
            };
            prev = record.hash();
            records.push(record);
        }
        Some(records)
    }

    fn append(&mut self, records: Vec<Recorded>) {
        let Some(last) = records.last() else { return };
        self.seq = last.seq;
        self.hash = last.hash();
        self.state.last = last.time;
        remember(&mut self.state.outcomes, last);
        let appended: BoxFuture<'static, _> = self.lease.submit(Decision { records });
        self.in_flight.push_back(appended);
    }
}

fn cause_of<C: serde::Serialize>(envelope: &Envelope<C>) -> Cause {
    Cause {
        command_id: envelope.command_id,
        command_hash: command::body_hash(&envelope.body),
        actor: envelope.actor.clone(),
        causation: envelope.causation,
        correlation: envelope.correlation,
        traceparent: envelope.traceparent.clone(),
    }
}

fn refused(refusal: Refusal) -> command::Event {
    command::Event::Refused { code: refusal.code, message: refusal.message }
}

fn poison() -> Refusal {
    let message =
        "this command could not be decided; it was recorded for the operator and changes nothing"
            .to_owned();
    Refusal { code: "command.poison".to_owned(), message }
}

fn too_large() -> Refusal {
    let message = "what this command leads to is too large to record; send less at once".to_owned();
    Refusal { code: "command.too_large".to_owned(), message }
}

/// A command is decided within this time, unless its sender says otherwise.
pub const EXPIRES_AFTER: Span = Span::secs(60);
