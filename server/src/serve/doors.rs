//! The doors: what customers, staff and machines reach over HTTP, with everything behind them put together.

use std::{net::SocketAddr, sync::Arc};

use api::{
    DeskSettings, EdgeSettings, Sockets,
    desk::session::DemoLogin,
    door::CustomerDoor,
    gateway::{Gateway, GatewaySettings},
    health::Readiness,
    inside::{ClockDriver, Inside, Ports},
    pages::Pages,
    secrets,
};
use axum::{Router, routing::get};
use commands::ports::bus::CommandBus;
use domain::id::NodeName;
use metrics_exporter_prometheus::PrometheusHandle;
use tracing::info;

use super::{
    clock::Clocks,
    driver::Driver,
    engine::Engine,
    ground::{Ground, Private},
    link::States,
    readiness::Ready,
};
use crate::{
    assets::{self, Places},
    demo::{company, identity::Company},
    settings::{Role, Settings},
};

/// Whom a customer's identity token is for.
const AUDIENCE: &str = "lockstep";
/// The names of the signing keys among the secrets.
const VISIT_KEY: &str = "visit-token";
const SESSION_KEY: &str = "session-token";

/// Where the listeners are.
pub(super) struct Addresses {
    pub(super) edge: Option<SocketAddr>,
    pub(super) desk: Option<SocketAddr>,
    pub(super) mirror: Option<SocketAddr>,
    pub(super) ops: Option<SocketAddr>,
    pub(super) demo_site: Option<SocketAddr>,
}

impl Addresses {
    /// Where browsers see the listeners, and whose pages are shown there.
    pub(super) fn places(&self, settings: &Settings) -> Places {
        let place = |said: &Option<String>, here: Option<SocketAddr>, wanted| {
            said.clone().unwrap_or_else(|| format!("http://{}", here.unwrap_or(wanted)))
        };
        Places {
            edge: place(&settings.edge_url, self.edge, settings.edge),
            desk: place(&settings.desk_url, self.desk, settings.desk),
            mirror: place(&settings.mirror_url, self.mirror, settings.mirror),
            company: company_origins(settings, self),
            together: settings.together_origins.clone(),
        }
    }

    /// Said once, when everything works.
    pub(super) fn announce(&self, settings: &Settings) {
        let [edge, desk, mirror, ops, demo_site] =
            [self.edge, self.desk, self.mirror, self.ops, self.demo_site]
                .map(|address| address.map(tracing::field::display));
        info!(edge, desk, mirror, ops, demo_site, clock = %settings.clock, "ready");
    }
}

/// Everything that the doors stand on.
pub(super) struct Behind<'a> {
    pub(super) settings: &'a Settings,
    pub(super) ground: &'a Ground,
    pub(super) clocks: &'a Clocks,
    pub(super) engine: &'a Arc<Engine>,
    /// Only with `--demo`.
    pub(super) company: Option<&'a Company>,
    pub(super) addresses: &'a Addresses,
    pub(super) metrics: PrometheusHandle,
    pub(super) sockets: &'a Sockets,
    pub(super) links: &'a States,
}

pub(super) struct Doors {
    /// What stands behind gateway and desk.
    pub(super) inside: Option<Arc<Inside>>,
    /// What edges in processes of their own reach.
    pub(super) gateway: Option<Arc<dyn CustomerDoor>>,
    pub(super) edge: Option<Router>,
    pub(super) desk: Option<Router>,
    pub(super) mirror: Option<Router>,
    pub(super) ops: Option<Router>,
}

