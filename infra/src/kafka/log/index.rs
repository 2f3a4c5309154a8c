//! Places of a partition that were passed while folding it: where a search by time may begin.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use domain::{
    log::{Position, Seq, Whole},
    time::Timestamp,
};

/// One place is kept for so many records,
const EVERY: Seq = 1_024;
/// and so many places at most: then for twice as many records.
const PLACES_MAX: usize = 4_096;

#[derive(Default)]
pub(super) struct Index(Mutex<Places>);

struct Places {
    every: Seq,
    last: Seq,
    /// By the ordinal of the stretch, the place in it and the time of the last record before.
    by_stretch: BTreeMap<Seq, (Timestamp, Position)>,
}

impl Default for Places {
    fn default() -> Self {
        Self { every: EVERY, last: 0, by_stretch: BTreeMap::new() }
    }
}

impl Index {
    pub(super) fn note(&self, whole: &Whole) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stretch = whole.position.seq / places.every;
        if stretch == places.last {
            return;
        }
        places.last = stretch;
        let Some(record) = whole.records.last() else { return };
        places.by_stretch.entry(stretch).or_insert((record.time, whole.position));
        if places.by_stretch.len() > PLACES_MAX {
            places.every *= 2;
            let kept = std::mem::take(&mut places.by_stretch);
            for (time, position) in kept.into_values() {
                let stretch = position.seq / places.every;
                places.by_stretch.entry(stretch).or_insert((time, position));
            }
        }
    }

    /// The last place known whose records are all from before `time`. Time never falls within a partition.
    pub(super) fn before(&self, time: Timestamp) -> Position {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = places.by_stretch.values().rev().find(|(last, _)| *last < time);
        before.map_or(Position::START, |(_, position)| *position)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::{
        command::Actor,
        id::{CommandId, EventId},
        log::{Hash, Recorded, WriterId},
    };
    use uuid::Uuid;

    use super::*;

    fn whole(seq: Seq) -> Whole {
        let record = Recorded {
            partition: "site:s".parse().unwrap(),
            epoch: 1,
            writer: WriterId(Uuid::nil()),
            seq,
            part: 0,
            parts: 1,
            prev: Hash::ZERO,
            time: Timestamp(seq.cast_signed() * 10),
            id: EventId(Uuid::nil()),
            kind: "test".into(),
            version: 1,
            command_id: CommandId(Uuid::nil()),
            command_hash: 0,
            actor: Actor::System,
            causation: None,
            correlation: Uuid::nil(),
            traceparent: None,
            data: Arc::from(&b"{}"[..]),
        };
        Whole { records: vec![record], position: Position { seq, ..Position::START } }
    }

    #[test]
    fn the_nearest_place_before_a_time_is_found_however_long_the_log() {
        let index = Index::default();
        assert_eq!(index.before(Timestamp::MAX), Position::START);
        for seq in (1..EVERY * 3 * PLACES_MAX as u64).step_by(64) {
            index.note(&whole(seq));
        }
        for seq in [EVERY * 9, EVERY * 5_000, EVERY * 12_000] {
            let found = index.before(Timestamp(seq.cast_signed() * 10)).seq;
            assert!(found < seq && seq - found <= EVERY * 8, "{found} for {seq}");
        }
        assert!(index.0.lock().unwrap().by_stretch.len() <= PLACES_MAX);
    }
}
