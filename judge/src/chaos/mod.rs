//! Chaos: a server that is killed again and again under load, and a journal outside it that proves what it promised.
//!
//! Here it is one process on embedded parts; in `cluster` it is many, on Kafka and PostgreSQL.

mod agent;
pub mod cluster;
mod customer;
mod journal;
mod server;
mod verdict;
mod world;

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Result, ensure};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::{task::JoinSet, time::Instant};

pub use verdict::{Promise, Verdict};

use journal::Journal;
use server::Server;
use world::World;

/// A kill waits until so many commands are in flight.
pub const IN_FLIGHT_MIN: usize = 16;
/// Who talks all the time, each with a command in flight nearly always.
const CUSTOMERS: usize = 96;
const AGENTS: usize = 12;
/// One kill in so many comes while the server is starting.
const START_UP_ONE_IN: u32 = 3;
const START_UP_MILLIS: std::ops::Range<u64> = 0..400;
/// Between readiness and a kill.
const WORK_MILLIS: std::ops::Range<u64> = 300..1_500;
/// Everybody goes on for so long after the last restart.
const CARRY_ON: Duration = Duration::from_secs(4);
/// So many commands are in flight within this, or the load is not what it should be.
const LOAD_TIMEOUT: Duration = Duration::from_secs(60);

pub struct Plan {
    pub lockstep: PathBuf,
    /// Where data, log and journal of the run are kept.
    pub dir: PathBuf,
    pub kills: u32,
    pub seed: u64,
}

/// What was done to the server.
#[derive(Debug, Default)]
pub struct Kills {
    pub working: u32,
    pub starting: u32,
    /// In flight at the kills of a working server: the fewest.
    pub in_flight_min: usize,
}

pub async fn run(plan: &Plan) -> Result<Verdict> {
    ensure!(plan.kills > 0, "--kills is at least 1");
    let mut chance = ChaCha8Rng::seed_from_u64(plan.seed);
    let mut server = Server::prepare(&plan.lockstep, &plan.dir)?;
    server.start().await?;
    let journal = Journal::create(&plan.dir.join("journal.jsonl"))?;
    let world = Arc::new(World::new(server.addresses(), journal, plan.seed)?);
    let people = People::come(&world, CUSTOMERS, plan.seed).await?;
    let kills = kill_again_and_again(plan, &mut server, &world, &mut chance).await?;
    let carried_on = people.carry_on(&world).await?;
    verdict::reach(&world, server, kills, carried_on).await
}

/// Agents and customers at work.
struct People(JoinSet<Result<()>>);

impl People {
    async fn come(world: &Arc<World>, customers: usize, seed: u64) -> Result<Self> {
        let mut people = JoinSet::new();
        for agent in agent::enroll(world, AGENTS).await? {
            people.spawn(agent::work(Arc::clone(world), agent));
        }
        for n in 0..customers {
            people.spawn(customer::talk(Arc::clone(world), n, seed));
        }
        Ok(Self(people))
    }

    /// They go on for a while, then stop; how many commands were acknowledged meanwhile.
    async fn carry_on(mut self, world: &World) -> Result<usize> {
        let before = world.journal.acknowledgements();
        tokio::time::sleep(CARRY_ON).await;
        world.stop();
        while let Some(done) = self.0.join_next().await {
            done??;
        }
        Ok(world.journal.acknowledgements() - before)
    }

    /// Fails if one of them met what they do not understand.
    fn all_well(&mut self) -> Result<()> {
        match self.0.try_join_next() {
            Some(done) => done?,
            None => Ok(()),
        }
    }
}

async fn kill_again_and_again(
    plan: &Plan,
    server: &mut Server,
    world: &World,
    chance: &mut ChaCha8Rng,
) -> Result<Kills> {
    let mut kills = Kills { in_flight_min: usize::MAX, ..Kills::default() };
    for n in 1..=plan.kills {
        let starting = n % START_UP_ONE_IN == 0;
        if starting {
            server.kill().await?;
            server.spawn()?;
            tokio::time::sleep(Duration::from_millis(chance.random_range(START_UP_MILLIS))).await;
            kills.starting += 1;
        } else {
            tokio::time::sleep(Duration::from_millis(chance.random_range(WORK_MILLIS))).await;
            let in_flight = under_load(world, IN_FLIGHT_MIN).await?;
            kills.in_flight_min = kills.in_flight_min.min(in_flight);
            kills.working += 1;
        }
        server.kill().await?;
        progress(n, plan.kills, starting, world);
        server.start().await?;
    }
    Ok(kills)
}

/// Waits until enough commands are in flight.
async fn under_load(world: &World, wanted: usize) -> Result<usize> {
    let until = Instant::now() + LOAD_TIMEOUT;
    loop {
        let in_flight = world.in_flight();
        if in_flight >= wanted {
            return Ok(in_flight);
        }
        ensure!(
            Instant::now() < until,
            "only {in_flight} commands were in flight; {wanted} were wanted"
        );
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[allow(clippy::print_stderr, reason = "progress of a program that runs for a minute")]
fn progress(n: u32, of: u32, starting: bool, world: &World) {
    let when = if starting { "while starting" } else { "at work" };
    let (acknowledged, sent) = (world.journal.acknowledgements(), world.journal.sent());
    eprintln!(
        "kill {n:>3} of {of}, {when:<14}  {acknowledged:>7} of {sent:>7} commands acknowledged"
    );
}
