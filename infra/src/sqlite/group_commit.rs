//! One thread that owns a file's writing connection: what arrives while one sync runs shares the next.

use std::{
    sync::mpsc::{self, Receiver, SyncSender},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Jobs that may wait for the thread; beyond it whoever sends one waits.
const WAITING_MAX: usize = 65_536;
/// Jobs that share one transaction at most.
const BATCH_MAX: usize = 4_096;
/// While fewer jobs are there than the last transaction had, the thread waits for them at most the last
/// transaction's time divided by this.
const LINGER_SHARE: u32 = 6;
const LINGER_MAX: Duration = Duration::from_micros(400);
const LINGER_STEP: Duration = Duration::from_micros(30);

pub(crate) trait Batch: Send + 'static {
    type Job: Send + 'static;
    /// Takes all jobs, in order, in one transaction, and answers each.
    fn commit(&mut self, jobs: &mut Vec<Self::Job>);
}

/// Dropping it waits for the jobs already sent.
pub(crate) struct Writer<J> {
    jobs: Option<SyncSender<J>>,
    thread: Option<JoinHandle<()>>,
}

impl<J: Send + 'static> Writer<J> {
    pub(crate) fn spawn<B: Batch<Job = J>>(name: &str, batch: B) -> Self {
        let (jobs, waiting) = mpsc::sync_channel(WAITING_MAX);
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(&waiting, batch))
            .expect("the operating system gives a thread at start-up");
        Self { jobs: Some(jobs), thread: Some(thread) }
    }

    /// In call order. A job that is dropped unanswered tells that the thread has ended.
    pub(crate) fn send(&self, job: J) {
        let jobs = self.jobs.as_ref().expect("taken only when dropped");
        // A failure drops the job, and with it the way to answer it.
        let _ = jobs.send(job);
    }
}

impl<J> Drop for Writer<J> {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "measures how long the disk takes, in real time")]
fn run<B: Batch>(waiting: &Receiver<B::Job>, mut batch: B) {
    let mut jobs = Vec::new();
    let (mut last_count, mut last_took) = (1, Duration::ZERO);
    while let Ok(first) = waiting.recv() {
        jobs.push(first);
        gather(waiting, &mut jobs, last_count, (last_took / LINGER_SHARE).min(LINGER_MAX));
        last_count = jobs.len();
        let started = Instant::now();
        batch.commit(&mut jobs);
        last_took = started.elapsed();
        jobs.clear();
    }
}

#[expect(clippy::disallowed_methods, reason = "measures how long the disk takes, in real time")]
fn gather<J>(waiting: &Receiver<J>, jobs: &mut Vec<J>, expected: usize, patience: Duration) {
    let started = Instant::now();
    loop {
        let room = BATCH_MAX - jobs.len();
        jobs.extend(waiting.try_iter().take(room));
        if jobs.len() >= expected.min(BATCH_MAX) || started.elapsed() >= patience {
            return;
        }
        thread::sleep(LINGER_STEP);
    }
}
