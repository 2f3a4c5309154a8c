//! The command bus inside one process.

use infra::memory::bus::bus;
use tests::contracts::bus as promises;

#[tokio::test]
async fn commands_come_out_in_the_order_they_went_in() {
    let (bus, mut queue) = bus();
    promises::commands_come_out_in_the_order_they_went_in(&bus, &mut queue).await;
}

#[tokio::test]
async fn a_full_bus_refuses_and_takes_again_once_there_is_room() {
    let (bus, mut queue) = bus();
    promises::a_full_bus_refuses_and_takes_again_once_there_is_room(&bus, &mut queue).await;
}

#[tokio::test]
async fn a_queue_ends_when_every_sender_is_gone() {
    let (bus, queue) = bus();
    promises::a_queue_ends_when_every_sender_is_gone(bus, queue).await;
}

#[tokio::test]
async fn nobody_listens_once_the_decider_is_gone() {
    let (bus, queue) = bus();
    promises::nobody_listens_once_the_decider_is_gone(bus, queue).await;
}
