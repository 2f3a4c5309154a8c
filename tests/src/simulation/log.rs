//! One node's view of the log: the ports that deciders, tails and projectors read and write through.

use std::{
    collections::{BTreeMap, VecDeque},
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use commands::ports::log::{AcquireError, AppendError, EventLog, Lease, ReadError};
use domain::{
    command::derived_id,
    id::CommandId,
    log::{
        Claim, Decision, Entry, Epoch, Hash, Partition, Position, Tampered, Verdict, Void, Whole,
        WriterId,
    },
    time::Timestamp,
};
use futures::{
    future::{BoxFuture, ready},
    stream::{self, BoxStream, StreamExt},
};
use projections::ports::source::{EventSource, Read, SourceError};
use tokio::time::timeout;

use super::{
    broker::{Broker, Handed, Shared, locked, shared},
    executor::pause,
    reader::Reader,
};

/// Entries folded before others get a turn.
const CHUNK: usize = 16;
/// A claim that is not read back in this time counts as not made.
const CLAIM_PATIENCE: Duration = Duration::from_secs(3);
/// A decision that is not read back in this time ends the lease.
const APPEND_PATIENCE: Duration = Duration::from_secs(8);

#[derive(Debug, thiserror::Error)]
#[error("this node does not reach the log")]
struct CutOff;

#[derive(Clone)]
pub(super) struct SimLog {
    pub(super) broker: Shared<Broker>,
    pub(super) node: usize,
}

/// A reader and where it stands among the entries.
struct Cursor {
    reader: Reader,
    at: usize,
}

impl Cursor {
    fn resume(broker: &Broker, position: Position) -> Self {
        let at = usize::try_from(position.at).expect("places count from 0");
        Self { reader: Reader::resume(broker.rule, position), at }
    }

    /// The next entry that readers see, with what the fold says of it.
    fn next<'a>(&mut self, broker: &'a Broker) -> Option<(&'a Entry, Result<Verdict, Tampered>)> {
        let entry = broker.entries[..broker.shown].get(self.at)?;
        self.at += 1;
        let at = i64::try_from(self.at).expect("a simulated log is short");
        Some((entry, self.reader.feed(entry, at)))
    }
}

impl SimLog {
    fn reach(&self) -> Result<(), CutOff> {
        if locked(&self.broker).reaches(self.node) { Ok(()) } else { Err(CutOff) }
    }

    /// Folds on; the decisions that came of it, and whether the cursor has reached `end`.
    fn fold_on(&self, cursor: &mut Cursor, end: usize) -> Result<(Vec<Whole>, bool), Tampered> {
        let mut broker = locked(&self.broker);
        let mut wholes = Vec::new();
        let stop = end.min(cursor.at + CHUNK);
        while cursor.at < stop {
            let Some((_, verdict)) = cursor.next(&broker) else { break };
            if let Verdict::Whole(whole) = verdict? {
                wholes.push(whole);
            }
        }
        let handed = wholes.iter().map(|whole| Handed {
            node: self.node,
            seq: whole.position.seq,
            hash: whole.position.hash,
        });
        broker.handed.extend(handed);
        Ok((wholes, cursor.at >= end))
    }

    async fn claim(&self, cursor: &mut Cursor, writer: WriterId) -> Result<Position, AcquireError> {
        poll_fn(|cx| {
            let mut broker = locked(&self.broker);
            if broker.reaches(self.node) {
                while let Some((entry, verdict)) = cursor.next(&broker) {
                    let own = matches!(entry, Entry::Claim(claim) if claim.writer == writer);
                    match verdict {
                        Ok(Verdict::Claimed) if own => {
                            return Poll::Ready(Ok(cursor.reader.position()));
                        }
                        Ok(_) if own => return Poll::Ready(Err(AcquireError::Lost)),
                        Ok(_) => {}
                        Err(tampered) => {
                            return Poll::Ready(Err(AcquireError::Unreachable(tampered.into())));
                        }
                    }
                }
            }
            broker.wait(cx.waker());
            Poll::Pending
        })
        .await
    }
}

