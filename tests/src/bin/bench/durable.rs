//! Durable commands per second: from the bus to the outcome read back, beside raw group commit of the same rows.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use commands::{
    decider::{Decider, Progress},
    ports::bus::CommandBus,
};
use domain::{
    agent::{self, Presence},
    command::{Actor, Envelope},
    contact,
    id::{
        AgentId, Channel, CommandId, ContactId, PageName, QueueName, SiteName, StaffId, TopicName,
        VisitId,
    },
    log::Partition,
    queue,
    requirement::Requirement,
    site::{Site, SiteCommand},
    time::{Span, Timestamp},
};
use infra::{
    clock::Real,
    memory::{bus::bus, snapshots::MemorySnapshots},
    sqlite::log::SqliteLog,
};
use projections::{live::Live, outcomes::Known, outcomes::Made, tail::Tail};
use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use super::{
    Figure,
    routing::{definition, facts, name},
};

const CLIENTS: [usize; 3] = [1, 16, 128];
const NAMES: [(&str, &str); 3] = [
    ("durable_commands_1_client", "raw_group_commit_1_client"),
    ("durable_commands_16_clients", "raw_group_commit_16_clients"),
    ("durable_commands_128_clients", "raw_group_commit_128_clients"),
];

/// The log that the last run leaves is what the replay reads.
pub(crate) fn figures(quick: bool, folder: &Path) -> anyhow::Result<Vec<Figure>> {
    let lasts = Duration::from_secs(if quick { 1 } else { 8 });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut figures = Vec::new();
    for (clients, (ours, theirs)) in CLIENTS.into_iter().zip(NAMES) {
        let path = folder.join(format!("log-{clients}.db"));
        let decided = runtime.block_on(run(&path, clients, lasts))?;
        let raw = raw(&path, &folder.join(format!("raw-{clients}.db")), clients, lasts)?;
        figures.push(Figure { ratio: Some(decided / raw), ..Figure::new(ours, decided, "1/s") });
        figures.push(Figure::new(theirs, raw, "1/s"));
    }
    Ok(figures)
}

/// One site with its real decider, log and tail.
struct Running {
    bus: Box<dyn CommandBus<SiteCommand>>,
    tail: Tail<Live>,
}

/// Leaves the log that it wrote; commands a second.
pub(crate) async fn run(path: &Path, clients: usize, lasts: Duration) -> anyhow::Result<f64> {
    let log = Arc::new(SqliteLog::open(path)?);
    let (sender, queue) = bus();
    let site = Partition::Site(name(SiteName::parse, "bench"));
    let decider = Decider::<Site> {
        partition: site.clone(),
        log: Arc::clone(&log) as _,
        snapshots: Arc::new(MemorySnapshots::default()),
        queue: Box::new(queue),
        clock: Arc::new(Real),
        assigned: watch::channel(true).1,
        progress: watch::Sender::new(Progress::default()),
    };
    let tail = Tail::<Live>::new(site);
    let (following, source) = (tail.clone(), Arc::clone(&log));
    let followed = tokio::spawn(async move { following.run(source).await });
    let decided = tokio::spawn(decider.run());
    let running = Arc::new(Running { bus: Box::new(sender), tail });
    prepare(&running, clients).await?;
    let begun = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|n| tokio::spawn(client(Arc::clone(&running), n, begun + lasts)))
        .collect();
    let mut commands = 0;
    for task in tasks {
        commands += task.await??;
    }
    let rate = commands as f64 / begun.elapsed().as_secs_f64();
    followed.abort();
    drop(running);
    decided.await??;
    Ok(rate)
}

/// A queue, and an agent for each client.
async fn prepare(running: &Running, clients: usize) -> anyhow::Result<()> {
    let queue = name(QueueName::parse, "help");
    let definition = queue::Definition {
        steps: Vec::new(),
        ..definition(&Requirement::skill(&name(domain::id::SkillName::parse, "any"), 1))
    };
    running
        .done(Actor::System, SiteCommand::Queue(queue::Command::Define { queue, definition }))
        .await?;
    for n in 0..clients {
        let agent = AgentId(uuid::Uuid::from_u128(n as u128 + 1));
        let capacity = [(Channel::Chat, 1)].into();
        let staff = || Actor::Staff(StaffId::from(agent));
        let enroll = agent::Command::Enroll {
            agent,
            version: 1,
            skills: domain::requirement::Skills::new(),
            capacity,
        };
        running.done(Actor::System, SiteCommand::Agent(enroll)).await?;
        running.done(staff(), SiteCommand::Agent(agent::Command::SignIn { agent })).await?;
        let available = agent::Command::SetPresence {
            agent,
            presence: Presence::Available,
            reason: None,
            force: false,
        };
        running.done(staff(), SiteCommand::Agent(available)).await?;
    }
    Ok(())
}

