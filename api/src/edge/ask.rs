//! Asking where scripts do not run: a plain form to be called back, and a page that shows the state of it.

mod page;
mod zones;

use axum::{
    Form,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::time::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::{Caller, Edge, same_origin};
use crate::{
    desk::session::cookie_in,
    door::{self, Act, Answer, CustomerCommand, DoorCode, DoorError, Pass, VisitAsk},
    graphql::{link::Channel, own::Me, policy::Topic, scalar::Instant, wait::Availability},
    reasons,
    words::{self, Words},
};

/// What can be chosen from on a page without scripts.
const TOPICS_MAX: usize = 50;

const COOKIE: &str = "lockstep_visit";
/// Nothing but this page's own style; nothing may frame it, and its form goes nowhere else.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(super) async fn style() -> impl IntoResponse {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    ([kind], include_str!("ask/ask.css"))
}

pub(super) async fn show(
    State(edge): State<Edge>,
    Caller(address): Caller,
    headers: HeaderMap,
) -> Response {
    let words = words_for(&headers);
    let known = cookie_in(&headers, COOKIE).map(|token| Pass { token, address });
    let pass = match known {
        Some(pass) if edge.door.check(&pass).await.is_ok() => pass,
        Some(_) | None => {
            let ask =
                VisitAsk { site: edge.site.to_string(), identity: None, token: None, address };
            match edge.door.visit(ask).await {
                Ok(visit) => Pass { token: visit.token, address },
                Err(error) => return failed(words, &error),
            }
        }
    };
    match seen(&edge, &pass).await {
        Ok(seen) => {
            let html = page::status(words, &seen, &Filled::default(), None);
            with_cookie(html, &pass.token)
        }
        Err(error) => failed(words, &error),
    }
}

/// The language that the browser asks for.
fn words_for(headers: &HeaderMap) -> &'static Words {
    words::accepted(headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()))
}

/// What the page is drawn from.
struct Seen {
    me: Me,
    topics: Vec<About>,
}

/// A topic, and whether one can be called back about it.
struct About {
    topic: Topic,
    phone: Option<Availability>,
}

async fn seen(edge: &Edge, pass: &Pass) -> Result<Seen, DoorError> {
    let me = edge.door.me(pass, Vec::new()).await?;
    let mut topics = Vec::new();
    for topic in edge.door.topics(pass).await?.into_iter().take(TOPICS_MAX) {
        let about = door::About { topic: topic.topic.clone(), page: None };
        let ways = edge.door.availability(pass, about, Vec::new()).await?;
        let phone = ways.into_iter().find(|way| way.channel == Channel::Phone);
        topics.push(About { topic, phone });
    }
    Ok(Seen { me, topics })
}

/// What was typed: it stands in the form again when something is wrong with it.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Filled {
    #[serde(default)]
    command: Uuid,
    #[serde(default)]
    cancel: Option<Uuid>,
    #[serde(default)]
    topic: String,
    #[serde(default)]
    number: String,
    /// `2026-03-02T09:30` as a date field writes it; empty: as soon as possible.
    #[serde(default)]
    at: String,
    #[serde(default)]
    zone: String,
}

pub(super) async fn act(
    State(edge): State<Edge>,
    Caller(address): Caller,
    headers: HeaderMap,
    filled: Result<Form<Filled>, axum::extract::rejection::FormRejection>,
) -> Response {
    let words = words_for(&headers);
    if let Some(origin) = headers.get(header::ORIGIN)
        && !same_origin(origin.to_str().unwrap_or_default(), &headers)
    {
        let message =
            "the form was sent from another site; open this page itself and send it again";
        return failed(
            words,
            &DoorError::new(DoorCode::Forbidden, message).because(reasons::FORM_FOREIGN),
        );
    }
    let Ok(Form(filled)) = filled else {
        let message = "the form did not arrive whole; go back, and send it again";
        let error = DoorError::new(DoorCode::BadInput, message).because(reasons::FORM_BROKEN);
        return failed(words, &error);
    };
    let Some(token) = cookie_in(&headers, COOKIE) else {
        let message =
            "this browser did not keep the visit; allow cookies for this page, and ask again";
        return failed(
            words,
            &DoorError::new(DoorCode::Unauthenticated, message).because(reasons::FORM_NO_COOKIE),
        );
    };
    let pass = Pass { token, address };
    match submit(words, &edge, &pass, filled.clone()).await {
        Ok(None) => Redirect::to("/ask").into_response(),
        Ok(Some(html)) => with_cookie(html, &pass.token),
        // Whatever it was, what was typed is still there, if the page can be drawn at all.
        Err(error) => match seen(&edge, &pass).await {
            Ok(seen) => {
                let message = page::refused_in_words(words, &error.reason());
                with_cookie(page::status(words, &seen, &filled, Some(&message)), &pass.token)
            }
            Err(_) => failed(words, &error),
        },
    }
}

