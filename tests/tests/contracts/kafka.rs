//! The log on a real Kafka.

use std::sync::Arc;

use commands::ports::log::{AppendError, EventLog, ReadError};
use domain::{
    log::{Position, Recorded, Seq, WriterId},
    time::Timestamp,
};
use futures::StreamExt;
use infra::kafka::{client::BrokerError, log::KafkaLog, registry::Registry};
use projections::ports::source::{EventSource, Read, SourceError};
use rdkafka::message::{Header, OwnedHeaders};
use tests::{
    contracts::{
        log::{self as promises, Rig},
        records::{Owner, partition, record},
    },
    kafka::{Corner, settings},
};
use uuid::Uuid;

struct Kafka {
    log: KafkaLog,
    corner: Corner,
}

async fn kafka() -> Kafka {
    let corner = Corner::new(2).await;
    Kafka { log: opened(&corner).await, corner }
}

/// Another process's handle.
async fn opened(corner: &Corner) -> KafkaLog {
    let registry = Registry::open(&corner.settings).await.unwrap();
    KafkaLog::open(&registry).await.unwrap()
}

impl Kafka {
    /// Puts a record at the end past every check. The contract's partition is the first that is registered.
    async fn inject(&self, record: &Recorded) {
        self.corner.write("events", 0, headers(record), &record.data).await;
    }
}

/// As the log writes them, written down once more: what stands in the log for ever must not change unseen.
fn headers(record: &Recorded) -> OwnedHeaders {
    let time = match record.time.0 {
        1_001_000_000 => "1970-01-01T00:16:41Z",
        1_002_000_000 => "1970-01-01T00:16:42Z",
        1_003_000_000 => "1970-01-01T00:16:43Z",
        1_004_000_000 => "1970-01-01T00:16:44Z",
        1_009_000_000 => "1970-01-01T00:16:49Z",
        other => panic!("no name for {other}"),
    };
    let mut all = vec![
        ("content-type", "application/json".to_owned()),
        ("ce_specversion", "1.0".to_owned()),
        ("ce_id", record.id.to_string()),
        ("ce_source", record.partition.to_string()),
        ("ce_type", record.kind.to_string()),
        ("ce_time", time.to_owned()),
        ("ce_epoch", record.epoch.to_string()),
        ("ce_writer", record.writer.0.to_string()),
        ("ce_seq", record.seq.to_string()),
        ("ce_part", record.part.to_string()),
        ("ce_parts", record.parts.to_string()),
        ("ce_prev", record.prev.to_string()),
        ("ce_version", record.version.to_string()),
        ("ce_commandid", record.command_id.to_string()),
        ("ce_commandhash", record.command_hash.to_string()),
        ("ce_actor", record.actor.to_string()),
        ("ce_correlation", record.correlation.to_string()),
    ];
    all.extend(record.causation.map(|id| ("ce_causation", id.to_string())));
    all.extend(record.traceparent.as_ref().map(|text| ("ce_traceparent", text.to_string())));
    all.into_iter().fold(OwnedHeaders::new(), |headers, (key, value)| {
        headers.insert(Header { key, value: Some(&value) })
    })
}

impl Rig for Kafka {
    fn log(&self) -> Arc<dyn EventLog> {
        Arc::new(self.log.clone())
    }

    fn source(&self) -> Arc<dyn EventSource> {
        Arc::new(self.log.clone())
    }

    fn flip_a_byte(&self, seq: Seq) {
        unreachable!("nothing in Kafka can be altered from outside, so not record {seq}")
    }
}

macro_rules! promises {
    ($($promise:ident),* $(,)?) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            promises::$promise(&kafka().await).await;
        })*
    };
}

