//! `GET /display`: the socket over which a customer's page is shown, and staff's signals come. See `docs/display.md`.

mod taking;

use std::time::Duration;

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, WebSocket, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, StatusCode},
    response::Response,
};
use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout, timeout_at};
use uuid::Uuid;

pub(super) use self::taking::LARGE_CHECKS_MAX;
use self::taking::{Batch, Taking};
use super::{Caller, Edge};
use crate::{
    display::{frame::FRAME_BYTES_MAX, signal::Signal},
    door::{DoorCode, DoorError, Following, Frames, PageFrame, Pass},
    limits::Refusal,
    socket::{Close, PING_EVERY, SEND_WITHIN, SILENT_MAX, Sockets, say_why, send},
};

/// The first message must come within this time.
const HELLO_WITHIN: Duration = Duration::from_secs(5);
/// A frame that is a little too large is still answered; beyond this the socket closes.
const MESSAGE_BYTES_MAX: usize = 2 * FRAME_BYTES_MAX;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Hello {
    token: String,
    display: Uuid,
    page_load: i64,
}

/// What the browser is told.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Told<'t> {
    /// The first frame of this page load that is not recorded.
    Ready {
        next: u32,
    },
    /// Everything up to this one is recorded.
    Taken(u32),
    /// `seq`: this frame is not taken and never will be; without it the socket closes.
    Refused {
        code: &'t str,
        reason: &'t str,
        message: &'t str,
        #[serde(skip_serializing_if = "Option::is_none")]
        seq: Option<u32>,
    },
    Signals(&'t [Signal]),
}

pub(super) async fn socket(
    State(edge): State<Edge>,
    Caller(address): Caller,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let upgrade = upgrade.map_err(|_| {
        Refusal::new(StatusCode::UPGRADE_REQUIRED, "BAD_INPUT", "open a WebSocket at this address")
    })?;
    edge.check_origin(&headers)?;
    let Sockets { stop, open } = edge.sockets.clone();
    let upgrade = upgrade
        .read_buffer_size(4096)
        .write_buffer_size(0)
        .max_write_buffer_size(1024 * 1024)
        .max_message_size(MESSAGE_BYTES_MAX)
        .max_frame_size(MESSAGE_BYTES_MAX);
    Ok(upgrade.on_upgrade(move |mut socket| {
        open.track_future(async move {
            let ended = tokio::select! {
                ended = converse(&mut socket, &edge, address) => ended,
                () = stop.cancelled() => Err(Close::new(1001, "the server is stopping; connect again")),
            };
            match ended {
                Err(close) => say_why(&mut socket, close).await,
                // Reading on sends the answer to the peer's own close.
                Ok(()) => drop(timeout(SEND_WITHIN, socket.recv()).await),
            }
        })
    }))
}

/// `Ok`: the browser has gone.
async fn converse(
    socket: &mut WebSocket,
    edge: &Edge,
    address: std::net::IpAddr,
) -> Result<(), Close> {
    let Some(Hello { token, display, page_load }) = hello(socket).await? else { return Ok(()) };
    let pass = Pass { token, address };
    let mut signals = edge.door.follow_signals(pass.clone(), display, page_load);
    let begun = async {
        match signals.next().await {
            Some(Ok(_)) => edge.door.next_frame(&pass, display, page_load).await,
            Some(Err(error)) => Err(error),
            None => Err(going()),
        }
    };
    let next = match begun.await {
        Ok(next) => next,
        Err(error) => return over(socket, error).await,
    };
    tell(socket, &Told::Ready { next }).await?;

    let mut taking = Taking::new(edge);
    let mut ping = tokio::time::interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    let mut heard = Instant::now();
    loop {
        tokio::select! {
            biased;
            read = socket.recv() => {
                heard = Instant::now();
                let Some(batch) = gather(socket, read, &mut taking).await? else { return Ok(()) };
                let frames = Frames { display, page_load, frames: batch };
                if !frames.frames.is_empty()
                    && let Err(error) = hand_on(socket, edge, &pass, frames, &mut signals).await?
                {
                    return over(socket, error).await;
                }
            }
            signalled = signals.next() => {
                if let Err(error) = pass_on(socket, signalled).await? {
                    return over(socket, error).await;
                }
            }
            _ = ping.tick() => {
                if heard.elapsed() > SILENT_MAX {
                    return Err(Close::new(4408, "no sign of life"));
                }
                timeout(SEND_WITHIN, socket.send(Message::Ping(Bytes::new())))
                    .await
                    .map_or(Ok(()), |sent| sent.map_err(|_| Close::new(1001, "gone")))?;
            }
        }
    }
}

