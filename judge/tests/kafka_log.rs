//! A small log on the real broker, written by hand in the published format: what counts is read, what does not is
//! counted.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::{fs, path::PathBuf};

use judge::{
    chain,
    event::Event,
    fold::Voids,
    kafka::{self, Broker},
    laws::{self, Beside},
    records::{CLAIM, Place, Placed, Record},
};
use rdkafka::{
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
    util::Timeout,
};
use uuid::Uuid;

const SITE: &str = "site:demo";
/// The second that is registered.
const NUMBER: i32 = 1;
const FIRST: Uuid = Uuid::from_u128(1);
const SECOND: Uuid = Uuid::from_u128(2);
/// 2023-11-14T22:13:20.000001Z
const TIME: i64 = 1_700_000_000_000_001;

struct Hand {
    broker: Broker,
    admin: AdminClient<DefaultClientContext>,
    producer: FutureProducer,
    seq: u64,
    hash: chain::Hash,
}

impl Hand {
    async fn begin() -> Self {
        #[expect(clippy::disallowed_methods, reason = "where the services are")]
        let folder = std::env::var_os("LOCKSTEP_SERVICES").map_or_else(
            || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/services")),
            PathBuf::from,
        );
        let text = fs::read_to_string(folder.join("services.json"))
            .expect("Kafka runs; start it with `cargo xtask services up`");
        let services: serde_json::Value = serde_json::from_str(&text).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let password = text(&services["kafka"]["users"]["operator"]);
        #[expect(clippy::disallowed_methods, reason = "topics that nobody else has")]
        let prefix = format!("judge_{}", Uuid::new_v4().simple());
        let broker = Broker {
            bootstrap: text(&services["kafka"]["bootstrap"]),
            prefix,
            login: Some(("operator".to_owned(), password.into())),
            ca: None,
        };
        let config = broker.client().unwrap();
        let admin: AdminClient<_> = config.create().unwrap();
        let (registry, events) = (broker.topic("registry"), broker.topic("events"));
        let topics = [(&registry, 1), (&events, 3)]
            .map(|(name, partitions)| NewTopic::new(name, partitions, TopicReplication::Fixed(1)));
        for made in admin.create_topics(&topics, &AdminOptions::new()).await.unwrap() {
            made.unwrap();
        }
        let producer = config.create().unwrap();
        Self { broker, admin, producer, seq: 0, hash: [0; 32] }
    }

    async fn write(&self, topic: &str, number: i32, headers: OwnedHeaders, value: &str) {
        let topic = self.broker.topic(topic);
        let record = FutureRecord::<(), _>::to(&topic).partition(number).payload(value);
        self.producer.send(record.headers(headers), Timeout::Never).await.unwrap();
    }

    async fn claim(&mut self, epoch: u64, writer: Uuid) {
        let claim = bare(epoch, writer, None);
        self.hash = chain::after_claim(&self.hash, &claim);
        self.write("events", NUMBER, headers(&claim), "{}").await;
    }

    async fn decide(&mut self, epoch: u64, writer: Uuid) {
        self.seq += 1;
        let place = Place {
            seq: self.seq,
            part: 0,
            parts: 1,
            prev: self.hash.to_vec(),
            id: Uuid::from_u128(u128::from(self.seq)),
            version: 2,
            command: Uuid::from_u128(100 + u128::from(self.seq)),
            command_hash: -7,
            actor: "customer:x".to_owned(),
            causation: Some(Uuid::from_u128(9)),
            correlation: Uuid::from_u128(10),
            traceparent: Some("00-trace-01".to_owned()),
        };
        let record = bare(epoch, writer, Some(place.clone()));
        self.hash = chain::after_record(&record, &place);
        self.write("events", NUMBER, headers(&record), &record.data).await;
    }

    async fn read_and_remove(self) -> kafka::Log {
        let broker = self.broker.clone();
        let log = tokio::task::spawn_blocking(move || kafka::read(&broker)).await.unwrap();
        let topics = ["registry", "events"].map(|name| self.broker.topic(name));
        let topics = topics.each_ref().map(String::as_str);
        self.admin.delete_topics(&topics, &AdminOptions::new()).await.unwrap();
        log.unwrap()
    }
}

fn bare(epoch: u64, writer: Uuid, place: Option<Place>) -> Record {
    Record {
        row: 0,
        partition: SITE.into(),
        epoch,
        writer,
        time: TIME,
        kind: if place.is_some() { "link.said" } else { CLAIM }.to_owned(),
        data: r#"{"text":"grüße"}"#.to_owned(),
        place,
        event: Event::Other,
    }
}

/// As the format wants them.
fn headers(record: &Record) -> OwnedHeaders {
    let mut all = vec![
        ("content-type", "application/json".to_owned()),
        ("ce_specversion", "1.0".to_owned()),
        ("ce_source", record.partition.to_string()),
        ("ce_type", record.kind.clone()),
        ("ce_time", "2023-11-14T22:13:20.000001Z".to_owned()),
        ("ce_epoch", record.epoch.to_string()),
        ("ce_writer", record.writer.to_string()),
    ];
    match &record.place {
        None => all.push(("ce_id", record.writer.to_string())),
        Some(place) => all.extend([
            ("ce_id", place.id.to_string()),
            ("ce_seq", place.seq.to_string()),
            ("ce_part", place.part.to_string()),
            ("ce_parts", place.parts.to_string()),
            ("ce_prev", hex::encode(&place.prev)),
            ("ce_version", place.version.to_string()),
            ("ce_commandid", place.command.to_string()),
            ("ce_commandhash", place.command_hash.cast_unsigned().to_string()),
            ("ce_actor", place.actor.clone()),
            ("ce_causation", place.causation.unwrap().to_string()),
            ("ce_correlation", place.correlation.to_string()),
            ("ce_traceparent", place.traceparent.clone().unwrap()),
        ]),
    }
    all.iter().fold(OwnedHeaders::new(), |headers, (key, value)| {
        headers.insert(Header { key, value: Some(value) })
    })
}

#[tokio::test]
async fn a_log_on_kafka_is_read_to_its_end_and_what_does_not_count_is_counted() {
    let mut hand = Hand::begin().await;
    for partition in ["tenant:main", "tenant:main", SITE] {
        let value = format!(r#"{{"partition":"{partition}"}}"#);
        hand.write("registry", 0, OwnedHeaders::new(), &value).await;
    }
    hand.claim(1, FIRST).await;
    hand.decide(1, FIRST).await;
    hand.claim(2, SECOND).await;
    let (seq, hash) = (hand.seq, hand.hash);
    hand.decide(1, FIRST).await;
    (hand.seq, hand.hash) = (seq, hash);
    hand.write("events", NUMBER, OwnedHeaders::new(), "no entry").await;
    hand.decide(2, SECOND).await;
    hand.write("events", 2, OwnedHeaders::new(), "where nobody lives").await;
    let log = hand.read_and_remove().await;

    let places: Vec<(&str, u64, u64)> =
        log.records.iter().map(|one| (one.partition(), one.epoch, one.seq())).collect();
    assert_eq!(places, [(SITE, 1, 0), (SITE, 1, 1), (SITE, 2, 0), (SITE, 2, 2)]);
    assert!(log.records.iter().all(|record| record.time == TIME));
    assert_eq!(log.voids, Voids { zombies: 1, strangers: 2, ..Voids::default() });
    assert!(log.tampering.is_empty());
    let rulings = laws::judge(&log.records, Beside { played: None, drained: false });
    assert!(rulings.iter().all(|ruling| ruling.finding.violations.is_empty()));
}
