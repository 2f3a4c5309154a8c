//! Where the read store and the key store are, when they are PostgreSQL.

use std::path::PathBuf;

use clap::Args;

use super::secret::Password;

/// Without `--postgres` both are `SQLite` files in the data directory.
#[derive(Args, Clone, Debug)]
pub(crate) struct Postgres {
    /// PostgreSQL, which then holds the read store and the key store; without a password, such as `postgres://lockstep_desk@db:5432/lockstep` [default: `SQLite` in the data directory]
    #[arg(
        id = "postgres",
        long = "postgres",
        env = "LOCKSTEP_POSTGRES",
        value_name = "URL",
        help_heading = "PostgreSQL"
    )]
    pub(crate) url: Option<String>,
    /// The password, from a file
    #[arg(
        id = "postgres-password-file",
        long = "postgres-password-file",
        env = "LOCKSTEP_POSTGRES_PASSWORD_FILE",
        value_name = "FILE",
        help_heading = "PostgreSQL"
    )]
    file: Option<PathBuf>,
    /// The password; better from the environment or a file than from the command line
    #[arg(
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
    pub(crate) fn password(&self) -> anyhow::Result<Option<Password>> {
        Password::read(self.text.as_deref(), self.file.as_deref())
    }
}
