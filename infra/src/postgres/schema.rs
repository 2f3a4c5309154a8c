//! The schemas that this program keeps in PostgreSQL: how they are made, and which version a process finds.

use tokio_postgres::{NoTls, error::SqlState};

use super::pool::{PostgresError, Settings, address, config, explain};

/// Held while migrating, so that two operators do not do it at once; any number that nobody else uses.
const MIGRATING: i64 = 0x10c4_57e9;

mod read {
    refinery::embed_migrations!("src/postgres/migrations/read");
}

mod keys {
    refinery::embed_migrations!("src/postgres/migrations/keys");
}

/// Each has its own tables, its own migrations and its own grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// The stored views.
    Read,
    /// The key store.
    Keys,
}

impl Schema {
    pub const ALL: [Self; 2] = [Self::Read, Self::Keys];

    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Keys => "keys",
        }
    }

    fn migrations(self) -> refinery::Runner {
        let mut runner = match self {
            Self::Read => read::migrations::runner(),
            Self::Keys => keys::migrations::runner(),
        };
        runner.set_migration_table_name(format!("{}.schema_history", self.name()));
        runner
    }

    /// The version that this program knows.
    pub fn version(self) -> i32 {
        let versions = self.migrations();
        let versions = versions.get_migrations().iter().map(refinery::Migration::version);
        versions.max().unwrap_or(0)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    #[error("the migration of schema `{schema}` failed; what it did not finish it took back")]
    Migration {
        schema: &'static str,
        #[source]
        source: refinery::Error,
    },
}

/// Brings every schema to the version that this program knows; how many steps each took. A newer one is refused.
pub async fn migrate(settings: &Settings) -> Result<Vec<(Schema, usize)>, MigrateError> {
    let config = config(settings)?;
    let explained = |error| explain(error, &address(&config), &config);
    let (mut client, connection) = config.connect(NoTls).await.map_err(explained)?;
    let work = async {
        let lock = "SELECT pg_advisory_lock($1)";
        client.execute(lock, &[&MIGRATING]).await.map_err(explained)?;
        let mut taken = Vec::new();
        for schema in Schema::ALL {
            refuse_newer(&client, schema).await.map_err(|error| match error {
                PostgresError::Failed(source) => explained(source),
                other => other,
            })?;
            let done = schema.migrations().set_abort_divergent(true).run_async(&mut client).await;
            let report =
                done.map_err(|source| MigrateError::Migration { schema: schema.name(), source })?;
            taken.push((schema, report.applied_migrations().len()));
        }
        Ok(taken)
    };
    // The connection does its work only while it is polled, and ends when the client goes.
    tokio::select! {
        done = work => done,
        ended = connection => Err(match ended {
            Err(error) => explained(error).into(),
            Ok(()) => PostgresError::Ended.into(),
        }),
    }
}

async fn refuse_newer(
    client: &tokio_postgres::Client,
    schema: Schema,
) -> Result<(), PostgresError> {
    match found(client, schema).await? {
        found if found > schema.version() => {
            Err(PostgresError::TooNew { schema: schema.name(), found, known: schema.version() })
        }
        _ => Ok(()),
    }
}

/// Whether the schema has the very version that this program knows.
pub(super) async fn check(
    client: &deadpool_postgres::Client,
    schema: Schema,
) -> Result<(), PostgresError> {
    let (found, known) = (found(client, schema).await?, schema.version());
    let schema = schema.name();
    match found.cmp(&known) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Err(PostgresError::TooOld { schema, found, known }),
        std::cmp::Ordering::Greater => Err(PostgresError::TooNew { schema, found, known }),
    }
}

/// The last step that was taken; 0 if it was never migrated.
async fn found(client: &tokio_postgres::Client, schema: Schema) -> Result<i32, PostgresError> {
    let last = format!("SELECT COALESCE(MAX(version), 0) FROM {}.schema_history", schema.name());
    match client.query_one(&last, &[]).await {
        Ok(row) => Ok(row.get(0)),
        Err(error)
            if error.code().is_some_and(|code| {
                [SqlState::UNDEFINED_TABLE, SqlState::INVALID_SCHEMA_NAME].contains(code)
            }) =>
        {
            Ok(0)
        }
        Err(error) => Err(PostgresError::Failed(error)),
    }
}
