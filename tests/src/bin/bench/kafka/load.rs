//! Load at a fixed rate, whatever comes back, and what is noted of it.
//!
//! Each command's time runs from when it was to be sent: a sender that is held up makes nothing look faster.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use super::stolen::Stolen;

/// Rows with more than this share of stolen processor time are taken again,
pub(super) const STOLEN_MAX: f64 = 0.05;
/// so often at most; of all attempts the one with the least is kept.
pub(super) const ATTEMPTS_MAX: usize = 3;
/// A rate is sustained if what is under way at the end of a row is no more than at its beginning, and this: so many
/// seconds' worth of commands. Both are means over [`LOOKED_AT`].
const GROWTH_SECS_MAX: f64 = 0.1;
const LOOKED_AT: Duration = Duration::from_secs(1);
/// A row is given up when so many seconds' worth of commands is under way.
const BEHIND_SECS_MAX: u64 = 2;
/// What is under way must come back within this time, or it is lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// What takes commands and answers them.
pub(super) trait Subject {
    fn name(&self) -> &'static str;
    /// Sends the next command; waits while there is no room. `number` counts from 0.
    fn send(&mut self, number: u64) -> anyhow::Result<()>;
    fn seen(&self) -> &Seen;
}

/// Where a subscriber notes what has come back.
#[derive(Clone, Default)]
pub(super) struct Seen(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    next: u64,
    row: Option<Arc<Row>>,
    /// What a subscriber found wrong.
    wrong: Option<String>,
}

/// The commands of one row.
struct Row {
    first: u64,
    begun: Instant,
    /// When each came back, in nanoseconds since the beginning; 0: it has not.
    back_nanos: Vec<AtomicU64>,
    back: AtomicU64,
}

impl Seen {
    fn begin(&self, commands: usize) -> Arc<Row> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let row = Arc::new(Row {
            first: state.next,
            begun: Instant::now(),
            back_nanos: (0..commands).map(|_| AtomicU64::new(0)).collect(),
            back: AtomicU64::new(0),
        });
        state.row = Some(Arc::clone(&row));
        row
    }

    fn end(&self, sent: usize) -> anyhow::Result<()> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.next += sent as u64;
        match state.wrong.take() {
            Some(wrong) => anyhow::bail!("{wrong}"),
            None => Ok(()),
        }
    }

    /// The command with this number has come back, for the first time.
    pub(super) fn note(&self, number: u64) {
        let row = self.0.lock().unwrap_or_else(PoisonError::into_inner).row.clone();
        let Some(row) = row else { return };
        let at = number.checked_sub(row.first).and_then(|at| usize::try_from(at).ok());
        let Some(back) = at.and_then(|at| row.back_nanos.get(at)) else { return };
        let nanos = u64::try_from(row.begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        if back.swap(nanos, Ordering::AcqRel) > 0 {
            self.wrong(format!("command {number} was answered twice"));
        }
        row.back.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn wrong(&self, what: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).wrong.get_or_insert(what);
    }

    fn is_wrong(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).wrong.is_some()
    }
}

/// At a rate, for a time; what is sent in the first part of it is not counted.
#[derive(Clone, Copy)]
pub(super) struct Load {
    pub(super) per_sec: u64,
    pub(super) warm: Duration,
    pub(super) lasts: Duration,
}

pub(super) struct Measured {
    /// Milliseconds from when each command was to be sent, in order.
    took_millis: Vec<f64>,
    pub(super) sustained: bool,
    pub(super) stolen: f64,
    pub(super) attempts: usize,
}

impl Measured {
    pub(super) fn percentile(&self, part: f64) -> f64 {
        let last = self.took_millis.len().saturating_sub(1) as f64;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within the list"
        )]
        let at = (last * part).round() as usize;
        self.took_millis.get(at).copied().unwrap_or(f64::NAN)
    }
}

