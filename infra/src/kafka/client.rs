//! How this process reaches Kafka: settings, clients, and errors that say what to do.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rdkafka::{
    ClientConfig, ClientContext,
    client::Client,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, Consumer, ConsumerContext},
    error::{KafkaError as Raw, RDKafkaErrorCode as Code},
    producer::{DeliveryResult, ProducerContext},
};
use tracing::{debug, info, warn};

/// The first connection, and any question that has an answer, take at most so long.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// A question is asked in slices, so that a refusal is noticed before the time is over.
const ASK_FOR: Duration = Duration::from_millis(500);

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

/// Why Kafka did not do what was asked, in words for whoever can do something about it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum BrokerError {
    #[error(
        "no broker answers at {bootstrap}; start Kafka, or correct the address{}",
        hint(because)
    )]
    Unreachable { bootstrap: String, because: String },
    #[error(
        "the broker does not let user `{user}` in; correct the user or its password{}",
        hint(because)
    )]
    WrongCredentials { user: String, because: String },
    #[error("no encrypted connection to {bootstrap}; correct the certificates{}", hint(because))]
    Tls { bootstrap: String, because: String },
    #[error("topic `{topic}` is missing; create it from the files in deploy/kafka")]
    TopicMissing { topic: String },
    #[error(
        "topic `{topic}` has {found} partitions and `{as_in}` has {wanted}; give both the same number"
    )]
    UnevenPartitions { topic: String, found: i32, as_in: String, wanted: i32 },
    #[error(
        "all {places} partitions of `{topic}` are taken; add partitions to it and its siblings"
    )]
    Full { topic: String, places: i32 },
    #[error("user `{user}` may not {what}; apply the permissions in deploy/kafka")]
    NotAllowed { user: String, what: String },
    #[error(
        "`{topic}` no longer holds the place {at} of its partition {number}, only {low} to {high}; the log was cut short or deleted: restore it from a copy"
    )]
    Cut { topic: String, number: i32, at: i64, low: i64, high: i64 },
    #[error("this process has closed its connection to Kafka")]
    Closed,
    #[error("Kafka: {0}")]
    Other(Raw),
}

fn hint(because: &str) -> String {
    if because.is_empty() { String::new() } else { format!(" ({because})") }
}

impl BrokerError {
    /// `doing` completes "user may not …"; `context` knows what the client was told meanwhile.
    pub(crate) fn of(settings: &KafkaSettings, raw: Raw, doing: &str, context: &Context) -> Self {
        let (code, because) = match (raw.rdkafka_error_code(), context.trouble()) {
            (
                None
                | Some(
                    Code::OperationTimedOut
                    | Code::MessageTimedOut
                    | Code::BrokerTransportFailure
                    | Code::AllBrokersDown,
                ),
                Some(trouble),
            ) => trouble,
            (Some(code), _) => (code, String::new()),
            (None, None) => return Self::Other(raw),
        };
        let user = || settings.login.as_ref().map_or("ANONYMOUS", |login| &login.user).to_owned();
        let bootstrap = settings.bootstrap.clone();
        match code {
            Code::Authentication | Code::SaslAuthenticationFailed => {
                Self::WrongCredentials { user: user(), because }
            }
            Code::SSL => Self::Tls { bootstrap, because },
            Code::BrokerTransportFailure
            | Code::AllBrokersDown
            | Code::Resolve
            | Code::OperationTimedOut
            | Code::MessageTimedOut => Self::Unreachable { bootstrap, because },
            Code::TopicAuthorizationFailed
            | Code::GroupAuthorizationFailed
            | Code::ClusterAuthorizationFailed => {
                Self::NotAllowed { user: user(), what: doing.to_owned() }
            }
            _ => Self::Other(raw),
        }
    }
}

/// What librdkafka tells a client while it works: remembered for the next error, and logged.
pub(crate) struct Context {
    trouble: Mutex<Option<(Code, String)>>,
    /// Told what became of each record; `None`: only readers.
    delivered: Option<Box<Delivered>>,
}

type Delivered = dyn Fn(Result<(), Raw>) + Send + Sync;

impl Context {
    pub(crate) fn new() -> Self {
        Self { trouble: Mutex::default(), delivered: None }
    }

    pub(crate) fn telling(delivered: impl Fn(Result<(), Raw>) + Send + Sync + 'static) -> Self {
        Self { trouble: Mutex::default(), delivered: Some(Box::new(delivered)) }
    }

    /// There was an answer: what went wrong before is over.
    fn is_well(&self) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn trouble(&self) -> Option<(Code, String)> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        match level {
            // Lost and found again by itself: a person need not look.
            RDKafkaLogLevel::Emerg
            | RDKafkaLogLevel::Alert
            | RDKafkaLogLevel::Critical
            | RDKafkaLogLevel::Error
            | RDKafkaLogLevel::Warning => info!(facility, "librdkafka: {text}"),
            RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info | RDKafkaLogLevel::Debug => {
                debug!(facility, "librdkafka: {text}");
            }
        }
    }

    fn error(&self, error: Raw, reason: &str) {
        let Some(code) = error.rdkafka_error_code() else { return };
        if code == Code::PartitionEOF {
            return;
        }
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let follows = matches!(code, Code::AllBrokersDown | Code::BrokerTransportFailure);
        if follows && trouble.is_some() {
            return;
        }
        if trouble.as_ref().is_none_or(|(before, _)| *before != code) {
            warn!(reason, "Kafka is in trouble");
        }
        *trouble = Some((code, reason.to_owned()));
    }
}

impl ConsumerContext for Context {}

impl ProducerContext for Context {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Some(delivered) = &self.delivered {
            delivered(result.as_ref().map(drop).map_err(|(raw, _)| raw.clone()));
        }
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
    let mut left = ANSWER_WITHIN;
    loop {
        let raw = match question(consumer.client(), ASK_FOR) {
            Ok(answer) => {
                consumer.context().is_well();
                return Ok(answer);
            }
            Err(raw) => raw,
        };
        let error = BrokerError::of(settings, raw, doing, consumer.context());
        left = left.saturating_sub(ASK_FOR);
        if left.is_zero() || !matches!(error, BrokerError::Unreachable { .. }) {
            return Err(error);
        }
    }
}

/// Settings that are shared by everything that reaches Kafka.
pub(crate) type Shared = Arc<KafkaSettings>;
