//! How this process reaches Kafka: settings and clients.

use std::{
    fmt,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig,
    client::Client,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, Consumer},
    error::{KafkaError as Raw, RDKafkaErrorCode as Code},
};

pub use super::trouble::BrokerError;
pub(crate) use super::trouble::Context;

/// The first connection, and any question that has an answer, take at most so long.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// A question is asked in slices, so that a refusal is noticed before the time is over.
const ASK_FOR: Duration = Duration::from_millis(500);
const ASK_AGAIN: Duration = Duration::from_millis(20);

/// What an operator says about Kafka.
#[derive(Clone, Debug)]
pub struct KafkaSettings {
    /// `host:port`, several with commas.
    pub bootstrap: String,
    /// `None`: the broker lets in whoever comes.
    pub login: Option<Login>,
    /// `None`: nothing on the way is encrypted.
    pub tls: Option<Tls>,
    /// This process by name, as brokers and `owners` show it.
    pub node: String,
    /// Whoever reads needs permission on the group `PREFIX.ROLE`, although nothing is shared in it.
    pub role: String,
    /// All topics and groups begin with it and a dot.
    pub topic_prefix: String,
}

impl KafkaSettings {
    pub const TOPIC_PREFIX: &'static str = "lockstep";

    /// The full name of a topic or group.
    pub(crate) fn named(&self, what: &str) -> String {
        format!("{}.{what}", self.topic_prefix)
    }
}

/// Who this process is to the brokers: SASL PLAIN, or SCRAM where `scram` says so.
#[derive(Clone)]
pub struct Login {
    pub user: String,
    pub password: String,
    pub mechanism: Mechanism,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mechanism {
    #[default]
    Plain,
    ScramSha256,
    ScramSha512,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Files in PEM format.
#[derive(Clone, Debug)]
pub struct Tls {
    /// Who signs the brokers' certificates.
    pub ca: PathBuf,
    /// What this process shows, where brokers ask for it: certificate and key.
    pub own: Option<(PathBuf, PathBuf)>,
}

impl KafkaSettings {
    /// Somebody waited in vain, and nobody said why.
    pub(crate) fn unreachable(&self) -> BrokerError {
        BrokerError::Unreachable { bootstrap: self.bootstrap.clone(), because: String::new() }
    }

    fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", &self.bootstrap)
            .set("client.id", &self.node)
            .set("reconnect.backoff.ms", "50")
            .set("reconnect.backoff.max.ms", "1000")
            .set("socket.connection.setup.timeout.ms", "5000")
            .set("log.connection.close", "false")
            .set("security.protocol", self.protocol())
            .set_log_level(RDKafkaLogLevel::Notice);
        if let Some(login) = &self.login {
            let mechanism = match login.mechanism {
                Mechanism::Plain => "PLAIN",
                Mechanism::ScramSha256 => "SCRAM-SHA-256",
                Mechanism::ScramSha512 => "SCRAM-SHA-512",
            };
            config
                .set("sasl.mechanism", mechanism)
                .set("sasl.username", &login.user)
                .set("sasl.password", &login.password);
        }
        if let Some(tls) = &self.tls {
            config.set("ssl.ca.location", tls.ca.to_string_lossy());
            if let Some((certificate, key)) = &tls.own {
                config
                    .set("ssl.certificate.location", certificate.to_string_lossy())
                    .set("ssl.key.location", key.to_string_lossy());
            }
        }
        config
    }

    fn protocol(&self) -> &'static str {
        match (&self.login, &self.tls) {
            (None, None) => "PLAINTEXT",
            (None, Some(_)) => "SSL",
            (Some(_), None) => "SASL_PLAINTEXT",
            (Some(_), Some(_)) => "SASL_SSL",
        }
    }

    /// For whoever asks about settings.
    pub(crate) fn admin(&self) -> ClientConfig {
        self.client()
    }

    /// For whoever assigns itself what it reads and keeps its own place.
    pub(crate) fn reader(&self) -> ClientConfig {
        let mut config = self.client();
        config
            .set("group.id", self.named(&self.role))
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            // A place that is no longer there is an error, never another place.
            .set("auto.offset.reset", "error")
            // No transactions write here: nobody may hold a reader up by opening one.
            .set("isolation.level", "read_uncommitted")
            .set("fetch.min.bytes", "1")
            // A partition that is added is not asked for before the answer to the last question has come.
            .set("fetch.wait.max.ms", "50")
            .set("fetch.error.backoff.ms", "100")
            .set("fetch.queue.backoff.ms", "5")
            .set("queued.max.messages.kbytes", "32768");
        config
    }

    /// For whoever writes: in order, without gaps, known to all replicas, and over in bounded time.
    pub(crate) fn writer(&self, message_timeout: Duration) -> ClientConfig {
        let mut config = self.client();
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("linger.ms", "0")
            .set("retry.backoff.ms", "50")
            .set("message.timeout.ms", message_timeout.as_millis().to_string());
        config
    }
}

/// How many partitions a topic has. Blocks.
pub(crate) fn partitions_of(
    settings: &KafkaSettings,
    consumer: &BaseConsumer<Context>,
    topic: &str,
) -> Result<i32, BrokerError> {
    let missing = || BrokerError::TopicMissing { topic: topic.to_owned() };
    let metadata = ask(settings, consumer, &format!("see `{topic}`"), |client, within| {
        client.fetch_metadata(Some(topic), within)
    })?;
    let found = metadata.topics().iter().find(|found| found.name() == topic).ok_or_else(missing)?;
    match found.error().map(Code::from) {
        None => Ok(i32::try_from(found.partitions().len()).expect("a topic has few partitions")),
        Some(Code::UnknownTopicOrPartition | Code::UnknownTopic) => Err(missing()),
        Some(code) => {
            let doing = format!("see `{topic}`");
            Err(BrokerError::of(settings, Raw::MetadataFetch(code), &doing, consumer.context()))
        }
    }
}

/// Asks until there is an answer, the brokers refuse this user, or the time is over. Blocks.
pub(crate) fn ask<T>(
    settings: &KafkaSettings,
    consumer: &BaseConsumer<Context>,
    doing: &str,
    question: impl Fn(&Client<Context>, Duration) -> Result<T, Raw>,
) -> Result<T, BrokerError> {
    let asked = now();
    loop {
        let raw = match question(consumer.client(), ASK_FOR) {
            Ok(answer) => {
                consumer.context().is_well();
                return Ok(answer);
            }
            Err(raw) => raw,
        };
        let error = BrokerError::of(settings, raw, doing, consumer.context());
        let passes = matches!(error, BrokerError::Unreachable { .. });
        if !passes || asked.elapsed() >= ANSWER_WITHIN {
            return Err(error);
        }
        std::thread::sleep(ASK_AGAIN);
    }
}

#[expect(clippy::disallowed_methods, reason = "waits and retries run on real monotonic time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Settings that are shared by everything that reaches Kafka.
pub(crate) type Shared = Arc<KafkaSettings>;
