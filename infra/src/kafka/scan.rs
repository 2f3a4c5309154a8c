//! Reading a partition of a topic from a place on, with a consumer of its own.

use std::{ops::ControlFlow, time::Duration};

use rdkafka::{
    Message,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError as Raw,
    message::BorrowedMessage,
};

use super::{
    client::{BrokerError, Context, KafkaSettings},
    tail::place,
};

/// How long one poll waits, and how many in a row may find nothing.
const POLL_FOR: Duration = Duration::from_millis(250);
const POLLS_WITHOUT_PROGRESS_MAX: u32 = 40;

/// Hands over the records from offset `from` up to `end`, until one breaks it off. Blocks.
pub(crate) fn scan<E: From<BrokerError>>(
    settings: &KafkaSettings,
    topic: &str,
    number: i32,
    from: i64,
    end: i64,
    mut each: impl FnMut(&BorrowedMessage<'_>) -> Result<ControlFlow<()>, E>,
) -> Result<ControlFlow<()>, E> {
    if from >= end {
        return Ok(ControlFlow::Continue(()));
    }
    let consumer = consumer(settings, topic, number, from)?;
    let (mut next, mut idle) = (from, 0);
    while next < end {
        match consumer.poll(POLL_FOR) {
            Some(Ok(record)) => {
                next = record.offset() + 1;
                idle = 0;
                if each(&record)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            // The rest up to `end` is not records: markers of a stranger's transaction.
            Some(Err(Raw::PartitionEOF(_))) => break,
            Some(Err(raw)) => check(settings, topic, raw, &consumer)?,
            None => idle += 1,
        }
        if idle > POLLS_WITHOUT_PROGRESS_MAX {
            return Err(settings.unreachable().into());
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn consumer(
    settings: &KafkaSettings,
    topic: &str,
    number: i32,
    from: i64,
) -> Result<BaseConsumer<Context>, BrokerError> {
    let mut config = settings.reader();
    config.set("enable.partition.eof", "true");
    let consumer: BaseConsumer<Context> =
        config.create_with_context(Context::new()).map_err(BrokerError::Other)?;
    let assigned = place(topic, number, from).and_then(|place| consumer.assign(&place));
    assigned.map_err(BrokerError::Other)?;
    Ok(consumer)
}

/// What passes by itself is waited for; the rest is said.
fn check(
    settings: &KafkaSettings,
    topic: &str,
    raw: Raw,
    consumer: &BaseConsumer<Context>,
) -> Result<(), BrokerError> {
    match BrokerError::of(settings, raw, &format!("read `{topic}`"), consumer.context()) {
        BrokerError::Unreachable { .. } => Ok(()),
        error => Err(error),
    }
}
