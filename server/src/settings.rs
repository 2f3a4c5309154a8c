//! Every setting of `lockstep serve`, once: its flag, its variable, its default, what it means.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use domain::{
    id::{SiteName, TenantName},
    log::Partition,
};
use ipnet::IpNet;

use crate::ed25519::PublicKey;

mod clock;
mod kafka;
mod link;
mod postgres;
pub(crate) mod reference;
mod roles;
mod secret;

pub(crate) use clock::ClockSetting;
pub(crate) use kafka::Kafka;
pub(crate) use link::{Link, Listening};
pub(crate) use postgres::Postgres;
pub(crate) use roles::{Role, Roles};

/// Where everything that a process keeps is kept.
#[derive(Args, Clone, Debug)]
pub(crate) struct DataDir {
    /// The data directory: logs, read store, keys and secrets. One process at a time may use it
    #[arg(
        long = "data-dir",
        global = true,
        env = "LOCKSTEP_DATA_DIR",
        default_value = "./data",
        value_name = "FOLDER",
        help_heading = "Storage"
    )]
    pub(crate) path: PathBuf,
}

/// Whose data it is.
#[derive(Args, Clone, Debug)]
pub(crate) struct Names {
    /// The company whose contact centre this is: names the tenant partition `tenant:NAME`
    #[arg(long, env = "LOCKSTEP_TENANT", default_value = "main", value_name = "NAME", value_parser = TenantName::parse, help_heading = "Storage")]
    pub(crate) tenant: TenantName,
    /// The site that this process serves: names the site partition `site:NAME`
    #[arg(long, env = "LOCKSTEP_SITE", default_value = "demo", value_name = "NAME", value_parser = SiteName::parse, help_heading = "Storage")]
    pub(crate) site: SiteName,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Settings {
    #[command(flatten)]
    pub(crate) data_dir: DataDir,

    #[command(flatten)]
    pub(crate) names: Names,

    /// Where the secrets are that all processes share: keys of tokens, the key of keys [default: `secrets` in the data directory]
    #[arg(long, env = "LOCKSTEP_SECRETS", value_name = "FOLDER", help_heading = "Storage")]
    pub(crate) secrets: Option<PathBuf>,
    /// The log's file grows to so many MiB at most; then nothing more is recorded until there is room [default: as the disk allows]
    #[arg(long, env = "LOCKSTEP_LOG_MIB_MAX", value_name = "MIB", help_heading = "Storage")]
    pub(crate) log_mib_max: Option<u32>,

    /// What displays showed is kept in the data directory for so many days; on Kafka the topic says how long
    #[arg(
        long,
        env = "LOCKSTEP_FRAMES_KEPT_DAYS",
        default_value_t = 30,
        value_name = "DAYS",
        value_parser = clap::value_parser!(u16).range(1..),
        help_heading = "Storage"
    )]
    pub(crate) frames_kept_days: u16,

    #[command(flatten)]
    pub(crate) roles: Roles,

    #[command(flatten)]
    pub(crate) kafka: Kafka,

    #[command(flatten)]
    pub(crate) postgres: Postgres,

    #[command(flatten)]
    pub(crate) link: Link,

    /// Where customers' browsers connect: widget, GraphQL, page views, plain form
    #[arg(
        long,
        env = "LOCKSTEP_EDGE",
        default_value = "127.0.0.1:7080",
        value_name = "ADDRESS",
        help_heading = "Listeners"
    )]
    pub(crate) edge: SocketAddr,
    /// Where staff connect: desk, board, GraphiQL, GraphQL, metrics
    #[arg(
        long,
        env = "LOCKSTEP_DESK",
        default_value = "127.0.0.1:7081",
        value_name = "ADDRESS",
        help_heading = "Listeners"
    )]
    pub(crate) desk: SocketAddr,
    /// Where the demo company's own web site is served; only with `--demo`
    #[arg(
        long,
        env = "LOCKSTEP_DEMO_SITE",
        default_value = "127.0.0.1:7082",
        value_name = "ADDRESS",
        help_heading = "Listeners"
    )]
    pub(crate) demo_site: SocketAddr,
    /// Where the mirror is served, in which staff see customers' pages: an origin of its own, reached by the same people as the desk
    #[arg(
        long,
        env = "LOCKSTEP_MIRROR",
        default_value = "127.0.0.1:7083",
        value_name = "ADDRESS",
        help_heading = "Listeners"
    )]
    pub(crate) mirror: SocketAddr,
    /// The desk's address as staff's browsers see it [default: http:// and the desk's address]
    #[arg(long, env = "LOCKSTEP_DESK_URL", value_name = "URL", help_heading = "Listeners")]
    pub(crate) desk_url: Option<String>,
    /// The mirror's address as staff's browsers see it [default: http:// and the mirror's address]
    #[arg(long, env = "LOCKSTEP_MIRROR_URL", value_name = "URL", help_heading = "Listeners")]
    pub(crate) mirror_url: Option<String>,
    /// The edge's address as customers' browsers see it [default: http:// and the edge's address]
    #[arg(long, env = "LOCKSTEP_EDGE_URL", value_name = "URL", help_heading = "Listeners")]
    pub(crate) edge_url: Option<String>,
    /// Origins of the company's web sites, whose pages may talk to the edge and are shown to staff; the demo site's is added with `--demo`
    #[arg(
        long = "allowed-origin",
        env = "LOCKSTEP_ALLOWED_ORIGINS",
        value_delimiter = ',',
        value_name = "ORIGIN",
        help_heading = "Listeners"
    )]
    pub(crate) allowed_origins: Vec<String>,
    /// Origins without the widget whose pages customer and staff may open together all the same
    #[arg(
        long = "together-origin",
        env = "LOCKSTEP_TOGETHER_ORIGINS",
        value_delimiter = ',',
        value_name = "ORIGIN",
        help_heading = "Listeners"
    )]
    pub(crate) together_origins: Vec<String>,
    /// Networks of proxies in front of the edge: only from these is `X-Forwarded-For` believed
    #[arg(
        long = "trusted-proxy",
        env = "LOCKSTEP_TRUSTED_PROXIES",
        value_delimiter = ',',
        value_name = "CIDR",
        help_heading = "Listeners"
    )]
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// Staff come over HTTPS, through a proxy in front of the desk: their cookies are then sent over nothing else
    #[arg(long, env = "LOCKSTEP_STAFF_OVER_HTTPS", help_heading = "Listeners")]
    pub(crate) staff_over_https: bool,
    /// How long a stop waits for requests in flight before it closes what is left
    #[arg(
        long,
        env = "LOCKSTEP_DRAIN_SECS",
        default_value_t = 10,
        value_name = "SECONDS",
        help_heading = "Listeners"
    )]
    pub(crate) drain_secs: u64,

    /// Who signs the customers' identity tokens: the tokens' `iss`
    #[arg(
        long,
        env = "LOCKSTEP_COMPANY_ISSUER",
        default_value = "brightwater",
        value_name = "NAME",
        help_heading = "Identity"
    )]
    pub(crate) company_issuer: String,
    /// The Ed25519 public key (PEM) of the company's identity tokens; without one every customer is anonymous. With `--demo` the demo company's own key is used
    #[arg(long, env = "LOCKSTEP_COMPANY_KEY", value_name = "FILE", help_heading = "Identity")]
    pub(crate) company_key: Option<PathBuf>,
    /// Login of the first administrator, made when there is none. The password is generated into `secrets/first-administrator-password` unless it is given
    #[arg(
        long,
        env = "LOCKSTEP_ADMIN_LOGIN",
        default_value = "admin",
        value_name = "LOGIN",
        help_heading = "Identity"
    )]
    pub(crate) admin_login: String,
    /// Password of the first administrator, at least twelve characters; used only when that login is made
    #[arg(
        long,
        env = "LOCKSTEP_ADMIN_PASSWORD",
        value_name = "PASSWORD",
        hide_env_values = true,
        help_heading = "Identity"
    )]
    pub(crate) admin_password: Option<String>,

    /// What partition time follows: `real`, `scaled:FACTOR` (runs FACTOR times as fast) or `driven` (moves only when told). Recorded in a new data directory; another one is refused later
    #[arg(
        long,
        env = "LOCKSTEP_CLOCK",
        default_value = "real",
        value_name = "CLOCK",
        help_heading = "Running"
    )]
    pub(crate) clock: ClockSetting,
    /// How log lines are written to standard error
    #[arg(
        long,
        env = "LOCKSTEP_LOG_FORMAT",
        value_enum,
        default_value_t = LogFormat::Text,
        value_name = "FORMAT",
        help_heading = "Running"
    )]
    pub(crate) log_format: LogFormat,
    /// What is logged: levels by module, such as `info,commands=debug`
    #[arg(
        long,
        env = "LOCKSTEP_LOG",
        default_value = "info",
        value_name = "FILTER",
        help_heading = "Running"
    )]
    pub(crate) log: String,
    /// Serve the demo company too: its web site, customers, contracts, policy and staff
    #[arg(long, env = "LOCKSTEP_DEMO", help_heading = "Running")]
    pub(crate) demo: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

