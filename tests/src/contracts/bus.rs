//! What every command bus promises: one order, a bound, and an end.

use commands::ports::bus::{BusError, CommandBus, CommandQueue, WAITING_MAX};
use domain::{
    command::{Actor, Envelope},
    id::CommandId,
    time::Timestamp,
};
use futures::FutureExt;
use uuid::Uuid;

pub fn command(body: usize) -> Envelope<usize> {
    Envelope {
        command_id: CommandId(Uuid::from_u128(body as u128)),
        actor: Actor::System,
        expires_at: Timestamp::MAX,
        causation: None,
        correlation: Uuid::nil(),
        traceparent: None,
        body,
    }
}

pub fn bodies(commands: Vec<Envelope<usize>>) -> Vec<usize> {
    commands.into_iter().map(|command| command.body).collect()
}

/// So many commands, however many come at once; never more than `max`.
pub async fn take(queue: &mut dyn CommandQueue<usize>, max: usize, count: usize) -> Vec<usize> {
    let mut taken = Vec::new();
    while taken.len() < count {
        let next = queue.next(max.min(count - taken.len())).await;
        assert!((1..=max).contains(&next.len()), "at least one, at most what was asked for");
        taken.extend(bodies(next));
    }
    taken
}

pub async fn commands_come_out_in_the_order_they_went_in(
    bus: &dyn CommandBus<usize>,
    queue: &mut dyn CommandQueue<usize>,
) {
    for n in 0..10 {
        bus.send(command(n)).await.unwrap();
    }
    assert_eq!(take(queue, 4, 6).await, [0, 1, 2, 3, 4, 5]);
    assert_eq!(take(queue, 100, 4).await, [6, 7, 8, 9]);
    let mut next = queue.next(100);
    assert!((&mut next).now_or_never().is_none(), "it waits while there is none");
    bus.send(command(10)).await.unwrap();
    assert_eq!(bodies(next.await), [10]);
}

pub async fn a_full_bus_refuses_and_takes_again_once_there_is_room(
    bus: &dyn CommandBus<usize>,
    queue: &mut dyn CommandQueue<usize>,
) {
    for n in 0..WAITING_MAX {
        bus.send(command(n)).await.unwrap();
    }
    assert!(matches!(bus.send(command(0)).await, Err(BusError::Full)));
    assert_eq!(queue.next(1).await.len(), 1);
    bus.send(command(WAITING_MAX)).await.unwrap();
    assert_eq!(bodies(queue.next(usize::MAX).await), (1..=WAITING_MAX).collect::<Vec<_>>());
}

pub async fn a_queue_ends_when_every_sender_is_gone(
    bus: impl CommandBus<usize>,
    mut queue: impl CommandQueue<usize>,
) {
    bus.send(command(1)).await.unwrap();
    drop(bus);
    assert_eq!(bodies(queue.next(9).await), [1]);
    assert!(queue.next(9).await.is_empty());
}

pub async fn nobody_listens_once_the_decider_is_gone(
    bus: impl CommandBus<usize>,
    queue: impl CommandQueue<usize>,
) {
    drop(queue);
    assert!(matches!(bus.send(command(1)).await, Err(BusError::NobodyListens)));
}
