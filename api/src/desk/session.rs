//! Staff sessions: a login gives a signed token; what it opens is read from the tenant's fold at every operation.

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{id::StaffId, staff::Role, time::Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{DeskState, authorisation::Roles};
use crate::{
    edge::bearer,
    graphql::staff,
    inside::Inside,
    limits::{Peer, Refusal, Strict},
    reasons,
    secrets::{SESSION_LIFE, SessionClaims, Signer},
};

pub const COOKIE: &str = "lockstep_session";
/// Characters of a login or a password.
const CREDENTIAL_CHARS_MAX: usize = 200;

/// Who is signed in, with the roles that hold now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub staff: StaffId,
    pub roles: Roles,
    pub expires_at: Timestamp,
}

/// A login of the demo company, shown on the sign-in page.
#[derive(Clone, Debug, Serialize)]
pub struct DemoLogin {
    pub login: String,
    pub password: String,
    pub what: String,
}

/// Whom a session's token speaks for now.
pub fn who(inside: &Inside, signer: &Signer, token: &str) -> Result<Who, Refusal> {
    let claims: SessionClaims =
        signer.read(token).map_err(|error| unauthenticated(error.to_string()))?;
    claims.check(inside.now()).map_err(|error| unauthenticated(error.to_string()))?;
    let roles = inside.ports.directory.read(|directory| {
        let staff = directory.staff(claims.staff).filter(|staff| !staff.left)?;
        (!directory.is_erased(staff.name.subject)).then(|| Roles::of(&staff.roles))
    });
    let roles = roles.ok_or_else(|| {
        unauthenticated("this login no longer belongs to anybody here; ask an administrator")
    })?;
    Ok(Who { staff: claims.staff, roles, expires_at: Timestamp::from_secs(claims.exp) })
}

pub fn unauthenticated(message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message)
}

/// The token of a request: `Authorization: Bearer`, else the cookie.
pub fn token_in(headers: &HeaderMap) -> Option<String> {
    if let Some(token) = bearer(headers) {
        return Some(token.to_owned());
    }
    cookie_in(headers, COOKIE)
}

pub fn cookie_in(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then(|| value.to_owned()))
}

/// Somebody who is signed in.
pub(super) struct SignedIn(pub(super) Who);

impl FromRequestParts<Arc<DeskState>> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<DeskState>) -> Result<Self, Refusal> {
        let token = token_in(&parts.headers).ok_or_else(|| {
            unauthenticated("nobody is signed in; POST /session with login and password")
        })?;
        Ok(Self(who(&desk.inside, &desk.signer, &token)?))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    login: String,
    password: String,
}

#[derive(Serialize)]
struct Session {
    staff: Uuid,
    roles: Vec<staff::Role>,
    token: String,
}

pub(super) async fn sign_in(
    State(desk): State<Arc<DeskState>>,
    Peer(peer): Peer,
    headers: HeaderMap,
    Strict(Body { login, password }): Strict<Body>,
) -> Result<Response, Refusal> {
    let address = desk.proxies.address(peer, &headers);
    desk.logins_by_address.check(&address.into()).map_err(Refusal::too_many)?;
    let login = login.trim().to_lowercase();
    if login.chars().count().max(password.chars().count()) > CREDENTIAL_CHARS_MAX {
        return Err(Refusal::bad(format!(
            "a login or a password has at most {CREDENTIAL_CHARS_MAX} characters"
        ))
        .because(reasons::LOGIN_TOO_LONG.with(&[("most", &CREDENTIAL_CHARS_MAX)])));
    }
    // Per login and address: nobody can lock somebody else out from elsewhere.
    desk.logins.check(&(login.clone(), address.into())).map_err(Refusal::too_many)?;
    let verified = desk.inside.ports.credentials.verify(&login, &password).await;
    let staff = verified.map_err(|error| {
        tracing::error!(error = %error, "credentials were not checked");
        Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "UNAVAILABLE",
            "logins cannot be checked now; try again in a moment",
        )
    })?;
    let Some(staff) = staff else {
        tracing::info!(client.address = %address, "a login was refused");
        return Err(unauthenticated("login and password do not match; check both and try again")
            .because(reasons::LOGIN_WRONG));
    };
    let exp = (desk.inside.now() + SESSION_LIFE).0.div_euclid(1_000_000);
    let token = desk.signer.sign(&SessionClaims { staff, exp });
    let who = who(&desk.inside, &desk.signer, &token)?;
    let roles = Role::ALL.into_iter().filter(|role| who.roles.has(*role)).map(Into::into).collect();
    let cookie = cookie(&desk, &token, SESSION_LIFE.as_secs());
    let session = Session { staff: staff.0, roles, token };
    Ok(([(header::SET_COOKIE, cookie)], Json(session)).into_response())
}

pub(super) async fn sign_out(State(desk): State<Arc<DeskState>>) -> Response {
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie(&desk, "", 0))]).into_response()
}

/// The demo company's logins; none elsewhere.
pub(super) async fn demo_logins(State(desk): State<Arc<DeskState>>) -> Json<serde_json::Value> {
    Json(json!({ "demo": desk.demo_logins }))
}

fn cookie(desk: &DeskState, token: &str, secs: i64) -> HeaderValue {
    let secure = if desk.secure_cookies { "; Secure" } else { "" };
    let text =
        format!("{COOKIE}={token}; Path=/; Max-Age={secs}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).expect("a signed token has no control characters")
}
