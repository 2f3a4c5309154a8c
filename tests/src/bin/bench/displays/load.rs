//! One display under load: its customer's socket, and the subscription of whoever watches it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::json;
use tests::scenario::{Customer, graphql::Subscription, page::Page};
use tokio::time::interval_at;

use super::frames::Offers;

/// Ten a second.
pub(super) const FRAMES_EVERY: Duration = Duration::from_millis(100);
/// What the desk asks for.
const WATCH: &str = "subscription($visit: UUID!) { display(visit: $visit) { position reset \
    display { id contact visit state since scopes textVersion way url endReason push { id url by byName at state } \
    control { staff name granted since } watchers { staff name role joinedAt } invited { staff name } \
    connections { id staff name role address node since lastFrame } widgets { name version state } } \
    frames { position pageLoad seq siteSeq at kind full staff data } } }";

/// A display that is shared.
pub(super) struct Display {
    customer: Customer,
    id: String,
    page_load: i64,
    /// When the frames were to be sent, in the order of their numbers.
    sent: Mutex<Vec<Instant>>,
}

impl Display {
    pub(super) fn new(customer: Customer, id: String) -> anyhow::Result<Self> {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
        let page_load = i64::try_from(now.as_millis())?;
        Ok(Self { customer, id, page_load, sent: Mutex::default() })
    }

    fn sent_at(&self, seq: usize) -> Option<Instant> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).get(seq.checked_sub(1)?).copied()
    }
}

/// The customer's browser.
pub(super) struct Showing {
    socket: Page,
    display: Arc<Display>,
    offers: Offers,
}

impl Showing {
    pub(super) async fn open(edge: &str, display: Arc<Display>, seed: u64) -> anyhow::Result<Self> {
        let Display { customer, id, page_load, .. } = &*display;
        let mut socket = Page::open(edge, &customer.token, id, *page_load).await?;
        let ready = socket.hear().await?;
        ensure!(ready["ready"]["next"] == 1, "a fresh page load was answered {ready}");
        Ok(Self { socket, display, offers: Offers::new(seed) })
    }

    /// Until so many frames are sent and taken. A frame's time runs from when it was to be sent: a sender that is held
    /// up makes nothing look faster.
    pub(super) async fn send(mut self, first: Instant, frames: u32) -> anyhow::Result<()> {
        let mut ticks = interval_at(first.into(), FRAMES_EVERY);
        let (mut seq, mut taken) = (0, 0);
        while taken < u64::from(frames) {
            tokio::select! {
                at = ticks.tick(), if seq < frames => {
                    seq += 1;
                    let frame = self.offers.frame(seq);
                    self.display.sent.lock().unwrap_or_else(PoisonError::into_inner).push(at.into());
                    self.socket.show(frame).await?;
                }
                heard = self.socket.hear() => {
                    let heard = heard?;
                    taken = heard["taken"].as_u64().with_context(|| format!("the edge says {heard}"))?;
                }
            }
        }
        Ok(())
    }
}

/// The agent's browser, on a connection for this display alone.
pub(super) struct Watch {
    news: Subscription,
    display: Arc<Display>,
}

/// What one or more watchers have seen.
#[derive(Default)]
pub(super) struct Seen {
    /// How late each frame came.
    pub(super) late: Vec<Duration>,
    /// Of all frames, as base64.
    pub(super) bytes: usize,
}

impl Watch {
    pub(super) async fn open(
        desk: &str,
        token: &str,
        display: Arc<Display>,
    ) -> anyhow::Result<Self> {
        let visit = json!({ "visit": display.customer.visit });
        let mut news = Subscription::open(desk, token, WATCH, visit).await?;
        let first = news.next().await?;
        ensure!(
            first["display"]["reset"] == true,
            "a display begins with the picture, not with {first}"
        );
        Ok(Self { news, display })
    }

    /// Until `frames` have come, each once and in order.
    pub(super) async fn until(mut self, frames: u32) -> anyhow::Result<Seen> {
        let mut seen = Seen::default();
        while seen.late.len() < frames as usize {
            let data = self.news.next().await?;
            let now = Instant::now();
            for frame in data["display"]["frames"].as_array().into_iter().flatten() {
                let seq = seen.late.len() + 1;
                ensure!(frame["seq"] == seq, "frame {seq} was to come, not {}", frame["seq"]);
                let sent = self.display.sent_at(seq).context("nobody sent this frame")?;
                seen.late.push(now - sent);
                seen.bytes += frame["data"].as_str().map_or(0, str::len);
            }
        }
        Ok(seen)
    }
}
