//! Kafka and PostgreSQL as `services.json` describes them: topics and a database for one run, and their own crashes.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use rdkafka::{
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
};
use serde::Deserialize;
use tokio::process::Command;
use tokio_postgres::{NoTls, SimpleQueryMessage};

use crate::kafka::Broker;

/// May do everything in Kafka, and in PostgreSQL under the other name.
const KAFKA_OPERATOR: &str = "operator";
const POSTGRES_OPERATOR: &str = "lockstep_operator";
/// Owns the schemas, and migrates them.
const POSTGRES_OWNER: &str = "lockstep_owner";
/// What each role may do in a database of Lockstep.
const GRANTS: &str = include_str!("../../../../deploy/postgres/grants.sql");
/// Few, because a development broker has other topics too.
const PARTITIONS: i32 = 8;
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// The part of `services.json` that is needed here.
#[derive(Deserialize)]
struct Description {
    kafka: KafkaAt,
    postgres: PostgresAt,
}

#[derive(Deserialize)]
struct KafkaAt {
    bootstrap: String,
    /// Files with passwords.
    users: BTreeMap<String, PathBuf>,
}

#[derive(Deserialize)]
struct PostgresAt {
    host: String,
    port: u16,
    users: BTreeMap<String, PathBuf>,
}

pub(super) struct Services {
    folder: PathBuf,
    description: Description,
    /// Topics and database of this run are called so.
    name: String,
    /// The command that starts what does not run.
    up: Vec<String>,
}

impl Services {
    pub(super) fn find(folder: &Path, name: String, up: Vec<String>) -> Result<Self> {
        let path = folder.join("services.json");
        let text = fs::read_to_string(&path).with_context(|| {
            format!("there is no {}; run `cargo xtask services up`", path.display())
        })?;
        let description = serde_json::from_str(&text)
            .with_context(|| format!("{} does not describe services", path.display()))?;
        Ok(Self { folder: folder.to_owned(), description, name, up })
    }

    pub(super) fn broker(&self) -> Result<Broker> {
        let KafkaAt { bootstrap, users } = &self.description.kafka;
        let password = users.get(KAFKA_OPERATOR).context("Kafka has an operator")?;
        Ok(Broker {
            bootstrap: bootstrap.clone(),
            prefix: self.name.clone(),
            login: Some((KAFKA_OPERATOR.to_owned(), password.clone())),
            ca: None,
        })
    }

    /// Settings of `lockstep` for log and bus.
    pub(super) fn kafka_settings(&self) -> Result<Vec<String>> {
        let broker = self.broker()?;
        let (user, password) = broker.login.context("the operator logs in")?;
        Ok(settings([
            ("--kafka", broker.bootstrap),
            ("--kafka-prefix", broker.prefix),
            ("--kafka-user", user),
            ("--kafka-password-file", password.display().to_string()),
        ]))
    }

    /// Settings of `lockstep` for read store and key store.
    pub(super) fn postgres_settings(&self) -> Result<Vec<String>> {
        self.postgres_settings_of(POSTGRES_OPERATOR)
    }

    fn postgres_settings_of(&self, user: &str) -> Result<Vec<String>> {
        let PostgresAt { host, port, users } = &self.description.postgres;
        let password = users.get(user).with_context(|| format!("PostgreSQL has {user}"))?;
        Ok(settings([
            ("--postgres", format!("postgres://{user}@{host}:{port}/{}", self.name)),
            ("--postgres-password-file", password.display().to_string()),
        ]))
    }

    /// Topics and database for one run.
    pub(super) async fn make(&self, lockstep: &Path) -> Result<()> {
        let names = self.topics()?;
        let topics = names.iter().map(|(name, partitions)| {
            NewTopic::new(name, *partitions, TopicReplication::Fixed(1))
                .set("cleanup.policy", "delete")
                .set("retention.ms", "-1")
                .set("retention.bytes", "-1")
        });
        let topics: Vec<_> = topics.collect();
        let made = self.admin()?.create_topics(&topics, &options()).await?;
        for topic in made {
            topic.map_err(|(topic, code)| anyhow::anyhow!("topic `{topic}`: {code}"))?;
        }
        let create = format!("CREATE DATABASE {}", self.name);
        self.sql("postgres", &create).await?;
        self.sql(&self.name, GRANTS).await?;
        let mut migrate = Command::new(lockstep);
        migrate.arg("migrate").args(self.postgres_settings_of(POSTGRES_OWNER)?);
        let migrated = migrate.output().await.context("`lockstep migrate` does not start")?;
        let said = String::from_utf8_lossy(&migrated.stderr);
        ensure!(migrated.status.success(), "`lockstep migrate` failed:\n{said}");
        Ok(())
    }

