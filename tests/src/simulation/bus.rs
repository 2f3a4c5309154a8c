//! The command bus: at least once, in no promised order, and what is not done comes again to whoever owns next.

use std::{
    collections::VecDeque,
    future::poll_fn,
    task::{Poll, Waker},
};

use commands::ports::bus::CommandQueue;
use domain::{command::Envelope, site::SiteCommand};
use futures::future::BoxFuture;

use super::broker::{Shared, locked};

/// What one node takes from the topic.
#[derive(Default)]
struct Taking {
    assigned: bool,
    cursor: usize,
    /// Counts the assignments: what was handed under an earlier one says nothing about what is done under this one.
    assignment: u64,
    handed: VecDeque<(u64, usize)>,
}

pub(super) struct Topic {
    pub(super) on_the_way: Vec<Envelope<SiteCommand>>,
    pub(super) accepted: Vec<Envelope<SiteCommand>>,
    /// Everything before it is done.
    committed: usize,
    nodes: Vec<Taking>,
    pub(super) cut: Vec<bool>,
    waiting: Vec<Waker>,
}

impl Topic {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            on_the_way: Vec::new(),
            accepted: Vec::new(),
            committed: 0,
            nodes: (0..nodes).map(|_| Taking::default()).collect(),
            cut: vec![false; nodes],
            waiting: Vec::new(),
        }
    }

    pub(super) fn wake(&mut self) {
        self.waiting.drain(..).for_each(Waker::wake);
    }

    pub(super) fn accept(&mut self, pick: usize) -> bool {
        if self.on_the_way.is_empty() {
            return false;
        }
        let at = pick % self.on_the_way.len();
        self.accepted.push(self.on_the_way.remove(at));
        self.wake();
        true
    }

    pub(super) fn lose(&mut self, pick: usize) -> bool {
        if self.on_the_way.is_empty() {
            return false;
        }
        let at = pick % self.on_the_way.len();
        self.on_the_way.remove(at);
        true
    }

    /// One that was accepted before is accepted again, with the same id.
    pub(super) fn duplicate(&mut self, pick: usize) -> bool {
        let Some(envelope) = self.accepted.get(pick % self.accepted.len().max(1)).cloned() else {
            return false;
        };
        self.on_the_way.push(envelope);
        true
    }

    /// What the node is told to own it takes from where everything is done.
    pub(super) fn assign(&mut self, node: usize, assigned: bool) {
        let committed = self.committed;
        let taking = &mut self.nodes[node];
        if assigned && !taking.assigned {
            taking.cursor = committed;
            taking.assignment += 1;
        }
        taking.assigned = assigned;
        self.wake();
    }

    /// The node's process begins anew.
    pub(super) fn restart(&mut self, node: usize) {
        self.nodes[node].handed.clear();
        self.redeliver(node);
    }

    /// The node is handed again what is not done.
    pub(super) fn redeliver(&mut self, node: usize) {
        self.nodes[node].cursor = self.committed;
        self.nodes[node].assignment += 1;
        self.wake();
    }

    /// It was done, but the bus does not know any more.
    pub(super) fn forget_done(&mut self, count: usize) {
        self.committed = self.committed.saturating_sub(count);
    }

    fn done(&mut self, node: usize, commands: usize) {
        let taking = &mut self.nodes[node];
        for _ in 0..commands {
            let Some((assignment, offset)) = taking.handed.pop_front() else { return };
            if assignment == taking.assignment {
                self.committed = self.committed.max(offset + 1);
            }
        }
    }
}

pub(super) struct SimQueue {
    pub(super) topic: Shared<Topic>,
    pub(super) node: usize,
}

impl CommandQueue<SiteCommand> for SimQueue {
    fn next(&mut self, max: usize) -> BoxFuture<'_, Vec<Envelope<SiteCommand>>> {
        Box::pin(poll_fn(move |cx| {
            let mut topic = locked(&self.topic);
            let Topic { accepted, nodes, cut, waiting, .. } = &mut *topic;
            let taking = &mut nodes[self.node];
            if !taking.assigned || cut[self.node] || taking.cursor >= accepted.len() {
                if !waiting.iter().any(|waiting| waiting.will_wake(cx.waker())) {
                    waiting.push(cx.waker().clone());
                }
                return Poll::Pending;
            }
            let from = taking.cursor;
            taking.cursor = accepted.len().min(from + max);
            let offsets = from..taking.cursor;
            taking.handed.extend(offsets.clone().map(|offset| (taking.assignment, offset)));
            Poll::Ready(accepted[offsets].to_vec())
        }))
    }

    fn done(&mut self, commands: usize) {
        locked(&self.topic).done(self.node, commands);
    }

    fn forget(&mut self) {
        locked(&self.topic).nodes[self.node].handed.clear();
    }
}
