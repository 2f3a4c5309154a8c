//! What plays Lockstep from outside: the story, chaos, traffic and the benchmarks.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    build, certificates, needs,
    server::Server,
    services::{self, Fresh},
    shell::{self, cargo, root},
    web,
};

/// The day of the call file that `cargo xtask test` plays.
const ONE_DAY: &str = "1999-08-03";
/// Of every login of the demo company.
pub(crate) const DEMO_PASSWORD: &str = "brightwater-demo";
pub(crate) const CALLS: &str = "tests/data/bank-calls-1999-08-01_20.csv";

/// What is played in a real browser.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Story {
    /// From the first question to the wrap-up, with everybody who is concerned
    Whole,
    /// Customer, agent, supervisor and expert see the same page
    Displays,
    /// Pages of others are painted in the mirror as they are at the customer's
    Shown,
    /// What staff may not see does not leave the customer's browser
    Masking,
    /// Bad input, bad luck and bad intent are refused or contained
    Hostile,
    /// Pages that other people wrote: served on each, and mirrored as painted
    Company,
    /// The same, and a page of 100 000 nodes
    CompanyLarge,
    /// The same product with the keyboard alone
    Keyboard,
    /// The customer's whole way on a phone, tapped
    Mobile,
    /// Every screen in every state, with axe
    Access,
}

impl Story {
    fn script(self) -> &'static str {
        match self {
            Self::Whole => "story.mjs",
            Self::Displays => "display/displays.mjs",
            Self::Shown => "display/shown.mjs",
            Self::Masking => "display/masking.mjs",
            Self::Hostile => "display/hostile.mjs",
            Self::Company | Self::CompanyLarge => "company/company.mjs",
            Self::Keyboard => "keyboard/keyboard.mjs",
            Self::Mobile => "mobile/mobile.mjs",
            Self::Access => "access/access.mjs",
        }
    }

    /// Of the folder that keeps its screenshots.
    fn folder(self) -> &'static str {
        match self {
            Self::Whole => "story",
            Self::Displays => "story-displays",
            Self::Shown => "story-shown",
            Self::Masking => "story-masking",
            Self::Hostile => "story-hostile",
            Self::Company | Self::CompanyLarge => "story-company",
            Self::Keyboard => "story-keyboard",
            Self::Mobile => "story-mobile",
            Self::Access => "story-access",
        }
    }
}

/// Screenshots stay in `target/story`, those of the others in `target/story-displays` and so on.
pub(crate) fn story(story: Story) -> Result<()> {
    shell::run(the_story(story, fresh(story.folder())?)?)
}

/// What takes long is done for a moment only.
pub(crate) fn small_story(story: Story) -> Result<()> {
    let mut small = the_story(story, fresh(story.folder())?)?;
    small.env("STORY_SMALL", "1");
    shell::run(small)
}

/// The same, on Kafka and PostgreSQL of its own, every role a process; screenshots stay in `target/story-kafka`.
pub(crate) fn story_on_kafka(story: Story) -> Result<()> {
    let dir = fresh(&format!("{}-kafka", story.folder()))?;
    let services = Fresh::up(&build::target_dir()?.join("story-services"))?;
    let certificates = dir.join("certificates");
    certificates::certificates(Some(certificates.clone()))?;
    let mut story = the_story(story, dir)?;
    story.env("STORY_SERVICES", services.folder()).env("STORY_CERTIFICATES", certificates);
    shell::run(story)
}

fn the_story(story: Story, dir: PathBuf) -> Result<Command> {
    needs::check(needs::BROWSER)?;
    let lockstep = build::release()?;
    web::install()?;
    let mut node = shell::command(&format!("node tests/browser/{}", story.script()));
    node.env("LOCKSTEP_BIN", lockstep).env("STORY_DIR", dir);
    if matches!(story, Story::CompanyLarge) {
        node.env("LARGE", "1");
    }
    Ok(node)
}

