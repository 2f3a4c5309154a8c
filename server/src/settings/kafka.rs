//! Where the log and the command bus are, when they are Apache Kafka.

use std::{fs::File, path::PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use infra::kafka::client::{KafkaSettings, Login, Mechanism, Tls};

use super::{Roles, secret::Password};

/// Without `--kafka` the log is an `SQLite` file in the data directory.
#[derive(Args, Clone, Debug)]
pub(crate) struct Kafka {
    /// Brokers of Apache Kafka, which then hold log, command bus and activity [default: `SQLite` in the data directory]
    #[arg(
        global = true,
        id = "kafka",
        long = "kafka",
        env = "LOCKSTEP_KAFKA",
        value_name = "HOST:PORT,…",
        help_heading = "Kafka"
    )]
    pub(crate) bootstrap: Option<String>,
    /// The topics are this, a dot, and `registry`, `commands`, `events`, `activity`
    #[arg(
        global = true,
        id = "kafka-prefix",
        long = "kafka-prefix",
        env = "LOCKSTEP_KAFKA_PREFIX",
        default_value = "lockstep",
        value_name = "NAME",
        help_heading = "Kafka"
    )]
    pub(crate) prefix: String,
    /// Who this process is to the brokers (SASL PLAIN) [default: nobody in particular]
    #[arg(
        global = true,
        id = "kafka-user",
        long = "kafka-user",
        env = "LOCKSTEP_KAFKA_USER",
        value_name = "NAME",
        help_heading = "Kafka"
    )]
    pub(crate) user: Option<String>,
    #[command(flatten)]
    pub(crate) password: KafkaPassword,
    /// Certificate authority of the brokers (PEM); with it connections are TLS
    #[arg(
        global = true,
        id = "kafka-ca",
        long = "kafka-ca",
        env = "LOCKSTEP_KAFKA_CA",
        value_name = "FILE",
        help_heading = "Kafka"
    )]
    pub(crate) ca: Option<PathBuf>,
    /// This process's own certificate for the brokers (PEM), with its key
    #[arg(
        global = true,
        id = "kafka-certificate",
        long = "kafka-certificate",
        env = "LOCKSTEP_KAFKA_CERTIFICATE",
        value_name = "FILE",
        help_heading = "Kafka"
    )]
    pub(crate) certificate: Option<PathBuf>,
    /// The key of that certificate (PEM)
    #[arg(
        global = true,
        id = "kafka-key",
        long = "kafka-key",
        env = "LOCKSTEP_KAFKA_KEY",
        value_name = "FILE",
        help_heading = "Kafka"
    )]
    pub(crate) key: Option<PathBuf>,
}

impl Kafka {
    /// `None`: the log is in the data directory.
    pub(crate) fn connection(&self, roles: &Roles) -> anyhow::Result<Option<KafkaSettings>> {
        let Some(bootstrap) = self.bootstrap.clone() else { return Ok(None) };
        let password =
            Password::read(self.password.text.as_deref(), self.password.file.as_deref())?;
        let login = match (&self.user, password) {
            (Some(user), Some(Password(password))) => {
                Some(Login { user: user.clone(), password, mechanism: Mechanism::Plain })
            }
            (Some(_), None) => {
                bail!("--kafka-user has no password; set LOCKSTEP_KAFKA_PASSWORD_FILE")
            }
            (None, _) => None,
        };
        for file in [&self.ca, &self.certificate, &self.key].into_iter().flatten() {
            File::open(file).with_context(|| {
                format!("the file {} could not be read; check its path and mode", file.display())
            })?;
        }
        let tls = self
            .ca
            .clone()
            .map(|ca| Tls { ca, own: self.certificate.clone().zip(self.key.clone()) });
        Ok(Some(KafkaSettings {
            bootstrap,
            login,
            tls,
            node: roles.node(),
            // Permissions are given to users; without any, everybody may read as anybody.
            role: self.user.clone().unwrap_or_else(|| "lockstep".to_owned()),
            topic_prefix: self.prefix.clone(),
        }))
    }
}

#[derive(Args, Clone, Debug)]
pub(crate) struct KafkaPassword {
    /// That user's password, from a file
    #[arg(
        global = true,
        id = "kafka-password-file",
        long = "kafka-password-file",
        env = "LOCKSTEP_KAFKA_PASSWORD_FILE",
        value_name = "FILE",
        help_heading = "Kafka"
    )]
    file: Option<PathBuf>,
    /// That user's password; better from the environment or a file than from the command line
    #[arg(
        global = true,
        id = "kafka-password",
        long = "kafka-password",
        env = "LOCKSTEP_KAFKA_PASSWORD",
        value_name = "PASSWORD",
        hide_env_values = true,
        help_heading = "Kafka"
    )]
    text: Option<String>,
}