/// Again while too much processor time is stolen.
pub(super) fn measure(subject: &mut dyn Subject, load: Load) -> anyhow::Result<Measured> {
    let mut best = once(subject, load)?;
    while best.stolen > STOLEN_MAX && best.attempts < ATTEMPTS_MAX {
        let again = once(subject, load)?;
        let attempts = best.attempts + 1;
        best = if again.stolen < best.stolen { again } else { best };
        best.attempts = attempts;
    }
    Ok(best)
}

pub(super) fn once(subject: &mut dyn Subject, load: Load) -> anyhow::Result<Measured> {
    let seen = subject.seen().clone();
    let commands = count(load, load.warm + load.lasts);
    let stolen = Stolen::begin()?;
    let row = seen.begin(commands);
    let sent = send(subject, load, &row, commands)?;
    let last = row.begun.elapsed();
    let stolen = stolen.share()?;
    while row.back.load(Ordering::Acquire) < sent as u64 {
        anyhow::ensure!(
            row.begun.elapsed() < last + PATIENCE && !seen.is_wrong(),
            "{}: {} of {sent} commands never came back",
            subject.name(),
            sent as u64 - row.back.load(Ordering::Acquire)
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    seen.end(sent)?;
    let back = row.back_nanos.iter().map(|nanos| nanos.load(Ordering::Acquire) as f64 / 1e9);
    let back: Vec<f64> = back.take(sent).collect();
    let sustained = sent == commands && !grows(load, &back);
    let mut took_millis: Vec<f64> = back
        .iter()
        .enumerate()
        .skip(count(load, load.warm))
        .map(|(at, back)| (back - at as f64 / load.per_sec as f64) * 1e3)
        .collect();
    took_millis.sort_by(f64::total_cmp);
    Ok(Measured { took_millis, sustained, stolen, attempts: 1 })
}

/// How many were sent: not all, if too many are under way.
fn send(
    subject: &mut dyn Subject,
    load: Load,
    row: &Row,
    commands: usize,
) -> anyhow::Result<usize> {
    for at in 0..commands {
        let due = Duration::from_secs_f64(at as f64 / load.per_sec as f64);
        let now = row.begun.elapsed();
        if let Some(early) = due.checked_sub(now) {
            std::thread::sleep(early);
        } else if at % 64 == 0 {
            let were_due = (now.as_secs_f64() * load.per_sec as f64).min(commands as f64);
            let under_way = were_due - row.back.load(Ordering::Acquire) as f64;
            if under_way > (BEHIND_SECS_MAX * load.per_sec) as f64 {
                return Ok(at);
            }
        }
        subject.send(row.first + at as u64)?;
    }
    Ok(commands)
}

fn count(load: Load, lasts: Duration) -> usize {
    let count = load.per_sec as f64 * lasts.as_secs_f64();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a row is short")]
    let count = count.round() as usize;
    count
}

/// Whether more is under way at the end than at the beginning.
fn grows(load: Load, back_secs: &[f64]) -> bool {
    let mut sorted = back_secs.to_vec();
    sorted.sort_by(f64::total_cmp);
    let under_way = |from: f64| {
        const LOOKS: usize = 100;
        let looks = (0..LOOKS).map(|look| {
            let at = from + LOOKED_AT.as_secs_f64() * look as f64 / LOOKS as f64;
            let back = sorted.partition_point(|back| *back <= at);
            at * load.per_sec as f64 - back as f64
        });
        looks.sum::<f64>() / LOOKS as f64
    };
    let end = (load.warm + load.lasts).as_secs_f64() - LOOKED_AT.as_secs_f64();
    under_way(end) - under_way(load.warm.as_secs_f64()) > GROWTH_SECS_MAX * load.per_sec as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOAD: Load =
        Load { per_sec: 1_000, warm: Duration::from_secs(1), lasts: Duration::from_secs(10) };

    fn back(slower: f64) -> Vec<f64> {
        (0..11_000).map(|at| f64::from(at) / 1_000.0 * slower + 0.002).collect()
    }

    #[test]
    fn a_backlog_that_grows_is_told_from_one_that_stands() {
        assert!(!grows(LOAD, &back(1.0)));
        assert!(grows(LOAD, &back(1.05)));
    }
}
