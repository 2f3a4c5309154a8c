//! GraphQL over WebSocket: the protocol `graphql-transport-ws`, with a limit on everything.
//!
//! Protocol: <https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverWebSocket.md>.
//! One task a socket. While a slow peer is written to, its operations are not polled: who reads slowly gets the
//! latest, and nothing piles up here.

use std::{sync::Arc, time::Duration};

use async_graphql::Request;
use axum::{
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    response::Response,
};
use bytes::Bytes;
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::BoxStream};
use serde::Deserialize;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_stream::StreamMap;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::document::Document;

/// `connection_init` must come within this time.
pub(crate) const INIT_WITHIN: Duration = Duration::from_secs(5);
/// Operations that run on one socket at the same time.
pub(crate) const OPERATIONS_MAX: usize = 32;
/// One message from the peer.
pub(crate) const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// The peer hears from us at least this often.
pub(crate) const PING_EVERY: Duration = Duration::from_secs(20);
/// A peer that is silent for longer is gone.
pub(crate) const SILENT_MAX: Duration = Duration::from_mins(1);
/// A peer that does not take one message within this time is dropped.
pub(crate) const SEND_WITHIN: Duration = Duration::from_secs(15);
const ID_BYTES_MAX: usize = 128;

/// The sub-protocol's name.
pub(crate) const PROTOCOL: &str = "graphql-transport-ws";

/// One result on its way to the peer, already JSON.
#[derive(Clone, Debug)]
pub(crate) enum Output {
    Next(Bytes),
    /// The operation did not begin: a list of errors.
    Error(Bytes),
}

/// A socket that is to be closed, and why, as its peer is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Close {
    pub code: u16,
    pub reason: String,
}

impl Close {
    pub(crate) fn new(code: u16, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }

    pub(crate) fn unauthorized(reason: impl Into<String>) -> Self {
        Self::new(4401, reason)
    }
}

/// What a socket needs of the schema behind it.
pub(crate) trait Operations: Send + Sync + 'static {
    /// Who the peer is, once it has said so.
    type Peer: Send + Sync + 'static;
    /// `payload` is that of `connection_init`.
    fn init(&self, payload: Option<serde_json::Value>) -> BoxFuture<'_, Result<Self::Peer, Close>>;
    fn run(&self, peer: &Self::Peer, document: Document) -> BoxStream<'static, Output>;
    /// Resolves when the peer may not be here any more.
    fn ended(&self, peer: &Self::Peer) -> BoxFuture<'static, Close> {
        let _ = peer;
        std::future::pending().boxed()
    }
    /// The socket has closed.
    fn over(&self, peer: Self::Peer) -> BoxFuture<'_, ()> {
        drop(peer);
        std::future::ready(()).boxed()
    }
}

/// The sockets of a process that will be told to stop.
#[derive(Clone, Debug, Default)]
pub struct Sockets {
    pub(crate) stop: CancellationToken,
    pub(crate) open: TaskTracker,
}

impl Sockets {
    /// Once `stop` is cancelled every peer is told to go elsewhere.
    pub fn new(stop: CancellationToken) -> Self {
        Self { stop, open: TaskTracker::new() }
    }

    /// Resolves when the last of them has closed.
    pub async fn closed(&self) {
        self.open.close();
        self.open.wait().await;
    }
}

