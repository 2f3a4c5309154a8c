//! A corner of the real Kafka for one test: topics of its own, gone afterwards.

use std::time::Duration;

use futures::executor::block_on;
use infra::kafka::client::{KafkaSettings, Login, Mechanism};
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    message::OwnedHeaders,
    metadata::MetadataTopic,
    producer::{FutureProducer, FutureRecord},
};
use uuid::Uuid;

use crate::services::Services;

const PATIENCE: Duration = Duration::from_secs(20);

pub struct Corner {
    pub settings: KafkaSettings,
    topics: Vec<String>,
}

impl Corner {
    /// The four topics, with so many partitions each; the registry has one.
    ///
    /// # Panics
    ///
    /// If Kafka is not there.
    pub async fn new(partitions: i32) -> Self {
        let topic_prefix = format!("test-{}", Uuid::new_v4().simple());
        let settings = settings("operator", &topic_prefix);
        let sizes = [
            ("registry", 1),
            ("commands", partitions),
            ("events", partitions),
            ("activity", partitions),
        ];
        let topics: Vec<_> =
            sizes.iter().map(|(name, _)| format!("{topic_prefix}.{name}")).collect();
        let new: Vec<_> = topics
            .iter()
            .zip(sizes)
            .map(|(topic, (_, partitions))| {
                NewTopic::new(topic, partitions, TopicReplication::Fixed(1))
            })
            .collect();
        let made = admin(&settings).create_topics(&new, &options()).await;
        let made = made.expect("Kafka answers; start it with `cargo xtask services up`");
        for topic in made {
            topic.expect("a topic can be made");
        }
        let corner = Self { settings, topics };
        tokio::task::block_in_place(|| corner.wait_for_leaders());
        corner
    }

    fn wait_for_leaders(&self) {
        let admin = admin(&self.settings);
        let led = |topic: &String| {
            let metadata = admin.inner().fetch_metadata(Some(topic), PATIENCE);
            let metadata = metadata.expect("Kafka answers");
            let partitions = metadata.topics().iter().flat_map(MetadataTopic::partitions);
            partitions.clone().count() > 0
                && partitions.into_iter().all(|found| found.leader() >= 0)
        };
        while !self.topics.iter().all(led) {}
    }

    pub fn topic(&self, name: &str) -> String {
        format!("{}.{name}", self.settings.topic_prefix)
    }

    /// Writes past every adapter, as anybody may who has the permission.
    ///
    /// # Panics
    ///
    /// If Kafka does not take it.
    pub async fn write(&self, topic: &str, partition: i32, headers: OwnedHeaders, value: &[u8]) {
        let producer: FutureProducer = client(&self.settings).create().expect("settings that fit");
        let topic = self.topic(topic);
        let record = FutureRecord::<(), _>::to(&topic).partition(partition).headers(headers);
        let sent = producer.send(record.payload(value), PATIENCE).await;
        sent.expect("Kafka takes what a test writes");
    }
}

impl Drop for Corner {
    fn drop(&mut self) {
        let topics: Vec<_> = self.topics.iter().map(String::as_str).collect();
        let deleted = block_on(admin(&self.settings).delete_topics(&topics, &options()));
        if let Err(error) = deleted {
            tracing::warn!(%error, "a test's topics stay behind");
        }
    }
}

/// How `user` reaches the broker.
pub fn settings(user: &str, topic_prefix: &str) -> KafkaSettings {
    let kafka = Services::running().kafka;
    let password = kafka.password(user);
    KafkaSettings {
        bootstrap: kafka.bootstrap,
        login: Some(Login { user: user.to_owned(), password, mechanism: Mechanism::Plain }),
        tls: None,
        node: "test".to_owned(),
        role: "test".to_owned(),
        topic_prefix: topic_prefix.to_owned(),
    }
}

pub fn client(settings: &KafkaSettings) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &settings.bootstrap);
    if let Some(login) = &settings.login {
        config
            .set("security.protocol", "SASL_PLAINTEXT")
            .set("sasl.mechanism", "PLAIN")
            .set("sasl.username", &login.user)
            .set("sasl.password", &login.password);
    }
    config
}

pub fn admin(settings: &KafkaSettings) -> AdminClient<DefaultClientContext> {
    client(settings).create().expect("settings that fit")
}

fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(PATIENCE)).request_timeout(Some(PATIENCE))
}
