//! What goes wrong with Kafka, in words that say what to do.

use std::sync::{Mutex, PoisonError};

use domain::log::Partition;
use rdkafka::{
    ClientContext,
    config::RDKafkaLogLevel,
    consumer::ConsumerContext,
    error::{KafkaError as Raw, RDKafkaErrorCode as Code},
    producer::{DeliveryResult, ProducerContext},
};
use tracing::{debug, info, warn};

use super::client::KafkaSettings;

/// How librdkafka says it, whatever the connection was about to do.
const BROKEN_CONNECTION: &str = "Local: Broker transport failure";

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
    #[error("{partition} is not registered; its tenant registers it when its decider first runs")]
    Unregistered { partition: Partition },
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
            // On its way from one broker to another.
            Code::NotLeaderForPartition
            | Code::LeaderNotAvailable
            | Code::ReplicaNotAvailable
            | Code::OffsetNotAvailable
            | Code::UnknownLeaderEpoch
            | Code::FencedLeaderEpoch
            | Code::RequestTimedOut
            | Code::NetworkException
            | Code::NotCoordinator
            | Code::CoordinatorNotAvailable
            | Code::CoordinatorLoadInProgress => {
                Self::Unreachable { bootstrap, because: code.to_string() }
            }
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
    pub(crate) fn is_well(&self) {
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
        let code = match error.rdkafka_error_code() {
            None | Some(Code::PartitionEOF) => return,
            // A connection that broke while the login was under way says nothing about the login.
            Some(Code::Authentication) if reason.contains(BROKEN_CONNECTION) => {
                Code::BrokerTransportFailure
            }
            Some(code) => code,
        };
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let follows = matches!(code, Code::AllBrokersDown | Code::BrokerTransportFailure);
        if follows && trouble.is_some() {
            return;
        }
        if trouble.as_ref().is_none_or(|(before, _)| *before != code) {
            if code == Code::BrokerTransportFailure {
                info!(reason, "a connection to Kafka broke");
            } else {
                warn!(reason, "Kafka is in trouble");
            }
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
