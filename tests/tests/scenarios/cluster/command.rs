//! What nobody can decide stands on the command bus: it is passed over or refused and counted, and the rest is decided.

use std::time::Duration;

use commands::ports::{bus::CommandBus as _, clock::Clock as _, log::EventLog};
use domain::{
    account::Command,
    command::{Actor, Envelope},
    id::{AccountId, CommandId, SubjectId},
    log::{EVENT_BYTES_MAX, Partition, Position},
    sealed::Sealed,
    tenant::TenantCommand,
    time::Span,
};
use infra::{
    clock::Real,
    kafka::{bus::KafkaBuses, log::KafkaLog, registry::Registry},
};
use rdkafka::message::OwnedHeaders;
use serde::Serialize;
use serde_json::json;
use tests::scenario::{Cluster, Customer, PATIENCE, Staff};
use tokio::time::{interval, timeout};
use uuid::Uuid;

/// Of the site, which is registered after the tenant.
const SITE_NUMBER: i32 = 1;
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A command of the operator that expires after so long.
fn command<C>(body: C, life: Span) -> Envelope<C> {
    let id = Uuid::now_v7();
    Envelope {
        command_id: CommandId(id),
        actor: Actor::System,
        expires_at: Real.now() + life,
        causation: None,
        correlation: id,
        traceparent: None,
        body,
    }
}

async fn send<C: Serialize + Send + Sync>(
    buses: &KafkaBuses,
    partition: &str,
    command: Envelope<C>,
) -> anyhow::Result<()> {
    Ok(buses.bus(&partition.parse()?).send(command).await?)
}

/// The data of what a command of the tenant led to.
async fn outcome(registry: &Registry, of: CommandId) -> anyhow::Result<(String, String)> {
    let (log, tenant) = (KafkaLog::open(registry).await?, "tenant:main".parse::<Partition>()?);
    let mut again = interval(LOOK_AGAIN);
    let found = async {
        loop {
            again.tick().await;
            let mut found = None;
            let mut into = |whole: domain::log::Whole| {
                let mut records = whole.records.iter();
                found = records.find(|record| record.command_id == of).cloned().or(found.take());
            };
            EventLog::read(&log, &tenant, Position::START, &mut into).await?;
            if let Some(found) = found {
                let data = String::from_utf8_lossy(&found.data).into_owned();
                return anyhow::Ok((found.kind.to_string(), data));
            }
        }
    };
    timeout(PATIENCE, found).await?
}

/// Waits until so many commands ended like this, or more: what was at hand when the log is read again counts again.
async fn counted(server: &str, outcome: &str, times: u32) -> anyhow::Result<()> {
    let metric = format!("lockstep_commands_total{{outcome=\"{outcome}\"}} ");
    let mut again = interval(LOOK_AGAIN);
    let mut last = String::new();
    let found = async {
        loop {
            again.tick().await;
            last = reqwest::get(format!("{server}/metrics")).await?.text().await?;
            let count = last.lines().find_map(|line| line.strip_prefix(&metric));
            if count.is_some_and(|count| count.parse().is_ok_and(|count: u32| count >= times)) {
                return anyhow::Ok(());
            }
        }
    };
    let found = timeout(PATIENCE, found).await;
    found.unwrap_or_else(|_| anyhow::bail!("never saw {times} of `{metric}` in\n{last}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_decided_holds_up_nothing_else() -> anyhow::Result<()> {
    let cluster = Cluster::new().await?;
    let mut server = cluster.server().await?;
    server.tolerate("no command that this version knows");
    server.tolerate("a command may live longer than any may");
    let registry = Registry::open(&cluster.corner.settings).await?;
    let buses = KafkaBuses::open(&registry)?;
    let admin = Staff::session(&server, "admin").await?;
    let contracts = admin.query("{ contracts { id } }", json!({})).await?;
    let contract: Uuid = serde_json::from_value(contracts["contracts"][0]["id"].clone())?;

    let minute = Span::secs(60);
    cluster.corner.write("commands", SITE_NUMBER, OwnedHeaders::new(), b"\xff\x00garbage").await;
    send(&buses, "site:demo", command(json!({ "to": "nobody" }), minute)).await?;
    send(&buses, "site:demo", command(json!({ "to": "nobody" }), Span::secs(-60))).await?;
    let subject = SubjectId(Uuid::now_v7());
    let record = |boxed| {
        TenantCommand::Account(Command::Record {
            account: AccountId(Uuid::now_v7()),
            subject,
            name: Sealed::new(subject, boxed),
            contract: contract.into(),
            source: "crm".to_owned(),
            as_of: Real.now(),
        })
    };
    let for_days = command(record("bm9ib2R5".to_owned()), Span::secs(100_000));
    send(&buses, "tenant:main", for_days).await?;
    let large = command(record("A".repeat(EVENT_BYTES_MAX)), minute);
    let small = command(record("bm9ib2R5".to_owned()), minute);
    let ids = (large.command_id, small.command_id);
    send(&buses, "tenant:main", large).await?;
    send(&buses, "tenant:main", small).await?;

    let (kind, data) = outcome(&registry, ids.0).await?;
    assert!(kind == "command.refused" && data.contains("command.too_large"), "{kind} {data}");
    assert_eq!(outcome(&registry, ids.1).await?.0, "account.recorded");
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    ada.asks("billing").await?;
    for (outcome, times) in [("unreadable", 2), ("expired", 1), ("lives_too_long", 1)] {
        counted(&server.desk(), outcome, times).await?;
    }
    server.stop().await?;
    Ok(())
}