impl Names {
    /// The tenant's and the site's.
    pub(crate) fn partitions(&self) -> [Partition; 2] {
        [Partition::Tenant(self.tenant.clone()), Partition::Site(self.site.clone())]
    }
}

const PASSWORD_LENGTH_MIN: usize = 12;

impl Settings {
    /// What the flags' own types cannot say; the first thing that `serve` does.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let mut listeners =
            vec![("--edge", self.edge), ("--desk", self.desk), ("--mirror", self.mirror)];
        if self.demo {
            listeners.push(("--demo-site", self.demo_site));
        }
        for (at, (name, address)) in listeners.iter().enumerate() {
            if let Some((other, _)) =
                listeners[..at].iter().find(|(_, taken)| taken == address && address.port() != 0)
            {
                bail!("{name} and {other} are both {address}; give each listener its own address");
            }
        }
        self.check_roles()?;
        self.check_link()?;
        let urls = [&self.edge_url, &self.desk_url, &self.mirror_url].into_iter().flatten();
        for origin in self.allowed_origins.iter().chain(&self.together_origins).chain(urls) {
            check_origin(origin)?;
        }
        if let Some(password) = &self.admin_password
            && password.chars().count() < PASSWORD_LENGTH_MIN
        {
            bail!(
                "the first administrator's password is shorter than {PASSWORD_LENGTH_MIN} characters; set LOCKSTEP_ADMIN_PASSWORD to a longer one, or leave it out and one is generated"
            );
        }
        Ok(())
    }

    fn check_link(&self) -> anyhow::Result<()> {
        if self.roles.are_outside() {
            self.link.listening().map(drop)
        } else {
            self.link.dialling().map(drop)
        }
    }

    /// Which parts may stand apart follows from what they share.
    fn check_roles(&self) -> anyhow::Result<()> {
        let apart: Vec<_> =
            Role::value_variants().iter().filter(|role| !self.roles.has(**role)).collect();
        let inside_apart = apart.iter().any(|role| **role != Role::Edge);
        if self.roles.are_outside() || !inside_apart {
            return Ok(());
        }
        if self.kafka.bootstrap.is_none() {
            bail!(
                "only the edge can stand apart from a log in a data directory; give this process all of {}, or set --kafka",
                Role::value_variants()
                    .iter()
                    .filter(|role| **role != Role::Edge)
                    .map(|role| format!("{role:?}").to_lowercase())
                    .collect::<Vec<_>>()
                    .join(", ")
            );
        }
        let stores = [Role::Gateway, Role::Desk, Role::Project];
        if self.postgres.url.is_none() && stores.iter().any(|role| self.roles.has(*role)) {
            bail!("roles that stand apart share PostgreSQL; set --postgres");
        }
        Ok(())
    }

    /// The key that the company's signatures under its customers' identity are checked with.
    pub(crate) fn company_public_key(&self) -> anyhow::Result<Option<PublicKey>> {
        let Some(path) = &self.company_key else { return Ok(None) };
        let pem = std::fs::read_to_string(path).with_context(|| {
            format!(
                "the company's key {} could not be read; check --company-key (LOCKSTEP_COMPANY_KEY)",
                path.display()
            )
        })?;
        let key = PublicKey::from_pem(&pem)
            .with_context(|| format!("{} is not the company's key", path.display()))?;
        Ok(Some(key))
    }
}

