//! How the door travels over a stream: one question, then its answer, or each next state when it is asked for.
//!
//! A frame is its length (four bytes, most significant first) and so many bytes of JSON. The first one is the question
//! with the version of this page. What can be asked is the enum below and nothing else: unknown questions, unknown
//! fields and long frames are refused. An empty frame ends what was followed.

use std::io;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use uuid::Uuid;

use super::{About, CustomerCommand, Frames, Pass, View, VisitAsk};
use crate::graphql::scalar::Token;

/// Bytes in order, both ways.
pub trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for S {}

/// Of the questions and answers on this page.
pub const VERSION: u32 = 4;
/// Larger than whatever the edge takes from a browser becomes.
pub(super) const ASK_BYTES_MAX: usize = 256 * 1024;
/// The same of frames: as many at once as `limits::FRAMES_BYTES_MAX` says, in base64.
pub(super) const ASK_WITH_FRAMES_BYTES_MAX: usize = 6 * 1024 * 1024;
pub(super) const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// What a follower sends when it has taken one state and wants the next.
pub(super) const MORE: u8 = 1;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Ask {
    Visit(VisitAsk),
    Check(Pass),
    Submit { pass: Pass, command: CustomerCommand },
    Activity { pass: Pass, views: Vec<View> },
    Me { pass: Pass, at_least: Vec<Token> },
    FollowMe { pass: Pass, at_least: Vec<Token> },
    Topics(Pass),
    ConsentText { pass: Pass, language: String },
    Availability { pass: Pass, about: About, at_least: Vec<Token> },
    FollowAvailability { pass: Pass, about: About },
    PhoneNumber { pass: Pass, text: String },
    Outcome { pass: Pass, command_id: Uuid },
    NextFrame { pass: Pass, display: Uuid, page_load: i64 },
    Frames { pass: Pass, frames: Frames },
    FollowSignals { pass: Pass, display: Uuid, page_load: i64 },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Versioned<T> {
    version: u32,
    ask: T,
}

/// What can be read of a question of any version.
#[derive(Deserialize)]
struct OfVersion {
    version: u32,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum NotAnAsk {
    #[error("a question of version {0}; this side answers version {VERSION}")]
    OtherVersion(u32),
    #[error("a question that is longer than any of its kind")]
    TooLong,
    #[error("not a question that this door knows")]
    Unknown(#[from] serde_json::Error),
}

pub(super) fn write_ask(ask: &Ask) -> Vec<u8> {
    serde_json::to_vec(&Versioned { version: VERSION, ask })
        .expect("a question has text keys and no maps")
}

pub(super) fn read_ask(frame: &[u8]) -> Result<Ask, NotAnAsk> {
    let OfVersion { version } = serde_json::from_slice(frame)?;
    if version != VERSION {
        return Err(NotAnAsk::OtherVersion(version));
    }
    let ask = serde_json::from_slice::<Versioned<Ask>>(frame)?.ask;
    if frame.len() > ASK_BYTES_MAX && !matches!(ask, Ask::Frames { .. }) {
        return Err(NotAnAsk::TooLong);
    }
    Ok(ask)
}

pub(super) async fn write_frame(
    to: &mut (impl AsyncWrite + Unpin),
    bytes: &[u8],
) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidData)?;
    let frame = [&length.to_be_bytes(), bytes].concat();
    to.write_all(&frame).await?;
    to.flush().await
}

/// Takes memory as the bytes arrive, not as they are announced.
pub(super) async fn read_frame(
    from: &mut (impl AsyncRead + Unpin),
    bytes_max: usize,
) -> io::Result<Vec<u8>> {
    let length = from.read_u32().await?;
    if usize::try_from(length).is_ok_and(|length| length > bytes_max) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::new();
    from.take(length.into()).read_to_end(&mut bytes).await?;
    if bytes.len() < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

pub(super) fn parse<T: DeserializeOwned>(frame: &[u8]) -> io::Result<T> {
    serde_json::from_slice(frame).map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pass() -> Value {
        json!({ "token": "t", "address": "192.0.2.1" })
    }

    fn read(version: u32, ask: &Value) -> Result<Ask, NotAnAsk> {
        read_ask(json!({ "version": version, "ask": ask }).to_string().as_bytes())
    }

    #[test]
    fn a_question_reads_as_it_is_written() {
        let say = json!({ "say": { "link": Uuid::nil(), "text": "Hello" } });
        let command = json!({ "command_id": Uuid::nil(), "act": say });
        let ask = json!({ "submit": { "pass": pass(), "command": command } });
        let read = read(VERSION, &ask).unwrap();
        let again: Value = serde_json::from_slice(&write_ask(&read)).unwrap();
        assert_eq!(again, json!({ "version": VERSION, "ask": ask }));
    }

    #[test]
    fn what_is_not_the_doors_cannot_be_said() {
        let act = |act: Value| json!({ "submit": { "pass": pass(), "command": { "command_id": null, "act": act } } });
        let mut actor = act(json!({ "cancel_contact": { "contact": Uuid::nil() } }));
        assert!(read(VERSION, &actor).is_ok());
        actor["submit"]["command"]["actor"] = json!({ "staff": Uuid::nil() });
        let mut account = json!({ "check": pass() });
        account["check"]["account"] = json!(Uuid::nil());
        for not in [
            actor,
            account,
            act(json!({ "set_presence": { "agent": Uuid::nil(), "presence": "break" } })),
            act(json!({ "finish": { "contact": Uuid::nil() } })),
            json!({ "desk": { "mutation": "signIn" } }),
            json!({ "board": pass() }),
            json!({ "check": pass(), "me": { "pass": pass(), "at_least": [] } }),
            json!("submit"),
            Value::Null,
        ] {
            assert!(matches!(read(VERSION, &not), Err(NotAnAsk::Unknown(_))), "{not}");
        }
    }

    #[test]
    fn only_frames_may_be_long() {
        let frame = json!({ "seq": 1, "full": true, "data": "" });
        let mut frames = json!({ "display": Uuid::nil(), "page_load": 1, "frames": [frame] });
        let ask = |frames: &Value| json!({ "frames": { "pass": pass(), "frames": frames } });
        assert!(read(VERSION, &ask(&frames)).is_ok());
        frames["frames"][0]["data"] = json!("AAAA".repeat(ASK_BYTES_MAX));
        assert!(read(VERSION, &ask(&frames)).is_ok());
        let token = "t".repeat(ASK_BYTES_MAX);
        let long = json!({ "check": { "token": token, "address": "192.0.2.1" } });
        assert!(matches!(read(VERSION, &long), Err(NotAnAsk::TooLong)));
    }

    #[test]
    fn another_version_is_named_whatever_it_asks() {
        let error = read(VERSION + 1, &json!({ "something": "new" })).unwrap_err();
        assert!(matches!(error, NotAnAsk::OtherVersion(other) if other == VERSION + 1), "{error}");
    }

    #[tokio::test]
    async fn a_frame_that_is_too_long_or_cut_is_no_frame() {
        let mut whole = Vec::new();
        write_frame(&mut whole, b"12345").await.unwrap();
        assert_eq!(read_frame(&mut &whole[..], 5).await.unwrap(), b"12345");
        assert!(read_frame(&mut &whole[..], 4).await.is_err());
        assert!(read_frame(&mut &whole[..8], 5).await.is_err());
    }
}
