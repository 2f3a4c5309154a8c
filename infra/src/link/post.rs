//! The edge's end of the link: waits for gateways, lets in only those that are one, and hands out streams to them.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use ipnet::IpNet;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{
    BEAT_EVERY, Ended, HANDSHAKE_WITHIN, LinkError, LinkStream, SILENT_MAX, Terms, chain,
    heard::{Heard, Listening},
    mux::{Opener, opening},
    pulse::Pulse,
    refused::{Refused, Why},
};

/// Connections that have not yet shown who they are.
const STRANGERS_MAX: usize = 32;
/// Gateways that are linked at the same time.
const LINKS_MAX: usize = 16;
/// After the system could not accept a connection.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// A link that was heard of within this time is asked before one that was not.
const FRESH: Duration = BEAT_EVERY.saturating_mul(2);

/// The listening socket, with whom it waits for.
pub struct Post {
    listener: TcpListener,
    address: SocketAddr,
    terms: Terms,
    from: Vec<IpNet>,
    posted: Posted,
}

/// The gateways that are linked now.
#[derive(Clone, Debug, Default)]
pub struct Posted(Arc<Links>);

#[derive(Debug, Default)]
struct Links {
    live: Mutex<Vec<Arc<Link>>>,
    turn: AtomicUsize,
    refused: Refused,
}

#[derive(Debug)]
struct Link {
    opener: Opener,
    heard: Heard,
    /// The gateway has said that it goes.
    leaving: CancellationToken,
}

impl Link {
    fn is_leaving(&self) -> bool {
        self.leaving.is_cancelled()
    }
}

impl Posted {
    /// A stream to a gateway, in turn. `None`: none is linked, or all carry what they may.
    pub async fn open(&self) -> Option<LinkStream> {
        for link in self.in_turn() {
            if let Some(stream) = link.opener.open().await {
                return Some(stream);
            }
        }
        None
    }

    /// How many can be asked.
    pub fn count(&self) -> usize {
        self.in_turn().len()
    }

    fn in_turn(&self) -> Vec<Arc<Link>> {
        let mut links: Vec<_> =
            self.live().iter().filter(|link| !link.is_leaving()).map(Arc::clone).collect();
        if !links.is_empty() {
            let turn = self.0.turn.fetch_add(1, Ordering::Relaxed) % links.len();
            links.rotate_left(turn);
            links.sort_by_key(|link| link.heard.ago() > FRESH);
        }
        links
    }

    fn live(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Link>>> {
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `false`: there are enough.
    fn add(&self, link: &Arc<Link>) -> bool {
        let mut live = self.live();
        if live.len() >= LINKS_MAX {
            return false;
        }
        live.push(Arc::clone(link));
        count(live.len());
        true
    }

    fn remove(&self, link: &Arc<Link>) {
        let mut live = self.live();
        live.retain(|one| !Arc::ptr_eq(one, link));
        count(live.len());
    }
}

fn count(links: usize) {
    metrics::gauge!("lockstep_links").set(links as f64);
}

impl Post {
    /// `from`: where gateways are; everybody else is turned away unread. Reads the files once, so that a mistake in
    /// them shows at the start.
    pub async fn bind(
        address: SocketAddr,
        terms: Terms,
        from: Vec<IpNet>,
    ) -> Result<Self, LinkError> {
        terms.listening().await?;
        let taken = |source| LinkError::Taken { address, source };
        let listener = TcpListener::bind(address).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        count(0);
        Ok(Self { listener, address, terms, from, posted: Posted::default() })
    }

    /// With the port that the system chose if the setting says 0.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn posted(&self) -> Posted {
        self.posted.clone()
    }

    /// Until `stop`; then every link ends.
    pub async fn run(self, stop: CancellationToken) {
        let mut guests = JoinSet::new();
        let host = Arc::new(Host { terms: self.terms, posted: self.posted });
        let refused = &host.posted.0.refused;
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                accepted = self.listener.accept() => accepted,
                Some(_) = guests.join_next(), if !guests.is_empty() => continue,
            };
            match accepted {
                Err(_) => sleep(ACCEPT_AGAIN).await,
                Ok((_, from)) if !is_within(&self.from, from.ip()) => {
                    refused.note(Why::Address, &from.ip().to_string());
                }
                Ok((_, from)) if guests.len() >= STRANGERS_MAX + LINKS_MAX => {
                    refused.note(Why::Crowd, &from.ip().to_string());
                }
                Ok((socket, _)) => {
                    guests.spawn(Arc::clone(&host).receive(socket, stop.clone()));
                }
            }
        }
        while guests.join_next().await.is_some() {}
    }
}

