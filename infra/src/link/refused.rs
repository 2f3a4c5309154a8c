//! Who was turned away: counted each time, told in the log at most once a minute.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use tracing::{debug, info};

const TELL_EVERY: Duration = Duration::from_secs(60);

/// Why somebody did not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Not from where the gateway is.
    Address,
    /// Too many at once that have not shown who they are.
    Crowd,
    /// No certificate, or one that is not the gateway's; or another version.
    Certificate,
    /// Authenticated, and then did what it may not, or nothing.
    Conduct,
}

impl Why {
    fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Crowd => "crowd",
            Self::Certificate => "certificate",
            Self::Conduct => "conduct",
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Refused(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    last: Option<Instant>,
    since: u64,
}

impl Refused {
    pub(super) fn note(&self, why: Why, detail: &str) {
        metrics::counter!("lockstep_link_refused_total", "why" => why.as_str()).increment(1);
        debug!(why = why.as_str(), detail, "a peer of the link was refused");
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.since += 1;
        if told.last.is_none_or(|last| last.elapsed() >= TELL_EVERY) {
            let peers = std::mem::take(&mut told.since);
            told.last = Some(Instant::now());
            info!(why = why.as_str(), detail, peers, "peers of the link were refused");
        }
    }
}
