//! What every log promises: valid as a whole or not at all, one owner, nothing altered unseen.

use std::sync::Arc;

use commands::ports::log::{AcquireError, AppendError, EventLog, ReadError};
use domain::{
    log::{Position, Recorded, Seq, Whole, WriterId},
    time::Timestamp,
};
use futures::{FutureExt, Stream, StreamExt};
use projections::ports::source::{EventSource, Read, SourceError};
use uuid::Uuid;

use super::records::{Owner, partition, record};

/// A fresh log, and the means to do to it what the log itself would never do.
pub trait Rig: Send + Sync {
    fn log(&self) -> Arc<dyn EventLog>;
    fn source(&self) -> Arc<dyn EventSource>;
    /// Changes one byte of a stored record's data.
    fn flip_a_byte(&self, seq: Seq);
}

async fn all(log: &dyn EventLog, from: Position) -> Result<(Vec<Whole>, Position), ReadError> {
    let mut wholes = Vec::new();
    let position = log.read(&partition(), from, &mut |whole| wholes.push(whole)).await?;
    Ok((wholes, position))
}

/// What is read without trouble, of decisions alone.
async fn whole(read: Result<Read, SourceError>) -> Option<Arc<Whole>> {
    read.unwrap().whole()
}

pub async fn next_whole(
    reads: &mut (impl Stream<Item = Result<Read, SourceError>> + Unpin),
) -> Arc<Whole> {
    loop {
        if let Some(whole) = whole(reads.next().await.unwrap()).await {
            return whole;
        }
    }
}

fn seqs(wholes: &[Whole]) -> Vec<Seq> {
    wholes.iter().flat_map(|whole| &whole.records).map(|record| record.seq).collect()
}

pub async fn what_is_read_is_what_was_written(rig: &dyn Rig) {
    let mut owner = Owner::acquire(&*rig.log()).await;
    let decisions: Vec<_> = [1, 3, 2, 64].map(|events| owner.decide(events)).into();
    for decision in decisions.clone() {
        let seq = decision.last_seq();
        assert_eq!(owner.submit(decision).await.unwrap(), seq);
    }
    let (read, position) = all(&*rig.log(), Position::START).await.unwrap();
    assert_eq!(seqs(&read), (1..=70).collect::<Vec<_>>());
    for (whole, decision) in read.iter().zip(&decisions) {
        assert_eq!(whole.records, decision.records);
    }
    assert_eq!(position, read.last().unwrap().position);
    assert_eq!(rig.source().end(&partition()).await.unwrap(), position);
    assert_eq!(rig.source().partitions().await.unwrap(), [partition()]);
}

pub async fn many_decisions_in_flight_become_valid_in_order(rig: &dyn Rig) {
    let mut owner = Owner::acquire(&*rig.log()).await;
    let mut in_flight = Vec::new();
    for events in (1..=4).cycle().take(200) {
        let decision = owner.decide(events);
        in_flight.push((decision.last_seq(), owner.submit(decision)));
    }
    for (seq, answered) in in_flight {
        assert_eq!(answered.await.unwrap(), seq);
    }
    let (read, _) = all(&*rig.log(), Position::START).await.unwrap();
    assert_eq!(seqs(&read), (1..=500).collect::<Vec<_>>());
}

pub async fn a_stale_owner_is_fenced_for_good(rig: &dyn Rig) {
    let mut stale = Owner::acquire(&*rig.log()).await;
    stale.append(2).await.unwrap();
    let mut owner = Owner::acquire(&*rig.log()).await;
    assert_eq!((owner.lease().epoch(), owner.seq), (2, 2));
    assert_ne!(owner.lease().writer(), stale.lease().writer());

    assert!(matches!(stale.append(1).await, Err(AppendError::Fenced)));
    assert!(stale.append(1).await.is_err());
    owner.append(1).await.unwrap();
    assert!(stale.append(1).await.is_err());
    let (read, _) = all(&*rig.log(), Position::START).await.unwrap();
    assert_eq!(seqs(&read), [1, 2, 3]);
    assert_eq!(read[1].position.epoch, 2);
}

pub async fn a_decision_that_does_not_continue_the_log_stays_out(rig: &dyn Rig) {
    type Break = fn(&mut Vec<Recorded>);
    let breaks: [Break; 5] = [
        |records| records[1].seq += 1,
        |records| drop(records.pop()),
        |records| records[1].prev.0[0] ^= 1,
        Vec::clear,
        |records| records[0].data = vec![b'1'; domain::log::EVENT_BYTES_MAX + 1].into(),
    ];
    for (n, break_it) in (0..).zip(breaks) {
        let mut owner = Owner::acquire(&*rig.log()).await;
        assert_eq!(owner.seq, n);
        owner.append(1).await.unwrap();
        let mut decision = owner.decide(3);
        break_it(&mut decision.records);
        let first = owner.submit(decision);
        let second = owner.append(1);
        assert!(matches!(first.await, Err(AppendError::Unknown(_))));
        assert!(second.await.is_err(), "the lease is over after its first error");
    }
    let (read, _) = all(&*rig.log(), Position::START).await.unwrap();
    assert_eq!(seqs(&read), [1, 2, 3, 4, 5]);
}

