//! Who may do what in Kafka: each role's user on the real broker, on the real topics, which stay as they are.

use std::{path::PathBuf, time::Duration};

use infra::kafka::{
    client::{BrokerError, KafkaSettings, Tls},
    registry::Registry,
};
use rdkafka::{
    Offset, TopicPartitionList,
    admin::{AdminOptions, NewPartitions, NewTopic, TopicReplication},
    consumer::{BaseConsumer, Consumer},
    error::{KafkaError, RDKafkaErrorCode as Code},
    producer::{FutureProducer, FutureRecord},
};
use tests::{
    kafka::{admin, client, settings},
    scenario::certificates::Certificates,
    services::Services,
};

const TOPICS: [&str; 4] = ["registry", "commands", "events", "activity"];
const GROUPS: [&str; 6] = ["deciders", "decide", "gateway", "desk", "project", "effects"];
const PATIENCE: Duration = Duration::from_secs(20);
/// A poll may end with nothing to show; all of them together are patient.
const POLL_FOR: Duration = Duration::from_millis(200);
const POLLS_MAX: usize = 100;
/// More than the broker takes in one record.
const TOO_LARGE: usize = 5 * 1024 * 1024;

/// What a role may; what does not stand here it may not.
struct May {
    user: &'static str,
    read: &'static [&'static str],
    write: &'static [&'static str],
    join: &'static [&'static str],
}

const ROLES: [May; 5] = [
    May {
        user: "decide",
        read: &["registry", "commands", "events"],
        write: &["registry", "events"],
        join: &["deciders", "decide"],
    },
    May {
        user: "gateway",
        read: &["registry", "events", "activity"],
        write: &["commands", "activity"],
        join: &["gateway"],
    },
    May {
        user: "desk",
        read: &["registry", "events", "activity"],
        write: &["commands", "activity"],
        join: &["desk"],
    },
    May { user: "project", read: &["registry", "events"], write: &[], join: &["project"] },
    May {
        user: "effects",
        read: &["registry", "events"],
        write: &["commands"],
        join: &["effects"],
    },
];

fn named(name: &str) -> String {
    format!("{}.{name}", KafkaSettings::TOPIC_PREFIX)
}

fn of(user: &str) -> KafkaSettings {
    KafkaSettings { role: user.to_owned(), ..settings(user, KafkaSettings::TOPIC_PREFIX) }
}

/// Permission is asked for before size, so that nothing is ever written.
async fn may_write(user: &str, topic: &str) -> bool {
    let mut config = client(&of(user));
    config.set("message.max.bytes", (2 * TOO_LARGE).to_string());
    let producer: FutureProducer = config.create().unwrap();
    let (topic, value) = (named(topic), vec![0; TOO_LARGE]);
    let record = FutureRecord::<(), _>::to(&topic).partition(0).payload(&value);
    let (raw, _) = producer.send(record, PATIENCE).await.expect_err("nobody may write so much");
    match raw.rdkafka_error_code() {
        Some(Code::MessageSizeTooLarge) => true,
        Some(Code::TopicAuthorizationFailed) => false,
        _ => panic!("{user} writes {topic}: {raw}"),
    }
}

/// Whether the first that comes is a record or the end, or a refusal. Blocks.
fn comes(consumer: &BaseConsumer, what: &str) -> bool {
    let mut polled = (0..POLLS_MAX).map(|_| consumer.poll(POLL_FOR));
    match polled.find_map(|one| one).unwrap_or_else(|| panic!("{what}: nothing comes")) {
        Ok(_) | Err(KafkaError::PartitionEOF(_)) => true,
        Err(raw) => match raw.rdkafka_error_code() {
            Some(Code::TopicAuthorizationFailed | Code::GroupAuthorizationFailed) => false,
            _ => panic!("{what}: {raw}"),
        },
    }
}

fn reader(user: &str, group: &str) -> BaseConsumer {
    let mut config = client(&of(user));
    config
        .set("group.id", named(group))
        .set("enable.partition.eof", "true")
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "latest");
    config.create().unwrap()
}

fn may_read(user: &str, topic: &str) -> bool {
    let (consumer, topic) = (reader(user, user), named(topic));
    let seen = consumer.fetch_metadata(Some(&topic), PATIENCE).unwrap();
    match seen.topics()[0].error().map(Code::from) {
        None => {}
        Some(Code::TopicAuthorizationFailed) => return false,
        Some(code) => panic!("{user} sees {topic}: {code}"),
    }
    let mut place = TopicPartitionList::new();
    place.add_partition_offset(&topic, 0, Offset::Beginning).unwrap();
    consumer.assign(&place).unwrap();
    comes(&consumer, &format!("{user} reads {topic}"))
}