promises! {
    what_is_read_is_what_was_written,
    many_decisions_in_flight_become_valid_in_order,
    a_stale_owner_is_fenced_for_good,
    a_decision_that_does_not_continue_the_log_stays_out,
    a_reader_resumes_between_a_claim_and_a_late_record,
    a_follower_sees_what_is_there_and_then_what_comes,
    a_position_is_found_by_time,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn void_records_count_for_nothing() {
    let rig = kafka().await;
    let inject = |record| {
        tokio::task::block_in_place(|| futures::executor::block_on(rig.inject(&record)));
    };
    promises::void_records_count_for_nothing(&rig, inject).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_claimants_in_two_processes_one_owns() {
    let one = kafka().await;
    let other = opened(&one.corner).await;
    promises::of_two_claimants_one_owns([one.log(), Arc::new(other)]).await;
}

/// What an altered byte is in a file: the owner's next record, which does not continue the chain.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_next_record_that_does_not_continue_the_chain_is_tampering() {
    let rig = kafka().await;
    let mut owner = Owner::acquire(&rig.log).await;
    owner.append(2).await.unwrap();
    let mut early = EventSource::read(&rig.log, partition(), Position::START);
    assert_eq!(promises::next_whole(&mut early).await.position.seq, 2);
    let next = owner.decide(1).records.remove(0);
    rig.inject(&Recorded { prev: domain::log::Hash::ZERO, ..next }).await;

    let fresh = opened(&rig.corner).await;
    for log in [&rig.log, &fresh] {
        let read = EventLog::read(log, &partition(), Position::START, &mut |_| ()).await;
        let Err(ReadError::Tampered(tampered)) = read else { panic!("it reads on: {read:?}") };
        assert_eq!((tampered.partition, tampered.seq), (partition(), 3));
    }
    loop {
        match early.next().await.expect("it ends with the alarm") {
            Ok(Read::Whole(whole)) => assert!(whole.position.seq <= 2),
            Ok(Read::CaughtUp(_)) => {}
            Err(SourceError::Tampered(_)) => break,
            Err(error) => panic!("the log is there: {error:?}"),
        }
    }
    assert!(early.next().await.is_none(), "nothing is read past an alarm");
    assert!(owner.append(1).await.is_err(), "what cannot be folded is not owned");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owners_record_that_cannot_be_read_is_tampering_and_a_strangers_is_void() {
    let rig = kafka().await;
    let mut owner = Owner::acquire(&rig.log).await;
    owner.append(1).await.unwrap();
    let mut next = record(owner.lease().writer(), 1, 2, domain::log::Hash::ZERO);
    rig.corner.write("events", 0, OwnedHeaders::new(), b"hello").await;
    next.writer = WriterId(Uuid::from_u128(1));
    let spoiled =
        |record: &Recorded| headers(record).insert(Header { key: "ce_seq", value: Some("two") });
    rig.corner.write("events", 0, spoiled(&next), b"{}").await;
    assert_eq!(owner.append(1).await.unwrap(), 2);

    next.writer = owner.lease().writer();
    rig.corner.write("events", 0, spoiled(&next), b"{}").await;
    let read = rig.log().read(&partition(), Position::START, &mut |_| ()).await;
    assert!(matches!(read, Err(ReadError::Tampered(_))), "{read:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_owner_takes_over_while_the_old_one_has_records_under_way() {
    let rig = kafka().await;
    let other = opened(&rig.corner).await;
    let mut old = Owner::acquire(&rig.log).await;
    let mut under_way = Vec::new();
    for _ in 0..500 {
        let decision = old.decide(2);
        under_way.push(old.submit(decision));
    }
    let mut new = loop {
        let end = EventLog::read(&other, &partition(), Position::START, &mut |_| ()).await.unwrap();
        if let Ok(lease) = other.acquire(&partition(), end, Timestamp::from_secs(1_000)).await {
            break Owner::of(lease);
        }
    };
    for _ in 0..500 {
        let decision = old.decide(2);
        under_way.push(old.submit(decision));
    }
    new.append(3).await.unwrap();

    let mut valid = 0;
    for answered in under_way {
        match answered.await {
            Ok(seq) => valid = seq,
            Err(AppendError::Fenced | AppendError::Unknown(_)) => {}
        }
    }
    let mut read = Vec::new();
    let mut into = |whole: domain::log::Whole| read.extend(whole.records);
    let end = rig.log().read(&partition(), Position::START, &mut into).await.unwrap();
    let seqs: Vec<_> = read.iter().map(|record| record.seq).collect();
    assert_eq!(seqs, (1..=end.seq).collect::<Vec<_>>());
    let before = read.iter().filter(|record| record.epoch == 1).count() as u64;
    assert_eq!(before + 3, end.seq, "the old owner's late records count for nothing");
    assert_eq!(valid, before, "what was answered is what is there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partitions_that_two_nodes_register_at_once_get_one_number_each() {
    let corner = Corner::new(3).await;
    let nodes = [
        Registry::open(&corner.settings).await.unwrap(),
        Registry::open(&corner.settings).await.unwrap(),
    ];
    let names = ["tenant:demo", "site:one", "site:two"].map(|name| name.parse().unwrap());
    for partition in &names {
        let both = nodes.each_ref().map(|node| node.register(partition));
        let [one, other] = futures::future::join_all(both).await.try_into().unwrap();
        assert_eq!(one.unwrap(), other.unwrap());
    }
    let fresh = Registry::open(&corner.settings).await.unwrap();
    assert_eq!(
        names.each_ref().map(|partition| fresh.number_of(partition)),
        [Some(0), Some(1), Some(2)]
    );
    let full = fresh.register(&"site:three".parse().unwrap()).await.unwrap_err();
    assert!(matches!(full, BrokerError::Full { places: 3, .. }), "{full}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_broker_is_named() {
    let right = settings("operator", "test-nowhere");
    let missing = Registry::open(&right).await.err().unwrap();
    assert!(matches!(missing, BrokerError::TopicMissing { .. }), "{missing}");

    let mut wrong = right.clone();
    wrong.login.as_mut().unwrap().password = "wrong".to_owned();
    let refused = Registry::open(&wrong).await.err().unwrap();
    assert!(matches!(refused, BrokerError::WrongCredentials { .. }), "{refused}");

    let mut nobody = right;
    nobody.bootstrap = "127.0.0.1:9".to_owned();
    let unreachable = Registry::open(&nobody).await.err().unwrap();
    assert!(matches!(unreachable, BrokerError::Unreachable { .. }), "{unreachable}");

    let stranger = settings("project", "test-nowhere");
    let unseen = Registry::open(&stranger).await.err().unwrap();
    assert!(unseen.to_string().contains("deploy/kafka"), "{unseen}");
}
