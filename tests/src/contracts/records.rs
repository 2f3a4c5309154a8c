//! Makes decisions as an owner makes them: chained to what stands before.

use std::sync::Arc;

use commands::ports::log::{AppendError, EventLog, Lease};
use domain::{
    command::Actor,
    id::{CommandId, EventId},
    log::{Decision, Hash, Partition, Position, Recorded, Seq, WriterId},
    time::Timestamp,
};
use uuid::Uuid;

pub fn partition() -> Partition {
    "site:contract".parse().expect("a partition's name")
}

/// A record of which only place and chain matter.
pub fn record(writer: WriterId, epoch: u64, seq: Seq, prev: Hash) -> Recorded {
    Recorded {
        partition: partition(),
        epoch,
        writer,
        seq,
        part: 0,
        parts: 1,
        prev,
        time: Timestamp::from_secs(1_000 + seq.cast_signed()),
        id: EventId(Uuid::from_u128(u128::from(seq) << 64 | u128::from(epoch))),
        kind: Arc::from("test.happened"),
        version: 1,
        command_id: CommandId(Uuid::from_u128(u128::from(seq))),
        command_hash: u64::MAX - seq,
        actor: Actor::System,
        causation: seq.is_multiple_of(2).then(|| EventId(Uuid::from_u128(7))),
        correlation: Uuid::from_u128(9),
        traceparent: seq.is_multiple_of(3).then(|| Arc::from("00-trace-01")),
        data: Arc::from(format!(r#"{{"n":{seq},"text":"größer"}}"#).into_bytes()),
    }
}

/// An owner: its lease, and where its next decision goes.
pub struct Owner {
    lease: Box<dyn Lease>,
    pub seq: Seq,
    running: Hash,
}

impl Owner {
    pub async fn acquire(log: &dyn EventLog) -> Self {
        let end = log.read(&partition(), Position::START, &mut |_| ()).await;
        let end = end.expect("the log is there");
        let lease = log.acquire(&partition(), end, Timestamp::from_secs(1_000)).await;
        Self::of(lease.expect("nobody else claims it now"))
    }

    pub fn of(lease: Box<dyn Lease>) -> Self {
        let Position { seq, hash, .. } = lease.position();
        Self { lease, seq, running: hash }
    }

    pub fn lease(&self) -> &dyn Lease {
        &*self.lease
    }

    /// The next decision, of so many events.
    pub fn decide(&mut self, events: u32) -> Decision {
        let mut records = Vec::new();
        let command_id = CommandId(Uuid::from_u128(u128::from(self.seq + 1)));
        for part in 0..events {
            self.seq += 1;
            let plain = record(self.lease.writer(), self.lease.epoch(), self.seq, self.running);
            let record = Recorded { part, parts: events, command_id, ..plain };
            self.running = record.hash();
            records.push(record);
        }
        Decision { records }
    }

    pub fn submit(
        &mut self,
        decision: Decision,
    ) -> impl Future<Output = Result<Seq, AppendError>> + use<> {
        let appended = self.lease.submit(decision);
        async { appended.await.map(|position| position.seq) }
    }

    pub async fn append(&mut self, events: u32) -> Result<Seq, AppendError> {
        let decision = self.decide(events);
        self.submit(decision).await
    }
}
