//! The latest decisions of one partition, as its one reader or writer saw them first: live readers need not go to the store.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::log::{Position, Seq, Whole};
use tokio::sync::watch;

/// Decisions kept at most.
const DECISIONS_MAX: usize = 16_384;
/// Bytes of event data kept at most.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// Decisions handed to a reader at once.
const BATCH_MAX: usize = 1_024;

pub(crate) struct Recent {
    kept: Mutex<Kept>,
    /// `seq` of the last one.
    last: watch::Sender<Seq>,
}

#[derive(Default)]
struct Kept {
    wholes: VecDeque<Arc<Whole>>,
    bytes: usize,
}

/// What a reader finds behind its position.
pub(crate) enum Found {
    Nothing,
    Next(Vec<Arc<Whole>>),
    /// What comes next is in the store only.
    InTheStore,
}

impl Recent {
    /// What comes after `seq` is kept.
    pub(crate) fn after_seq(seq: Seq) -> Self {
        Self { kept: Mutex::default(), last: watch::Sender::new(seq) }
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Seq> {
        self.last.subscribe()
    }

    pub(crate) fn push(&self, wholes: Vec<Whole>) {
        let Some(last) = wholes.last().map(|whole| whole.position.seq) else { return };
        let mut kept = self.locked();
        for whole in wholes {
            kept.bytes += size(&whole);
            kept.wholes.push_back(Arc::new(whole));
        }
        while kept.wholes.len() > DECISIONS_MAX || kept.bytes > BYTES_MAX {
            let Some(oldest) = kept.wholes.pop_front() else { break };
            kept.bytes -= size(&oldest);
        }
        drop(kept);
        self.last.send_replace(last);
    }

    pub(crate) fn after(&self, position: Position) -> Found {
        if *self.last.borrow() <= position.seq {
            return Found::Nothing;
        }
        let kept = self.locked();
        let from = kept.wholes.partition_point(|whole| whole.position.seq <= position.seq);
        let next = kept.wholes.get(from).and_then(|whole| whole.records.first());
        if next.is_none_or(|record| record.seq != position.seq + 1) {
            return Found::InTheStore;
        }
        Found::Next(kept.wholes.range(from..).take(BATCH_MAX).map(Arc::clone).collect())
    }

    fn locked(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn size(whole: &Whole) -> usize {
    whole.records.iter().map(|record| record.data.len()).sum()
}
