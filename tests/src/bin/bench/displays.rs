//! Two hundred displays at once on one node: each customer sends ten frames a second, each is watched on a socket of its own.

mod frames;
mod load;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tests::scenario::{
    Customer, Options, Server, Staff,
    graphql::{self, Subscription},
    staff::{PASSWORD, an_offer},
};
use tokio::task::JoinSet;

use super::Figure;
use load::{Display, FRAMES_EVERY, Showing, Watch};

/// Contacts that one agent has at once: the most that a capacity may be.
const CONTACTS: usize = 10;
/// What anybody may ask about, and the skill that it takes.
const TOPIC: &str = "tariffs";
const SKILL: &str = "sales";

pub(crate) fn figures(quick: bool) -> anyhow::Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (agents, lasts) = if quick { (2, 3) } else { (20, 30) };
    runtime.block_on(measure(agents, Duration::from_secs(lasts)))
}

async fn measure(agents: usize, lasts: Duration) -> anyhow::Result<Vec<Figure>> {
    let mut server = Server::start_with(Options::default()).await?;
    let admin = Staff::session(&server, "admin").await?;
    let mut all = Vec::with_capacity(agents * CONTACTS);
    for n in 0..agents {
        let agent = enrolled(&server, &admin, n).await?;
        for _ in 0..CONTACTS {
            let display = Arc::new(share(&server, &agent).await?);
            let watch = Watch::open(&server.desk(), &agent.token, Arc::clone(&display)).await?;
            let seed = all.len() as u64;
            all.push((Showing::open(&server.edge(), display, seed).await?, watch));
        }
    }
    let displays = all.len();
    let frames = u32::try_from(lasts.as_millis() / FRAMES_EVERY.as_millis())?;
    let pid = server.process().id();

    let (cpu_before, begun) = (cpu(pid)?, Instant::now());
    let (mut senders, mut watchers) = (JoinSet::new(), JoinSet::new());
    for (n, (showing, watch)) in all.into_iter().enumerate() {
        // Spread over the time between two frames.
        let first = begun + FRAMES_EVERY * u32::try_from(n)? / u32::try_from(displays)?;
        senders.spawn(showing.send(first, frames));
        watchers.spawn(watch.until(frames));
    }
    let (mut late, mut bytes) = (Vec::new(), 0);
    while let Some(seen) = watchers.join_next().await {
        let seen = seen??;
        late.extend(seen.late);
        bytes += seen.bytes;
    }
    let (cpu_used, took) = (cpu(pid)?.saturating_sub(cpu_before), begun.elapsed());
    let memory_mib = memory(pid)?;
    while let Some(sent) = senders.join_next().await {
        sent??;
    }
    late.sort_unstable();
    let at = |part: usize| late[(late.len() - 1) * part / 100].as_secs_f64() * 1e3;
    let name = |what: &str| format!("{displays}_displays_{what}");
    Ok(vec![
        Figure::new(name("frames"), late.len() as f64 / took.as_secs_f64(), "1/s"),
        Figure::new(name("frame_as_base64"), bytes as f64 / late.len() as f64, "B"),
        Figure::new(name("frame_to_subscriber_p50"), at(50), "ms"),
        Figure::new(name("frame_to_subscriber_p99"), at(99), "ms"),
        Figure::new(name("server_cpu"), cpu_used.as_secs_f64() / took.as_secs_f64(), "cores"),
        Figure::new(name("server_memory"), memory_mib, "MiB"),
    ])
}

/// Somebody new who is free for as many chats as anybody may have.
async fn enrolled(server: &Server, admin: &Staff, n: usize) -> anyhow::Result<Staff> {
    let login = format!("display-{n}");
    let input = json!({
        "staff": uuid::Uuid::now_v7(), "login": login, "password": PASSWORD, "name": format!("Agent {n}"),
        "roles": ["AGENT"], "skillsJson": json!({ SKILL: 5 }).to_string(), "capacityJson": json!({ "chat": CONTACTS }).to_string(),
    });
    let document = "mutation($input: StaffInput!) { enrollStaff(input: $input) { __typename ... on Refused { message } } }";
    let answer = admin.query(document, json!({ "input": input })).await?;
    graphql::of_type(&answer["enrollStaff"], "Done")?;
    Staff::available(server, &login).await
}

/// A customer asks, the agent accepts, and the customer shows the page.
async fn share(server: &Server, agent: &Staff) -> anyhow::Result<Display> {
    let customer = Customer::anonymous(server).await?;
    let mut desk = agent.follow().await?;
    let contact = customer.asks(TOPIC).await?;
    let offer = desk.until("an offer", an_offer).await?;
    agent.acts("accept(reservation: $a)", &offer, "").await?;
    let document = "subscription { me { contacts { id display { id state } } } }";
    let mut me = Subscription::open(&server.edge(), &customer.token, document, json!({})).await?;
    me.until("a display that is offered", |me| in_state(me, "OFFERED")).await?;
    let consent = "consentDisplay(contact: $a, scopes: [VIEW], textVersion: $b)";
    graphql::of_type(
        &customer.act(consent, &contact, &customer.consent_version().await?).await?,
        "Done",
    )?;
    let display = me.until("a display that is shared", |me| in_state(me, "SHARED")).await?;
    Display::new(customer, display)
}

fn in_state(me: &Value, state: &str) -> Option<String> {
    let display = &me["me"]["contacts"][0]["display"];
    (display["state"] == state).then(|| display["id"].as_str().map(str::to_owned))?
}

/// Processor time that the process has used.
fn cpu(pid: u32) -> anyhow::Result<Duration> {
    /// What the kernel counts in, on every Linux.
    const TICKS_PER_SEC: u64 = 100;
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in brackets may have spaces; user and system time are the 12th and 13th field after it.
    let (_, fields) = stat.rsplit_once(')').context("a process has a name")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    ensure!(fields.len() > 12, "/proc/{pid}/stat has too few fields");
    let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    Ok(Duration::from_millis(ticks * 1_000 / TICKS_PER_SEC))
}

/// Resident memory in MiB.
fn memory(pid: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()).context("no VmRSS")?;
    Ok(kib.parse::<f64>()? / 1_024.0)
}
