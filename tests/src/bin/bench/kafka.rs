//! The way of a command on Kafka: sent, decided, in the log, read back by a subscriber. Beside it, in the same run: a
//! bare relay with records as many and as large, row by row in turn, and after them Kafka Streams.
//!
//! The sender and the subscriber are this process; who decides, relays or streams is another one. All of it, and the
//! broker, share this machine.

mod load;
mod lockstep;
mod relay;
mod stolen;
mod streams;
mod topics;
mod work;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::runtime::Runtime;

use self::{
    load::{ATTEMPTS_MAX, Load, Measured, STOLEN_MAX, Subject, measure, once},
    lockstep::{Lockstep, Shape},
    relay::Relay,
    streams::Streams,
    topics::Topics,
};
pub(crate) use self::{lockstep::decide, relay::relay};
use crate::Figure;

/// Partitions, with a decider for each.
const SITES: usize = 1;
const RATES: [u64; 3] = [200, 2_000, 10_000];
/// What may be the highest rate that is sustained.
const LADDER: [u64; 16] = [
    1_000, 2_000, 4_000, 6_000, 8_000, 10_000, 12_500, 15_000, 17_500, 20_000, 22_500, 25_000,
    30_000, 35_000, 40_000, 50_000,
];
const STREAMS: [(&str, u32); 2] = [("streams_100ms", 100), ("streams_10ms", 10)];

/// What is wanted of the figures, as the issue of this bench says.
const TO_RELAY_MAX: f64 = 2.0;
const SUSTAINED_MIN: f64 = 20_000.0;
const TO_STREAMS_MAX: [f64; 2] = [0.1, 1.0 / 3.0];
const SUSTAINED_TO_STREAMS_MIN: f64 = 1.5;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What `mvn package` has made of `tests/peers/kafka-streams`; without it, Kafka Streams is not measured
    #[arg(long, env = "LOCKSTEP_STREAMS_PEER")]
    peer: Option<PathBuf>,
}