impl Behind<'_> {
    pub(super) fn open(self) -> anyhow::Result<Doors> {
        let readiness: Arc<dyn Readiness> =
            Arc::new(Ready { engine: Arc::clone(self.engine), links: self.links.clone() });
        let inside = self.ports().map(Inside::new);
        let roles = &self.settings.roles;
        let (mut gateway, mut edge, mut desk, mut mirror) = (None, None, None, None);
        if let Some(inside) = &inside {
            if roles.has(Role::Gateway) {
                let door = &*gateway.insert(self.gateway(Arc::clone(inside))?);
                if roles.has(Role::Edge) {
                    let settings = edge_settings(self.settings, self.addresses, self.sockets);
                    let router =
                        api::edge_router(Arc::clone(door), Arc::clone(&readiness), settings);
                    edge = Some(router.fallback_service(assets::edge()));
                }
            }
            if roles.has(Role::Desk) {
                let router = api::desk_router(
                    Arc::clone(inside),
                    Arc::clone(&readiness),
                    self.desk_settings()?,
                )?;
                let router = with_metrics(router, self.metrics.clone());
                let places = self.addresses.places(self.settings);
                desk = Some(router.fallback_service(assets::desk(&places)));
                mirror = Some(assets::mirror(&places));
            }
        }
        let ops = with_metrics(api::health::router(readiness), self.metrics);
        Ok(Doors { inside, gateway, edge, desk, mirror, ops: Some(ops) })
    }

    fn gateway(&self, inside: Arc<Inside>) -> anyhow::Result<Arc<dyn CustomerDoor>> {
        let settings = GatewaySettings {
            visit_key: self.ground.secrets.secret(VISIT_KEY)?.to_vec(),
            company: self.identities()?,
            per_visit: GatewaySettings::PER_VISIT,
        };
        Ok(Gateway::new(inside, settings)?)
    }

    fn desk_settings(&self) -> anyhow::Result<DeskSettings> {
        Ok(DeskSettings {
            session_key: self.ground.secrets.secret(SESSION_KEY)?.to_vec(),
            trusted_proxies: self.settings.trusted_proxies.clone(),
            secure_cookies: self.settings.staff_over_https,
            logins_per_address: DeskSettings::LOGINS_PER_ADDRESS,
            per_staff: DeskSettings::PER_STAFF,
            demo_logins: self.demo_logins(),
            sockets: self.sockets.clone(),
        })
    }

    /// `None`: no door of this process leads inside.
    fn ports(&self) -> Option<Ports> {
        let Self { settings, ground, engine, .. } = self;
        let (views, Private { keys, activity }) =
            (engine.views.as_ref()?, ground.private.as_ref()?);
        Some(Ports {
            tenant: settings.names.tenant.clone(),
            site: settings.names.site.clone(),
            tenant_bus: Arc::clone(&views.buses.tenant) as Arc<dyn CommandBus<_>>,
            site_bus: Arc::clone(&views.buses.site) as Arc<dyn CommandBus<_>>,
            directory: views.directory.clone(),
            live: views.live.clone(),
            source: Arc::clone(&ground.source),
            read_store: ground.read.clone(),
            sealer: Arc::clone(&keys.sealer),
            opener: Arc::clone(&keys.opener),
            credentials: Arc::clone(&keys.credentials),
            activity_log: Arc::clone(&activity.log),
            activity_source: Arc::clone(&activity.source),
            pages: self.pages(),
            node: node_name(),
            clock: Arc::clone(&self.clocks.clock),
            clock_driver: self.clock_driver(),
        })
    }

    /// What may be opened for all who share a display.
    fn pages(&self) -> Pages {
        let Places { company, together, .. } = self.addresses.places(self.settings);
        Pages { company, together }
    }

    fn clock_driver(&self) -> Option<Arc<dyn ClockDriver>> {
        let driven = Arc::clone(self.clocks.driven.as_ref()?);
        Some(Arc::new(Driver::new(self.engine, &self.settings.names, driven)?))
    }

    /// Whose word on a customer's identity is taken.
    fn identities(&self) -> anyhow::Result<Option<secrets::Company>> {
        let demo = self.company.map(Company::public_key);
        let key = self.settings.company_public_key()?.or(demo);
        let issuer = self.settings.company_issuer.clone();
        Ok(key.map(|key| secrets::Company::new(issuer, AUDIENCE.to_owned(), &key.0)))
    }

    fn demo_logins(&self) -> Vec<DemoLogin> {
        let staff = self.company.map(|_| company::STAFF.iter()).into_iter().flatten();
        staff
            .map(|one| DemoLogin {
                login: one.login.to_owned(),
                password: company::PASSWORD.to_owned(),
                what: one.what(),
            })
            .collect()
    }
}

pub(super) fn edge_settings(
    settings: &Settings,
    addresses: &Addresses,
    sockets: &Sockets,
) -> EdgeSettings {
    EdgeSettings {
        site: settings.names.site.to_string(),
        origins: company_origins(settings, addresses),
        trusted_proxies: settings.trusted_proxies.clone(),
        per_address: EdgeSettings::PER_ADDRESS,
        sockets: sockets.clone(),
    }
}

/// Origins of the company's pages.
fn company_origins(settings: &Settings, addresses: &Addresses) -> Vec<String> {
    let demo_site = addresses.demo_site.map(|address| format!("http://{address}"));
    settings.allowed_origins.iter().cloned().chain(demo_site).collect()
}

/// This process among all of ours: fresh with each start.
fn node_name() -> NodeName {
    let id = api::limits::fresh_id().simple().to_string();
    NodeName::parse(&format!("node-{}", &id[id.len() - 12..])).expect("letters and digits")
}

pub(super) fn with_metrics(router: Router, metrics: PrometheusHandle) -> Router {
    router.route("/metrics", get(move || async move { metrics.render() }))
}