/// Answers the upgrade; buffers are small because most sockets are idle (measured: 7–9 kB a socket, not 137 kB).
pub(crate) fn upgrade<O: Operations>(
    upgrade: WebSocketUpgrade,
    sockets: Sockets,
    operations: O,
) -> Response {
    upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(4096)
        .write_buffer_size(0)
        .max_write_buffer_size(8 * 1024 * 1024)
        .max_message_size(MESSAGE_BYTES_MAX)
        .max_frame_size(MESSAGE_BYTES_MAX)
        .on_upgrade(move |socket| {
            let Sockets { stop, open } = sockets;
            open.track_future(serve(socket, stop, Arc::new(operations)))
        })
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Incoming {
    ConnectionInit {
        #[serde(default)]
        payload: Option<serde_json::Value>,
    },
    Ping {},
    Pong {},
    Subscribe {
        id: String,
        payload: Box<Request>,
    },
    Complete {
        id: String,
    },
}

async fn serve<O: Operations>(mut socket: WebSocket, stop: CancellationToken, operations: Arc<O>) {
    let mut peer = None;
    let ended = tokio::select! {
        ended = converse(&mut socket, &*operations, &mut peer) => ended,
        () = stop.cancelled() => Err(Close::new(1001, "the server is stopping; connect again")),
    };
    match ended {
        Err(close) => say_why(&mut socket, close).await,
        // Reading on sends the answer to the peer's own close; without it the peer sees a lost connection.
        Ok(()) => drop(timeout(SEND_WITHIN, socket.recv()).await),
    }
    drop(socket);
    if let Some(peer) = peer {
        // When the whole process goes, that says nothing about its peers.
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = operations.over(peer) => {}
        }
    }
}

pub(crate) async fn say_why(socket: &mut WebSocket, close: Close) {
    // A reason has at most 123 bytes.
    let mut reason = close.reason;
    while reason.len() > 123 {
        reason.pop();
    }
    let frame = CloseFrame { code: close.code, reason: reason.into() };
    let _ = timeout(SEND_WITHIN, socket.send(Message::Close(Some(frame)))).await;
}

