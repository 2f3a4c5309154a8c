//! The edge: the customers' listener. Holds no keys and no log; everything goes through the [`CustomerDoor`].

mod activity;
mod ask;
mod display;
mod frames;
mod graphql;
pub mod schema;
mod visit;

use std::{num::NonZeroU32, sync::Arc};

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequestParts},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    routing::{get, post},
};
use ipnet::IpNet;
use tokio::sync::Semaphore;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::{
    door::{CustomerDoor, Pass},
    headers,
    health::{self, Readiness},
    limits::{BODY_BYTES_MAX, Limiter, Peer, Rate, Refusal},
    proxies::{Household, Proxies},
    socket::Sockets,
};
pub(crate) use graphql::same_origin;
use schema::EdgeSchema;

#[derive(Clone, Debug)]
pub struct EdgeSettings {
    /// The site that a visit belongs to when its script tag names none.
    pub site: String,
    /// Origins of the company's pages, such as `https://www.example.com`; they may call the edge from scripts.
    pub origins: Vec<String>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Requests from one address.
    pub per_address: Rate,
    pub sockets: Sockets,
}

impl EdgeSettings {
    pub const PER_ADDRESS: Rate = Rate::new(400, 100);
}

#[derive(Clone)]
pub(crate) struct Edge {
    door: Arc<dyn CustomerDoor>,
    schema: EdgeSchema,
    site: Arc<str>,
    proxies: Proxies,
    origins: Arc<[String]>,
    addresses: Arc<Limiter<Household>>,
    sockets: Sockets,
    large_checks: Arc<Semaphore>,
}

/// The edge's routes without assets; serve it with `into_make_service_with_connect_info::<SocketAddr>()`.
pub fn edge_router(
    door: Arc<dyn CustomerDoor>,
    readiness: Arc<dyn Readiness>,
    settings: EdgeSettings,
) -> Router {
    let edge = Edge {
        schema: schema::schema(Some(Arc::clone(&door))),
        door,
        site: settings.site.as_str().into(),
        proxies: Proxies::new(settings.trusted_proxies),
        addresses: Arc::new(Limiter::new(settings.per_address)),
        origins: settings.origins.clone().into(),
        sockets: settings.sockets,
        large_checks: Arc::new(Semaphore::new(frames::LARGE_CHECKS_MAX)),
    };
    let origins: Vec<HeaderValue> =
        settings.origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([header::RETRY_AFTER])
        .max_age(std::time::Duration::from_mins(10));
    let api = Router::new()
        .route("/visit", post(visit::visit))
        .route("/activity", post(activity::activity))
        .route("/graphql", post(graphql::post).get(graphql::socket))
        .route("/display", get(frames::socket))
        .layer(cors);
    let pages = Router::new()
        .route("/ask", get(ask::show).post(ask::act))
        .route("/ask.css", get(ask::style));
    let router = api.merge(pages).layer(DefaultBodyLimit::max(BODY_BYTES_MAX)).with_state(edge);
    headers::secure(router.merge(health::router(readiness)))
}

impl Edge {
    fn address(&self, peer: &Peer, headers: &HeaderMap) -> std::net::IpAddr {
        self.proxies.address(peer.0, headers)
    }

    /// Browsers do not apply CORS to sockets: their origin is checked here.
    fn check_origin(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
        let is_known = self.origins.iter().any(|known| known.as_bytes() == origin.as_bytes());
        if is_known || same_origin(origin.to_str().unwrap_or_default(), headers) {
            return Ok(());
        }
        Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "FORBIDDEN",
            "this page's origin is not one of the company's; add it to the setting of origins",
        ))
    }

    fn admit(&self, address: std::net::IpAddr) -> Result<(), Refusal> {
        self.addresses.check(&address.into()).map_err(Refusal::too_many)
    }

    /// Of the acts of an admitted request the first has been counted.
    fn admit_more(&self, address: std::net::IpAddr, acts: NonZeroU32) -> Result<(), Refusal> {
        match NonZeroU32::new(acts.get() - 1) {
            Some(more) => {
                self.addresses.check_many(&address.into(), more).map_err(Refusal::too_many)
            }
            None => Ok(()),
        }
    }
}

/// The caller's address, within its rate.
pub(crate) struct Caller(pub(crate) std::net::IpAddr);

impl FromRequestParts<Edge> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Refusal> {
        let Ok(peer) = Peer::from_request_parts(parts, edge).await;
        let address = edge.address(&peer, &parts.headers);
        edge.admit(address)?;
        Ok(Self(address))
    }
}

/// `Authorization: Bearer <visit token>`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn pass(headers: &HeaderMap, address: std::net::IpAddr) -> Result<Pass, Refusal> {
    match bearer(headers) {
        Some(token) => Ok(Pass { token: token.to_owned(), address }),
        None => Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            "UNAUTHENTICATED",
            "no visit token; open a visit with POST /visit and send `Authorization: Bearer TOKEN`",
        )),
    }
}