/// Asks (granted, queued, offered), leaves (left, cancelled), and asks again.
async fn client(running: Arc<Running>, n: usize, until: Instant) -> anyhow::Result<usize> {
    let mut commands = 0;
    let visit = VisitId(uuid::Uuid::from_u128(n as u128 + 1));
    while Instant::now() < until {
        let ask = contact::Command::Ask {
            visit,
            subject: None,
            account: None,
            channel: Channel::Chat,
            topic: name(TopicName::parse, "help"),
            page: name(PageName::parse, "home"),
            facts: Some(Box::new(facts(name(QueueName::parse, "help"), Requirement::Anybody))),
        };
        let asked = running.done(Actor::Customer(visit), SiteCommand::Contact(ask)).await?;
        let contact = asked.ok_or_else(|| anyhow::anyhow!("asking makes a contact"))?;
        running
            .done(
                Actor::Customer(visit),
                SiteCommand::Contact(contact::Command::Cancel { contact }),
            )
            .await?;
        commands += 2;
    }
    Ok(commands)
}

impl Running {
    /// Sends a command and waits until its outcome is read back; the contact that it made, if it made one.
    async fn done(&self, actor: Actor, body: SiteCommand) -> anyhow::Result<Option<ContactId>> {
        let command_id = CommandId(uuid::Uuid::now_v7());
        let expires_at = self.tail.time().max(now()) + Span::secs(60);
        let awaited = self.tail.expect(command_id, actor.clone(), expires_at);
        let envelope = Envelope {
            command_id,
            actor: actor.clone(),
            expires_at,
            causation: None,
            correlation: command_id.0,
            traceparent: None,
            body,
        };
        self.bus.send(envelope).await?;
        match awaited.within(Duration::from_secs(30)).await {
            Known::Decided(outcome) => {
                anyhow::ensure!(outcome.refusal.is_none(), "{:?}", outcome.refusal);
            }
            other => anyhow::bail!("no outcome: {other:?}"),
        }
        Ok(match self.tail.made(command_id, &actor) {
            Some(Made::Contact(contact)) => Some(contact),
            _ => None,
        })
    }
}

fn now() -> Timestamp {
    commands::ports::clock::Clock::now(&Real)
}

/// One row as it stands in the log, all columns but the first.
type Row = Vec<rusqlite::types::Value>;

/// The same rows, written by a thread that puts what has arrived into one transaction, for as many clients.
fn raw(from: &Path, to: &Path, clients: usize, lasts: Duration) -> anyhow::Result<f64> {
    let (schema, decisions) = sample(from)?;
    let (jobs, received) = std::sync::mpsc::channel::<(usize, oneshot::Sender<()>)>();
    let to = to.to_path_buf();
    let columns = decisions.first().and_then(|rows| rows.first()).map_or(0, Vec::len);
    let writer = std::thread::spawn(move || -> anyhow::Result<()> {
        let mut connection = Connection::open(to)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(&schema)?;
        let places = vec!["?"; columns + 1].join(",");
        let (mut seq, mut turn) = (0_i64, 0_usize);
        while let Ok(first) = received.recv() {
            let batch: Vec<_> =
                std::iter::once(first).chain(received.try_iter().take(1_023)).collect();
            let transaction = connection.transaction()?;
            {
                let mut insert =
                    transaction.prepare_cached(&format!("INSERT INTO events VALUES ({places})"))?;
                for _ in &batch {
                    for row in &decisions[turn % decisions.len()] {
                        seq += 1;
                        let mut row = row.clone();
                        row[3] = seq.into();
                        let place = rusqlite::types::Value::from(seq);
                        insert.execute(rusqlite::params_from_iter(
                            std::iter::once(place).chain(row),
                        ))?;
                    }
                    turn += 1;
                }
            }
            transaction.commit()?;
            for (_, done) in batch {
                let _ = done.send(());
            }
        }
        Ok(())
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let rate = runtime.block_on(async {
        let begun = Instant::now();
        let tasks: Vec<_> = (0..clients)
            .map(|n| {
                let jobs = jobs.clone();
                tokio::spawn(async move {
                    let mut commands = 0;
                    while begun.elapsed() < lasts {
                        let (done, told) = oneshot::channel();
                        if jobs.send((n, done)).is_err() || told.await.is_err() {
                            break;
                        }
                        commands += 1;
                    }
                    commands
                })
            })
            .collect();
        let mut commands = 0;
        for task in tasks {
            commands += task.await?;
        }
        anyhow::Ok(f64::from(commands) / begun.elapsed().as_secs_f64())
    })?;
    drop(jobs);
    writer.join().map_err(|_| anyhow::anyhow!("the raw writer failed"))??;
    Ok(rate)
}

/// The log's schema, and the rows of its last thousand decisions.
fn sample(path: &Path) -> anyhow::Result<(String, Vec<Vec<Row>>)> {
    let connection = Connection::open(path)?;
    let schema: Vec<String> = connection
        .prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut statement = connection.prepare("SELECT * FROM (SELECT * FROM events WHERE seq IS NOT NULL ORDER BY row DESC LIMIT 3000) ORDER BY row")?;
    let columns = statement.column_count();
    let mut decisions: Vec<Vec<Row>> = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let part: i64 = row.get("part")?;
        let values = (1..columns).map(|column| row.get(column)).collect::<Result<Row, _>>()?;
        match decisions.last_mut() {
            Some(decision) if part > 0 => decision.push(values),
            Some(_) | None => decisions.push(vec![values]),
        }
    }
    Ok((schema.join(";"), decisions))
}
