//! One ownership of a partition: from the claim until the lease ends.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use domain::{
    command::{self, Actor, COMMAND_LIFE_MAX, Context, Envelope, Refusal, derived_id},
    id::{CommandId, EventId},
    log::{
        DECISION_EVENTS_MAX, Decision, EVENT_BYTES_MAX, Hash, Partition, Position, Recorded, Seq,
    },
    partition::Root,
    refusal::Data,
    time::Timestamp,
};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesOrdered};
use tokio::{sync::watch, time::Instant};
use tracing::{error, info, warn};

use super::{BACK_OFF_MAX, Decider, Progress, Released, Spoiled, Taken};
use crate::{
    hydration::{Hydrated, remember},
    partition_time::PartitionTime,
    ports::log::{AppendError, Lease},
};

/// Commands taken from the bus at once.
const BATCH_MAX: usize = 256;
/// Decisions in flight at most; beyond it the loop waits for the log.
const IN_FLIGHT_MAX: usize = 2_048;
/// An owner leaves a snapshot after so many records.
const SNAPSHOT_EVERY: u64 = 100_000;
/// And no more often than this: freezing a large state takes a processor for a good while.
const SNAPSHOTS_APART: Duration = Duration::from_secs(60);

type InFlight = FuturesOrdered<Pin<Box<dyn Future<Output = Result<Position, AppendError>> + Send>>>;

