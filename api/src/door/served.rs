//! The gateway's side of the door's streams: reads one question, calls the door that stands inside, writes the answer.

use std::{io, time::Duration};

use futures::{StreamExt as _, future::BoxFuture};
use serde::Serialize;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    CustomerDoor, DoorCode, DoorError, Following,
    wire::{
        ANSWER_BYTES_MAX, ASK_WITH_FRAMES_BYTES_MAX, Ask, ByteStream, MORE, NotAnAsk, read_ask,
        read_frame, write_frame,
    },
};

/// A question arrives within this time of its stream.
const ASK_WITHIN: Duration = Duration::from_secs(5);
/// The edge takes an answer within this time.
const TAKEN_WITHIN: Duration = Duration::from_secs(15);

/// Serves one stream. Whoever follows is sent away once `leaving` is cancelled; answers are finished.
pub async fn serve(
    door: &dyn CustomerDoor,
    mut stream: impl ByteStream,
    leaving: CancellationToken,
) {
    let frame = match timeout(ASK_WITHIN, read_frame(&mut stream, ASK_WITH_FRAMES_BYTES_MAX)).await
    {
        Ok(Ok(frame)) => frame,
        Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
            return refuse(stream, "a question that is too long").await;
        }
        // It has gone, or never asked.
        Ok(Err(_)) | Err(_) => return,
    };
    match read_ask(&frame) {
        Ok(ask) => answer(door, stream, ask, &leaving).await,
        Err(NotAnAsk::OtherVersion(version)) => {
            let message = NotAnAsk::OtherVersion(version).to_string();
            refused(&message);
            let error = DoorError::new(DoorCode::Unavailable, message);
            write(&mut stream, &Err::<(), _>(error)).await;
        }
        Err(error @ (NotAnAsk::TooLong | NotAnAsk::Unknown(_))) => {
            refuse(stream, &error.to_string()).await;
        }
    }
}

/// The edge said what it cannot say: counted, answered, and never shown to the door.
async fn refuse(mut stream: impl ByteStream, why: &str) {
    refused(why);
    let error = DoorError::new(DoorCode::Forbidden, "this is not something that the edge can ask");
    write(&mut stream, &Err::<(), _>(error)).await;
}

fn refused(why: &str) {
    metrics::counter!("lockstep_door_refused_total").increment(1);
    tracing::debug!(why, "the edge asked for what is not the customers' door");
}

async fn answer(
    door: &dyn CustomerDoor,
    mut stream: impl ByteStream,
    ask: Ask,
    leaving: &CancellationToken,
) {
    let to = &mut stream;
    match ask {
        Ask::Visit(ask) => write(to, &door.visit(ask).await).await,
        Ask::Check(pass) => write(to, &door.check(&pass).await).await,
        Ask::Submit { pass, command } => write(to, &door.submit(&pass, command).await).await,
        Ask::Activity { pass, views } => write(to, &door.activity(&pass, views).await).await,
        Ask::Me { pass, at_least } => write(to, &door.me(&pass, at_least).await).await,
        Ask::Topics(pass) => write(to, &door.topics(&pass).await).await,
        Ask::ConsentText { pass, language } => {
            write(to, &door.consent_text(&pass, language).await).await;
        }
        Ask::Availability { pass, about, at_least } => {
            write(to, &door.availability(&pass, about, at_least).await).await;
        }
        Ask::PhoneNumber { pass, text } => write(to, &door.phone_number(&pass, text).await).await,
        Ask::Outcome { pass, command_id } => {
            write(to, &door.outcome(&pass, command_id).await).await;
        }
        Ask::NextFrame { pass, display, page_load } => {
            write(to, &door.next_frame(&pass, display, page_load).await).await;
        }
        Ask::Frames { pass, frames } => write(to, &door.frames(&pass, frames).await).await,
        Ask::FollowSignals { pass, display, page_load } => {
            follow(stream, door.follow_signals(pass, display, page_load), leaving).await;
        }
        Ask::FollowMe { pass, at_least } => {
            follow(stream, door.follow_me(pass, at_least), leaving).await;
        }
        Ask::FollowAvailability { pass, about } => {
            follow(stream, door.follow_availability(pass, about), leaving).await;
        }
    }
}

/// One state at a time: the next is looked for once the follower wants it, so whoever is slow gets the latest, and
/// nothing piles up on the way.
async fn follow<T: Serialize>(
    stream: impl ByteStream,
    mut following: Following<T>,
    leaving: &CancellationToken,
) {
    let (mut wants, mut to) = tokio::io::split(stream);
    loop {
        let next = tokio::select! {
            next = following.next() => next,
            // Nothing is said before a state was taken: the follower has gone.
            _ = wants.read_u8() => return,
            () = leaving.cancelled() => Some(Err(going())),
        };
        let over = !matches!(next, Some(Ok(_)));
        match next {
            Some(state) => write(&mut to, &state).await,
            None => drop(timeout(TAKEN_WITHIN, write_frame(&mut to, &[])).await),
        }
        if over || !wants_more(&mut wants, leaving).await {
            drop(timeout(TAKEN_WITHIN, to.shutdown()).await);
            return;
        }
    }
}

/// `false`: the follower has gone. One that is not ready for more when this side leaves has to go too.
async fn wants_more(wants: &mut (impl AsyncRead + Unpin), leaving: &CancellationToken) -> bool {
    tokio::select! {
        more = wants.read_u8() => matches!(more, Ok(MORE)),
        () = leaving.cancelled() => false,
    }
}

fn going() -> DoorError {
    DoorError::new(DoorCode::Unavailable, "this gateway is leaving; follow again")
}

fn write<'a, T: Serialize>(
    to: &'a mut (impl tokio::io::AsyncWrite + Send + Unpin),
    answer: &Result<T, DoorError>,
) -> BoxFuture<'a, ()> {
    let json = serde_json::to_vec(answer).expect("an answer has text keys and no maps");
    let json = if json.len() <= ANSWER_BYTES_MAX { json } else { too_long(json.len()) };
    Box::pin(async move {
        let written = async {
            write_frame(to, &json).await?;
            Ok::<_, io::Error>(())
        };
        // Who does not take it has gone or will see that it is missing.
        drop(timeout(TAKEN_WITHIN, written).await);
    })
}

fn too_long(bytes: usize) -> Vec<u8> {
    tracing::error!(bytes, "an answer is longer than the link carries");
    let error = DoorError::new(DoorCode::Unavailable, "there is too much to show it at once");
    serde_json::to_vec(&Err::<(), _>(error)).expect("an error is always JSON")
}