/// `logs` are two processes' handles on one log.
pub async fn of_two_claimants_one_owns(logs: [Arc<dyn EventLog>; 2]) {
    const ROUNDS: u32 = 20;
    for round in 1..=ROUNDS {
        let claims = logs.clone().map(|log| {
            tokio::spawn(async move {
                let (_, end) = all(&*log, Position::START).await.unwrap();
                match log.acquire(&partition(), end, Timestamp::from_secs(1_000)).await {
                    Ok(lease) => Some(Owner::of(lease)),
                    Err(AcquireError::Lost) => None,
                    Err(error) => panic!("the log is there: {error:?}"),
                }
            })
        });
        let mut owning = 0;
        for owner in futures::future::join_all(claims).await {
            if let Some(mut owner) = owner.unwrap() {
                owning += u32::from(owner.append(1).await.is_ok());
            }
        }
        assert_eq!(owning, 1, "in round {round}");
    }
    for log in logs {
        let (read, _) = all(&*log, Position::START).await.unwrap();
        assert_eq!(seqs(&read), (1..=u64::from(ROUNDS)).collect::<Vec<_>>());
    }
}

pub async fn a_reader_resumes_between_a_claim_and_a_late_record(rig: &dyn Rig) {
    let mut stale = Owner::acquire(&*rig.log()).await;
    stale.append(1).await.unwrap();
    let late = stale.decide(1);
    let mut owner = Owner::acquire(&*rig.log()).await;
    let (_, at_the_claim) = all(&*rig.log(), Position::START).await.unwrap();
    assert_eq!(at_the_claim, owner.lease().position());
    assert!(stale.submit(late).await.is_err());
    owner.append(2).await.unwrap();

    let (resumed, end) = all(&*rig.log(), at_the_claim).await.unwrap();
    assert_eq!(seqs(&resumed), [2, 3]);
    let (from_the_start, same_end) = all(&*rig.log(), Position::START).await.unwrap();
    assert_eq!(seqs(&from_the_start), [1, 2, 3]);
    assert_eq!(end, same_end);
}

/// Of a log that cannot refuse a write: `inject` puts a record at its end past every check.
pub async fn void_records_count_for_nothing(rig: &dyn Rig, inject: impl Fn(Recorded)) {
    let mut stale = Owner::acquire(&*rig.log()).await;
    stale.append(1).await.unwrap();
    let late = stale.decide(1).records.remove(0);
    let mut owner = Owner::acquire(&*rig.log()).await;
    let at_the_claim = owner.lease().position();
    let stranger = WriterId(Uuid::from_u128(1));
    inject(late);
    inject(record(stranger, 2, 2, at_the_claim.hash));
    inject(record(owner.lease().writer(), 9, 2, at_the_claim.hash));
    inject(record(owner.lease().writer(), 2, 3, at_the_claim.hash));
    assert_eq!(rig.source().end(&partition()).await.unwrap(), at_the_claim);
    owner.append(2).await.unwrap();

    let (read, end) = all(&*rig.log(), Position::START).await.unwrap();
    assert_eq!(seqs(&read), [1, 2, 3]);
    let (resumed, same_end) = all(&*rig.log(), at_the_claim).await.unwrap();
    assert_eq!((seqs(&resumed), same_end), (vec![2, 3], end));
}

/// Of a log whose gate keeps void records out: `inject` alters its store behind its back.
pub async fn a_void_record_is_tampering(rig: &dyn Rig, inject: impl Fn(Recorded)) {
    let mut stale = Owner::acquire(&*rig.log()).await;
    stale.append(1).await.unwrap();
    let late = stale.decide(1).records.remove(0);
    let mut owner = Owner::acquire(&*rig.log()).await;
    owner.append(1).await.unwrap();
    // One number stands there once only.
    inject(Recorded { seq: 50, ..late });
    let read = all(&*rig.log(), Position::START).await;
    let Err(ReadError::Tampered(tampered)) = read else { panic!("it reads on: {read:?}") };
    assert_eq!(tampered.seq, 50);
}

