//! The doors: what customers, staff and machines reach over HTTP, with everything behind them put together.

use std::{net::SocketAddr, sync::Arc};

use api::{
    DeskSettings, EdgeSettings, Sockets,
    desk::session::DemoLogin,
    gateway::{Gateway, GatewaySettings},
    health::Readiness,
    inside::{ClockDriver, Inside, Ports},
    secrets,
};
use axum::{Router, routing::get};
use commands::ports::bus::CommandBus;
use metrics_exporter_prometheus::PrometheusHandle;
use tracing::info;

use super::{clock::Clocks, driver::Driver, engine::Engine, readiness::Ready, stores::Stores};
use crate::{
    assets,
    demo::{company, identity::Company},
    settings::Settings,
};

/// Whom a customer's identity token is for.
const AUDIENCE: &str = "lockstep";
/// The names of the signing keys among the secrets.
const VISIT_KEY: &str = "visit-token";
const SESSION_KEY: &str = "session-token";

/// Where the listeners are.
pub(super) struct Addresses {
    pub(super) edge: SocketAddr,
    pub(super) desk: SocketAddr,
    pub(super) demo_site: Option<SocketAddr>,
}

impl Addresses {
    /// The edge as customers' browsers see it.
    pub(super) fn edge_url(&self, settings: &Settings) -> String {
        settings.edge_url.clone().unwrap_or_else(|| format!("http://{}", self.edge))
    }

    /// Said once, when everything works.
    pub(super) fn announce(&self, settings: &Settings) {
        let demo_site = self.demo_site.map(tracing::field::display);
        info!(edge = %self.edge, desk = %self.desk, demo_site, clock = %settings.clock, "ready");
    }
}

/// Everything that the doors stand on.
pub(super) struct Behind<'a> {
    pub(super) settings: &'a Settings,
    pub(super) stores: &'a Stores,
    pub(super) clocks: &'a Clocks,
    pub(super) engine: &'a Arc<Engine>,
    /// Only with `--demo`.
    pub(super) company: Option<&'a Company>,
    pub(super) addresses: &'a Addresses,
    pub(super) metrics: PrometheusHandle,
    pub(super) sockets: &'a Sockets,
}

pub(super) struct Doors {
    pub(super) edge: Router,
    pub(super) desk: Router,
}

impl Behind<'_> {
    pub(super) fn open(self) -> anyhow::Result<Doors> {
        let inside = Inside::new(self.ports());
        let readiness: Arc<dyn Readiness> = Arc::new(Ready { engine: Arc::clone(self.engine) });
        let data_dir = &self.stores.data_dir;
        let gateway = Gateway::new(
            Arc::clone(&inside),
            GatewaySettings {
                visit_key: data_dir.secret(VISIT_KEY)?.to_vec(),
                company: self.identities()?,
                per_visit: GatewaySettings::PER_VISIT,
            },
        )?;
        let edge = api::edge_router(gateway, Arc::clone(&readiness), self.edge_settings());
        let desk_settings = DeskSettings {
            session_key: data_dir.secret(SESSION_KEY)?.to_vec(),
            trusted_proxies: self.settings.trusted_proxies.clone(),
            secure_cookies: self.settings.staff_over_https,
            logins_per_address: DeskSettings::LOGINS_PER_ADDRESS,
            per_staff: DeskSettings::PER_STAFF,
            demo_logins: self.demo_logins(),
            sockets: self.sockets.clone(),
        };
        let desk = api::desk_router(inside, readiness, desk_settings)?;
        let metrics = self.metrics;
        let desk = desk.route("/metrics", get(move || async move { metrics.render() }));
        Ok(Doors {
            edge: edge.fallback_service(assets::edge()),
            desk: desk.fallback_service(assets::desk()),
        })
    }

    fn ports(&self) -> Ports {
        let Self { settings, stores, engine, .. } = self;
        Ports {
            tenant: settings.names.tenant.clone(),
            site: settings.names.site.clone(),
            tenant_bus: Arc::clone(&engine.tenant.bus) as Arc<dyn CommandBus<_>>,
            site_bus: Arc::clone(&engine.site.bus) as Arc<dyn CommandBus<_>>,
            directory: engine.directory.clone(),
            live: engine.live.clone(),
            source: Arc::clone(&stores.log) as _,
            read_store: Arc::clone(&stores.read) as _,
            sealer: Arc::clone(&stores.keys) as _,
            opener: Arc::clone(&stores.keys) as _,
            credentials: Arc::clone(&stores.keys) as _,
            activity_log: Arc::clone(&stores.activity) as _,
            activity_source: Arc::clone(&stores.activity) as _,
            clock: Arc::clone(&self.clocks.clock),
            clock_driver: self.clock_driver(),
        }
    }

    fn clock_driver(&self) -> Option<Arc<dyn ClockDriver>> {
        let driven = Arc::clone(self.clocks.driven.as_ref()?);
        Some(Arc::new(Driver { engine: Arc::clone(self.engine), driven }))
    }

    /// Whose word on a customer's identity is taken.
    fn identities(&self) -> anyhow::Result<Option<secrets::Company>> {
        let demo = self.company.map(Company::public_key);
        let key = self.settings.company_public_key()?.or(demo);
        let issuer = self.settings.company_issuer.clone();
        Ok(key.map(|key| secrets::Company::new(issuer, AUDIENCE.to_owned(), &key.0)))
    }

    fn edge_settings(&self) -> EdgeSettings {
        let demo_site = self.addresses.demo_site.map(|address| format!("http://{address}"));
        EdgeSettings {
            site: self.settings.names.site.to_string(),
            origins: self.settings.allowed_origins.iter().cloned().chain(demo_site).collect(),
            trusted_proxies: self.settings.trusted_proxies.clone(),
            per_address: EdgeSettings::PER_ADDRESS,
            sockets: self.sockets.clone(),
        }
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
