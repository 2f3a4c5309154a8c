//! `cargo xtask services`: Kafka and PostgreSQL on this machine, without Docker, for development and tests.
#![expect(clippy::print_stdout, reason = "what runs where is what the command is for")]

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::{needs, shell::root};

mod folder;
mod kafka;
mod postgres;
mod process;

use folder::Folder;
use kafka::Kafka;
use postgres::Postgres;

/// Names the folder for whatever reads `services.json`.
pub(crate) const FOLDER: &str = "LOCKSTEP_SERVICES";

#[derive(Args)]
pub(crate) struct Services {
    /// Where data, passwords and logs lie
    #[arg(long, env = FOLDER, value_name = "FOLDER", default_value_os_t = root().join("target/services"))]
    folder: PathBuf,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Start what does not run yet, and leave it running
    Up(Ports),
    /// Stop both
    Down {
        /// Remove their data too
        #[arg(long)]
        wipe: bool,
    },
    /// Say what runs where; the exit code is 1 unless everything does
    Status,
}

/// Without a value: as they were the last time, or the usual ones.
#[derive(Args, Default)]
struct Ports {
    #[arg(long = "kafka-port", env = "LOCKSTEP_SERVICES_KAFKA_PORT", value_name = "PORT")]
    kafka: Option<u16>,
    #[arg(
        long = "kafka-controller-port",
        env = "LOCKSTEP_SERVICES_KAFKA_CONTROLLER_PORT",
        value_name = "PORT"
    )]
    kafka_controller: Option<u16>,
    #[arg(long = "kafka-tls-port", env = "LOCKSTEP_SERVICES_KAFKA_TLS_PORT", value_name = "PORT")]
    kafka_tls: Option<u16>,
    #[arg(long = "postgres-port", env = "LOCKSTEP_SERVICES_POSTGRES_PORT", value_name = "PORT")]
    postgres: Option<u16>,
}

pub(crate) fn run(services: &Services) -> Result<ExitCode> {
    match &services.verb {
        Verb::Up(ports) => up(&services.folder, ports).map(|_| ExitCode::SUCCESS),
        Verb::Down { wipe } => down(&services.folder, *wipe).map(|()| ExitCode::SUCCESS),
        Verb::Status => status(&services.folder),
    }
}

/// For a run of tests: brings up the services of the folder that the environment names, or the usual one, and
/// returns it.
pub(crate) fn up_for_tests() -> Result<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the same variable that `services` declares")]
    let folder = std::env::var_os(FOLDER).map(PathBuf::from);
    up(&folder.unwrap_or_else(|| root().join("target/services")), &Ports::default())
}

/// Services for one run, with nothing in them but what the run brings, at free ports; stopped when dropped.
pub(crate) struct Fresh(PathBuf);

impl Fresh {
    pub(crate) fn up(folder: &Path) -> Result<Self> {
        if folder.exists() {
            down(folder, true)?;
        }
        let [kafka, kafka_controller, kafka_tls, postgres] = free_ports()?.map(Some);
        let fresh = Self(folder.to_owned());
        up(folder, &Ports { kafka, kafka_controller, kafka_tls, postgres })?;
        Ok(fresh)
    }

    /// The folder with `services.json`.
    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Err(error) = down(&self.0, false) {
            eprintln!("the services of this run could not be stopped: {error:#}");
        }
    }
}

/// Ports that nobody listens at.
fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let mut listeners = Vec::with_capacity(N);
    for _ in 0..N {
        listeners.push(TcpListener::bind("127.0.0.1:0")?);
    }
    let mut ports = [0; N];
    for (port, listener) in ports.iter_mut().zip(&listeners) {
        *port = listener.local_addr()?.port();
    }
    Ok(ports)
}

fn up(folder: &Path, ports: &Ports) -> Result<PathBuf> {
    needs::check(needs::SERVICES)?;
    let folder = Folder::make(folder)?;
    let _one_at_a_time = folder.lock()?;
    let (kafka, postgres) = at(&folder, ports);
    // First: `down` must find what is half up.
    folder.write("services.json", &format!("{:#}\n", description(&kafka, &postgres)?))?;
    kafka.up()?;
    postgres.up()?;
    Ok(folder.path().to_owned())
}

fn down(folder: &Path, wipe: bool) -> Result<()> {
    let folder = Folder::make(folder)?;
    let _one_at_a_time = folder.lock()?;
    let (kafka, postgres) = at(&folder, &Ports::default());
    kafka.down()?;
    postgres.down()?;
    if wipe {
        kafka.wipe()?;
        postgres.wipe()?;
    }
    Ok(())
}

fn status(folder: &Path) -> Result<ExitCode> {
    let folder = Folder::make(folder)?;
    let (kafka, postgres) = at(&folder, &Ports::default());
    let (kafka_says, postgres_says) = (kafka.status(), postgres.status());
    println!("{kafka_says}\n{postgres_says}\nfolder      {}", folder.path().display());
    let all = kafka_says.reachable && postgres_says.reachable;
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What both are to be, at the ports that are asked for, or else at those of the last time.
fn at<'a>(folder: &'a Folder, ports: &Ports) -> (Kafka<'a>, Postgres<'a>) {
    let text = fs::read_to_string(folder.path().join("services.json")).unwrap_or_default();
    let before: Value = serde_json::from_str(&text).unwrap_or_default();
    let last = |which: &Value| {
        let port = which.as_str().and_then(|address| address.rsplit(':').next()?.parse().ok());
        port.or_else(|| which.as_u64().and_then(|port| u16::try_from(port).ok()))
    };
    let port = |asked: Option<u16>, which: &Value, usual| asked.or(last(which)).unwrap_or(usual);
    let of_kafka = &before["kafka"];
    let kafka = Kafka {
        folder,
        port: port(ports.kafka, &of_kafka["bootstrap"], 7092),
        controller_port: port(ports.kafka_controller, &of_kafka["controller"], 7093),
        tls_port: port(ports.kafka_tls, &of_kafka["tls"]["bootstrap"], 7094),
    };
    let port = port(ports.postgres, &before["postgres"]["port"], 7432);
    (kafka, Postgres { folder, port })
}

/// `services.json`: where tests and stories find everything. Passwords stay in files of their own.
fn description(kafka: &Kafka, postgres: &Postgres) -> Result<Value> {
    let users = |users: Vec<(&'static str, PathBuf)>| {
        let path = |file: PathBuf| file.into_os_string().into_string().ok();
        let users =
            users.into_iter().map(|(user, file)| Some((user.to_owned(), path(file)?.into())));
        users.collect::<Option<serde_json::Map<_, _>>>().context("the folder's name is not text")
    };
    Ok(json!({
        "kafka": {
            "bootstrap": format!("127.0.0.1:{}", kafka.port),
            "controller": format!("127.0.0.1:{}", kafka.controller_port),
            "tls": { "bootstrap": format!("127.0.0.1:{}", kafka.tls_port), "ca": kafka.ca() },
            "users": users(kafka.users())?,
        },
        "postgres": {
            "host": "127.0.0.1",
            "port": postgres.port,
            "database": postgres::DATABASE,
            "users": users(postgres.users())?,
        },
    }))
}
