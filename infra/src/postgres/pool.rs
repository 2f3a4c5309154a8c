//! Connections to PostgreSQL: how many, how long one waits for them, and what their errors say.

use std::time::Duration;

use deadpool_postgres::{
    Client, Manager, ManagerConfig, Object, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use tokio_postgres::{Config, NoTls, error::SqlState};

use super::schema::{self, Schema};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Whoever needs a connection waits at most this long for one to become free.
const WAIT_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection whose server does not answer is given up after this long,
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// and after this long if somebody may be waiting for the answer.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(10);
/// A peer that says nothing for so long is asked whether it is still there.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(10);
/// The server ends a statement of ours that takes longer.
const STATEMENT_TIMEOUT_SECS: u32 = 50;
/// Prepared statements kept per connection; each generation of a view brings its own.
const STATEMENTS_KEPT: usize = 512;

/// Where the database is, and as whom to go there.
#[derive(Clone)]
pub struct Settings {
    /// `postgres://USER@HOST:PORT/DATABASE`, without a password.
    pub url: String,
    pub password: Option<String>,
    /// The role of the process, as the database's own lists show it.
    pub role: &'static str,
    pub connections_max: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    #[error(
        "the PostgreSQL address cannot be understood; write postgres://USER@HOST:PORT/DATABASE"
    )]
    Url(#[source] tokio_postgres::Error),
    #[error(
        "the PostgreSQL address holds a password, which everybody can read; give it by file or variable"
    )]
    PasswordInUrl,
    #[error(
        "PostgreSQL at {at} is not reachable; see that it runs and that address and port are right"
    )]
    Unreachable {
        at: String,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("PostgreSQL at {at} does not let `{user}` in; check the user's name and password")]
    Password {
        at: String,
        user: String,
        #[source]
        source: tokio_postgres::Error,
    },
    #[error("PostgreSQL at {at} has no database `{database}`; make it, and run `lockstep migrate`")]
    NoDatabase { at: String, database: String },
    #[error("PostgreSQL does not allow `{user}` to do this; apply `deploy/postgres/grants.sql`")]
    Forbidden {
        user: String,
        #[source]
        source: tokio_postgres::Error,
    },
    #[error(
        "the schema `{schema}` is at version {found}, this program needs {known}; run `lockstep migrate`"
    )]
    TooOld { schema: &'static str, found: i32, known: i32 },
    #[error(
        "the schema `{schema}` is at version {found}, this program knows {known} at most; run a newer one"
    )]
    TooNew { schema: &'static str, found: i32, known: i32 },
    #[error("all {max} connections to PostgreSQL are in use; it is slow, or more are needed")]
    Busy { max: usize },
    #[error("PostgreSQL did not answer within {secs} s")]
    NoAnswer { secs: u64 },
    #[error("PostgreSQL ended the connection; its own log says why")]
    Ended,
    #[error("PostgreSQL refuses what is to be written")]
    Refused(#[source] tokio_postgres::Error),
    #[error("PostgreSQL could not do what it was asked; its own log says more")]
    Failed(#[source] tokio_postgres::Error),
}

/// Connections for one schema. They are made when they are needed, so that a database that went away is found again
/// by itself; a fresh one asks first whether the schema has the version that this program knows.
#[derive(Clone)]
pub(super) struct Pool {
    connections: deadpool_postgres::Pool,
    schema: Schema,
    at: String,
    config: Config,
}

impl Pool {
    pub(super) fn new(settings: &Settings, schema: Schema) -> Result<Self, PostgresError> {
        let mut config = config(settings)?;
        config.options(format!(
            "-c search_path={} -c statement_timeout={STATEMENT_TIMEOUT_SECS}s",
            schema.name()
        ));
        let recycling_method = RecyclingMethod::Fast;
        let manager =
            Manager::from_config(config.clone(), NoTls, ManagerConfig { recycling_method });
        let connections = deadpool_postgres::Pool::builder(manager)
            .max_size(settings.connections_max.max(1))
            .wait_timeout(Some(WAIT_TIMEOUT))
            .create_timeout(Some(CONNECT_TIMEOUT))
            .recycle_timeout(Some(CONNECT_TIMEOUT))
            .runtime(Runtime::Tokio1)
            .build()
            .expect("a runtime is given");
        Ok(Self { connections, schema, at: address(&config), config })
    }

    /// Runs `work` on a connection of its own; one that does not answer in time is closed.
    pub(super) async fn with<T>(
        &self,
        work: impl AsyncFnOnce(&mut Client) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        self.with_patience(ANSWER_TIMEOUT, work).await
    }

    /// The same for what is only read, and for keys: a person waits for it.
    pub(super) async fn question<T>(
        &self,
        work: impl AsyncFnOnce(&mut Client) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        self.with_patience(QUESTION_TIMEOUT, work).await
    }

    /// The same for work that may take longer.
    pub(super) async fn with_patience<T>(
        &self,
        patience: Duration,
        work: impl AsyncFnOnce(&mut Client) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let mut client = self.client().await?;
        if let Ok(done) = tokio::time::timeout(patience, work(&mut client)).await {
            return done.map_err(|trouble| self.explained(trouble));
        }
        drop(Object::take(client));
        // Those that nobody uses have most likely lost the same server.
        self.connections.retain(|_, _| false);
        Err(PostgresError::NoAnswer { secs: patience.as_secs() }.into())
    }

    async fn client(&self) -> Result<Client, PostgresError> {
        let client = self.connections.get().await.map_err(|error| self.not_connected(error))?;
        if client.statement_cache.size() > STATEMENTS_KEPT {
            client.statement_cache.clear();
        }
        let fresh = Object::metrics(&client).recycled.is_none();
        if fresh && let Err(error) = schema::check(&client, self.schema).await {
            // The next one asks again.
            drop(Object::take(client));
            return Err(match error {
                PostgresError::Failed(source) => self.of(source),
                other => other,
            });
        }
        Ok(client)
    }

    fn not_connected(&self, error: PoolError) -> PostgresError {
        match error {
            PoolError::Backend(error) => self.of(error),
            PoolError::Timeout(TimeoutType::Wait) => {
                PostgresError::Busy { max: self.connections.status().max_size }
            }
            other => PostgresError::Unreachable { at: self.at.clone(), source: other.into() },
        }
    }

    fn explained(&self, trouble: Trouble) -> Trouble {
        match trouble {
            Trouble::Database(PostgresError::Failed(source)) => Trouble::Database(self.of(source)),
            other => other,
        }
    }

    fn of(&self, error: tokio_postgres::Error) -> PostgresError {
        explain(error, &self.at, &self.config)
    }
}

/// What work on a connection may end with.
#[derive(Debug)]
pub(super) enum Trouble {
    Database(PostgresError),
    NotAsManyRows { at: usize, changed: usize },
}

impl From<PostgresError> for Trouble {
    fn from(error: PostgresError) -> Self {
        Self::Database(error)
    }
}

impl From<tokio_postgres::Error> for Trouble {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(PostgresError::Failed(error))
    }
}

impl Trouble {
    /// For work that counts no rows.
    pub(super) fn error(self) -> PostgresError {
        match self {
            Self::Database(error) => error,
            Self::NotAsManyRows { .. } => unreachable!("nothing was to be counted"),
        }
    }
}

/// The address with the password, and the names that the database's own lists show.
pub(super) fn config(settings: &Settings) -> Result<Config, PostgresError> {
    let mut config: Config = settings.url.parse().map_err(PostgresError::Url)?;
    if config.get_password().is_some() {
        return Err(PostgresError::PasswordInUrl);
    }
    if let Some(password) = &settings.password {
        config.password(password);
    }
    config.application_name(format!("lockstep {}", settings.role));
    config.connect_timeout(CONNECT_TIMEOUT).keepalives(true).keepalives_idle(KEEPALIVE_IDLE);
    config.tcp_user_timeout(ANSWER_TIMEOUT);
    Ok(config)
}

/// Host and port, as a person writes them.
pub(super) fn address(config: &Config) -> String {
    let host = config.get_hosts().first();
    let host = match host {
        Some(tokio_postgres::config::Host::Tcp(name)) => name.clone(),
        Some(tokio_postgres::config::Host::Unix(path)) => path.display().to_string(),
        None => "localhost".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    format!("{host}:{port}")
}

/// The error in words that say what to do.
pub(super) fn explain(error: tokio_postgres::Error, at: &str, config: &Config) -> PostgresError {
    let (at, user) = (at.to_owned(), config.get_user().unwrap_or("nobody").to_owned());
    let Some(code) = error.code() else {
        return if error.is_closed() || error.as_db_error().is_none() {
            PostgresError::Unreachable { at, source: error.into() }
        } else {
            PostgresError::Failed(error)
        };
    };
    match code {
        code if [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION]
            .contains(code) =>
        {
            PostgresError::Password { at, user, source: error }
        }
        code if *code == SqlState::INVALID_CATALOG_NAME => {
            let database = config.get_dbname().unwrap_or(&user).to_owned();
            PostgresError::NoDatabase { at, database }
        }
        code if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
            PostgresError::Forbidden { user, source: error }
        }
        // Data and constraints: trying again would end the same way.
        code if code.code().starts_with("22") || code.code().starts_with("23") => {
            PostgresError::Refused(error)
        }
        // It shuts down, starts up, or was told to end this connection.
        code if code.code().starts_with("57P") || code.code().starts_with("08") => {
            PostgresError::Unreachable { at, source: error.into() }
        }
        _ => PostgresError::Failed(error),
    }
}
