//! Paging through what was recorded of one visit: the partition is read over that time, and the visit's records kept.

use std::{
    collections::VecDeque,
    ops::ControlFlow,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{id::VisitId, time::Span};
use projections::ports::activity::{Excerpt, FramePosition, FrameSeen};
use rdkafka::{Message, message::BorrowedMessage};

use super::{
    Inner,
    parts::{Joiner, Piece},
    pictures::{Heads, seen},
};
use crate::kafka::{client::BrokerError, scan::scan};

/// A frame's time is its writer's, a record's is its broker's, and a frame has several records.
const SLACK: Span = Span::secs(60);
/// Readers whose place is kept for their next page; without it the page before is read again.
const PLACES_MAX: usize = 64;
/// Bytes that a picture may have which is read from here.
const PICTURE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Where readers stand, by visit and the position that they know.
#[derive(Default)]
pub(super) struct Places(Mutex<VecDeque<(VisitId, FramePosition, Reading)>>);

/// What is known of a visit at one place of the partition.
#[derive(Clone, Default)]
struct Reading {
    next: i64,
    joiner: Joiner,
    heads: Heads,
}

impl Places {
    fn find(&self, visit: VisitId, position: FramePosition) -> Option<Reading> {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = places.iter().find(|(of, at, _)| (*of, *at) == (visit, position));
        found.map(|(_, _, reading)| reading.clone())
    }

    fn keep(&self, visit: VisitId, position: FramePosition, reading: Reading) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.retain(|(of, at, _)| (*of, *at) != (visit, position));
        if places.len() >= PLACES_MAX {
            places.pop_front();
        }
        places.push_back((visit, position, reading));
    }
}

impl Reading {
    fn record(&mut self, visit: VisitId, record: &BorrowedMessage<'_>) -> Option<FrameSeen> {
        self.next = record.offset() + 1;
        if record.key() != Some(visit.to_string().as_bytes()) {
            return None;
        }
        let Piece::Whole { frame, .. } = self.joiner.piece(record) else { return None };
        let is_of_visit = frame.visit == visit && self.heads.admit(&frame);
        is_of_visit.then(|| seen(record.offset(), frame))
    }
}

impl Inner {
    /// One page, from the partition that has any of it. Blocks.
    pub(super) fn excerpt(&self, excerpt: Excerpt) -> Result<Vec<Arc<FrameSeen>>, BrokerError> {
        let numbers: Vec<_> = self.followed().keys().copied().collect();
        for number in numbers {
            let page = self.excerpt_of(number, excerpt)?;
            if !page.is_empty() {
                return Ok(page);
            }
        }
        Ok(Vec::new())
    }

    fn excerpt_of(
        &self,
        number: i32,
        Excerpt { visit, from, to, after, first }: Excerpt,
    ) -> Result<Vec<Arc<FrameSeen>>, BrokerError> {
        let known = after.and_then(|after| self.places.find(visit, after));
        let mut reading = match known {
            Some(reading) => reading,
            None => {
                Reading { next: self.tail.offset_at(number, from - SLACK)?, ..Reading::default() }
            }
        };
        let (end, mut page) = (self.tail.ends(number)?.1, Vec::new());
        let next = reading.next;
        // As brokers stamp records.
        let last_millis = to.map(|to| (to + SLACK).0 / 1_000);
        let is_past = |at: Option<i64>| last_millis.is_some_and(|last| at > Some(last));
        let _ = scan(self.settings(), &self.topic, number, next, end, |record| {
            if is_past(record.timestamp().to_millis()) {
                return Ok(ControlFlow::Break(()));
            }
            let frame = reading.record(visit, record);
            page.extend(frame.filter(|frame| {
                frame.time >= from
                    && to.is_none_or(|to| frame.time <= to)
                    && after.is_none_or(|after| frame.position > after)
            }));
            Ok::<_, BrokerError>(break_if(page.len() >= first))
        })?;
        if let Some(last) = page.last() {
            self.places.keep(visit, last.position, reading);
        }
        Ok(page.into_iter().map(Arc::new).collect())
    }

    /// What follows an offset, where a picture begins that is not in memory. Blocks.
    pub(super) fn picture_from(
        &self,
        visit: VisitId,
        begins: i64,
    ) -> Result<Vec<Arc<FrameSeen>>, BrokerError> {
        let numbers: Vec<_> = self.followed().keys().copied().collect();
        let (mut picture, mut bytes) = (Vec::new(), 0);
        for number in numbers {
            let (end, mut reading) = (self.tail.ends(number)?.1, Reading::default());
            let _ = scan(self.settings(), &self.topic, number, begins, end, |record| {
                let Some(frame) = reading.record(visit, record) else {
                    return Ok::<_, BrokerError>(ControlFlow::Continue(()));
                };
                bytes += frame.data.boxed.len();
                picture.push(Arc::new(frame));
                Ok(break_if(bytes > PICTURE_BYTES_MAX))
            })?;
        }
        Ok(picture)
    }
}

fn break_if(is_over: bool) -> ControlFlow<()> {
    if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}