fn is_within(nets: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    nets.iter().any(|net| net.contains(&address))
}

struct Host {
    terms: Terms,
    posted: Posted,
}

impl Host {
    /// From a stranger's connection to a link's end.
    async fn receive(self: Arc<Self>, socket: TcpStream, stop: CancellationToken) {
        let refused = &self.posted.0.refused;
        let known = tokio::select! {
            () = stop.cancelled() => return,
            known = timeout(HANDSHAKE_WITHIN, self.handshake(socket)) => known,
        };
        let tls = match known.unwrap_or(Err(LinkError::TooSlow)) {
            Ok(tls) => tls,
            Err(error @ (LinkError::Unreadable { .. } | LinkError::Unfit(_))) => {
                warn!(error = %chain(&error), "the link's certificates cannot be used");
                return;
            }
            Err(error) => return refused.note(Why::Certificate, &chain(&error)),
        };
        let heard = Heard::now();
        let (opener, driver) = opening(Listening { stream: tls, heard: heard.clone() });
        let link = Arc::new(Link { opener, heard, leaving: CancellationToken::new() });
        let ended = tokio::select! {
            () = stop.cancelled() => Ended::Stopped,
            ended = driver => ended,
            () = link.heard.silent(SILENT_MAX) => Ended::Silent,
            ended = self.hold(&link) => ended,
        };
        self.posted.remove(&link);
        let links = self.posted.count();
        match ended {
            Ended::Stopped => {}
            Ended::Closed if link.is_leaving() => info!(links, "a gateway has left"),
            Ended::Misused => refused.note(Why::Conduct, &Ended::Misused.to_string()),
            Ended::Closed | Ended::Silent | Ended::Broken => {
                warn!(reason = %ended, links, "link lost");
            }
        }
    }

    async fn handshake(
        &self,
        socket: TcpStream,
    ) -> Result<tokio_rustls::server::TlsStream<TcpStream>, LinkError> {
        let config = self.terms.listening().await?;
        socket.set_nodelay(true).map_err(LinkError::Unreachable)?;
        let tls = TlsAcceptor::from(config).accept(socket).await;
        let tls = tls.map_err(LinkError::NotAccepted)?;
        self.terms.agreed(tls.get_ref().1)?;
        Ok(tls)
    }

    /// The link stands from the gateway's first beat on.
    async fn hold(&self, link: &Arc<Link>) -> Ended {
        let Some(stream) = link.opener.open().await else { return Ended::Closed };
        let pulse = match Pulse::begin(stream).await {
            Ok(pulse) => pulse,
            Err(ended) => return ended,
        };
        if !self.posted.add(link) {
            self.posted.0.refused.note(Why::Crowd, "as many gateways are linked as may be");
            return Ended::Stopped;
        }
        info!(links = self.posted.count(), "linked");
        let beating = pulse.go_on(std::future::pending(), || link.leaving.cancel());
        let leaving = async {
            link.leaving.cancelled().await;
            link.opener.drained().await;
            Ended::Closed
        };
        tokio::select! {
            ended = beating => ended,
            ended = leaving => ended,
        }
    }
}
