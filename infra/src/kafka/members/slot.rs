//! One partition of the command bus in this process: what has come, was handed out, and is done.

use std::{
    collections::VecDeque,
    marker::PhantomData,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use commands::ports::{bus::CommandQueue, clock::Clock};
use domain::command::Envelope;
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use tokio::sync::{Notify, watch};
use tracing::warn;

use crate::kafka::envelope::Raw;

/// Commands that wait here at most; what is beyond waits at the broker.
const WAITING_MAX: usize = 4_096;
/// Bytes of their bodies at most.
const BYTES_MAX: usize = 16 * 1024 * 1024;

pub(super) struct Slot {
    number: i32,
    assigned: watch::Sender<bool>,
    state: Mutex<State>,
    filled: Notify,
    drained: Condvar,
}

#[derive(Default)]
struct State {
    /// Counts the times that the group gave or took the partition.
    term: u64,
    waiting: VecDeque<(i64, Option<Raw>)>,
    bytes: usize,
    held_back: bool,
    /// The term of each command handed out and not done, and the offset to go on from once it is.
    handed: VecDeque<(u64, i64)>,
    /// In this term: the offset that whoever decides next goes on from, and what the group was told of it.
    done: Option<i64>,
    committed: Option<i64>,
    closed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    Left,
    Full,
}

impl Room {
    pub(super) fn is_full(self) -> bool {
        self == Self::Full
    }
}

impl Slot {
    pub(super) fn new(number: i32) -> Self {
        let assigned = watch::Sender::new(false);
        Self {
            number,
            assigned,
            state: Mutex::default(),
            filled: Notify::new(),
            drained: Condvar::new(),
        }
    }

    pub(super) fn number(&self) -> i32 {
        self.number
    }

    pub(super) fn assigned(&self) -> watch::Receiver<bool> {
        self.assigned.subscribe()
    }

    pub(super) fn assign(&self) {
        self.locked().begin_term();
        self.assigned.send_replace(true);
    }

    /// What waits here is handed to whoever comes next.
    pub(super) fn revoke(&self) {
        self.assigned.send_replace(false);
        self.locked().begin_term();
    }

    pub(super) fn close(&self) {
        self.locked().closed = true;
        self.filled.notify_one();
    }

    /// `None`: a record that is no command.
    pub(super) fn push(&self, offset: i64, command: Option<Raw>) -> Room {
        let mut state = self.locked();
        if !*self.assigned.borrow() {
            return Room::Left;
        }
        state.bytes += command.as_ref().map_or(0, Raw::bytes);
        state.waiting.push_back((offset, command));
        let full = state.is_full() && !state.held_back;
        drop(state);
        self.filled.notify_one();
        if full { Room::Full } else { Room::Left }
    }

    /// Waits for room. If there is none in time, the broker is to hold back, until [`Slot::may_resume`].
    pub(super) fn must_hold_back(&self, patience: Duration) -> bool {
        let state = self.locked();
        let waited = self.drained.wait_timeout_while(state, patience, |state| state.is_full());
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        state.held_back = state.is_full();
        state.held_back
    }

    /// Whether there is room again; said once.
    pub(super) fn may_resume(&self) -> bool {
        let mut state = self.locked();
        let room = state.waiting.len() < WAITING_MAX / 2 && state.bytes < BYTES_MAX / 2;
        room && std::mem::take(&mut state.held_back)
    }

    /// What the group was not told yet.
    pub(super) fn to_commit(&self) -> Option<i64> {
        let mut state = self.locked();
        let done = state.done.filter(|_| state.done != state.committed);
        state.committed = state.done;
        done
    }

    /// At most `max` commands; `None`: there will be no more.
    fn take(&self, max: usize) -> Option<Taken> {
        let mut state = self.locked();
        if state.closed {
            return None;
        }
        let count = state.waiting.len().min(max);
        let records: Vec<_> = state.waiting.drain(..count).collect();
        state.bytes -=
            records.iter().filter_map(|(_, raw)| raw.as_ref()).map(Raw::bytes).sum::<usize>();
        self.drained.notify_one();
        Some(Taken { term: state.term, records })
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Taken {
    term: u64,
    records: Vec<(i64, Option<Raw>)>,
}

impl State {
    fn is_full(&self) -> bool {
        self.waiting.len() >= WAITING_MAX || self.bytes >= BYTES_MAX
    }

    fn begin_term(&mut self) {
        self.term += 1;
        self.waiting.clear();
        self.bytes = 0;
        self.held_back = false;
        (self.done, self.committed) = (None, None);
    }

    /// A command is handed out; once it is done, whoever decides next goes on at `next`.
    fn hand_out(&mut self, term: u64, next: i64) {
        self.handed.push_back((term, next));
    }

    /// A record that is not handed out is passed together with the one before it.
    fn skip(&mut self, term: u64, next: i64) {
        match self.handed.back_mut() {
            Some((before, passed)) if *before == term => *passed = next,
            _ if term == self.term => self.done = Some(next),
            _ => {}
        }
    }

    fn done(&mut self, commands: usize) {
        let count = commands.min(self.handed.len());
        for (term, next) in self.handed.drain(..count) {
            if term == self.term {
                self.done = Some(next);
            }
        }
    }
}

/// The commands of one partition, in their order, as long as the group gives it to this process.
pub struct KafkaQueue<C> {
    slot: Arc<Slot>,
    clock: Arc<dyn Clock>,
    of: PhantomData<fn() -> C>,
}

impl<C: DeserializeOwned> KafkaQueue<C> {
    /// Those that can be decided, in time.
    fn decode(&self, taken: Taken) -> Vec<Envelope<C>> {
        let (now, term) = (self.clock.now(), taken.term);
        let mut commands = Vec::with_capacity(taken.records.len());
        let mut passed = Vec::with_capacity(taken.records.len());
        for (offset, raw) in taken.records {
            let command = match raw {
                Some(raw) if raw.expires_at < now => {
                    metrics::counter!("lockstep_commands_total", "outcome" => "expired")
                        .increment(1);
                    None
                }
                raw => self.understood(raw, offset),
            };
            passed.push((offset + 1, command.is_some()));
            commands.extend(command);
        }
        let mut state = self.slot.locked();
        for (next, is_handed) in passed {
            if is_handed {
                state.hand_out(term, next);
            } else {
                state.skip(term, next);
            }
        }
        commands
    }

    fn understood(&self, raw: Option<Raw>, offset: i64) -> Option<Envelope<C>> {
        let command = raw.and_then(Raw::decode);
        if command.is_none() {
            metrics::counter!("lockstep_commands_total", "outcome" => "unreadable").increment(1);
            warn!(
                number = self.slot.number,
                offset,
                "a record on the command bus is no command that this version knows; it is passed over"
            );
        }
        command
    }
}

impl<C> KafkaQueue<C> {
    pub(super) fn new(slot: Arc<Slot>, clock: Arc<dyn Clock>) -> Self {
        Self { slot, clock, of: PhantomData }
    }
}

impl<C: DeserializeOwned + Send> CommandQueue<C> for KafkaQueue<C> {
    fn next(&mut self, max: usize) -> BoxFuture<'_, Vec<Envelope<C>>> {
        Box::pin(async move {
            loop {
                let Some(taken) = self.slot.take(max) else { return Vec::new() };
                if taken.records.is_empty() {
                    self.slot.filled.notified().await;
                    continue;
                }
                let commands = self.decode(taken);
                if !commands.is_empty() {
                    return commands;
                }
            }
        })
    }

    fn done(&mut self, commands: usize) {
        self.slot.locked().done(commands);
    }

    fn forget(&mut self) {
        self.slot.locked().handed.clear();
    }
}

#[cfg(test)]
mod tests {
    use domain::{command::Actor, id::CommandId, time::Timestamp};
    use futures::FutureExt;
    use uuid::Uuid;

    use super::*;
    use crate::{clock::Driven, kafka::envelope::written};

    fn raw(body: i64, expires_at: i64) -> Option<Raw> {
        let sent = Envelope {
            command_id: CommandId(Uuid::nil()),
            actor: Actor::System,
            expires_at: Timestamp(expires_at),
            causation: None,
            correlation: Uuid::nil(),
            traceparent: None,
            body,
        };
        let (headers, body) = written(&sent, "site:demo").unwrap();
        Raw::read(Some(&headers), &body)
    }

    fn queue() -> KafkaQueue<i64> {
        let slot = Arc::new(Slot::new(0));
        slot.assign();
        KafkaQueue::new(slot, Arc::new(Driven::new(Timestamp(50))))
    }

    /// Commands 10, 11, … at the offsets of their bodies.
    fn fill(queue: &KafkaQueue<i64>, bodies: std::ops::Range<i64>) {
        for body in bodies {
            queue.slot.push(body, raw(body, 99));
        }
    }

    fn next(queue: &mut KafkaQueue<i64>, max: usize) -> Vec<i64> {
        let commands = queue.next(max).now_or_never().unwrap_or_default();
        commands.into_iter().map(|command| command.body).collect()
    }

    #[test]
    fn what_is_done_and_what_was_passed_over_need_not_come_again() {
        let mut queue = queue();
        fill(&queue, 10..12);
        queue.slot.push(12, raw(12, 49));
        queue.slot.push(13, None);
        fill(&queue, 14..15);
        assert_eq!(next(&mut queue, 9), [10, 11, 14]);
        assert_eq!(queue.slot.to_commit(), None);
        queue.done(1);
        assert_eq!(queue.slot.to_commit(), Some(11));
        assert_eq!(queue.slot.to_commit(), None);
        queue.done(1);
        assert_eq!(queue.slot.to_commit(), Some(14), "past the two that nobody can decide");
        queue.done(1);
        queue.slot.push(15, None);
        assert!(next(&mut queue, 9).is_empty());
        assert_eq!(queue.slot.to_commit(), Some(16));
    }

    #[test]
    fn a_partition_that_went_and_came_back_counts_from_anew() {
        let mut queue = queue();
        fill(&queue, 10..13);
        assert_eq!(next(&mut queue, 2), [10, 11]);
        queue.slot.revoke();
        assert!(next(&mut queue, 9).is_empty(), "what waited here comes again elsewhere");
        fill(&queue, 13..14);
        queue.slot.assign();
        fill(&queue, 10..14);
        // The decider has not noticed: it goes on with 10 and 11, and is handed them again.
        assert_eq!(next(&mut queue, 9), [10, 11, 12, 13]);
        queue.done(2);
        assert_eq!(queue.slot.to_commit(), None);
        queue.done(3);
        assert_eq!(queue.slot.to_commit(), Some(13));

        // It has noticed.
        queue.slot.revoke();
        queue.forget();
        queue.slot.assign();
        fill(&queue, 13..15);
        assert_eq!(next(&mut queue, 9), [13, 14]);
        queue.done(1);
        assert_eq!(queue.slot.to_commit(), Some(14));
    }

    #[test]
    fn a_full_slot_holds_the_broker_back_until_half_is_taken() {
        let mut queue = queue();
        let full = (0..9_999).position(|body| queue.slot.push(body, raw(body, 99)).is_full());
        assert_eq!(full, Some(WAITING_MAX - 1));
        assert!(queue.slot.must_hold_back(Duration::ZERO));
        assert!(!queue.slot.may_resume());
        assert_eq!(next(&mut queue, WAITING_MAX / 2 + 1).len(), WAITING_MAX / 2 + 1);
        assert!(queue.slot.may_resume());
        assert!(!queue.slot.may_resume());
    }

    #[test]
    fn a_drained_queue_ends() {
        let mut queue = queue();
        fill(&queue, 10..11);
        queue.slot.close();
        assert_eq!(queue.next(9).now_or_never().map(|commands| commands.len()), Some(0));
    }
}
