//! The services that tests run against: real ones, described by `services.json`.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde::Deserialize;

/// What `cargo xtask services up` wrote, in the folder that `LOCKSTEP_SERVICES` names.
#[derive(Clone, Debug, Deserialize)]
pub struct Services {
    pub kafka: KafkaService,
    pub postgres: PostgresService,
}

#[derive(Clone, Debug, Deserialize)]
pub struct KafkaService {
    pub bootstrap: String,
    pub tls: KafkaTls,
    /// The file with each user's password.
    pub users: BTreeMap<String, PathBuf>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct KafkaTls {
    pub bootstrap: String,
    pub ca: PathBuf,
}

#[derive(Clone, Debug, Deserialize)]
pub struct PostgresService {
    pub host: String,
    pub port: u16,
    pub database: String,
    /// The file with each user's password.
    pub users: BTreeMap<String, PathBuf>,
}

impl Services {
    /// Fails the test if they are not there.
    pub fn running() -> Self {
        let folder = std::env::var("LOCKSTEP_SERVICES").unwrap_or_else(|_| {
            concat!(env!("CARGO_MANIFEST_DIR"), "/../target/services").to_owned()
        });
        let path = PathBuf::from(folder).join("services.json");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!("{}: {error}; run `cargo xtask services up`", path.display())
        });
        serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!("{}: {error}; run `cargo xtask services up`", path.display())
        })
    }
}

impl PostgresService {
    pub fn password(&self, user: &str) -> String {
        password(&self.users, user)
    }

    pub fn url(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@{}:{}/{database}", self.host, self.port)
    }
}

impl KafkaService {
    pub fn password(&self, user: &str) -> String {
        password(&self.users, user)
    }
}

fn password(users: &BTreeMap<String, PathBuf>, user: &str) -> String {
    let file = users.get(user).unwrap_or_else(|| panic!("there is no user {user}"));
    fs::read_to_string(file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
        .trim()
        .to_owned()
}