/// `None`: the browser has gone.
async fn hello(socket: &mut WebSocket) -> Result<Option<Hello>, Close> {
    let until = Instant::now() + HELLO_WITHIN;
    loop {
        let read = timeout_at(until, socket.recv()).await;
        match read.map_err(|_| Close::new(4408, "the first message did not come in time"))? {
            Some(Ok(Message::Text(text))) => {
                let hello = serde_json::from_str(&text);
                return hello.map(Some).map_err(|_| {
                    Close::new(4400, "the first message is {\"token\", \"display\", \"pageLoad\"}")
                });
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Binary(_))) => {
                return Err(Close::new(4400, "the first message is text"));
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(None),
        }
    }
}

/// The frames that have arrived, checked; those that are not taken are told. `None`: the browser has gone.
async fn gather(
    socket: &mut WebSocket,
    first: Option<Result<Message, axum::Error>>,
    taking: &mut Taking<'_>,
) -> Result<Option<Vec<PageFrame>>, Close> {
    let (mut read, mut batch) = (Some(first), Batch::default());
    while let Some(message) = read {
        match message {
            Some(Ok(Message::Binary(message))) => {
                if let Err((seq, error)) = taking.take(message, &mut batch).await {
                    refuse(socket, seq, &DoorError::new(DoorCode::BadInput, error)).await?;
                }
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Text(_))) => return Err(Close::new(4400, "frames are binary")),
            Some(Err(error)) if error.to_string().contains("too long") => {
                return Err(Close::new(
                    1009,
                    format!("a frame has at most {FRAME_BYTES_MAX} bytes"),
                ));
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(None),
        }
        read = if batch.is_full() { None } else { socket.recv().now_or_never() };
    }
    Ok(Some(batch.frames))
}

/// Waits until they are recorded; signals are passed on meanwhile. `Ok(Err)`: the door takes nothing more.
async fn hand_on(
    socket: &mut WebSocket,
    edge: &Edge,
    pass: &Pass,
    frames: Frames,
    signals: &mut Following<Vec<Signal>>,
) -> Result<Result<(), DoorError>, Close> {
    let seqs: Vec<_> = frames.frames.iter().map(|frame| frame.seq).collect();
    let mut recorded = edge.door.frames(pass, frames);
    let taken = loop {
        tokio::select! {
            taken = &mut recorded => break taken,
            signalled = signals.next() => {
                if let Err(error) = pass_on(socket, signalled).await? {
                    return Ok(Err(error));
                }
            }
        }
    };
    match taken {
        Ok(taken) => tell(socket, &Told::Taken(taken)).await.map(Ok),
        Err(error) if matches!(error.code, DoorCode::BadInput | DoorCode::RateLimited) => {
            for seq in seqs {
                refuse(socket, seq, &error).await?;
            }
            Ok(Ok(()))
        }
        Err(error) => Ok(Err(error)),
    }
}

async fn pass_on(
    socket: &mut WebSocket,
    signalled: Option<Result<Vec<Signal>, DoorError>>,
) -> Result<Result<(), DoorError>, Close> {
    match signalled {
        Some(Ok(signals)) => tell(socket, &Told::Signals(&signals)).await.map(Ok),
        Some(Err(error)) => Ok(Err(error)),
        None => Ok(Err(going())),
    }
}

async fn refuse(socket: &mut WebSocket, seq: u32, error: &DoorError) -> Result<(), Close> {
    let code = error.code.as_str();
    metrics::counter!("lockstep_display_frames_refused_total", "code" => code).increment(1);
    tell(
        socket,
        &Told::Refused { code, reason: &error.reason(), message: &error.message, seq: Some(seq) },
    )
    .await
}

/// The socket closes with the reason.
async fn over(socket: &mut WebSocket, error: DoorError) -> Result<(), Close> {
    let reason = error.reason();
    let (code, message) = (error.code.as_str(), &*error.message);
    tell(socket, &Told::Refused { code, reason: &reason, message, seq: None }).await?;
    let DoorError { code, message, .. } = error;
    let code = if code == DoorCode::Unavailable { 1013 } else { 4403 };
    Err(Close::new(code, message))
}

fn going() -> DoorError {
    DoorError::new(DoorCode::Unavailable, "the server is stopping; connect again")
}

async fn tell(socket: &mut WebSocket, told: &Told<'_>) -> Result<(), Close> {
    send(socket, serde_json::to_string(told).expect("texts and numbers are always JSON")).await
}
