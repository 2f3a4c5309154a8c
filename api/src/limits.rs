//! Limits at the doors: how large, how deep, how often. What goes beyond is refused loudly and never logged.

use std::{
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
};

use axum::{
    extract::{ConnectInfo, FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    id::WidgetName,
    text::{Fault, Shape},
};
use futures::StreamExt as _;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock, QuantaInstant, Reference},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;
use uuid::Uuid;

use crate::reasons::{self, Because};
use domain::refusal::Data;

/// One request's body.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Of a body that is too large, so much is still read.
const THROWN_AWAY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// A body arrives within this time.
const BODY_WITHIN: std::time::Duration = std::time::Duration::from_secs(15);
/// Nesting of one operation.
pub const DEPTH_MAX: usize = 12;
/// Nesting of one operation of the staff: what the standard introspection needs, so that `GraphiQL` works.
pub const STAFF_DEPTH_MAX: usize = 15;
/// Fields of one operation, each counted once wherever it stands.
pub const COMPLEXITY_MAX: usize = 600;
/// Items of one page of a list.
pub const PAGE_MAX: usize = 200;
/// What is told of more at once than is ever allowed.
const NEVER_SECS: u32 = 60;
/// Keys that one limiter remembers before it forgets those that are at rest.
const KEYS_MAX: usize = 100_000;
const SWEEP_EVERY_NANOS: u64 = 1_000_000_000;
/// Characters of what a customer reports as trouble, or staff note down.
pub const NOTES_CHARS_MAX: usize = 4_000;
/// Characters of a name, a label, a reason.
pub const LINE_CHARS_MAX: usize = 200;
/// Characters of a page's address.
pub const URL_CHARS_MAX: usize = 2_000;
/// Page views of one request.
pub const VIEWS_MAX: usize = 50;
/// Frames that cross the door at once, and their bytes, compressed: one of the largest and what came beside it.
pub const FRAMES_MAX: usize = 64;
pub const FRAMES_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Characters of JSON that an administrator sends as one argument.
pub const DEFINITION_CHARS_MAX: usize = 60_000;

/// So many in a moment, and then so many a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub burst: NonZeroU32,
    pub per_second: NonZeroU32,
}

impl Rate {
    pub const fn new(burst: u32, per_second: u32) -> Self {
        match (NonZeroU32::new(burst), NonZeroU32::new(per_second)) {
            (Some(burst), Some(per_second)) => Self { burst, per_second },
            _ => panic!("a rate is above zero"),
        }
    }
}

/// How often each of many may come.
pub struct Limiter<K: Hash + Eq + Clone> {
    keys: DefaultKeyedRateLimiter<K>,
    /// When those at rest were last forgotten, in nanoseconds since `began`: looking at all costs something.
    swept: AtomicU64,
    began: QuantaInstant,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    pub fn new(rate: Rate) -> Self {
        Self::of(Quota::per_second(rate.per_second).allow_burst(rate.burst))
    }

    fn of(quota: Quota) -> Self {
        let keys = RateLimiter::keyed(quota);
        Self { keys, swept: AtomicU64::new(0), began: DefaultClock::default().now() }
    }

    /// A quota that refills once in `secs`.
    pub fn slow(burst: u32, secs: u64) -> Self {
        let burst = NonZeroU32::new(burst).expect("a burst is above zero");
        let quota = Quota::with_period(std::time::Duration::from_secs(secs))
            .expect("a period is above zero")
            .allow_burst(burst);
        Self::of(quota)
    }

    /// `Err`: seconds until the next one is allowed.
    pub fn check(&self, key: &K) -> Result<(), u32> {
        self.check_many(key, NonZeroU32::MIN)
    }

    /// Like `check`, for so many at once; more than the burst never are.
    pub fn check_many(&self, key: &K, count: NonZeroU32) -> Result<(), u32> {
        if self.keys.len() > KEYS_MAX {
            self.sweep();
        }
        let allowed = self.keys.check_key_n(key, count).map_err(|_| NEVER_SECS)?;
        allowed.map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
        })
    }

    /// Forgets who is at rest, at most once in a while, however many come.
    fn sweep(&self) {
        let now = DefaultClock::default().now().duration_since(self.began).as_u64();
        let last = self.swept.load(Ordering::Relaxed);
        let is_ours = now.saturating_sub(last) >= SWEEP_EVERY_NANOS
            && self.swept.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if is_ours {
            self.keys.retain_recent();
        }
    }
}

/// The peer's address; needs `into_make_service_with_connect_info::<SocketAddr>()`.
pub struct Peer(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<std::net::SocketAddr>>()
            .map_or(IpAddr::from([127, 0, 0, 1]), |info| info.0.ip());
        Ok(Self(peer))
    }
}

/// A refusal at the door, as JSON: `{"error":{"code":…,"reason":…,"data":…,"message":…}}`.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub status: StatusCode,
    pub code: String,
    pub message: String,
    /// Finer than the code, of [`crate::reasons`]: browsers make words of it.
    pub because: Because,
    pub retry_after_secs: Option<u32>,
}

