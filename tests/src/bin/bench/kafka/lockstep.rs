//! Lockstep itself: the command bus and a subscriber here, the deciders in a process of their own.

use std::{
    collections::HashMap,
    io::Read as _,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use commands::{
    decider::{Decider, Progress},
    ports::{bus::BusError, bus::CommandBus, clock::Clock},
};
use domain::{
    log::{Partition, Position},
    site::{Site, SiteCommand},
};
use futures::StreamExt;
use infra::{
    clock::Real,
    kafka::{
        bus::{KafkaBus, KafkaBuses},
        log::KafkaLog,
        members::Deciders,
        registry::Registry,
    },
    memory::snapshots::MemorySnapshots,
};
use projections::ports::source::{EventSource, Read};
use rdkafka::{Message, consumer::BaseConsumer, message::Headers};
use tokio::{runtime::Runtime, sync::watch};

use super::{
    load::{Seen, Subject},
    topics::{Topics, bytes_of},
    work::{Sent, Work, number_of},
};

const PATIENCE: Duration = Duration::from_secs(30);
/// So many decisions are looked at to learn how large records are.
const SAMPLE: usize = 4_000;

pub(super) struct Lockstep {
    work: Work,
    buses: Vec<KafkaBus<SiteCommand>>,
    seen: Seen,
    _deciders: Process,
}

/// Ends when this one drops it, or ends.
pub(super) struct Process(pub(super) Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

impl Process {
    /// This program again, in another part.
    pub(super) fn of_this_program(arguments: &[&str]) -> anyhow::Result<Self> {
        let program = std::env::current_exe()?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped());
        Ok(Self(command.spawn().context("this program can be started again")?))
    }
}

/// Resolves when the process that started this one ends.
pub(super) fn until_left_alone() {
    let _ = std::io::stdin().read(&mut [0]);
}

impl Lockstep {
    pub(super) fn start(
        runtime: &Runtime,
        topics: &Topics,
        sites: usize,
        run: u64,
    ) -> anyhow::Result<Self> {
        let work = Work::new(sites, run);
        let size = i32::try_from(sites)?;
        let all = [("registry", 1), ("commands", size), ("events", size), ("activity", size)];
        runtime.block_on(topics.make(&all))?;
        let registry = runtime.block_on(async {
            let registry = Registry::open(&topics.settings).await?;
            for site in work.sites() {
                registry.register(site).await?;
            }
            anyhow::Ok(registry)
        })?;
        let prefix = topics.settings.topic_prefix.clone();
        let deciders = Process::of_this_program(&["kafka-decide", &prefix, &sites.to_string()])?;
        let buses = KafkaBuses::open(&registry)?;
        let buses = work.sites().iter().map(|site| buses.bus(site)).collect();
        let log = runtime.block_on(KafkaLog::open(&registry))?;
        let seen = Seen::default();
        for site in work.sites() {
            runtime.spawn(subscribe(log.clone(), site.clone(), seen.clone(), run));
        }
        Ok(Self { work, buses, seen, _deciders: deciders })
    }

    pub(super) fn commands_before(&self) -> u64 {
        self.work.before()
    }
}

impl Subject for Lockstep {
    fn name(&self) -> &'static str {
        "lockstep"
    }

    fn send(&mut self, number: u64) -> anyhow::Result<()> {
        let Sent { site, envelope } = self.work.command(number, Real.now());
        let begun = Instant::now();
        loop {
            match futures::executor::block_on(self.buses[site].send(envelope.clone())) {
                Ok(()) => return Ok(()),
                Err(error @ BusError::Trouble(_)) => return Err(error.into()),
                Err(error @ (BusError::Full | BusError::NobodyListens)) => {
                    ensure!(begun.elapsed() < PATIENCE, error);
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
        }
    }

    fn seen(&self) -> &Seen {
        &self.seen
    }
}

/// Notes each decision as it is read back valid.
async fn subscribe(log: KafkaLog, site: Partition, seen: Seen, run: u64) {
    let mut reading = EventSource::read(&log, site, Position::START);
    while let Some(read) = reading.next().await {
        match read {
            Ok(Read::Whole(whole)) => {
                let Some(last) = whole.records.last() else { continue };
                let Some(number) = number_of(last.command_id, run) else { continue };
                if matches!(&*last.kind, "command.refused" | "command.settled") {
                    let said = String::from_utf8_lossy(&last.data);
                    seen.wrong(format!("command {number}: {} {said}", last.kind));
                }
                seen.note(number);
            }
            Ok(Read::CaughtUp(_)) => {}
            Err(error) => return seen.wrong(format!("the log cannot be read: {error}")),
        }
    }
}

/// The deciders' process.
pub(crate) fn decide(prefix: &str, sites: usize) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let topics = Topics::of(prefix);
    runtime.block_on(async {
        let registry = Registry::open(&topics.settings).await?;
        let log = Arc::new(KafkaLog::open(&registry).await?);
        let members = Deciders::join(&registry).await?;
        let clock = Arc::new(Real);
        let work = Work::new(sites, 0);
        let deciders = work.sites().iter().map(|site| {
            let number = registry.number_of(site).context("sites are registered first")?;
            let (assigned, queue) = members.partition(number, Arc::<Real>::clone(&clock));
            let decider = Decider::<Site> {
                partition: site.clone(),
                log: Arc::<KafkaLog>::clone(&log),
                snapshots: Arc::new(MemorySnapshots::default()),
                queue: Box::new(queue),
                clock: Arc::<Real>::clone(&clock),
                assigned,
                progress: watch::Sender::new(Progress::default()),
            };
            anyhow::Ok(tokio::spawn(decider.run()))
        });
        let deciders: Vec<_> = deciders.collect::<Result<_, _>>()?;
        tokio::task::spawn_blocking(until_left_alone).await?;
        members.drain();
        for decider in deciders {
            decider.await??;
        }
        members.leave().await;
        anyhow::Ok(())
    })
}

/// How large what travels is: of one command, and of each record of its decision.
pub(super) struct Shape {
    pub(super) decisions: Vec<(usize, Vec<usize>)>,
    /// Means: of commands and events without their headers.
    pub(super) command_bytes: f64,
    pub(super) event_bytes: f64,
}

impl Shape {
    /// From what the topics hold of the steady state.
    pub(super) fn sample(topics: &Topics, sites: usize, skip: u64) -> anyhow::Result<Self> {
        let skip = usize::try_from(skip)?;
        let (mut values, mut commands) = (Vec::new(), HashMap::new());
        each(&topics.consumer("commands", sites, "read_uncommitted")?, |record| {
            let id = record.headers().and_then(|headers| header(headers, "ce_id"));
            commands.insert(id.unwrap_or_default(), bytes_of(record));
            values.push(record.payload().map_or(0, <[u8]>::len));
            commands.len() < skip + SAMPLE
        })?;
        let command_bytes = mean(&values[skip.min(values.len())..]);
        let (mut decisions, mut values) = (Vec::<(usize, Vec<usize>)>::new(), Vec::new());
        each(&topics.consumer("events", sites, "read_uncommitted")?, |record| {
            let Some(headers) = record.headers() else { return true };
            let Some(command) = header(headers, "ce_commandid").and_then(|id| commands.get(&id))
            else {
                return decisions.len() < skip + SAMPLE;
            };
            if header(headers, "ce_part").as_deref() == Some("0") {
                decisions.push((*command, Vec::new()));
            }
            if let Some((_, records)) = decisions.last_mut() {
                records.push(bytes_of(record));
                if decisions.len() > skip {
                    values.push(record.payload().map_or(0, <[u8]>::len));
                }
            }
            decisions.len() < skip + SAMPLE
        })?;
        ensure!(decisions.len() > skip, "the log holds no decision of the steady state");
        Ok(Self { decisions: decisions.split_off(skip), command_bytes, event_bytes: mean(&values) })
    }

    pub(super) fn records(&self) -> f64 {
        mean(&self.decisions.iter().map(|(_, records)| records.len()).collect::<Vec<_>>())
    }

    pub(super) fn record_bytes(&self) -> f64 {
        mean(&self.decisions.iter().flat_map(|(_, records)| records.clone()).collect::<Vec<_>>())
    }
}

fn mean(all: &[usize]) -> f64 {
    all.iter().sum::<usize>() as f64 / all.len().max(1) as f64
}

fn header(headers: &impl Headers, name: &str) -> Option<String> {
    let found = headers.iter().find(|header| header.key == name)?;
    Some(String::from_utf8_lossy(found.value?).into_owned())
}

/// Until it says `false`, or nothing more is there.
fn each(
    consumer: &BaseConsumer,
    mut wants_more: impl FnMut(&rdkafka::message::BorrowedMessage<'_>) -> bool,
) -> anyhow::Result<()> {
    while let Some(record) = consumer.poll(Duration::from_secs(2)) {
        if !wants_more(&record?) {
            break;
        }
    }
    Ok(())
}