/// A page to show at once, or nothing: then the status says it all.
async fn submit(
    words: &Words,
    edge: &Edge,
    pass: &Pass,
    filled: Filled,
) -> Result<Option<String>, DoorError> {
    let Filled { command, cancel, topic, number, at, zone } = filled.clone();
    let act = if let Some(callback) = cancel {
        Act::CancelCallback { callback }
    } else {
        let zone = Some(zone.trim().to_owned()).filter(|zone| !zone.is_empty());
        let at = instant(&at, zone.as_deref())?;
        Act::RequestCallback { topic, number, at, zone, page: None, about: None }
    };
    let answer = edge.door.submit(pass, CustomerCommand { command_id: Some(command), act }).await?;
    let message = match answer {
        Answer::Denied(denied) => {
            return Ok(Some(page::denied(words, &denied, &seen(edge, pass).await?, &filled)));
        }
        Answer::Refused(refused) if refused.code.starts_with("number.") => {
            let read = edge.door.phone_number(pass, filled.number.clone()).await?;
            page::number_in_words(words, &refused.code, &read.example)
        }
        Answer::Refused(refused) => page::refused_in_words(words, &refused.code),
        Answer::NotKnownYet(_) => words.say("page.not_yet"),
        Answer::Done(_)
        | Answer::Asked(_)
        | Answer::CallbackRequested(_)
        | Answer::TicketFiled(_) => return Ok(None),
    };
    Ok(Some(page::status(words, &seen(edge, pass).await?, &filled, Some(&message))))
}

/// The instant of a local time in a zone.
fn instant(at: &str, zone: Option<&str>) -> Result<Option<Instant>, DoorError> {
    let at = at.trim();
    if at.is_empty() {
        return Ok(None);
    }
    let bad = |message: &str| DoorError::new(DoorCode::BadInput, message);
    let local: jiff::civil::DateTime = at.parse().map_err(|_| {
        bad("This is not a date and time. Write it like 2026-03-02 09:30.")
            .because(reasons::TIME_INVALID)
    })?;
    let zoned = local.in_tz(zone.unwrap_or("UTC")).map_err(|_| {
        bad("This is not a time zone. Choose one from the list.")
            .because(reasons::ZONE_UNKNOWN.with(&[("zone", &zone.unwrap_or("UTC"))]))
    })?;
    Ok(Some(Instant(Timestamp(zoned.timestamp().as_microsecond()))))
}

fn with_cookie(html: String, token: &str) -> Response {
    let cookie = format!("{COOKIE}={token}; Path=/ask; Max-Age=86400; HttpOnly; SameSite=Lax");
    let cookie = HeaderValue::from_str(&cookie).expect("a signed token has no control characters");
    let mut response = html_page(StatusCode::OK, html);
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}

fn failed(words: &Words, error: &DoorError) -> Response {
    let status = crate::limits::Refusal::from(error.clone()).status;
    html_page(status, page::failed(words, &error.reason()))
}

fn html_page(status: StatusCode, html: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        // Under `no-referrer` a form would not tell where it comes from, and would be refused.
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    ];
    (status, headers, html).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_time_is_an_instant_in_its_zone() {
        let at = instant("2026-03-02T09:30", Some("Europe/Berlin")).unwrap().unwrap();
        assert_eq!(at.to_string(), "2026-03-02T08:30:00Z");
        assert!(instant("", None).unwrap().is_none());
        assert!(
            instant("soon", None).is_err() && instant("2026-03-02T09:30", Some("Mars")).is_err()
        );
    }
}
