//! Databases of a test's own on the running PostgreSQL, with the roles and grants of a deployment.

#![allow(clippy::unwrap_used, reason = "what a test meets unexpectedly fails at once")]

use infra::postgres::{
    keys::PostgresKeys, pool::Settings, read_store::PostgresReadStore, schema::migrate,
};
use tokio_postgres::{Client, NoTls};

use crate::services::{PostgresService, Services};

const GRANTS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/postgres/grants.sql"));
const OPERATOR: &str = "lockstep_operator";
const CONNECTIONS_MAX: usize = 4;

/// Gone when it is dropped.
pub struct Database {
    service: PostgresService,
    name: String,
}

impl Database {
    /// As a deployment begins: grants are applied, nothing is migrated.
    pub async fn bare() -> Self {
        let service = Services::running().postgres;
        let name = format!("lockstep_test_{}", uuid::Uuid::new_v4().simple());
        let database = Self { service, name };
        let create = format!("CREATE DATABASE {}", database.name);
        database.operator("postgres").await.batch_execute(&create).await.unwrap();
        database.operator(&database.name).await.batch_execute(GRANTS).await.unwrap();
        database
    }

    /// With every schema at the version that this program knows.
    pub async fn fresh() -> Self {
        let database = Self::bare().await;
        migrate(&database.settings("lockstep_owner")).await.unwrap();
        database
    }

    pub fn settings(&self, user: &str) -> Settings {
        Settings {
            url: self.service.url(user, &self.name),
            password: Some(self.service.password(user)),
            role: "test",
            connections_max: CONNECTIONS_MAX,
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn service(&self) -> &PostgresService {
        &self.service
    }

    pub fn read_store(&self) -> PostgresReadStore {
        PostgresReadStore::new(&self.settings("lockstep_project")).unwrap()
    }

    pub async fn keys(&self, user: &str, master: [u8; 32]) -> PostgresKeys {
        PostgresKeys::open(&self.settings(user), master).await.unwrap()
    }

    /// A connection without any pool, as this user.
    pub async fn client(&self, user: &str) -> Client {
        connect(&self.service, user, &self.name).await
    }

    async fn operator(&self, database: &str) -> Client {
        connect(&self.service, OPERATOR, database).await
    }
}

async fn connect(service: &PostgresService, user: &str, database: &str) -> Client {
    let mut config: tokio_postgres::Config = service.url(user, database).parse().unwrap();
    config.password(service.password(user));
    let connected = config.connect(NoTls).await;
    let (client, connection) =
        connected.expect("PostgreSQL does not answer; run `cargo xtask services up`");
    // It ends with its client.
    tokio::spawn(connection);
    client
}

impl Drop for Database {
    fn drop(&mut self) {
        let (service, name) = (self.service.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let operator = connect(&service, OPERATOR, "postgres").await;
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                operator.batch_execute(&drop).await.unwrap();
            });
        });
        // A test that fails already says more than this would.
        let _ = dropping.join();
    }
}