/// `Ok`: the peer has gone.
async fn converse<O: Operations>(
    socket: &mut WebSocket,
    operations: &O,
    peer: &mut Option<O::Peer>,
) -> Result<(), Close> {
    let init_until = Instant::now() + INIT_WITHIN;
    let peer = &*peer.insert(loop {
        let read = timeout_at(init_until, socket.recv())
            .await
            .map_err(|_| Close::new(4408, "Connection initialisation timeout"))?;
        let text = match read_of(read)? {
            Read::Text(text) => text,
            Read::Nothing => continue,
            Read::Gone => return Ok(()),
        };
        match parse(text.as_str())? {
            Incoming::ConnectionInit { payload } => break operations.init(payload).await?,
            Incoming::Ping {} => send(socket, r#"{"type":"pong"}"#.into()).await?,
            Incoming::Subscribe { .. } => {
                return Err(Close::unauthorized("Unauthorized: send connection_init first"));
            }
            Incoming::Pong {} | Incoming::Complete { .. } => {}
        }
    });
    send(socket, r#"{"type":"connection_ack"}"#.into()).await?;

    let mut running: StreamMap<String, BoxStream<'static, Option<Output>>> = StreamMap::new();
    let mut ping = tokio::time::interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    let mut heard = Instant::now();
    let mut ended = operations.ended(peer);
    loop {
        tokio::select! {
            biased;
            close = &mut ended => return Err(close),
            read = socket.recv() => {
                heard = Instant::now();
                let text = match read_of(read)? {
                    Read::Text(text) => text,
                    Read::Nothing => continue,
                    Read::Gone => return Ok(()),
                };
                match parse(text.as_str())? {
                    Incoming::ConnectionInit { .. } => {
                        return Err(Close::new(4429, "Too many initialisation requests"));
                    }
                    Incoming::Ping {} => send(socket, r#"{"type":"pong"}"#.into()).await?,
                    Incoming::Pong {} => {}
                    Incoming::Complete { id } => { running.remove(&id); }
                    Incoming::Subscribe { id, payload } => {
                        if id.is_empty() || id.len() > ID_BYTES_MAX {
                            return Err(Close::new(4400, format!("an id has 1 to {ID_BYTES_MAX} bytes")));
                        }
                        if running.contains_key(&id) {
                            return Err(Close::new(4409, format!("Subscriber for {id} already exists")));
                        }
                        if running.len() >= OPERATIONS_MAX {
                            return Err(Close::new(4429, format!("a socket runs at most {OPERATIONS_MAX} operations; complete one first")));
                        }
                        let outputs = match Document::read(*payload) {
                            Ok(document) => operations.run(peer, document),
                            Err(refused) => one(output(&refused)),
                        };
                        let outputs = outputs.map(Some);
                        let end = futures::stream::once(std::future::ready(None));
                        running.insert(id, outputs.chain(end).boxed());
                    }
                }
            }
            Some((id, output)) = running.next(), if !running.is_empty() => {
                let (message, over) = message(&id, output);
                if over { running.remove(&id); }
                send(socket, message).await?;
            }
            _ = ping.tick() => {
                if heard.elapsed() > SILENT_MAX {
                    return Err(Close::new(4408, "no sign of life"));
                }
                // Browsers answer this one by themselves, graphql-ws the other.
                timeout(SEND_WITHIN, socket.send(Message::Ping(Bytes::new())))
                    .await
                    .map_or(Ok(()), |sent| sent.map_err(|_| Close::new(1001, "gone")))?;
            }
        }
    }
}

/// What was read from the peer.
enum Read {
    Text(axum::extract::ws::Utf8Bytes),
    /// A frame of the protocol below.
    Nothing,
    Gone,
}

fn read_of(read: Option<Result<Message, axum::Error>>) -> Result<Read, Close> {
    match read {
        Some(Ok(Message::Text(text))) => Ok(Read::Text(text)),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Read::Nothing),
        Some(Ok(Message::Binary(_))) => Err(Close::new(4400, "messages are text")),
        Some(Err(error)) if error.to_string().contains("too long") => {
            Err(Close::new(4400, format!("a message has at most {MESSAGE_BYTES_MAX} bytes")))
        }
        None | Some(Ok(Message::Close(_)) | Err(_)) => Ok(Read::Gone),
    }
}

fn parse(text: &str) -> Result<Incoming, Close> {
    serde_json::from_str(text)
        .map_err(|error| Close::new(4400, format!("Invalid message received: {error}")))
}

/// The frame for the peer, and whether the operation is over.
fn message(id: &str, output: Option<Output>) -> (String, bool) {
    let id = serde_json::to_string(id).expect("a text is always JSON");
    let with = |kind: &str, payload: &Bytes| {
        let payload = std::str::from_utf8(payload).expect("serde_json writes UTF-8");
        format!(r#"{{"id":{id},"type":"{kind}","payload":{payload}}}"#)
    };
    match output {
        Some(Output::Next(payload)) => (with("next", &payload), false),
        Some(Output::Error(payload)) => (with("error", &payload), true),
        None => (format!(r#"{{"id":{id},"type":"complete"}}"#), true),
    }
}

pub(crate) async fn send(socket: &mut WebSocket, text: String) -> Result<(), Close> {
    match timeout(SEND_WITHIN, socket.send(Message::Text(text.into()))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Close::new(1001, "gone")),
        Err(_) => Err(Close::new(4408, "too slow")),
    }
}

/// An execution's result as it travels.
pub(crate) fn output(response: &async_graphql::Response) -> Output {
    if response.is_err() && response.data == async_graphql::Value::Null {
        Output::Error(serde_json::to_vec(&response.errors).expect("errors are always JSON").into())
    } else {
        Output::Next(serde_json::to_vec(response).expect("a response is always JSON").into())
    }
}

/// The operation is refused because there were too many.
pub(crate) fn too_many(retry_after_secs: u32) -> BoxStream<'static, Output> {
    let errors = serde_json::json!([{
        "message": format!("too many requests; try again in {retry_after_secs} s"),
        "extensions": {
            "code": "RATE_LIMITED",
            "reason": "rate_limited",
            "data": { "secs": retry_after_secs.to_string() },
            "retryAfterSecs": retry_after_secs,
        },
    }]);
    let output = Output::Error(errors.to_string().into());
    futures::stream::once(std::future::ready(output)).boxed()
}

/// A stream of this alone.
pub(crate) fn one(output: Output) -> BoxStream<'static, Output> {
    futures::stream::once(std::future::ready(output)).boxed()
}
