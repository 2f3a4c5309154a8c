//! The live end of one partition of the log: folded once, shared by every reader and by the owner in this process.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use domain::log::{Entry, Epoch, Fold, Partition, Position, Tampered, Verdict, Whole, WriterId};
use rdkafka::{Message, message::BorrowedMessage};
use tokio::sync::watch;
use tracing::{error, warn};

use super::{
    LogError,
    index::Index,
    ledger::Ledger,
    record::{Decoder, Stranger},
};
use crate::{
    kafka::{client::BrokerError, tail::Feed},
    recent::{Found, Recent},
};

pub(super) struct Hub {
    recent: Recent,
    live: watch::Sender<Live>,
    /// Of the owners in this process, at most one of which is not over.
    ledgers: Mutex<Vec<Weak<Ledger>>>,
}

/// How far the hub has come.
#[derive(Clone, Debug)]
pub(super) struct Live {
    pub(super) position: Position,
    /// Everything before this offset has been folded, valid or not.
    pub(super) next: i64,
    pub(super) broken: Option<LogError>,
}

impl Hub {
    pub(super) fn starting_at(position: Position) -> Self {
        let live = Live { position, next: position.at, broken: None };
        Self {
            recent: Recent::after_seq(position.seq),
            live: watch::Sender::new(live),
            ledgers: Mutex::default(),
        }
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Live> {
        self.live.subscribe()
    }

    /// Nothing more comes, for a reason that may pass.
    pub(super) fn is_gone(&self) -> bool {
        matches!(self.live.borrow().broken, Some(LogError::Broker(_)))
    }

    pub(super) fn after(&self, position: Position) -> Found {
        self.recent.after(position)
    }

    pub(super) fn covers(&self, position: Position) -> bool {
        !matches!(self.recent.after(position), Found::InTheStore)
    }

    /// Tells this ledger what becomes of its writer's records from now on.
    pub(super) fn tell(&self, ledger: &Arc<Ledger>) {
        let mut ledgers = self.ledgers.lock().unwrap_or_else(PoisonError::into_inner);
        ledgers.retain(|ledger| ledger.strong_count() > 0);
        ledgers.push(Arc::downgrade(ledger));
    }

    fn each_ledger(&self, tell: impl Fn(&Ledger)) {
        let ledgers = self.ledgers.lock().unwrap_or_else(PoisonError::into_inner);
        ledgers.iter().filter_map(Weak::upgrade).for_each(|ledger| tell(&ledger));
    }
}

/// What folds the partition into the hub.
pub(super) struct HubFeed {
    hub: Arc<Hub>,
    index: Arc<Index>,
    partition: Partition,
    decoder: Decoder,
    fold: Fold,
    /// Folded since the readers were told.
    wholes: Vec<Whole>,
    tampered: bool,
}

impl HubFeed {
    pub(super) fn new(hub: &Arc<Hub>, index: &Arc<Index>, partition: Partition) -> Self {
        let position = hub.live.borrow().position;
        Self {
            hub: Arc::clone(hub),
            index: Arc::clone(index),
            decoder: Decoder::new(partition.clone()),
            partition,
            fold: Fold::resume(position),
            wholes: Vec::new(),
            tampered: false,
        }
    }

    fn entry(&mut self, entry: Entry, at: i64) -> Result<(), Tampered> {
        let claimant = match &entry {
            Entry::Claim(claim) => Some((claim.writer, claim.epoch)),
            Entry::Record(_) => None,
        };
        match self.fold.feed(entry, at)? {
            Verdict::Whole(whole) => self.whole(whole),
            Verdict::Claimed => self.claimed(),
            Verdict::Void(_) => self.void(claimant),
            Verdict::Part => {}
        }
        Ok(())
    }

    fn whole(&mut self, whole: Whole) {
        let position = whole.position;
        self.hub.each_ledger(|ledger| ledger.valid(position));
        self.index.note(&whole);
        self.wholes.push(whole);
    }

    fn claimed(&self) {
        let position = self.fold.position();
        self.hub.each_ledger(|ledger| ledger.claimed(position));
    }

    fn void(&self, claimant: Option<(WriterId, Epoch)>) {
        metrics::counter!("lockstep_log_void_total", "partition" => self.partition.to_string())
            .increment(1);
        if let Some((writer, _)) = claimant {
            self.hub.each_ledger(|ledger| ledger.lost(writer));
        }
    }

    fn stranger(&self, stranger: &Stranger, at: i64) -> Result<(), Tampered> {
        let position = self.fold.position();
        let partition = self.partition.clone();
        if stranger.is_by_the_owner_at(position) {
            return Err(Tampered { partition, seq: position.seq + 1, at });
        }
        warn!(%partition, at, "a record in the log is no entry of this partition; it counts for nothing");
        self.void(None);
        Ok(())
    }

    fn over(&mut self, why: &LogError) {
        let live = self.hub.live.borrow().next;
        self.publish(live, Some(why.clone()));
        self.hub.each_ledger(|ledger| ledger.unknown(why.clone()));
    }

    fn publish(&mut self, next: i64, broken: Option<LogError>) {
        self.hub.recent.push(std::mem::take(&mut self.wholes));
        self.hub.live.send_replace(Live { position: self.fold.position(), next, broken });
    }
}

impl Feed for HubFeed {
    fn record(&mut self, record: &BorrowedMessage<'_>) {
        if self.tampered {
            return;
        }
        let at = record.offset() + 1;
        let fed = match self.decoder.entry(record) {
            Ok(entry) => self.entry(entry, at),
            Err(stranger) => self.stranger(&stranger, at),
        };
        if let Err(tampered) = fed {
            error!(error = %tampered, "reading the log stopped");
            self.tampered = true;
            self.over(&LogError::Tampered(tampered));
        }
    }

    fn fed(&mut self, next: i64) {
        if !self.tampered {
            self.publish(next, None);
        }
    }

    fn broken(&mut self, why: &BrokerError) {
        if !self.tampered {
            self.over(&LogError::Broker(why.clone()));
        }
    }
}