impl EventLog for SimLog {
    fn read<'a>(
        &'a self,
        _partition: &'a Partition,
        from: Position,
        into: &'a mut (dyn FnMut(Whole) + Send),
    ) -> BoxFuture<'a, Result<Position, ReadError>> {
        Box::pin(async move {
            pause().await;
            let unreachable = |error: CutOff| ReadError::Unreachable(error.into());
            self.reach().map_err(unreachable)?;
            let (mut cursor, end, forgets) = {
                let broker = locked(&self.broker);
                (Cursor::resume(&broker, from), broker.shown, broker.forgets)
            };
            loop {
                self.reach().map_err(unreachable)?;
                let (wholes, done) = self.fold_on(&mut cursor, end)?;
                for whole in wholes {
                    into(if forgets { forgotten(whole) } else { whole });
                }
                if done {
                    return Ok(cursor.reader.position());
                }
                pause().await;
            }
        })
    }

    fn acquire<'a>(
        &'a self,
        partition: &'a Partition,
        from: Position,
        time: Timestamp,
    ) -> BoxFuture<'a, Result<Box<dyn Lease>, AcquireError>> {
        Box::pin(async move {
            pause().await;
            self.reach().map_err(|error| AcquireError::Unreachable(error.into()))?;
            let (writer, pipe, mut cursor) = {
                let mut broker = locked(&self.broker);
                let writer = broker.writer_id();
                let claim =
                    Claim { partition: partition.clone(), epoch: from.epoch + 1, writer, time };
                let pipe = broker.open_pipe(self.node, Entry::Claim(claim));
                let cursor = Cursor::resume(&broker, from);
                (writer, pipe, cursor)
            };
            let won = timeout(CLAIM_PATIENCE, self.claim(&mut cursor, writer)).await;
            let position =
                won.unwrap_or_else(|late| Err(AcquireError::Unreachable(late.into())))?;
            pause().await;
            let written = Written {
                cursor,
                pipe,
                writer,
                expected: VecDeque::new(),
                valid: BTreeMap::new(),
                tickets: 0,
                over: None,
            };
            let lease = SimLease { log: self.clone(), position, written: shared(written) };
            Ok(Box::new(lease) as Box<dyn Lease>)
        })
    }
}

/// The same decision, as if another command had led to it.
fn forgotten(mut whole: Whole) -> Whole {
    for record in &mut whole.records {
        record.command_id = CommandId(derived_id(&[b"forgotten", record.command_id.0.as_bytes()]));
    }
    whole
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    Fenced,
    Unknown,
}

/// What a lease has written, and what of it was read back.
struct Written {
    cursor: Cursor,
    pipe: u64,
    writer: WriterId,
    /// In order: the hash of each decision's last record.
    expected: VecDeque<(u64, Hash)>,
    valid: BTreeMap<u64, Position>,
    tickets: u64,
    over: Option<Over>,
}

impl Written {
    /// Reads back. Nothing is known from an acknowledgement; only a failure that was told ends the lease.
    fn look(&mut self, broker: &Broker, node: usize) {
        while self.over.is_none() && broker.reaches(node) {
            let Some((entry, verdict)) = self.cursor.next(broker) else { break };
            match (entry, verdict) {
                (_, Ok(Verdict::Whole(whole))) => self.read_back(&whole),
                (Entry::Claim(_), Ok(Verdict::Claimed)) => self.over = Some(Over::Fenced),
                (Entry::Record(record), Ok(Verdict::Void(Void::NotNext)))
                    if record.writer == self.writer =>
                {
                    // One before it was lost.
                    self.over = Some(Over::Unknown);
                }
                (_, Ok(_)) => {}
                (_, Err(_)) => self.over = Some(Over::Unknown),
            }
        }
        if self.over.is_none() && broker.pipes.get(&self.pipe).is_none_or(|pipe| pipe.failed) {
            self.over = Some(Over::Unknown);
        }
    }

    fn read_back(&mut self, whole: &Whole) {
        if let Some((ticket, hash)) = self.expected.front()
            && *hash == whole.position.hash
        {
            self.valid.insert(*ticket, whole.position);
            self.expected.pop_front();
        }
    }
}

struct SimLease {
    log: SimLog,
    position: Position,
    written: Shared<Written>,
}

impl Lease for SimLease {
    fn epoch(&self) -> Epoch {
        self.position.epoch
    }

    fn writer(&self) -> WriterId {
        self.position.writer.expect("a lease begins after its own claim")
    }

    fn position(&self) -> Position {
        self.position
    }

