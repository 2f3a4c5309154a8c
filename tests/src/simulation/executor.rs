//! Runs the nodes' tasks one poll at a time, in the order that the operations say: no threads, no chance.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures::future::BoxFuture;
use tokio::task::unconstrained;

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Task {
    node: usize,
    future: Pin<Box<dyn Future<Output = ()> + Send>>,
    woken: Arc<Woken>,
    waker: Waker,
}

#[derive(Default)]
pub(super) struct Executor {
    tasks: Vec<Task>,
    pub(super) polls: u64,
}

impl Executor {
    pub(super) fn spawn(&mut self, node: usize, future: BoxFuture<'static, ()>) {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&woken));
        // tokio's own fairness would depend on how many polls fit into one turn of its loop.
        self.tasks.push(Task { node, future: Box::pin(unconstrained(future)), woken, waker });
    }

    /// The node's tasks are gone, wherever each of them was waiting.
    pub(super) fn drop_node(&mut self, node: usize) {
        self.tasks.retain(|task| task.node != node);
    }

    /// Polls one of those that have something to do, which one by `choice`; `false` if nobody has.
    pub(super) fn poll_one(&mut self, choice: usize, awake: impl Fn(usize) -> bool) -> bool {
        let ready = |task: &Task| task.woken.0.load(Ordering::Relaxed) && awake(task.node);
        let count = self.tasks.iter().filter(|task| ready(task)).count();
        if count == 0 {
            return false;
        }
        let chosen = self.tasks.iter().enumerate().filter(|(_, task)| ready(task));
        let Some(at) = chosen.map(|(at, _)| at).nth(choice % count) else { return false };
        self.polls += 1;
        let task = &mut self.tasks[at];
        task.woken.0.store(false, Ordering::Relaxed);
        if task.future.as_mut().poll(&mut Context::from_waker(&task.waker)).is_ready() {
            self.tasks.remove(at);
        }
        true
    }
}

/// A place where a task can be dropped, or others run before it goes on.
pub(super) async fn pause() {
    let mut paused = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
