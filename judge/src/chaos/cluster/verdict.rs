//! What the journal proves against the log on Kafka, the API and the laws, and how long takeovers took.

use std::collections::BTreeMap;

use anyhow::Result;
use uuid::Uuid;

use super::{
    Cluster, SITE,
    faults::{Fault, Kind},
    takeover::{Spread, Takeover, takeovers},
};
use crate::{
    chaos::{
        journal::Acknowledged,
        verdict::{Promise, goes_on, lawful, texts, told},
        world::World,
    },
    kafka::{self, Log},
    records::Record,
};

/// From a kill to the first decision of another node: a goal, not a promise.
const TAKEOVER_GOAL: &str = "goal < 3 s";

#[derive(Debug)]
pub struct Verdict {
    /// What was done and what was measured, a line each.
    pub figures: Vec<String>,
    pub promises: Vec<Promise>,
}

impl Verdict {
    pub fn kept(&self) -> bool {
        self.promises.iter().all(|promise| promise.kept)
    }
}

/// Reads the texts back through the API, stops everything, and counts in the log.
pub(super) async fn reach(
    world: &World,
    cluster: &mut Cluster,
    faults: &[Fault],
    carried_on: usize,
) -> Result<Verdict> {
    let mut promises = vec![goes_on(world, carried_on), texts(world).await?];
    promises.push(stops(cluster).await?);
    let broker = cluster.services.broker()?;
    let log = tokio::task::spawn_blocking(move || kafka::read(&broker)).await??;
    let tokens = world.journal.tokens();
    promises.extend(told(world, &log.records).promises);
    promises.push(stand(&tokens, &log.records));
    promises.push(lawful(&log.records));
    promises.push(chained(&log));
    let figures = figures(world, faults, &log, &tokens);
    Ok(Verdict { figures, promises })
}

async fn stops(cluster: &mut Cluster) -> Result<Promise> {
    let mut ends = Vec::new();
    for node in [&mut cluster.doors, &mut cluster.works].into_iter().chain(&mut cluster.deciders) {
        ends.push((node.name.clone(), node.stop().await?));
    }
    let said: Vec<String> = ends.iter().map(|(name, status)| format!("{name} {status}")).collect();
    Ok(Promise {
        what: "every process stops cleanly when it is asked to",
        counted: said.join(", "),
        kept: ends.iter().all(|(_, status)| status.success()),
    })
}

/// Every token names the last record of its command's decision.
fn stand(tokens: &[Acknowledged], records: &[Record]) -> Promise {
    let ends: BTreeMap<(&str, u64), Uuid> = records
        .iter()
        .filter_map(|record| {
            let place = record.place.as_ref()?;
            let last = place.part + 1 == place.parts;
            last.then_some(((&*record.partition, place.seq), place.command))
        })
        .collect();
    let stands = |token: &&Acknowledged| {
        ends.get(&(token.partition.as_str(), token.seq)) == Some(&token.command)
    };
    let standing = tokens.iter().filter(stands).count();
    Promise {
        what: "every token names where its command stands in the log",
        counted: format!("{standing} of {} do", tokens.len()),
        kept: standing > 0 && standing == tokens.len(),
    }
}

fn chained(log: &Log) -> Promise {
    let broken: Vec<String> =
        log.tampering.iter().map(|one| format!("{}@{}", one.at.partition, one.at.seq)).collect();
    Promise {
        what: "the hash chain is whole from the first record to the last",
        counted: format!("verified over {} records, broken: {broken:?}", log.records.len()),
        kept: broken.is_empty(),
    }
}

fn figures(world: &World, faults: &[Fault], log: &Log, tokens: &[Acknowledged]) -> Vec<String> {
    let of = |kind: Kind| faults.iter().filter(move |fault| fault.kind == kind);
    let count = |kind| of(kind).count();
    let in_flight = of(Kind::Kill).map(|fault| fault.in_flight).min().unwrap_or_default();
    let claims = log.records.iter().filter(|record| record.place.is_none()).count();
    let void = log.voids.kinds().map(|(kind, count)| format!("{count} {kind}"));
    let mut lines = vec![
        format!(
            "{} kills -9 of the owner, {} stops of the owner, {} kills -9 of Kafka, {} of PostgreSQL",
            count(Kind::Kill),
            count(Kind::Stop),
            count(Kind::Kafka),
            count(Kind::Postgres),
        ),
        format!(
            "{} commands sent, {} acknowledged; at least {in_flight} in flight at a kill",
            world.journal.sent(),
            tokens.len(),
        ),
        format!(
            "{} valid records, {claims} of them claims; void: {}",
            log.records.len(),
            void.join(", ")
        ),
    ];
    for (kind, beside) in [(Kind::Kill, TAKEOVER_GOAL), (Kind::Stop, "no goal")] {
        let moments: Vec<i64> = of(kind).map(|fault| fault.at).collect();
        let all = takeovers(&moments, SITE, &log.records, tokens);
        lines.push(line(kind, "first new decision", beside, &all, |one| one.decided));
        lines.push(line(kind, "first acknowledgement of one", "no goal", &all, |one| {
            one.acknowledged
        }));
    }
    lines
}

fn line(
    from: Kind,
    to: &str,
    beside: &str,
    all: &[Takeover],
    time: impl Fn(&Takeover) -> Option<i64>,
) -> String {
    let times: Vec<i64> = all.iter().filter_map(time).collect();
    let missing = all.len() - times.len();
    let Some(Spread { p50, p95, max }) = Spread::of(times.into_iter()) else {
        return format!("from {from} to the {to}: none");
    };
    let [p50, p95, max] = [p50, p95, max].map(|micros| micros as f64 / 1e6);
    let missing = if missing == 0 { String::new() } else { format!(", {missing} never") };
    format!(
        "from {from} to the {to}: p50 {p50:.2} s, p95 {p95:.2} s, max {max:.2} s ({beside}){missing}"
    )
}