/// One ownership: from the claim until the lease ends.
pub(super) struct Tenure<R> {
    partition: Partition,
    pub(super) state: Hydrated<R>,
    lease: Box<dyn Lease>,
    time: PartitionTime,
    seq: Seq,
    hash: Hash,
    in_flight: InFlight,
    settled_at: Timestamp,
    /// Commands taken from the bus and not told yet.
    taken: u64,
    /// Commands handled in this ownership.
    handled: usize,
    /// So many of them need nothing more of the log, and
    confirmed: usize,
    /// when each decision in flight was.
    marks: VecDeque<usize>,
    /// `seq` of the state that was kept as a snapshot last, and when that was.
    snapshot_at: (Seq, Instant),
    begun: Instant,
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
    pub(super) fn begin(
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
            handled: 0,
            confirmed: 0,
            marks: VecDeque::new(),
            snapshot_at: (seq, Instant::now()),
            begun: Instant::now(),
        }
    }

    pub(super) async fn serve(
        &mut self,
        decider: &mut Decider<R>,
        taken: &mut Taken<R::Command>,
        spoiled: Option<Spoiled>,
    ) -> Released {
        self.resume();
        (taken.handled, taken.forgotten) = (0, 0);
        loop {
            if self.time.is_behind() {
                return Released::Lost(None);
            }
            if let Err(refusal) = self.handle_all(taken, spoiled.as_ref()) {
                let (id, actor) = taken.at_hand();
                return match self.drain().await {
                    Released::Done => Released::Spoiled(id, actor, refusal),
                    other => other,
                };
            }
            decider.queue.done(taken.forget(self.done()));
            self.keep_a_snapshot(decider);
            self.report(&decider.progress);
            let due = self.state.root.next_due().unwrap_or(Timestamp::MAX);
            let full = self.in_flight.len() >= IN_FLIGHT_MAX;
            tokio::select! {
                biased;
                Some(appended) = self.in_flight.next() => {
                    if let Err(error) = self.confirm_all(appended) {
                        warn!(partition = %self.partition, %error, "a decision did not become valid");
                        return Released::Lost(said(&error));
                    }
                }
                () = unassigned(&mut decider.assigned) => {
                    let drained = self.drain().await;
                    decider.queue.done(taken.forget(self.done()));
                    return match drained {
                        Released::Done => Released::Unassigned,
                        other => other,
                    };
                }
                commands = decider.queue.next(BATCH_MAX), if !full => {
                    if commands.is_empty() {
                        let drained = self.drain().await;
                        decider.queue.done(taken.forget(self.done()));
                        return drained;
                    }
                    self.taken += commands.len() as u64;
                    taken.commands.extend(commands);
                }
                () = self.time.sleep_until(due), if !full && due < Timestamp::MAX => {}
            }
        }
    }

    /// Decides what was taken and not handled yet, and before each whatever is due by then. An error means that the
    /// next one spoiled the state.
    fn handle_all(
        &mut self,
        taken: &mut Taken<R::Command>,
        spoiled: Option<&Spoiled>,
    ) -> Result<(), Refusal> {
        loop {
            // What a full decision has left is due at once. No record tells how commands were taken together: were
            // it left for the next one of a batch, that would be decided otherwise than by itself.
            self.fire_due();
            if self.in_flight.len() >= IN_FLIGHT_MAX {
                return Ok(());
            }
            let Some(envelope) = taken.commands.get(taken.handled) else { return Ok(()) };
            let refusal = spoiled
                .filter(|(id, actor, _)| *id == envelope.command_id && *actor == envelope.actor);
            self.handled += 1;
            self.handle(envelope, refusal.map(|(.., refusal)| refusal))?;
            taken.handled += 1;
        }
    }

    /// Waits for the log to confirm what is in flight.
    async fn drain(&mut self) -> Released {
        while let Some(appended) = self.in_flight.next().await {
            if let Err(error) = self.confirm(appended) {
                return Released::Lost(said(&error));
            }
        }
        Released::Done
    }

    /// And what else the log has said meanwhile: it speaks of many at once.
    fn confirm_all(&mut self, first: Result<Position, AppendError>) -> Result<(), AppendError> {
        self.confirm(first)?;
        while let Some(Some(appended)) = self.in_flight.next().now_or_never() {
            self.confirm(appended)?;
        }
        Ok(())
    }

    fn confirm(&mut self, appended: Result<Position, AppendError>) -> Result<(), AppendError> {
        self.state.position = appended?;
        self.confirmed = self.marks.pop_front().unwrap_or(self.confirmed);
        Ok(())
    }

    /// How many of the commands handled in this ownership need nothing more of the log.
    fn done(&mut self) -> usize {
        if self.in_flight.is_empty() {
            self.confirmed = self.handled;
        }
        self.confirmed
    }

    /// So long that its end is no quarrel over who owns.
    pub(super) fn was_long(&self) -> bool {
        self.begun.elapsed() > BACK_OFF_MAX
    }

    /// Now and then, at a moment when the state is exactly what the log holds.
    fn keep_a_snapshot(&mut self, decider: &Decider<R>) {
        let (seq, at) = self.snapshot_at;
        if self.in_flight.is_empty()
            && self.seq >= seq + SNAPSHOT_EVERY
            && at.elapsed() >= SNAPSHOTS_APART
        {
            self.snapshot_at = (self.seq, Instant::now());
            self.state.keep(&decider.snapshots, &self.partition);
        }
    }

    /// What was taken is told together with what came of it.
    fn report(&mut self, progress: &watch::Sender<Progress>) {
        let (taken, trouble) = {
            let before = progress.borrow();
            // Trouble lasts until the log has taken what it would not take.
            let lasts = self.confirmed == 0 && !self.in_flight.is_empty();
            (before.taken, before.trouble.clone().filter(|_| lasts))
        };
        let next = Progress {
            owns: true,
            taken: taken + std::mem::take(&mut self.taken),
            seq: self.state.position.seq,
            in_flight: self.in_flight.len(),
            settled_at: self.settled_at,
            next_due: self.state.root.next_due(),
            trouble,
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

    /// Decides everything that is due by now.
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

    /// Decides one command, or records its refusal. An error means that the state is spoiled and must be read again.
    fn handle(
        &mut self,
        envelope: &Envelope<R::Command>,
        refusal: Option<&Refusal>,
    ) -> Result<(), Refusal> {
        let cause = cause_of(envelope);
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
        if envelope.expires_at > now + COMMAND_LIFE_MAX {
            // Its outcome would be forgotten before it expires, and a copy of it decided again.
            warn!(command.id = %envelope.command_id, "a command may live longer than any may: the clock of its door is ahead; dropped");
            metrics::counter!("lockstep_commands_total", "outcome" => "lives_too_long")
                .increment(1);
            return Ok(());
        }
        if let Some(refusal) = refusal {
            self.submit(now, &cause, vec![R::meta(refusal.clone().into())]);
            return Ok(());
        }
        let context =
            Context { now, actor: envelope.actor.clone(), command_id: envelope.command_id };
        let body = envelope.body.clone();
        let decided = catch_unwind(AssertUnwindSafe(|| self.state.root.decide(&context, body)));
        let Ok(decided) = decided else {
            error!(command.id = %envelope.command_id, "a command made its decider panic; it will be refused");
            return Err(poison());
        };
        let (events, label) = match decided {
            Ok(events) if events.is_empty() => {
                (vec![R::meta(command::Event::Settled {})], "settled")
            }
            Ok(events) => (events, "decided"),
            Err(refusal) => {
                info!(command.id = %envelope.command_id, refusal.code, "command refused");
                (vec![R::meta(refusal.into())], "refused")
            }
        };
        if events.len() > DECISION_EVENTS_MAX {
            return Err(too_large());
        }
        metrics::counter!("lockstep_commands_total", "outcome" => label).increment(1);
        let (records, hash) = self.records(now, &cause, events).ok_or_else(too_large)?;
        self.append(records, hash);
        Ok(())
    }

    /// For decisions that need no check of their size.
    fn submit(&mut self, at: Timestamp, cause: &Cause, events: Vec<R::Event>) {
        let (records, hash) =
            self.records(at, cause, events).expect("deadlines and refusals have small data");
        self.append(records, hash);
    }

    /// The events as records that continue the chain, and the hash of the last; `None` if one is too large.
    fn records(
        &self,
        at: Timestamp,
        cause: &Cause,
        events: Vec<R::Event>,
    ) -> Option<(Vec<Recorded>, Hash)> {
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
        Some((records, prev))
    }

    fn append(&mut self, records: Vec<Recorded>, hash: Hash) {
        let Some(last) = records.last() else { return };
        self.seq = last.seq;
        self.hash = hash;
        self.state.last = last.time;
        remember(&mut self.state.outcomes, last);
        let appended: BoxFuture<'static, _> = self.lease.submit(Decision { records });
        self.in_flight.push_back(appended);
        self.marks.push_back(self.handled);
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

fn poison() -> Refusal {
    let message =
        "this command could not be decided; it was recorded for the operator and changes nothing"
            .to_owned();
    Refusal { code: "command.poison".to_owned(), message, data: Data::new() }
}

fn too_large() -> Refusal {
    let message = "what this command leads to is too large to record; send less at once".to_owned();
    Refusal { code: "command.too_large".to_owned(), message, data: Data::new() }
}

/// Resolves when the hint says that another node is to own the partition.
async fn unassigned(assigned: &mut watch::Receiver<bool>) {
    if assigned.wait_for(|assigned| !assigned).await.is_err() {
        // Nobody is left to say so.
        std::future::pending::<()>().await;
    }
}

/// What the log said, for the operator.
fn said(error: &AppendError) -> Option<String> {
    match error {
        AppendError::Unknown(Some(source)) => Some(format!("{error}: {source}")),
        AppendError::Unknown(None) | AppendError::Fenced => None,
    }
}