    fn submit(&mut self, decision: Decision) -> BoxFuture<'static, Result<Position, AppendError>> {
        let (log, written) = (self.log.clone(), Arc::clone(&self.written));
        let ticket = {
            let (mut broker, mut written) = (locked(&log.broker), locked(&written));
            written.look(&broker, log.node);
            let pipe = broker.pipes.get_mut(&written.pipe).filter(|pipe| !pipe.failed);
            let (None, Some(pipe)) = (written.over, pipe) else {
                return Box::pin(ready(Err(error(written.over))));
            };
            let last = decision.records.last().expect("a decision has records");
            written.tickets += 1;
            let ticket = (written.tickets, last.hash());
            written.expected.push_back(ticket);
            pipe.entries.extend(decision.records.into_iter().map(Entry::Record));
            ticket.0
        };
        Box::pin(async move {
            let answer = poll_fn(|cx| log.answer(&written, ticket, cx));
            let answered = timeout(APPEND_PATIENCE, answer).await;
            answered.unwrap_or_else(|_| {
                locked(&written).over.get_or_insert(Over::Unknown);
                Err(AppendError::Unknown(None))
            })
        })
    }
}

fn error(over: Option<Over>) -> AppendError {
    match over {
        Some(Over::Fenced) => AppendError::Fenced,
        Some(Over::Unknown) | None => AppendError::Unknown(None),
    }
}

impl SimLog {
    fn answer(
        &self,
        written: &Shared<Written>,
        ticket: u64,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Position, AppendError>> {
        let (mut broker, mut written) = (locked(&self.broker), locked(written));
        written.look(&broker, self.node);
        if let Some(position) = written.valid.remove(&ticket) {
            return Poll::Ready(Ok(position));
        }
        if written.over.is_some() {
            return Poll::Ready(Err(error(written.over)));
        }
        broker.wait(cx.waker());
        Poll::Pending
    }
}

/// A tail's way through the log.
struct Following {
    log: SimLog,
    cursor: Cursor,
    /// Where the log ended when reading began; `None` once that was said.
    until: Option<usize>,
}

impl Following {
    async fn next(&mut self) -> Vec<Result<Read, SourceError>> {
        poll_fn(|cx| {
            if let Err(error) = self.log.reach() {
                return Poll::Ready(vec![Err(SourceError::Unreachable(error.into()))]);
            }
            match self.log.fold_on(&mut self.cursor, usize::MAX) {
                Err(tampered) => Poll::Ready(vec![Err(tampered.into())]),
                Ok((wholes, _)) => {
                    let mut reads: Vec<_> =
                        wholes.into_iter().map(|whole| Ok(Read::Whole(Arc::new(whole)))).collect();
                    if self.until.is_some_and(|until| self.cursor.at >= until) {
                        self.until = None;
                        reads.push(Ok(Read::CaughtUp(self.cursor.reader.position())));
                    }
                    let mut broker = locked(&self.log.broker);
                    if reads.is_empty() && self.cursor.at >= broker.shown {
                        broker.wait(cx.waker());
                        return Poll::Pending;
                    }
                    Poll::Ready(reads)
                }
            }
        })
        .await
    }
}

impl EventSource for SimLog {
    fn read(
        &self,
        _partition: Partition,
        from: Position,
    ) -> BoxStream<'static, Result<Read, SourceError>> {
        let (cursor, until) = {
            let broker = locked(&self.broker);
            (Cursor::resume(&broker, from), Some(broker.shown))
        };
        let following = Following { log: self.clone(), cursor, until };
        let batches = stream::unfold(following, |mut following| async move {
            pause().await;
            Some((following.next().await, following))
        });
        batches.map(stream::iter).flatten().boxed()
    }

    fn seek_time<'a>(
        &'a self,
        _partition: &'a Partition,
        at: Timestamp,
    ) -> BoxFuture<'a, Result<Position, SourceError>> {
        let before = |whole: &Whole| whole.records.iter().all(|record| record.time < at);
        Box::pin(ready(self.position_where(before)))
    }

    fn end<'a>(
        &'a self,
        _partition: &'a Partition,
    ) -> BoxFuture<'a, Result<Position, SourceError>> {
        Box::pin(ready(self.position_where(|_| true)))
    }

    fn partitions(&self) -> BoxFuture<'_, Result<Vec<Partition>, SourceError>> {
        Box::pin(ready(Ok(vec![super::partition()])))
    }
}

impl SimLog {
    fn position_where(&self, within: impl Fn(&Whole) -> bool) -> Result<Position, SourceError> {
        self.reach().map_err(|error| SourceError::Unreachable(error.into()))?;
        let broker = locked(&self.broker);
        let mut cursor = Cursor::resume(&broker, Position::START);
        let mut position = Position::START;
        while let Some((_, verdict)) = cursor.next(&broker) {
            match verdict? {
                Verdict::Whole(whole) if within(&whole) => position = whole.position,
                Verdict::Whole(_) => break,
                Verdict::Claimed => position = cursor.reader.position(),
                Verdict::Part | Verdict::Void(_) => {}
            }
        }
        Ok(position)
    }
}