impl Refusal {
    pub fn new(status: StatusCode, code: impl Into<String>, message: impl Into<String>) -> Self {
        let code = code.into();
        let because = Because { reason: code.to_ascii_lowercase(), data: Data::new() };
        Self { status, code, message: message.into(), because, retry_after_secs: None }
    }

    #[must_use]
    pub fn because(self, because: impl Into<Because>) -> Self {
        Self { because: because.into(), ..self }
    }

    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_INPUT", message)
    }

    pub fn too_many(retry_after_secs: u32) -> Self {
        metrics::counter!("lockstep_door_rate_limited_total").increment(1);
        Self {
            retry_after_secs: Some(retry_after_secs),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "RATE_LIMITED",
                format!("too many requests; try again in {retry_after_secs} s"),
            )
            .because(reasons::RATE_LIMITED.with(&[("secs", &retry_after_secs)]))
        }
    }
}

impl From<crate::door::DoorError> for Refusal {
    fn from(error: crate::door::DoorError) -> Self {
        use crate::door::DoorCode;
        if let (DoorCode::RateLimited, Some(secs)) = (error.code, error.retry_after_secs) {
            return Self::too_many(secs);
        }
        let status = match error.code {
            DoorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
            DoorCode::Forbidden => StatusCode::FORBIDDEN,
            DoorCode::BadInput | DoorCode::TokenForeign => StatusCode::BAD_REQUEST,
            DoorCode::NotFound => StatusCode::NOT_FOUND,
            DoorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            DoorCode::TokenAhead | DoorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        };
        let reason = error.reason().into_owned();
        Self::new(status, error.code.as_str(), error.message)
            .because(Because { reason, data: error.data })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        // The list makes a GraphQL client see it as a response of its own kind.
        let Because { reason, data } = &self.because;
        let (code, message) = (&self.code, &self.message);
        let body = json!({
            "error": { "code": code, "reason": reason, "data": data, "message": message },
            "errors": [{
                "message": message,
                "extensions": { "code": code, "reason": reason, "data": data },
            }],
        });
        let mut response = (self.status, axum::Json(body)).into_response();
        if let Some(secs) = self.retry_after_secs {
            response.headers_mut().insert(header::RETRY_AFTER, secs.into());
        }
        response
    }
}

/// A JSON body that must fit exactly; the error says where it does not.
pub struct Strict<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Strict<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        if !is_json {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "BAD_INPUT",
                "send JSON with `Content-Type: application/json`",
            ));
        }
        let body = whole(request.into_body()).await?;
        serde_json::from_slice(&body).map(Self).map_err(|error| {
            Refusal::bad(format!("the body does not fit: {error}; see the API's description"))
        })
    }
}

/// The body, if it is within its limit. What is beyond is read and thrown away, up to a limit of its own: a client
/// that is still sending would otherwise never see the answer.
async fn whole(body: axum::body::Body) -> Result<Vec<u8>, Refusal> {
    let mut kept = Vec::new();
    let mut sent = 0;
    let mut chunks = body.into_data_stream();
    let reading = async {
        while let Some(chunk) = chunks.next().await {
            let Ok(chunk) = chunk else {
                return Err(Refusal::bad("the body did not arrive whole; send it again"));
            };
            sent += chunk.len();
            if sent <= BODY_BYTES_MAX {
                kept.extend_from_slice(&chunk);
            } else if sent > THROWN_AWAY_BYTES_MAX {
                break;
            }
        }
        Ok(())
    };
    let in_time = tokio::time::timeout(BODY_WITHIN, reading).await;
    if sent > BODY_BYTES_MAX {
        return Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "TOO_LARGE",
            format!("the body has at most {BODY_BYTES_MAX} bytes; send less at once"),
        )
        .because(reasons::TOO_LARGE.with(&[("most", &BODY_BYTES_MAX)])));
    }
    match in_time {
        Ok(read) => read.map(|()| kept),
        Err(_) => Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            "TOO_SLOW",
            format!("the body did not arrive within {} s; send it again", BODY_WITHIN.as_secs()),
        )
        .because(reasons::TOO_SLOW.with(&[("secs", &BODY_WITHIN.as_secs())]))),
    }
}

/// Why a text is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("{what} is empty; write something")]
    Empty { what: &'static str },
    #[error("{what} has {chars} characters, at most {max} fit; shorten it")]
    TooLong { what: &'static str, chars: usize, max: usize },
    #[error("{what} contains a control character; remove it")]
    Control { what: &'static str },
    #[error("nothing of {what} can be seen; write something")]
    Invisible { what: &'static str },
    #[error(
        "{what} contains a character that turns the direction of the text beside it; remove it"
    )]
    Direction { what: &'static str },
    #[error("`{text}` is not a time zone; use an IANA name, such as Europe/Berlin")]
    NotAZone { text: String },
    #[error("the address of a page begins with http:// or https://")]
    NotAPage,
    #[error("{0}")]
    NotAName(String),
    #[error(
        "the widget `{0}` is not shared here; an administrator names it in the policy's `shared_widgets`"
    )]
    NotShared(WidgetName),
    #[error("a shared widget's state is a JSON object, such as {{\"people\":2}}")]
    NotAState,
}

