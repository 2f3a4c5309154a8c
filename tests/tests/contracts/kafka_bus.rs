//! The command bus on a real Kafka.

use std::{sync::Arc, time::Duration};

use commands::ports::bus::{BusError, CommandBus, CommandQueue};
use domain::{command::Envelope, log::Partition, time::Timestamp};
use infra::{
    clock::Driven,
    kafka::{
        bus::{KafkaBus, KafkaBuses},
        health,
        members::{Deciders, KafkaQueue},
        registry::Registry,
    },
};
use rdkafka::message::OwnedHeaders;
use tests::{
    contracts::bus::{self as promises, bodies, command, take},
    kafka::Corner,
};
use tokio::{sync::watch, time::timeout};

/// What a broker does in its own time must be done by then.
const PATIENCE: Duration = Duration::from_secs(30);

fn partition() -> Partition {
    "site:contract".parse().unwrap()
}

struct Node {
    deciders: Deciders,
    assigned: watch::Receiver<bool>,
    queue: KafkaQueue<usize>,
}

/// A node that is handed the partition unless another one has it.
async fn node(corner: &Corner) -> Node {
    let registry = Registry::open(&corner.settings).await.unwrap();
    let number = registry.register(&partition()).await.unwrap();
    let deciders = Deciders::join(&registry).await.unwrap();
    let clock = Arc::new(Driven::new(Timestamp::from_secs(1_000)));
    let (assigned, queue) = deciders.partition(number, clock);
    Node { deciders, assigned, queue }
}

async fn bus(corner: &Corner) -> KafkaBus<usize> {
    let registry = Registry::open(&corner.settings).await.unwrap();
    registry.register(&partition()).await.unwrap();
    KafkaBuses::open(&registry).unwrap().bus(&partition())
}

impl Node {
    async fn owns(&mut self) {
        let assigned = timeout(PATIENCE, self.assigned.wait_for(|assigned| *assigned)).await;
        assigned.expect("the group hands the partition to a member").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_come_out_in_the_order_they_went_in() {
    let corner = Corner::new(1).await;
    let (bus, mut node) = (bus(&corner).await, node(&corner).await);
    node.owns().await;
    promises::commands_come_out_in_the_order_they_went_in(&bus, &mut node.queue).await;
    node.deciders.drain();
    assert!(node.queue.next(9).await.is_empty(), "a drained queue ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_done_is_handed_to_the_next_owner() {
    let corner = Corner::new(1).await;
    let (bus, mut one) = (bus(&corner).await, node(&corner).await);
    one.owns().await;
    for n in 0..10 {
        bus.send(command(n)).await.unwrap();
    }
    assert_eq!(take(&mut one.queue, 9, 8).await, (0..8).collect::<Vec<_>>());
    one.queue.done(5);
    let mut other = node(&corner).await;
    assert!(!*other.assigned.borrow(), "one partition has one member");
    one.deciders.leave().await;
    assert!(!*one.assigned.borrow());
    other.owns().await;
    assert_eq!(take(&mut other.queue, 9, 5).await, [5, 6, 7, 8, 9]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_sees_who_decides_and_what_is_wrong() {
    let corner = Corner::new(2).await;
    let (bus, mut node) = (bus(&corner).await, node(&corner).await);
    node.owns().await;
    for n in 0..3 {
        bus.send(command(n)).await.unwrap();
    }
    assert_eq!(take(&mut node.queue, 9, 3).await, [0, 1, 2]);
    node.queue.done(2);
    node.deciders.leave().await;
    let left = health::group(&corner.settings).await.unwrap();
    assert_eq!((left.members.len(), &left.lag), (0, &[(0, 1)].into()));

    let mut next = self::node(&corner).await;
    next.owns().await;
    let group = health::group(&corner.settings).await.unwrap();
    let [member] = &group.members[..] else { panic!("one has joined: {group:?}") };
    assert_eq!((&*member.node, &member.partitions[..]), ("test", &[0, 1][..]));

    let seen = health::look(&corner.settings).await.unwrap();
    assert_eq!(seen.brokers, std::slice::from_ref(&corner.settings.bootstrap));
    let partitions: Vec<_> =
        seen.topics.iter().map(|topic| *topic.partitions.as_ref().unwrap()).collect();
    assert_eq!(partitions, [1, 2, 2, 2]);
    // A test's topics are as the broker makes them: kept for a week.
    let problems = seen.problems();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems.iter().all(|problem| problem.contains("`retention.ms` of topic")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_expired_or_is_no_command_is_passed_over() {
    let corner = Corner::new(1).await;
    let (bus, mut node) = (bus(&corner).await, node(&corner).await);
    let expires = |n, at| Envelope { expires_at: Timestamp::from_secs(at), ..command(n) };
    bus.send(expires(1, 999)).await.unwrap();
    corner.write("commands", 0, OwnedHeaders::new(), b"hello").await;
    bus.send(expires(2, 1_001)).await.unwrap();
    assert_eq!(bodies(timeout(PATIENCE, node.queue.next(9)).await.unwrap()), [2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_listens_once_the_last_decider_has_left() {
    let corner = Corner::new(1).await;
    let mut node = node(&corner).await;
    let buses = KafkaBuses::open(&Registry::open(&corner.settings).await.unwrap()).unwrap();
    let (bus, mut group) = (buses.bus(&partition()), buses.group());
    node.owns().await;
    bus.send(command(1)).await.unwrap();
    node.deciders.leave().await;
    let refused = async {
        loop {
            if let Err(refused) = bus.send(command(2)).await {
                return refused;
            }
            group.changed().await.unwrap();
        }
    };
    let refused = timeout(PATIENCE, refused).await.expect("it is noticed");
    assert!(matches!(refused, BusError::NobodyListens), "{refused}");
    let nowhere = buses.bus(&"site:nowhere".parse().unwrap()).send(command(1)).await;
    assert!(matches!(nowhere, Err(BusError::NobodyListens)));
}