/// A scheme, a host, perhaps a port: nothing after it.
fn check_origin(origin: &str) -> anyhow::Result<()> {
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ']) => Ok(()),
        _ => bail!(
            "`{origin}` is not an origin; write scheme and host without a path, such as https://www.example.com"
        ),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        settings: Settings,
    }

    fn check(flags: &[&str]) -> anyhow::Result<()> {
        let flags = std::iter::once(&"lockstep").chain(flags);
        Cli::try_parse_from(flags)?.settings.check()
    }

    #[test]
    fn the_defaults_are_fine() {
        check(&[]).unwrap();
    }

    #[test]
    fn two_listeners_on_one_address_are_refused() {
        let error = check(&["--edge", "127.0.0.1:9", "--desk", "127.0.0.1:9"]).unwrap_err();
        assert!(error.to_string().contains("--desk and --edge"), "{error}");
        check(&["--edge", "127.0.0.1:0", "--desk", "127.0.0.1:0"]).unwrap();
    }

    #[test]
    fn an_origin_has_no_path() {
        check(&["--allowed-origin", "https://www.example.com"]).unwrap();
        for wrong in ["www.example.com", "https://example.com/", "https://", "ftp://example.com"] {
            let error = check(&["--allowed-origin", wrong]).unwrap_err();
            assert!(error.to_string().contains("is not an origin"), "{error}");
        }
    }

    #[test]
    fn parts_stand_apart_only_on_what_they_can_share() {
        let link = "--role edge --link-listen 127.0.0.1:0 --link-from 127.0.0.1/32 --link-certificate c --link-key k --link-ca a";
        check(&link.split(' ').collect::<Vec<_>>()).unwrap();
        let error = check(&["--role", "edge"]).unwrap_err();
        assert!(error.to_string().contains("--link-listen"), "{error}");
        check(&["--role", "gateway,desk,decide,project,effects"]).unwrap();
        let error = check(&["--role", "desk"]).unwrap_err().to_string();
        assert!(error.contains("set --kafka") && error.contains("gateway, desk"), "{error}");
        let kafka = ["--kafka", "127.0.0.1:9092"];
        check(&[&kafka[..], &["--role", "decide"]].concat()).unwrap();
        let error = check(&[&kafka[..], &["--role", "desk"]].concat()).unwrap_err();
        assert!(error.to_string().contains("set --postgres"), "{error}");
    }

    #[test]
    fn a_short_first_password_is_refused() {
        let error = check(&["--admin-password", "short"]).unwrap_err();
        assert!(error.to_string().contains("shorter than 12"), "{error}");
    }
}