    pub(super) async fn remove(&self) -> Result<()> {
        let topics = self.topics()?;
        let names: Vec<&str> = topics.iter().map(|(name, _)| name.as_str()).collect();
        self.admin()?.delete_topics(&names, &options()).await?;
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        self.sql("postgres", &drop).await?;
        Ok(())
    }

    /// `kill -9` of the broker, then whatever starts it again.
    pub(super) async fn crash_kafka(&self) -> Result<()> {
        let file = self.folder.join("kafka/pid");
        let text = fs::read_to_string(&file)
            .with_context(|| format!("{} does not say the broker's process", file.display()))?;
        self.crash(&text, "kafka.Kafka").await
    }

    /// `kill -9` of PostgreSQL's first process, then whatever starts it again.
    pub(super) async fn crash_postgres(&self) -> Result<()> {
        let data = self.sql("postgres", "SHOW data_directory").await?;
        let data = data.context("PostgreSQL knows its data directory")?;
        let text = fs::read_to_string(Path::new(&data).join("postmaster.pid"))
            .with_context(|| format!("{data} does not say PostgreSQL's process"))?;
        self.crash(&text, "postgres").await
    }

    /// `text` begins with the process's id; ids are used again, so its command line must hold `mark`.
    async fn crash(&self, text: &str, mark: &str) -> Result<()> {
        let pid = text.lines().next().unwrap_or_default().trim();
        let arguments = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        ensure!(String::from_utf8_lossy(&arguments).contains(mark), "process {pid} is no {mark}");
        signal("KILL", pid).await?;
        let (program, arguments) = self.up.split_first().context(
            "nothing says how services are started again: give that command behind `--`",
        )?;
        let up = Command::new(program).args(arguments).output().await;
        let up = up.with_context(|| format!("`{program}` does not start"))?;
        let said = String::from_utf8_lossy(&up.stderr);
        ensure!(up.status.success(), "`{}` failed:\n{said}", self.up.join(" "));
        Ok(())
    }

    fn topics(&self) -> Result<[(String, i32); 4]> {
        let broker = self.broker()?;
        Ok([
            ("registry", 1),
            ("commands", PARTITIONS),
            ("events", PARTITIONS),
            ("activity", PARTITIONS),
        ]
        .map(|(name, partitions)| (broker.topic(name), partitions)))
    }

    fn admin(&self) -> Result<AdminClient<DefaultClientContext>> {
        self.broker()?.client()?.create().context("no client of Kafka can be made")
    }

    /// As the operator; the first field of the first row, if there is one.
    async fn sql(&self, database: &str, statements: &str) -> Result<Option<String>> {
        let PostgresAt { host, port, users } = &self.description.postgres;
        let password = users.get(POSTGRES_OPERATOR).context("PostgreSQL has an operator")?;
        let mut config = tokio_postgres::Config::new();
        config.host(host).port(*port).user(POSTGRES_OPERATOR).dbname(database);
        config.password(fs::read_to_string(password)?.trim_end());
        let (client, connection) =
            config.connect(NoTls).await.context("PostgreSQL does not answer")?;
        // The connection does its work only while it is polled.
        let answers = tokio::select! {
            answers = client.simple_query(statements) => answers?,
            ended = connection => bail!("PostgreSQL closed the connection: {ended:?}"),
        };
        Ok(answers.iter().find_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        }))
    }
}

fn settings<const N: usize>(pairs: [(&str, String); N]) -> Vec<String> {
    pairs.into_iter().flat_map(|(flag, value)| [flag.to_owned(), value]).collect()
}

fn options() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(ANSWER_WITHIN)).operation_timeout(Some(ANSWER_WITHIN))
}

/// Sends a signal by its name.
pub(super) async fn signal(name: &str, pid: &str) -> Result<()> {
    let sent = Command::new("kill").args([&format!("-{name}"), pid]).status().await?;
    ensure!(sent.success(), "process {pid} cannot be sent SIG{name}");
    Ok(())
}