/// Data, server log and the driver's journal stay in `target/chaos`.
pub(crate) fn chaos(kills: u32) -> Result<()> {
    let lockstep = build::release()?;
    let mut chaos = Command::new(build::released("chaos")?);
    chaos.arg("--kills").arg(kills.to_string()).arg("--lockstep").arg(lockstep);
    chaos.arg("--dir").arg(fresh("chaos")?);
    shell::run(chaos)
}

/// What happens to a cluster.
pub(crate) struct Faults {
    pub(crate) kills: u32,
    pub(crate) stops: u32,
    pub(crate) stop_secs: u32,
    /// Of Kafka and of PostgreSQL, each.
    pub(crate) crashes: u32,
}

/// At small size, on the services that tests share: they do not crash.
pub(crate) fn small_chaos_on_kafka() -> Result<()> {
    let faults = Faults { kills: 3, stops: 1, stop_secs: 5, crashes: 0 };
    shell::run(the_chaos(&faults, 1, &services::up_for_tests()?)?)
}

/// On services of its own, which may crash. Data, the nodes' logs and the driver's journal stay in
/// `target/chaos-kafka`; topics and database, if they are kept, in `target/chaos-services`.
pub(crate) fn chaos_on_kafka(faults: &Faults, seed: u32, keep: bool) -> Result<()> {
    let services = Fresh::up(&build::target_dir()?.join("chaos-services"))?;
    let mut chaos = the_chaos(faults, seed, services.folder())?;
    if keep {
        chaos.arg("--keep");
    }
    // Starts again what has crashed.
    chaos.arg("--").arg(env::current_exe()?);
    chaos.args(["services", "--folder"]).arg(services.folder()).arg("up");
    shell::run(chaos)
}

fn the_chaos(faults: &Faults, seed: u32, services: &Path) -> Result<Command> {
    let Faults { kills, stops, stop_secs, crashes } = faults;
    let lockstep = build::release()?;
    let mut chaos = Command::new(build::released("chaos")?);
    for (flag, value) in [
        ("--kills", kills),
        ("--stops", stops),
        ("--stop-secs", stop_secs),
        ("--crashes", crashes),
        ("--seed", &seed),
    ] {
        chaos.arg(flag).arg(value.to_string());
    }
    chaos.arg("--lockstep").arg(lockstep).arg("--dir").arg(fresh("chaos-kafka")?);
    chaos.arg("--services").arg(services);
    Ok(chaos)
}

/// A fresh server under a driven clock, the calls at full speed, then the laws over what the log holds.
pub(crate) fn traffic(calls: &Path, player: &[String]) -> Result<()> {
    let calls = fs::canonicalize(calls)
        .with_context(|| format!("there is no call file {}", calls.display()))?;
    let lockstep = build::release()?;
    let mut laws = Command::new(build::released("laws")?);
    let dir = fresh("traffic")?;
    let journal = dir.join("journal.jsonl");
    let server = Server::start(&lockstep, &dir, "driven")?;
    let mut traffic = Command::new(&lockstep);
    traffic.args(["traffic", "--driven", "--edge", &server.edge, "--desk", &server.desk]);
    traffic.env("LOCKSTEP_ADMIN_PASSWORD", DEMO_PASSWORD);
    traffic.arg("--calls").arg(&calls).arg("--journal").arg(&journal);
    traffic.arg("--company-secret").arg(server.data().join("secrets/demo-company"));
    traffic.arg("--compare-state").arg(server.data()).args(player);
    shell::run(traffic)?;
    let log = server.data().join("log.db");
    server.stop()?;
    laws.arg("--log").arg(log).arg("--calls").arg(calls).arg("--journal").arg(journal);
    laws.arg("--self-test");
    shell::run(laws)
}

pub(crate) fn one_day() -> Result<()> {
    let day = ["--from", ONE_DAY, "--to", ONE_DAY].map(String::from);
    traffic(&root().join(CALLS), &day)
}

/// A benchmark of its own.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Bench {
    /// Commands on Kafka, beside a bare relay and Kafka Streams
    Kafka,
    /// Stored views in PostgreSQL, beside plain COPY and disintegrate
    Projection,
    /// The synchronised display in real browsers, beside a bare relay; and two hundred of them at once
    Display,
}