pub(crate) fn run(
    args: &Args,
    quick: bool,
    only: &str,
    print: &dyn Fn(&[Figure]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let folder = Path::new("target/bench");
    std::fs::create_dir_all(folder)?;
    let folder = tempfile::tempdir_in(folder)?;
    let run = rand::random::<u64>();
    let topics = Topics::of(&format!("bench-{run:016x}"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let times = if quick { Times::QUICK } else { Times::FULL };
    let measured = figures(args, &times, only, &runtime, &topics, (run, folder.path()), print);
    let removed = runtime.block_on(topics.remove());
    measured.and(removed)
}

/// How long everything takes.
struct Times {
    warm_up: Duration,
    row_warm: Duration,
    row: Duration,
    probe: Duration,
}

impl Times {
    const FULL: Self = Self {
        warm_up: Duration::from_secs(8),
        row_warm: Duration::from_secs(1),
        row: Duration::from_secs(6),
        probe: Duration::from_secs(10),
    };
    const QUICK: Self = Self {
        warm_up: Duration::from_secs(2),
        row_warm: Duration::from_millis(500),
        row: Duration::from_secs(2),
        probe: Duration::from_secs(3),
    };
}

fn figures(
    args: &Args,
    times: &Times,
    only: &str,
    runtime: &Runtime,
    topics: &Topics,
    (run, folder): (u64, &Path),
    print: &dyn Fn(&[Figure]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut lockstep = Lockstep::start(runtime, topics, SITES, run)?;
    let before = lockstep.commands_before();
    let set_up = Duration::from_secs_f64(before as f64 / 2_000.0 + 2.0);
    once(&mut lockstep, Load { per_sec: 2_000, warm: Duration::ZERO, lasts: set_up })?;
    let shape = Shape::sample(topics, SITES, before)?;
    print(&[
        Figure::new("kafka_records_per_decision", shape.records(), "1"),
        Figure::new("kafka_command_data", shape.command_bytes, "bytes"),
        Figure::new("kafka_event_data", shape.event_bytes, "bytes"),
        Figure::new("kafka_event_record", shape.record_bytes(), "bytes"),
    ])?;
    let relay = Relay::start(runtime, topics, SITES, &shape)?;
    let mut found = Found::default();
    let ours: [Box<dyn Subject>; 2] = [Box::new(lockstep), Box::new(relay)];
    found.measure(ours, times, only, print)?;
    // One after the other: an idle JVM is not idle.
    for streams in STREAMS {
        let Some(peer) = &args.peer else { continue };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size")]
        let bytes = shape.command_bytes.round() as usize;
        let streams = Streams::start(runtime, topics, SITES, peer, folder, streams, bytes)?;
        found.measure([Box::new(streams)], times, only, print)?;
    }
    for per_sec in RATES {
        print(&compared(per_sec, &found.medians(per_sec)))?;
    }
    print(&sustained(&found.highest))
}

/// What is compared in the end.
#[derive(Default)]
struct Found {
    /// Rate, name, milliseconds.
    p50: Vec<(u64, &'static str, f64)>,
    highest: Vec<(&'static str, f64)>,
}

impl Found {
    /// Row by row in turn; nobody else is at work on this machine.
    fn measure<const N: usize>(
        &mut self,
        mut subjects: [Box<dyn Subject>; N],
        times: &Times,
        only: &str,
        print: &dyn Fn(&[Figure]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        for subject in &mut subjects {
            let load = Load { per_sec: 4_000, warm: Duration::ZERO, lasts: times.warm_up };
            once(&mut **subject, load)?;
        }
        for per_sec in RATES {
            let load = Load { per_sec, warm: times.row_warm, lasts: times.row };
            for subject in &mut subjects {
                let name = format!("kafka_{per_sec}_{}", subject.name());
                if name.contains(only) {
                    let measured = measure(&mut **subject, load)?;
                    self.p50.push((per_sec, subject.name(), measured.percentile(0.5)));
                    print(&row(&name, &measured))?;
                }
            }
        }
        for subject in &mut subjects {
            let name = format!("kafka_sustained_{}", subject.name());
            if name.contains(only) {
                let (rate, stolen) = highest_sustained(&mut **subject, times)?;
                self.highest.push((subject.name(), rate));
                print(&[Figure::new(name.clone(), rate, "1/s"), share(&name, stolen)])?;
            }
        }
        Ok(())
    }

    fn medians(&self, per_sec: u64) -> Vec<(&'static str, f64)> {
        let of = self.p50.iter().filter(|(rate, ..)| *rate == per_sec);
        of.map(|(_, name, p50)| (*name, *p50)).collect()
    }
}

fn row(name: &str, measured: &Measured) -> Vec<Figure> {
    let of = |part: &str, value| Figure::new(format!("{name}_{part}"), value, "ms");
    let mut figures = vec![
        of("p50", measured.percentile(0.5)),
        of("p95", measured.percentile(0.95)),
        of("p99", measured.percentile(0.99)),
        share(name, measured.stolen),
    ];
    if measured.attempts > 1 {
        figures.push(Figure::new(format!("{name}_attempts"), measured.attempts as f64, "rows"));
    }
    if !measured.sustained {
        figures.push(Figure::new(format!("{name}_not_sustained"), 1.0, "row"));
    }
    figures
}

fn share(name: &str, stolen: f64) -> Figure {
    Figure::new(format!("{name}_stolen"), stolen * 100.0, "%")
}

fn of(all: &[(&'static str, f64)], name: &str) -> Option<f64> {
    all.iter().find(|(of, _)| *of == name).map(|(_, value)| *value)
}

/// Our median to the others'.
fn compared(per_sec: u64, p50: &[(&'static str, f64)]) -> Vec<Figure> {
    let Some(ours) = of(p50, "lockstep") else { return Vec::new() };
    let mut figures = Vec::new();
    let mut against = |other: &str, goal: Option<f64>| {
        if let Some(theirs) = of(p50, other) {
            let figure = Figure::new(format!("kafka_{per_sec}_p50_to_{other}"), ours / theirs, "x");
            figures.push(match goal {
                Some(goal) => figure.at_most(goal),
                None => figure,
            });
        }
    };
    against("relay", (per_sec == 2_000).then_some(TO_RELAY_MAX));
    for ((name, _), goal) in STREAMS.iter().zip(TO_STREAMS_MAX) {
        against(name, Some(goal));
    }
    figures
}

fn sustained(highest: &[(&'static str, f64)]) -> Vec<Figure> {
    let Some(ours) = of(highest, "lockstep") else { return Vec::new() };
    let mut figures = vec![Figure::new("kafka_sustained", ours, "1/s").at_least(SUSTAINED_MIN)];
    for (other, goal) in
        [("relay", None), (STREAMS[0].0, None), (STREAMS[1].0, Some(SUSTAINED_TO_STREAMS_MIN))]
    {
        let Some(theirs) = of(highest, other) else { continue };
        let figure = Figure::new(format!("kafka_sustained_to_{other}"), ours / theirs, "x");
        figures.push(match goal {
            Some(goal) => figure.at_least(goal),
            None => figure,
        });
    }
    figures
}

/// The highest rate of the ladder that is sustained, and the share of stolen time while it was; 0: none is.
///
/// A rate that is not sustained while much is stolen is tried again.
fn highest_sustained(subject: &mut dyn Subject, times: &Times) -> anyhow::Result<(f64, f64)> {
    let (mut from, mut to) = (0, LADDER.len());
    let mut found = (0.0, 0.0);
    while from < to {
        let at = usize::midpoint(from, to);
        let load = Load { per_sec: LADDER[at], warm: times.row_warm, lasts: times.probe };
        let mut probed = once(subject, load)?;
        for _ in 1..ATTEMPTS_MAX {
            if probed.sustained || probed.stolen <= STOLEN_MAX {
                break;
            }
            probed = once(subject, load)?;
        }
        if probed.sustained {
            found = (LADDER[at] as f64, probed.stolen);
            from = at + 1;
        } else {
            to = at;
        }
    }
    Ok(found)
}
