//! One board update to a thousand sockets: from the command that causes it until each socket has it.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use tests::scenario::{Options, Server, graphql::Subscription, staff::Staff};
use tokio::sync::mpsc;

use super::Figure;

const SOCKETS: usize = 1_000;
const BOARD: &str = "subscription { board { version snapshot agents { id presence status since } queues { queue waiting } } }";

/// A socket has seen an agent with this presence.
struct Seen {
    presence: String,
    at: Instant,
}

pub(crate) fn figures(quick: bool) -> anyhow::Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(if quick { 3 } else { 30 }))
}

async fn measure(updates: usize) -> anyhow::Result<Vec<Figure>> {
    let server = Server::start_with(Options::default()).await?;
    let agent = Staff::available(&server, "dana").await?;
    let supervisor = Staff::session(&server, "kim").await?;
    let (seen, mut all_seen) = mpsc::unbounded_channel();
    let mut sockets = Vec::with_capacity(SOCKETS);
    for _ in 0..SOCKETS {
        let board = follow(&supervisor).await?;
        sockets.push(tokio::spawn(watch(board, agent.id.clone(), seen.clone())));
    }
    let mut took = Vec::with_capacity(SOCKETS * updates);
    for n in 0..updates {
        let presence = ["BREAK", "MEAL"][n % 2];
        let begun = Instant::now();
        agent.does(&format!("setPresence(presence: {presence})")).await?;
        for _ in 0..SOCKETS {
            let next = tokio::time::timeout(Duration::from_secs(20), async {
                loop {
                    let seen: Seen = all_seen.recv().await.context("the sockets are gone")?;
                    if seen.presence == presence {
                        return anyhow::Ok(seen);
                    }
                }
            });
            took.push(next.await.context("a socket never saw the update")??.at - begun);
        }
    }
    for socket in sockets {
        socket.abort();
    }
    took.sort_unstable();
    let at = |part: usize| took[(took.len() - 1) * part / 100].as_secs_f64() * 1e3;
    Ok(vec![
        Figure::new("board_update_to_1000_sockets_p50", at(50), "ms"),
        Figure::new("board_update_to_1000_sockets_p99", at(99), "ms"),
    ])
}

/// A socket that has its snapshot; opening a thousand meets the desk's limit on requests, which tells how long to wait.
async fn follow(supervisor: &Staff) -> anyhow::Result<Subscription> {
    loop {
        let mut board = supervisor.subscribe(BOARD).await?;
        match board.next().await {
            Ok(data) if data["board"]["snapshot"] == true => return Ok(board),
            Ok(data) => anyhow::bail!("a board begins with its snapshot, not with {data}"),
            Err(error) if error.to_string().contains("RATE_LIMITED") => {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Err(error) => return Err(error),
        }
    }
}

async fn watch(mut board: Subscription, agent: String, seen: mpsc::UnboundedSender<Seen>) {
    while let Ok(data) = board.next().await {
        let at = Instant::now();
        let rows = data["board"]["agents"].as_array().cloned().unwrap_or_default();
        for row in rows.iter().filter(|row| row["id"] == agent.as_str()) {
            let presence = row["presence"].as_str().unwrap_or_default().to_owned();
            drop(seen.send(Seen { presence, at }));
        }
    }
}
