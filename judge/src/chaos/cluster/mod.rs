//! Chaos on a cluster: deciders that are killed and stopped under load, on real Kafka and PostgreSQL.
//!
//! Three processes decide, one has all doors and stays, one keeps stored views and carries out effects. Whoever owns
//! the site is killed, or stopped for so long that it wakes up as a zombie; Kafka and PostgreSQL crash and come back.

mod faults;
mod node;
mod services;
mod takeover;
mod verdict;

use std::{path::PathBuf, sync::Arc};

use anyhow::{Result, ensure};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{
    People,
    journal::{Journal, wall_micros},
    server::Addresses,
    world::World,
};
pub use faults::Faults;
use node::{Node, free_addresses};
use services::Services;
pub use verdict::Verdict;

/// The demo company's site, whose owner is the victim.
const SITE: &str = "site:demo";
const DECIDERS: usize = 3;
/// A fault waits until one of so many customers has a command in flight: answers come soon, and people breathe.
const IN_FLIGHT_ONE_IN: usize = 12;

pub struct Plan {
    pub lockstep: PathBuf,
    /// Where data, logs and journal of the run are kept.
    pub dir: PathBuf,
    /// The folder with `services.json`.
    pub services: PathBuf,
    /// The command that starts what of the services does not run.
    pub services_up: Vec<String>,
    pub faults: Faults,
    pub customers: usize,
    pub seed: u64,
    /// Topics and database stay.
    pub keep: bool,
}

/// All processes of Lockstep, and what they stand on.
struct Cluster {
    dir: PathBuf,
    services: Services,
    deciders: Vec<Node>,
    doors: Node,
    works: Node,
    addresses: Addresses,
    in_flight_min: usize,
}

/// Topics and database go afterwards, unless they are to stay or a promise was broken.
pub async fn run(plan: &Plan) -> Result<Verdict> {
    ensure!(plan.faults.kills > 0, "--kills is at least 1");
    ensure!(
        plan.faults.crashes == 0 || !plan.services_up.is_empty(),
        "to crash Kafka and PostgreSQL, say behind `--` how they are started again"
    );
    std::fs::create_dir_all(&plan.dir)?;
    let name = format!("chaos_{}", wall_micros());
    note(&format!("topics {name}.* and database {name}"));
    let services = Services::find(&plan.services, name, plan.services_up.clone())?;
    services.make(&plan.lockstep).await?;
    let mut cluster = Cluster::prepare(plan, services)?;
    cluster.start().await?;
    let journal = Journal::create(&plan.dir.join("journal.jsonl"))?;
    let world = Arc::new(World::new(cluster.addresses.clone(), journal, plan.seed)?);
    let mut people = People::come(&world, plan.customers, plan.seed).await?;
    let mut chance = ChaCha8Rng::seed_from_u64(plan.seed);
    let faults = cluster.suffer(plan.faults, &world, &mut people, &mut chance).await?;
    let carried_on = people.carry_on(&world).await?;
    let verdict = verdict::reach(&world, &mut cluster, &faults, carried_on).await?;
    if verdict.kept() && !plan.keep {
        cluster.services.remove().await?;
    }
    Ok(verdict)
}

impl Cluster {
    fn prepare(plan: &Plan, services: Services) -> Result<Self> {
        let Plan { lockstep, dir, .. } = plan;
        let kafka = services.kafka_settings()?;
        let both = [kafka.clone(), services.postgres_settings()?].concat();
        let [edge, desk, demo, works_ops] = free_addresses()?;
        let secrets = dir.join("secrets").display().to_string();
        let node = |name: &str, health: &str, own: &[&str], settings: &[String]| {
            let own = own.iter().map(|one| (*one).to_owned());
            Node::prepare(
                lockstep,
                dir,
                name,
                health,
                own.chain(settings.iter().cloned()).collect(),
            )
        };
        let deciders = free_addresses::<DECIDERS>()?;
        let deciders = deciders.iter().zip(1..).map(|(ops, n)| {
            node(&format!("decide-{n}"), ops, &["--role", "decide", "--ops", ops], &kafka)
        });
        let doors = ["--role", "edge,gateway,desk", "--demo", "--secrets", &secrets];
        let listens =
            ["--edge", &edge, "--desk", &desk, "--demo-site", &demo, "--mirror", "127.0.0.1:0"];
        let doors = [&doors[..], &listens[..], &["--trusted-proxy", "127.0.0.1/32"]].concat();
        let works = ["--role", "project,effects", "--ops", &works_ops, "--secrets", &secrets];
        Ok(Self {
            deciders: deciders.collect::<Result<_>>()?,
            doors: node("doors", &desk, &doors, &both)?,
            works: node("works", &works_ops, &works, &both)?,
            addresses: Addresses { edge: format!("http://{edge}"), desk: format!("http://{desk}") },
            dir: dir.clone(),
            services,
            in_flight_min: plan.customers.div_ceil(IN_FLIGHT_ONE_IN),
        })
    }

    async fn start(&mut self) -> Result<()> {
        for node in &mut self.deciders {
            node.spawn()?;
        }
        self.doors.spawn()?;
        self.doors.ready().await?;
        self.works.spawn()?;
        self.works.ready().await
    }
}

#[allow(clippy::print_stderr, reason = "what a run leaves behind if it fails")]
fn note(text: &str) {
    eprintln!("{text}");
}