/// With the log's topic, which everybody may read.
fn may_join(user: &str, group: &str) -> bool {
    let consumer = reader(user, group);
    consumer.subscribe(&[&named("events")]).unwrap();
    comes(&consumer, &format!("{user} joins {group}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_role_reads_what_it_needs_and_no_more() {
    for role in &ROLES {
        for topic in TOPICS {
            let may = tokio::task::block_in_place(|| may_read(role.user, topic));
            assert_eq!(may, role.read.contains(&topic), "{} reads {topic}", role.user);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_role_writes_what_it_needs_and_no_more() {
    for role in &ROLES {
        for topic in TOPICS {
            let may = may_write(role.user, topic).await;
            assert_eq!(may, role.write.contains(&topic), "{} writes {topic}", role.user);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_role_joins_its_own_groups_and_only_deciders_share_out_partitions() {
    for role in &ROLES {
        for group in GROUPS {
            let may = tokio::task::block_in_place(|| may_join(role.user, group));
            assert_eq!(may, role.join.contains(&group), "{} joins {group}", role.user);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_but_the_operator_makes_grows_or_deletes_topics() {
    let looking = AdminOptions::new().request_timeout(Some(PATIENCE)).validate_only(true);
    for user in ROLES.iter().map(|role| role.user).chain(["operator"]) {
        let (admin, may) = (admin(&of(user)), user == "operator");
        let refused = [Code::TopicAuthorizationFailed, Code::ClusterAuthorizationFailed];
        let check = |what: &str, code: Option<Code>| {
            let refused = code.is_some_and(|code| refused.contains(&code));
            assert_eq!(!refused, may, "{user} {what}: {code:?}");
        };

        let name = named("one-more");
        let new = NewTopic::new(&name, 1, TopicReplication::Fixed(1));
        let made = admin.create_topics([&new], &looking).await.unwrap().remove(0);
        check("makes", made.err().map(|(_, code)| code));
        let deleted = admin.delete_topics(&[&name], &looking).await.unwrap().remove(0);
        check("deletes", deleted.err().map(|(_, code)| code));
        for topic in TOPICS.map(named) {
            let grown = NewPartitions::new(&topic, 100);
            let grown = admin.create_partitions([&grown], &looking).await.unwrap().remove(0);
            check("grows", grown.err().map(|(_, code)| code));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_edge_has_no_user_and_a_wrong_password_lets_nobody_in() {
    assert!(!Services::running().kafka.users.contains_key("edge"));
    let mut edge = of("gateway");
    edge.login.as_mut().unwrap().user = "edge".to_owned();
    let mut wrong = of("decide");
    wrong.login.as_mut().unwrap().password = "wrong".to_owned();
    for stranger in [edge, wrong] {
        let user = stranger.login.as_ref().unwrap().user.clone();
        let refused = Registry::open(&stranger).await.err().unwrap();
        assert!(matches!(refused, BrokerError::WrongCredentials { .. }), "{refused}");
        let told = format!("does not let user `{user}` in; correct the user or its password");
        assert!(refused.to_string().contains(&told), "{refused}");
    }
    let nobody = KafkaSettings { login: None, ..of("gateway") };
    let refused = Registry::open(&nobody).await.err().unwrap();
    assert!(matches!(refused, BrokerError::Unreachable { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_tls_both_sides_know_each_other() {
    let kafka = Services::running().kafka;
    let over_tls = |ca: PathBuf| KafkaSettings {
        bootstrap: kafka.tls.bootstrap.clone(),
        tls: Some(Tls { ca, own: None }),
        ..of("gateway")
    };
    Registry::open(&over_tls(kafka.tls.ca.clone())).await.unwrap();

    let mut wrong = over_tls(kafka.tls.ca.clone());
    wrong.login.as_mut().unwrap().password = "wrong".to_owned();
    let refused = Registry::open(&wrong).await.err().unwrap();
    assert!(matches!(refused, BrokerError::WrongCredentials { .. }), "{refused}");

    let others = Certificates::make().await.unwrap();
    let refused = Registry::open(&over_tls(others.file("ca.pem"))).await.err().unwrap();
    assert!(matches!(refused, BrokerError::Tls { .. }), "{refused}");
    assert!(refused.to_string().contains("correct the certificates"), "{refused}");

    let plain = KafkaSettings { bootstrap: kafka.bootstrap, ..over_tls(kafka.tls.ca) };
    let refused = Registry::open(&plain).await.err().unwrap();
    assert!(
        matches!(refused, BrokerError::Tls { .. } | BrokerError::Unreachable { .. }),
        "{refused}"
    );
}