pub async fn a_follower_sees_what_is_there_and_then_what_comes(rig: &dyn Rig) {
    let mut owner = Owner::acquire(&*rig.log()).await;
    owner.append(2).await.unwrap();
    let mut early = rig.source().read(partition(), Position::START);
    assert_eq!(next_whole(&mut early).await.position.seq, 2);
    let Some(Ok(Read::CaughtUp(end))) = early.next().await else {
        panic!("it says where the end is")
    };
    assert_eq!(end, rig.source().end(&partition()).await.unwrap());
    assert!(early.next().now_or_never().is_none(), "there is no more yet");
    let mut nothing_yet = rig.source().read(partition(), owner.lease().position());

    let submitted: Vec<_> = (0..50)
        .map(|_| {
            let decision = owner.decide(3);
            owner.submit(decision)
        })
        .collect();
    futures::future::try_join_all(submitted).await.unwrap();
    let mut next_owner = Owner::acquire(&*rig.log()).await;
    next_owner.append(1).await.unwrap();

    let early: Vec<_> = early.filter_map(whole).take(51).collect().await;
    assert_eq!(early[0].records[0].seq, 3);
    assert_eq!(early.last().unwrap().position, rig.source().end(&partition()).await.unwrap());
    assert_eq!(next_whole(&mut nothing_yet).await.position.seq, 2);
    let late = rig.source().read(partition(), early[0].position);
    let late: Vec<_> = late.filter_map(whole).take(50).collect().await;
    for (late, early) in late.into_iter().zip(&early[1..]) {
        assert_eq!(late.records, early.records);
    }
}

pub async fn a_position_is_found_by_time(rig: &dyn Rig) {
    let mut owner = Owner::acquire(&*rig.log()).await;
    for _ in 0..10 {
        owner.append(1).await.unwrap();
    }
    let (read, end) = all(&*rig.log(), Position::START).await.unwrap();
    for (time, seq) in [(0, 0), (1_001, 0), (1_002, 1), (1_006, 5), (1_011, 10), (9_999, 10)] {
        let time = Timestamp::from_secs(time);
        let found = rig.source().seek_time(&partition(), time).await.unwrap();
        assert_eq!(found.seq, seq);
        let (rest, same_end) = all(&*rig.log(), found).await.unwrap();
        assert_eq!((rest.len(), same_end), (read.len() - usize::try_from(seq).unwrap(), end));
    }
}

pub async fn a_flipped_byte_is_tampering(rig: &dyn Rig) {
    let mut owner = Owner::acquire(&*rig.log()).await;
    for _ in 0..5 {
        owner.append(2).await.unwrap();
    }
    rig.flip_a_byte(4);
    let read = all(&*rig.log(), Position::START).await;
    let Err(ReadError::Tampered(tampered)) = read else { panic!("it reads on: {read:?}") };
    assert_eq!((tampered.partition, tampered.seq), (partition(), 5));

    let mut followed = rig.source().read(partition(), Position::START);
    loop {
        match followed.next().await.expect("it ends with the alarm") {
            Ok(Read::Whole(whole)) => assert!(whole.position.seq <= 4),
            Ok(Read::CaughtUp(_)) => panic!("it reads past what was altered"),
            Err(SourceError::Tampered(_)) => break,
            Err(error) => panic!("the log is there: {error:?}"),
        }
    }
    assert!(followed.next().await.is_none(), "nothing is read past an alarm");
}

/// `rig`'s log fails some append without saying whether it was written; `healed` opens it again afterwards.
/// Hands back what the failed append said.
pub async fn an_unknown_append_is_there_as_a_whole_or_not_at_all(
    rig: &dyn Rig,
    fail_soon: impl FnOnce(),
    healed: impl FnOnce() -> Arc<dyn EventLog>,
) -> AppendError {
    const TRIES: u32 = 2_000;
    let mut owner = Owner::acquire(&*rig.log()).await;
    let first = owner.append(3).await.unwrap();
    fail_soon();
    let mut acknowledged = first;
    let failed = loop {
        assert!(owner.seq < u64::from(TRIES) * 3, "no append has failed");
        match owner.append(3).await {
            Ok(seq) => acknowledged = seq,
            Err(error) => break error,
        }
    };
    assert!(matches!(failed, AppendError::Unknown(_)), "{failed:?}");
    assert!(owner.append(1).await.is_err(), "the lease is over");

    let log = healed();
    let (read, position) = all(&*log, Position::START).await.unwrap();
    assert!([acknowledged, acknowledged + 3].contains(&position.seq));
    assert!(read.iter().all(|whole| whole.records.len() == 3));
    let mut owner = Owner::acquire(&*log).await;
    assert_eq!(owner.seq, position.seq);
    owner.append(1).await.unwrap();
    failed
}