impl From<&TextError> for Because {
    fn from(error: &TextError) -> Self {
        match error {
            TextError::Empty { what } => reasons::TEXT_EMPTY.with(&[("what", &field(what))]),
            TextError::TooLong { what, chars, max } => {
                let what = field(what);
                reasons::TEXT_TOO_LONG.with(&[("what", &what), ("chars", chars), ("most", max)])
            }
            TextError::Control { what } => reasons::TEXT_CONTROL.with(&[("what", &field(what))]),
            TextError::Invisible { what } => {
                reasons::TEXT_INVISIBLE.with(&[("what", &field(what))])
            }
            TextError::Direction { what } => {
                reasons::TEXT_DIRECTION.with(&[("what", &field(what))])
            }
            TextError::NotAZone { text } => reasons::ZONE_UNKNOWN.with(&[("zone", text)]),
            TextError::NotAPage => reasons::PAGE_INVALID.into(),
            TextError::NotAName(_) => reasons::NAME_INVALID.into(),
            TextError::NotShared(widget) => reasons::WIDGET_UNKNOWN.with(&[("widget", widget)]),
            TextError::NotAState => reasons::STATE_INVALID.into(),
        }
    }
}

/// A field's name in data: `the widget's state` is `widget_state`.
fn field(what: &str) -> String {
    what.trim_start_matches("the ").replace("'s", "").replace(' ', "_")
}

/// A text of at most `max` characters, trimmed, in which something can be seen; line breaks and tabs may stand in it.
pub fn text(what: &'static str, text: &str, max: usize) -> Result<String, TextError> {
    checked(what, text, Shape::Block, max)
}

/// A name, a title, a label: a text in one line, which turns no direction.
pub fn line(what: &'static str, text: &str, max: usize) -> Result<String, TextError> {
    checked(what, text, Shape::Line, max)
}

fn checked(what: &'static str, text: &str, shape: Shape, max: usize) -> Result<String, TextError> {
    domain::text::parse(text, shape, max).map(str::to_owned).map_err(|fault| match fault {
        Fault::Empty => TextError::Empty { what },
        Fault::TooLong { chars } => TextError::TooLong { what, chars, max },
        Fault::Control => TextError::Control { what },
        Fault::Invisible => TextError::Invisible { what },
        Fault::Direction => TextError::Direction { what },
    })
}

/// A client's command id, or a fresh one.
pub fn command_id(chosen: Option<Uuid>) -> Uuid {
    chosen.unwrap_or_else(fresh_id)
}

/// For a command or a visit that comes in without one.
#[expect(clippy::disallowed_methods, reason = "the doors give commands and visits their ids")]
pub fn fresh_id() -> Uuid {
    Uuid::now_v7()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_refused_with_the_reason() {
        assert_eq!(text("the message", "  hi  ", 5).unwrap(), "hi");
        assert_eq!(text("the message", "  ", 5), Err(TextError::Empty { what: "the message" }));
        assert!(matches!(
            text("the message", "123456", 5),
            Err(TextError::TooLong { chars: 6, .. })
        ));
        for (shape, wrong, code) in [
            (Shape::Block, "a\0b", "text.control"),
            (Shape::Block, "\u{200b}", "text.invisible"),
            (Shape::Line, "a\nb", "text.control"),
            (Shape::Line, "\u{202e}ab", "text.direction"),
            (Shape::Line, " ", "text.empty"),
        ] {
            let fault = checked("the name", wrong, shape, 5).unwrap_err();
            assert_eq!(Because::from(&fault).reason, code, "{wrong:?}");
        }
    }

    #[tokio::test]
    async fn a_body_is_taken_up_to_its_limit_and_refused_beyond_it() {
        let fits = whole(vec![b' '; BODY_BYTES_MAX].into()).await;
        assert_eq!(fits.map(|body| body.len()).ok(), Some(BODY_BYTES_MAX));
        for bytes in [BODY_BYTES_MAX + 1, 16 * 1024 * 1024] {
            let refused = whole(vec![b' '; bytes].into()).await.unwrap_err();
            assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
        }
    }

    #[test]
    fn a_limiter_says_when_to_come_again() {
        let limiter: Limiter<u8> = Limiter::slow(2, 60);
        assert!(limiter.check(&1).is_ok() && limiter.check(&1).is_ok());
        assert!(limiter.check(&1).is_err_and(|secs| (1..=61).contains(&secs)));
        assert!(limiter.check(&2).is_ok());
    }
}
