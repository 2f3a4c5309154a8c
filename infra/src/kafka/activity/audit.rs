//! Everything of one partition, for who checks it.

use std::{
    collections::{BTreeMap, HashSet},
    ops::ControlFlow,
    sync::Arc,
};

use commands::ports::activity::PageView;
use domain::id::VisitId;
use projections::ports::activity::Kept;
use rdkafka::Message;

use super::{
    Inner,
    parts::{Joiner, Piece},
    pictures::{Heads, seen},
    visits,
};
use crate::kafka::{client::BrokerError, scan::scan};

impl Inner {
    /// Until nobody listens any more. Blocks.
    pub(super) fn kept(
        &self,
        number: i32,
        each: &mut dyn FnMut(Kept) -> bool,
    ) -> Result<(), BrokerError> {
        let (begin, end) = self.tail.ends(number)?;
        let mut joiner = Joiner::default();
        let mut heads: BTreeMap<VisitId, Heads> = BTreeMap::new();
        let mut views = HashSet::new();
        scan(self.settings(), &self.topic, number, begin, end, |record| {
            let kept = match joiner.piece(record) {
                Piece::Digest(digest) => Some(Kept::Digest(digest)),
                Piece::Whole { frame, .. } => {
                    let visit = frame.visit;
                    let is_first = heads.entry(visit).or_default().admit(&frame);
                    is_first.then(|| Kept::Frame(visit, Arc::new(seen(record.offset(), frame))))
                }
                Piece::Other => {
                    let view =
                        serde_json::from_slice::<PageView>(record.payload().unwrap_or_default());
                    let first = view
                        .ok()
                        .filter(|view| views.insert((view.visit, view.page_load, view.visit_seq)));
                    first.map(|view| Kept::View(view.visit, Arc::new(visits::seen(view))))
                }
                Piece::Part | Piece::Unreadable => None,
            };
            let goes_on = kept.is_none_or(&mut *each);
            Ok::<_, BrokerError>(if goes_on {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            })
        })
        .map(drop)
    }
}