/// How a benchmark is run.
pub(crate) struct How {
    pub(crate) kafka: bool,
    pub(crate) json: bool,
    pub(crate) quick: bool,
}

impl How {
    fn flags(&self) -> impl Iterator<Item = &'static str> {
        self.json.then_some("--json").into_iter().chain(self.quick.then_some("--quick"))
    }
}

pub(crate) fn bench(what: Option<Bench>, how: &How) -> Result<()> {
    let mut bench = cargo("run --quiet --release --locked -p tests --bin bench --");
    // A broker that has nothing else to do, and no history.
    let mut services = None;
    match what {
        None => {
            bench.env("LOCKSTEP_BIN", build::release()?);
        }
        Some(Bench::Kafka) => {
            let fresh = Fresh::up(&build::target_dir()?.join("bench-services"))?;
            bench.env(services::FOLDER, services.insert(fresh).folder());
            bench.arg("kafka").arg("--peer").arg(kafka_streams()?);
        }
        Some(Bench::Projection) => {
            let fresh = Fresh::up(&build::target_dir()?.join("bench-services"))?;
            bench.env(services::FOLDER, services.insert(fresh).folder());
            bench.arg("projection").arg("--peer").arg(disintegrate()?);
        }
        Some(Bench::Display) => {
            let lockstep = build::release()?;
            display_in_browsers(&lockstep, how)?;
            if how.kafka {
                return Ok(());
            }
            bench.env("LOCKSTEP_BIN", lockstep).arg("displays");
        }
    }
    bench.args(how.flags());
    let measured = shell::run(bench);
    drop(services);
    measured
}

/// With Kafka on services of its own, every role a process. Screenshots of a run that broke stay in `target/bench-display`.
fn display_in_browsers(lockstep: &Path, how: &How) -> Result<()> {
    needs::check(needs::BROWSER)?;
    web::install()?;
    let dir = fresh("bench-display")?;
    let mut node = shell::command("node tests/browser/bench/main.mjs");
    node.env("LOCKSTEP_BIN", lockstep).env("BENCH_DIR", &dir).args(how.flags());
    if !how.kafka {
        return shell::run(node);
    }
    let services = Fresh::up(&build::target_dir()?.join("bench-services"))?;
    warm_up(services.folder())?;
    let certificates = dir.join("certificates");
    certificates::certificates(Some(certificates.clone()))?;
    node.env("BENCH_SERVICES", services.folder()).env("BENCH_CERTIFICATES", certificates);
    shell::run(node)
}

/// A broker that has just started is several times slower than one that has been at work: so it works for a while.
fn warm_up(services: &Path) -> Result<()> {
    let mut work = cargo("run --quiet --release --locked -p tests --bin bench --");
    work.args(["--only", "nothing", "kafka"]).env(services::FOLDER, services);
    shell::output(work).map(drop)
}

/// The program that Lockstep is measured beside.
fn kafka_streams() -> Result<PathBuf> {
    let peer = root().join("tests/peers/kafka-streams");
    let mut maven = shell::command("mvn --batch-mode --quiet package --file");
    maven.arg(peer.join("pom.xml"));
    shell::run(maven)?;
    Ok(peer.join("target/kafka-streams-peer.jar"))
}

/// The same, for stored views.
fn disintegrate() -> Result<PathBuf> {
    let peer = root().join("tests/peers/disintegrate");
    let target = build::target_dir()?.join("peers/disintegrate");
    let mut build = cargo("build --quiet --release --locked");
    build.current_dir(&peer).arg("--target-dir").arg(&target);
    shell::run(build)?;
    Ok(target.join("release/peer-disintegrate"))
}

/// An empty folder in the target folder.
fn fresh(name: &str) -> Result<PathBuf> {
    let dir = build::target_dir()?.join(name);
    if dir.exists() {
        fs::remove_dir_all(&dir).with_context(|| format!("cannot empty {}", dir.display()))?;
    }
    fs::create_dir_all(&dir)?;
    Ok(dir)
}
