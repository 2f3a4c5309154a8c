//! `lockstep` on real Kafka and PostgreSQL: topics and a database of a scenario's own, and processes on them.

use std::net::SocketAddr;

use anyhow::{Context as _, ensure};
use commands::ports::log::EventLog;
use domain::{
    command::Actor,
    id::{CommandId, EventId},
    log::{Decision, Partition, Position, Recorded, Seq, Whole},
    time::Timestamp,
};
use infra::kafka::{log::KafkaLog, registry::Registry};
use tempfile::TempDir;
use tokio::process::Command;
use uuid::Uuid;

use super::{
    Options, Server,
    cable::Cable,
    process::{Process, binary, run},
};
use crate::{kafka::Corner, postgres::Database, services::Services};

/// To Kafka and to PostgreSQL: a role of its own would be let in to no test's topics.
const KAFKA_USER: &str = "operator";
const POSTGRES_USER: &str = "lockstep_operator";
/// The tenant, the site, and one that nobody needs.
const PARTITIONS: i32 = 3;
/// A port that the system chooses.
const ANY: &str = "127.0.0.1:0";

pub struct Cluster {
    pub corner: Corner,
    pub database: Database,
    /// Between every process and PostgreSQL.
    pub cable: Cable,
    /// What all processes share that seal, or trust each other's tokens.
    secrets: TempDir,
}

/// An event as a node of another version, or with another clock, might write it.
pub struct Event<'a> {
    pub kind: &'a str,
    pub version: u32,
    pub data: &'a str,
    pub time: Timestamp,
}

impl Cluster {
    /// Nothing runs yet; topics are empty, PostgreSQL's schemas are there.
    pub async fn new() -> anyhow::Result<Self> {
        let (corner, database) = (Corner::new(PARTITIONS).await, Database::fresh().await);
        let postgres = database.service();
        let cable = Cable::lay(SocketAddr::new(postgres.host.parse()?, postgres.port)).await?;
        Ok(Self { corner, database, cable, secrets: tempfile::tempdir()? })
    }

    /// What `lockstep serve` needs to know.
    pub fn flags(&self) -> Vec<String> {
        let secrets = self.secrets.path().display().to_string();
        self.places().into_iter().chain(["--secrets".to_owned(), secrets]).collect()
    }

    /// With these every command of `lockstep` finds Kafka and PostgreSQL.
    fn places(&self) -> Vec<String> {
        let Services { kafka, postgres } = Services::running();
        let database = self.database.name();
        let file = |file: &std::path::Path| file.display().to_string();
        let flags = [
            ("--kafka", kafka.bootstrap),
            ("--kafka-prefix", self.corner.settings.topic_prefix.clone()),
            ("--kafka-user", KAFKA_USER.to_owned()),
            ("--kafka-password-file", file(&kafka.users[KAFKA_USER])),
            (
                "--postgres",
                format!("postgres://{POSTGRES_USER}@{}/{database}", self.cable.address()),
            ),
            ("--postgres-password-file", file(&postgres.users[POSTGRES_USER])),
        ];
        flags.into_iter().flat_map(|(flag, value)| [flag.to_owned(), value]).collect()
    }

    /// One process that is everything.
    pub async fn server(&self) -> anyhow::Result<Server> {
        Server::start_with(Options { flags: self.flags(), ..Options::default() }).await
    }

    /// One that is some of it.
    pub async fn node(&self, role: &str) -> anyhow::Result<Node> {
        Node::start(role, &self.flags()).await
    }

    /// A command that ends by itself, such as `owners`: whether it is content, and both of its outputs.
    pub async fn told(&self, command: &[&str]) -> anyhow::Result<(bool, String, String)> {
        let places = self.places();
        let places = places.iter().map(String::as_str);
        run(&command.iter().copied().chain(places).collect::<Vec<_>>()).await
    }

    async fn log(&self, partition: &str) -> anyhow::Result<(KafkaLog, Partition)> {
        let partition = partition.parse().ok().context("a partition's name")?;
        let registry = Registry::open(&self.corner.settings).await?;
        Ok((KafkaLog::open(&registry).await?, partition))
    }

    /// What has happened in a partition, such as `agent.signed_in`.
    pub async fn kinds(&self, partition: &str) -> anyhow::Result<Vec<String>> {
        let (log, partition) = self.log(partition).await?;
        let mut kinds = Vec::new();
        let mut note = |whole: Whole| {
            kinds.extend(whole.records.iter().map(|record| record.kind.to_string()));
        };
        EventLog::read(&log, &partition, Position::START, &mut note).await?;
        Ok(kinds)
    }

    /// Takes a partition over from whoever has it, and decides an event there.
    pub async fn decide(&self, partition: &str, event: Event<'_>) -> anyhow::Result<Seq> {
        let (log, partition) = self.log(partition).await?;
        let end = EventLog::read(&log, &partition, Position::START, &mut |_| ()).await?;
        let mut lease = log.acquire(&partition, end, Timestamp::from_secs(0)).await?;
        let place = lease.position();
        let record = Recorded {
            partition,
            epoch: lease.epoch(),
            writer: lease.writer(),
            seq: place.seq + 1,
            part: 0,
            parts: 1,
            prev: place.hash,
            time: event.time,
            id: EventId(Uuid::now_v7()),
            kind: event.kind.into(),
            version: event.version,
            command_id: CommandId(Uuid::now_v7()),
            command_hash: 0,
            actor: Actor::System,
            causation: None,
            correlation: Uuid::now_v7(),
            traceparent: None,
            data: event.data.as_bytes().into(),
        };
        Ok(lease.submit(Decision { records: vec![record] }).await?.seq)
    }
}

/// A process without doors.
pub struct Node {
    process: Process,
    ops: SocketAddr,
    _folder: TempDir,
}

impl Node {
    async fn start(role: &str, flags: &[String]) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut command = serve(&folder, flags);
        command.args(["--role", role]);
        let mut process = Process::start(command)?;
        let ready = process.hears("ready").await?;
        let ops = ready.fields["ops"].as_str().context("it says where it answers")?.parse()?;
        Ok(Self { process, ops, _folder: folder })
    }

    /// Where it answers for its health and metrics.
    pub fn ops(&self) -> String {
        format!("http://{}", self.ops)
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// It ends by itself, without an error.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.process.signal("TERM").await?;
        let status = self.process.ended().await?;
        ensure!(status.success(), "the node ended with {status}:\n{}", self.process.everything());
        Ok(())
    }
}

/// A process that must not begin: everything that it said.
pub async fn refused(flags: &[String]) -> anyhow::Result<String> {
    let folder = tempfile::tempdir()?;
    let mut process = Process::start(serve(&folder, flags))?;
    let status = process.ended().await?;
    ensure!(!status.success(), "it ended well:\n{}", process.everything());
    Ok(process.everything())
}

fn serve(folder: &TempDir, flags: &[String]) -> Command {
    let mut command = Command::new(binary());
    command
        .args(["serve", "--log-format", "json", "--data-dir"])
        .arg(folder.path().join("data"))
        .args(["--edge", ANY, "--desk", ANY, "--mirror", ANY, "--ops", ANY])
        .args(flags);
    command
}
