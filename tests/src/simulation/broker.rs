//! What the log is made of: entries in the order in which they landed, and what is still on its way to them.
//!
//! Everything lands, void or not, as in a partition of Kafka; readers fold. What lies behind `shown` is not synced
//! (or not replicated): no reader has seen it, and a crash of the disk may take it. What was shown never vanishes.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Waker,
};

use domain::{
    command::derived_id,
    log::{Entry, Hash, Seq, WriterId},
};

use super::reader::Rule;

/// One writer's way to the log, in the order in which it wrote.
pub(super) struct Pipe {
    pub(super) node: usize,
    pub(super) entries: VecDeque<Entry>,
    /// The writer was told that something went wrong, be it true or not.
    pub(super) failed: bool,
}

/// What a node was handed as valid.
pub(super) struct Handed {
    pub(super) node: usize,
    pub(super) seq: Seq,
    pub(super) hash: Hash,
}

pub(super) struct Broker {
    pub(super) rule: Rule,
    /// Readers that hydrate get other command ids than the log holds.
    pub(super) forgets: bool,
    pub(super) entries: Vec<Entry>,
    /// How many of them readers see.
    pub(super) shown: usize,
    pub(super) pipes: BTreeMap<u64, Pipe>,
    /// By node: cut off from the log.
    pub(super) cut: Vec<bool>,
    /// By node: what it writes stays on its way.
    pub(super) late: Vec<bool>,
    pub(super) down: bool,
    pub(super) handed: Vec<Handed>,
    waiting: Vec<Waker>,
    made: u64,
}

impl Broker {
    pub(super) fn new(nodes: usize, rule: Rule, forgets: bool) -> Self {
        Self {
            rule,
            forgets,
            entries: Vec::new(),
            shown: 0,
            pipes: BTreeMap::new(),
            cut: vec![false; nodes],
            late: vec![false; nodes],
            down: false,
            handed: Vec::new(),
            waiting: Vec::new(),
            made: 0,
        }
    }

    pub(super) fn reaches(&self, node: usize) -> bool {
        !self.down && !self.cut[node]
    }

    /// A fresh one each time, and the same ones in each run of the same operations.
    pub(super) fn writer_id(&mut self) -> WriterId {
        self.made += 1;
        WriterId(derived_id(&[b"writer", &self.made.to_be_bytes()]))
    }

    pub(super) fn open_pipe(&mut self, node: usize, first: Entry) -> u64 {
        self.made += 1;
        let pipe = Pipe { node, entries: VecDeque::from([first]), failed: false };
        self.pipes.insert(self.made, pipe);
        self.made
    }

    pub(super) fn wait(&mut self, waker: &Waker) {
        if !self.waiting.iter().any(|waiting| waiting.will_wake(waker)) {
            self.waiting.push(waker.clone());
        }
    }

    pub(super) fn wake(&mut self) {
        self.waiting.drain(..).for_each(Waker::wake);
    }

    /// Ways on which something is and moves.
    fn moving(&self) -> Vec<u64> {
        let moves = |pipe: &Pipe| {
            !pipe.entries.is_empty() && self.reaches(pipe.node) && !self.late[pipe.node]
        };
        self.pipes.iter().filter(|(_, pipe)| moves(pipe)).map(|(id, _)| *id).collect()
    }

    pub(super) fn moves(&self) -> bool {
        !self.moving().is_empty()
    }

    /// The oldest on one of the ways land.
    pub(super) fn deliver(&mut self, pick: usize, count: usize) {
        let moving = self.moving();
        let Some(id) = moving.get(pick % moving.len().max(1)) else { return };
        let Some(pipe) = self.pipes.get_mut(id) else { return };
        let count = count.min(pipe.entries.len());
        self.entries.extend(pipe.entries.drain(..count));
        self.tidy();
    }

    pub(super) fn deliver_all(&mut self) {
        for id in self.moving() {
            if let Some(pipe) = self.pipes.get_mut(&id) {
                self.entries.extend(pipe.entries.drain(..));
            }
        }
        self.tidy();
    }

    /// The oldest on one of the ways never lands; whether its writer is told is another matter.
    pub(super) fn lose(&mut self, pick: usize) -> bool {
        let full: Vec<u64> = self
            .pipes
            .iter()
            .filter(|(_, pipe)| !pipe.entries.is_empty())
            .map(|(id, _)| *id)
            .collect();
        let chosen = full.get(pick % full.len().max(1)).and_then(|id| self.pipes.get_mut(id));
        chosen.is_some_and(|pipe| pipe.entries.pop_front().is_some())
    }

    /// Synced, and shown to readers.
    pub(super) fn show(&mut self, count: usize) {
        let shown = self.entries.len().min(self.shown.saturating_add(count));
        if shown != self.shown {
            self.shown = shown;
            self.wake();
        }
    }

    /// The disk stops: what was not shown is gone, but for the first few of it that were synced by chance.
    pub(super) fn crash(&mut self, keep: usize) -> usize {
        let kept = self.entries.len().min(self.shown.saturating_add(keep));
        let lost = self.entries.len() - kept;
        self.entries.truncate(kept);
        for pipe in self.pipes.values_mut() {
            pipe.failed = true;
        }
        self.wake();
        lost
    }

    /// The node's writers are told that what they wrote may not have arrived.
    pub(super) fn fail(&mut self, node: usize) {
        self.pipes
            .values_mut()
            .filter(|pipe| pipe.node == node)
            .for_each(|pipe| pipe.failed = true);
        self.wake();
    }

    /// Ways that failed and are empty are of no more use.
    fn tidy(&mut self) {
        self.pipes.retain(|_, pipe| !(pipe.failed && pipe.entries.is_empty()));
    }
}

pub(super) type Shared<T> = Arc<Mutex<T>>;

pub(super) fn shared<T>(one: T) -> Shared<T> {
    Arc::new(Mutex::new(one))
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
