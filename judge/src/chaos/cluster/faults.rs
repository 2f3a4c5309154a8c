//! What goes wrong: whoever owns the site is killed or stopped, again and again, and once each what all stand on.

use std::{fmt, time::Duration};

use anyhow::{Context, Result, ensure};
use rand::{Rng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use tokio::time::Instant;

use super::{Cluster, SITE, node::Stands};
use crate::chaos::{People, journal::wall_micros, under_load, world::World};

/// After a fault everybody works again for so long before the next one.
const WORK_MILLIS: std::ops::Range<u64> = 200..2_000;
/// At least so many commands have been acknowledged before the next one.
const WORK_COMMANDS: usize = 50;
/// A killed node is started again after so long.
const AWAY_MILLIS: std::ops::Range<u64> = 500..3_000;
/// Somebody owns the site and decides again within this, or the run has failed.
const RECOVER_TIMEOUT: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(20);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `kill -9` of the owner.
    Kill,
    /// SIGSTOP of the owner, and SIGCONT when others have long taken over: a zombie.
    Stop,
    /// `kill -9` of the broker.
    Kafka,
    /// `kill -9` of the database server.
    Postgres,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kill => "kill -9 of the owner",
            Self::Stop => "stop of the owner",
            Self::Kafka => "kill -9 of Kafka",
            Self::Postgres => "kill -9 of PostgreSQL",
        })
    }
}

/// A fault as it happened.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) kind: Kind,
    /// Microseconds since 1970.
    pub(super) at: i64,
    pub(super) in_flight: usize,
}

/// How often each.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    pub kills: u32,
    pub stops: u32,
    pub stop_for: Duration,
    /// Of Kafka and of PostgreSQL, each.
    pub crashes: u32,
}

impl Faults {
    /// Owners in the order of chance; the crashes evenly among them.
    fn in_order(&self, chance: &mut ChaCha8Rng) -> Vec<Kind> {
        let times = |kind, times: u32| std::iter::repeat_n(kind, times as usize);
        let mut order: Vec<Kind> =
            times(Kind::Kill, self.kills).chain(times(Kind::Stop, self.stops)).collect();
        order.shuffle(chance);
        let crashes: Vec<Kind> =
            (0..self.crashes).flat_map(|_| [Kind::Kafka, Kind::Postgres]).collect();
        let (owners, all) = (order.len(), crashes.len());
        for (n, crash) in crashes.into_iter().enumerate().rev() {
            order.insert(owners * (n + 1) / (all + 1), crash);
        }
        order
    }
}

impl Cluster {
    pub(super) async fn suffer(
        &mut self,
        faults: Faults,
        world: &World,
        people: &mut People,
        chance: &mut ChaCha8Rng,
    ) -> Result<Vec<Fault>> {
        let order = faults.in_order(chance);
        let mut done = Vec::new();
        for kind in &order {
            let owner = self.recovered(world, people).await?;
            let work = Duration::from_millis(chance.random_range(WORK_MILLIS));
            self.go_on_for(work, people).await?;
            // Nobody took it over meanwhile, or the next look says who.
            let owner = self.owner().await.map_or(owner, |(owner, _)| owner);
            let in_flight = under_load(world, self.in_flight_min).await?;
            let fault = Fault { kind: *kind, at: wall_micros(), in_flight };
            self.happen(&fault, owner, faults.stop_for, chance).await?;
            done.push(fault);
            self.progress(&done, order.len(), owner, world);
        }
        while self.deciders.iter().any(|node| node.back_at.is_some()) {
            self.go_on_for(LOOK_EVERY, people).await?;
        }
        self.recovered(world, people).await?;
        Ok(done)
    }

    async fn happen(
        &mut self,
        fault: &Fault,
        owner: usize,
        stop_for: Duration,
        chance: &mut ChaCha8Rng,
    ) -> Result<()> {
        match fault.kind {
            Kind::Kill => {
                let away = Duration::from_millis(chance.random_range(AWAY_MILLIS));
                self.deciders[owner].kill().await?;
                self.deciders[owner].back_at = Some(Instant::now() + away);
            }
            Kind::Stop => {
                self.deciders[owner].suspend().await?;
                self.deciders[owner].back_at = Some(Instant::now() + stop_for);
            }
            Kind::Kafka => self.services.crash_kafka().await?,
            Kind::Postgres => self.services.crash_postgres().await?,
        }
        Ok(())
    }

    /// Waits until one node owns the site, another one could, and commands are acknowledged; which one owns it.
    async fn recovered(&mut self, world: &World, people: &mut People) -> Result<usize> {
        let until = Instant::now() + RECOVER_TIMEOUT;
        let before = world.journal.acknowledgements();
        loop {
            let works = world.journal.acknowledgements() >= before + WORK_COMMANDS;
            if let Some((owner, others)) = self.owner().await
                && others > 0
                && works
            {
                return Ok(owner);
            }
            ensure!(
                Instant::now() < until,
                "nobody decides although {RECOVER_TIMEOUT:?} have passed; logs are in {}",
                self.dir.display()
            );
            self.go_on_for(LOOK_EVERY, people).await?;
        }
    }

    /// Lets time pass, and brings back who is due.
    async fn go_on_for(&mut self, time: Duration, people: &mut People) -> Result<()> {
        let until = Instant::now() + time;
        loop {
            people.all_well().context("somebody met what they do not understand")?;
            for node in &mut self.deciders {
                node.still_runs()?;
                if node.back_at.is_some_and(|at| Instant::now() >= at) {
                    node.mend().await?;
                }
            }
            self.doors.still_runs()?;
            self.works.still_runs()?;
            if Instant::now() >= until {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY.min(time)).await;
        }
    }

    /// The only node that says that it owns the site, and how many others would take over.
    async fn owner(&self) -> Option<(usize, usize)> {
        let said = self.deciders.iter().map(|node| node.stands(SITE));
        let said: Vec<Option<Stands>> = futures::future::join_all(said).await;
        let mut owners = (0..said.len()).filter(|node| said[*node] == Some(Stands::Owner));
        let owner = owners.next().filter(|_| owners.next().is_none())?;
        Some((owner, said.iter().filter(|said| **said == Some(Stands::By)).count()))
    }

    #[allow(clippy::print_stderr, reason = "progress of a program that runs for minutes")]
    fn progress(&self, done: &[Fault], of: usize, owner: usize, world: &World) {
        let Some(Fault { kind, in_flight, .. }) = done.last() else { return };
        let (acknowledged, sent) = (world.journal.acknowledgements(), world.journal.sent());
        eprintln!(
            "{:>3} of {of}  {kind:<22} {:<9} {in_flight:>4} in flight  {acknowledged:>7} of {sent:>7} commands acknowledged",
            done.len(),
            self.deciders[owner].name,
        );
    }
}
