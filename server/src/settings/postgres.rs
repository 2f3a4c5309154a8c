//! Where the read store and the key store are, when they are PostgreSQL.

use std::path::PathBuf;

use clap::Args;
use infra::postgres::pool;

use super::secret::Password;

/// Connections that one store of a process has at most.
const CONNECTIONS_MAX: usize = 8;

/// Without `--postgres` both are `SQLite` files in the data directory.
#[derive(Args, Clone, Debug)]
pub(crate) struct Postgres {
    /// PostgreSQL, which then holds the read store and the key store; without a password, such as `postgres://lockstep_desk@db:5432/lockstep` [default: `SQLite` in the data directory]
    #[arg(
        global = true,
        id = "postgres",
        long = "postgres",
        env = "LOCKSTEP_POSTGRES",
        value_name = "URL",
        help_heading = "PostgreSQL"
    )]
    pub(crate) url: Option<String>,
    /// The password, from a file
    #[arg(
        global = true,
        id = "postgres-password-file",
        long = "postgres-password-file",
        env = "LOCKSTEP_POSTGRES_PASSWORD_FILE",
        value_name = "FILE",
        help_heading = "PostgreSQL"
    )]
    file: Option<PathBuf>,
    /// The password; better from the environment or a file than from the command line
    #[arg(
        global = true,
        id = "postgres-password",
        long = "postgres-password",
        env = "LOCKSTEP_POSTGRES_PASSWORD",
        value_name = "PASSWORD",
        hide_env_values = true,
        help_heading = "PostgreSQL"
    )]
    text: Option<String>,
}

impl Postgres {
    /// How this role of a process gets there; `None` when nothing says where PostgreSQL is.
    pub(crate) fn connection(&self, role: &'static str) -> anyhow::Result<Option<pool::Settings>> {
        let Some(url) = self.url.clone() else { return Ok(None) };
        let password = self.password()?.map(|password| password.0);
        Ok(Some(pool::Settings { url, password, role, connections_max: CONNECTIONS_MAX }))
    }

    pub(crate) fn password(&self) -> anyhow::Result<Option<Password>> {
        Password::read(self.text.as_deref(), self.file.as_deref())
    }
}
