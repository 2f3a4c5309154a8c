//! The desk: the staff's listener, its schema guarded field by field by role.

pub mod authorisation;
mod decided;
mod devices;
mod display;
mod graphql;
mod hub;
mod live;
mod mutation;
mod query;
pub(crate) mod recording;
pub mod session;
pub(crate) mod signals;
mod subscription;
mod watching;

use std::sync::Arc;

use async_graphql::Schema;
use axum::{Router, extract::DefaultBodyLimit, routing::post};
use ipnet::IpNet;

pub(crate) use self::display::may_replay;
use self::{authorisation::Authorisation, hub::Hub, session::DemoLogin};
use crate::{
    headers,
    health::{self, Readiness},
    inside::Inside,
    limits::{self, BODY_BYTES_MAX, Limiter, Rate},
    proxies::{Household, Proxies},
    secrets::{KeyTooShort, Signer},
    socket::Sockets,
};

pub type DeskSchema = Schema<query::Query, mutation::Mutation, subscription::Subscriptions>;

pub struct DeskSettings {
    /// Signs sessions; kept over restarts.
    pub session_key: Vec<u8>,
    pub trusted_proxies: Vec<IpNet>,
    /// True where staff come over HTTPS.
    pub secure_cookies: bool,
    /// Attempts to log in from one address.
    pub logins_per_address: Rate,
    /// Operations of one member of staff.
    pub per_staff: Rate,
    /// Shown on the sign-in page; empty elsewhere than at the demo company.
    pub demo_logins: Vec<DemoLogin>,
    pub sockets: Sockets,
}

impl DeskSettings {
    pub const LOGINS_PER_ADDRESS: Rate = Rate::new(60, 2);
    pub const PER_STAFF: Rate = Rate::new(200, 50);
}

/// Attempts on one login: so many at once, then one in so many seconds.
const LOGINS_BURST: u32 = 8;
const LOGINS_EVERY_SECS: u64 = 8;

pub(crate) struct DeskState {
    inside: Arc<Inside>,
    schema: DeskSchema,
    table: Authorisation,
    hub: Hub,
    sockets: Sockets,
    devices: devices::Devices,
    signer: Signer,
    proxies: Proxies,
    secure_cookies: bool,
    demo_logins: Vec<DemoLogin>,
    logins: Limiter<(String, Household)>,
    logins_by_address: Limiter<Household>,
    staff: Limiter<domain::id::StaffId>,
}

pub fn schema() -> DeskSchema {
    Schema::build(
        query::Query::default(),
        mutation::Mutation::default(),
        subscription::Subscriptions,
    )
    .limit_depth(limits::STAFF_DEPTH_MAX)
    .limit_complexity(limits::COMPLEXITY_MAX)
    .limit_directives(8)
    .finish()
}

/// The desk's routes without assets; serve it with `into_make_service_with_connect_info::<SocketAddr>()`.
pub fn desk_router(
    inside: Arc<Inside>,
    readiness: Arc<dyn Readiness>,
    settings: DeskSettings,
) -> Result<Router, KeyTooShort> {
    let schema = schema();
    let table = Authorisation::new(authorisation::TABLE, &schema.sdl())
        .expect("a test reads the committed table");
    let state = Arc::new(DeskState {
        inside,
        schema,
        table,
        hub: Hub::default(),
        sockets: settings.sockets,
        devices: devices::Devices::default(),
        signer: Signer::new(&settings.session_key)?,
        proxies: Proxies::new(settings.trusted_proxies),
        secure_cookies: settings.secure_cookies,
        demo_logins: settings.demo_logins,
        logins: Limiter::slow(LOGINS_BURST, LOGINS_EVERY_SECS),
        logins_by_address: Limiter::new(settings.logins_per_address),
        staff: Limiter::new(settings.per_staff),
    });
    let router = Router::new()
        .route(
            "/session",
            post(session::sign_in).delete(session::sign_out).get(session::demo_logins),
        )
        .route("/graphql", post(graphql::post).get(graphql::socket))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(state);
    Ok(headers::secure(router.merge(health::router(readiness))))
}
