//! The gateway's end of the link: dials one edge, again and again, and serves the streams that the edge opens.

use std::{sync::Arc, time::Duration};

use futures::future::BoxFuture;
use tokio::{
    net::TcpStream,
    sync::{mpsc, watch},
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{
    Ended, HANDSHAKE_WITHIN, LinkError, LinkStream, SILENT_MAX, STREAMS_MAX, Terms, chain,
    heard::{Heard, Listening},
    mux::{STREAMS_SLACK, taking},
    pulse::Pulse,
};
use crate::random;

const AGAIN_MIN: Duration = Duration::from_millis(50);
const AGAIN_MAX: Duration = Duration::from_secs(2);
/// The edge lets go of a gateway that leaves within this time, or the gateway goes as it is.
const LEAVE_WITHIN: Duration = Duration::from_secs(5);
/// A link that stood so long was a good one: the next attempt comes at once.
const STOOD: Duration = Duration::from_secs(5);

/// How the link to one edge is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiallerState {
    Linked,
    /// Why not; it is tried again.
    Down(String),
}

/// What serves one stream that the edge opened. It ends early once the token is cancelled: this side leaves.
pub type Serve = Arc<dyn Fn(LinkStream, CancellationToken) -> BoxFuture<'static, ()> + Send + Sync>;

pub struct Dialler {
    /// Host and port.
    to: String,
    terms: Terms,
    state: watch::Sender<DiallerState>,
}

impl Dialler {
    /// Reads the files once, so that a mistake in them shows at the start.
    pub async fn new(to: String, terms: Terms) -> Result<Self, LinkError> {
        terms.peer()?;
        terms.dialling().await?;
        let state = watch::Sender::new(DiallerState::Down("not yet dialled".to_owned()));
        Ok(Self { to, terms, state })
    }

    pub fn to(&self) -> &str {
        &self.to
    }

    pub fn state(&self) -> watch::Receiver<DiallerState> {
        self.state.subscribe()
    }

    /// Until `stop`; then the edge is told, and what is under way is finished.
    pub async fn run(self, serve: Serve, stop: CancellationToken) {
        let mut again = AGAIN_MIN;
        loop {
            let begun = Instant::now();
            let ended = tokio::select! {
                () = stop.cancelled() => return,
                dialled = self.dial() => match dialled {
                    Ok(tls) => Ok(self.hold(tls, &serve, &stop).await),
                    Err(error) => Err(error),
                },
            };
            match ended {
                Ok(_) if stop.is_cancelled() => return,
                Ok(ended) => self.down(&self.why(ended)),
                Err(error) => self.down(&chain(&error)),
            }
            if begun.elapsed() >= STOOD {
                again = AGAIN_MIN;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(jittered(again)) => {}
            }
            again = (again * 2).min(AGAIN_MAX);
        }
    }

    async fn dial(&self) -> Result<tokio_rustls::client::TlsStream<TcpStream>, LinkError> {
        let dialled = timeout(HANDSHAKE_WITHIN, self.handshake()).await;
        dialled.unwrap_or(Err(LinkError::TooSlow))
    }

    async fn handshake(&self) -> Result<tokio_rustls::client::TlsStream<TcpStream>, LinkError> {
        let (config, peer) = (self.terms.dialling().await?, self.terms.peer()?);
        let socket = TcpStream::connect(&self.to).await.map_err(LinkError::Unreachable)?;
        socket.set_nodelay(true).map_err(LinkError::Unreachable)?;
        let tls = TlsConnector::from(config).connect(peer, socket).await;
        let tls = tls.map_err(LinkError::NotAccepted)?;
        self.terms.agreed(tls.get_ref().1)?;
        Ok(tls)
    }

    /// The first stream that the edge opens is the pulse; each other is a request.
    async fn hold(
        &self,
        tls: tokio_rustls::client::TlsStream<TcpStream>,
        serve: &Serve,
        stop: &CancellationToken,
    ) -> Ended {
        let heard = Heard::now();
        let (pulse, mut first) = mpsc::channel(1);
        let (requests, asked) = mpsc::channel(STREAMS_MAX + STREAMS_SLACK);
        let mut begun = false;
        let driver = taking(Listening { stream: tls, heard: heard.clone() }, |stream| {
            let to = if begun { &requests } else { &pulse };
            begun = true;
            to.try_send(stream).is_ok()
        });
        let beating = async {
            let Some(stream) = first.recv().await else { return Ended::Closed };
            match Pulse::begin(stream).await {
                Ok(pulse) => {
                    self.up();
                    pulse.go_on(stop.cancelled(), || {}).await
                }
                Err(ended) => ended,
            }
        };
        tokio::select! {
            ended = driver => ended,
            () = heard.silent(SILENT_MAX) => Ended::Silent,
            ended = beating => ended,
            () = work(asked, serve, stop) => Ended::Stopped,
        }
    }

    fn why(&self, ended: Ended) -> String {
        if *self.state.borrow() == DiallerState::Linked {
            return ended.to_string();
        }
        format!(
            "the edge did not let this gateway in ({ended}); check --link-certificate and --link-ca here, --link-from and --link-peer there"
        )
    }

    fn up(&self) {
        self.gauge(1.0);
        self.state.send_replace(DiallerState::Linked);
        info!(edge = self.to, "linked");
    }

    /// Told once for each new reason.
    fn down(&self, reason: &str) {
        self.gauge(0.0);
        metrics::counter!("lockstep_link_down_total", "edge" => self.to.clone()).increment(1);
        let down = DiallerState::Down(reason.to_owned());
        let was = self.state.send_replace(down.clone());
        if was == DiallerState::Linked {
            warn!(edge = self.to, reason, "link lost");
        } else if was != down {
            warn!(edge = self.to, reason, "no link");
        }
    }

    fn gauge(&self, up: f64) {
        metrics::gauge!("lockstep_link_up", "edge" => self.to.clone()).set(up);
    }
}

/// Serves what the edge asks. After `stop` until nothing is under way and the edge has closed the link.
async fn work(mut asked: mpsc::Receiver<LinkStream>, serve: &Serve, stop: &CancellationToken) {
    let mut under_way = JoinSet::new();
    let left = async {
        stop.cancelled().await;
        sleep(LEAVE_WITHIN).await;
    };
    tokio::pin!(left);
    loop {
        tokio::select! {
            Some(stream) = asked.recv() => {
                under_way.spawn(serve(stream, stop.clone()));
            }
            Some(done) = under_way.join_next(), if !under_way.is_empty() => {
                if let Err(failed) = done {
                    error!(error = %failed, "a request over the link failed");
                }
            }
            () = &mut left => return,
        }
    }
}

/// Between half and all of it, so that gateways do not come back in step.
fn jittered(wait: Duration) -> Duration {
    let chance = f64::from(u16::from_be_bytes(random::bytes())) / f64::from(u16::MAX);
    wait.mul_f64(0.5 + chance / 2.0)
}
