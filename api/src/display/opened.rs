//! Frames opened once for all who look on here: whoever needs one first opens it, everybody else takes the same.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{Error, Result};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use domain::{frame::Author, id::VisitId};
use projections::ports::activity::{FramePosition, FrameSeen};
use tokio::sync::OnceCell;

use crate::{errors::coded, inside::Inside};

/// Frames that are kept open, and the bytes of all together, sealed; whoever comes later opens them again.
const KEPT_MAX: usize = 16_384;
const BYTES_MAX: usize = 128 * 1024 * 1024;

type Key = (VisitId, FramePosition);
/// `None`: the person was erased.
type Text = Option<Arc<str>>;

#[derive(Default)]
pub(crate) struct Opened(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    by_key: HashMap<Key, Arc<OnceCell<Text>>>,
    by_age: VecDeque<(Key, usize)>,
    bytes: usize,
}

impl Opened {
    fn cell(&self, key: Key, bytes: usize) -> Arc<OnceCell<Text>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cell) = kept.by_key.get(&key) {
            return Arc::clone(cell);
        }
        kept.bytes += bytes;
        kept.by_age.push_back((key, bytes));
        let cell = Arc::<OnceCell<Text>>::default();
        kept.by_key.insert(key, Arc::clone(&cell));
        while kept.by_age.len() > KEPT_MAX || kept.bytes > BYTES_MAX {
            let Some((oldest, bytes)) = kept.by_age.pop_front() else { break };
            kept.bytes -= bytes;
            kept.by_key.remove(&oldest);
        }
        cell
    }
}

impl Inside {
    /// Of the customer's page base64 of the compressed JSON, of a signal its JSON. `None`: erased.
    pub(crate) async fn open_frame(&self, visit: VisitId, frame: &FrameSeen) -> Result<Text> {
        if self.ports.directory.read(|directory| directory.is_erased(frame.data.subject)) {
            return Ok(None);
        }
        let cell = self.opened.cell((visit, frame.position), frame.data.boxed.len());
        let text = cell.get_or_try_init(|| async {
            let bytes = self.ports.opener.open_bytes(&frame.data).await.map_err(|error| {
                tracing::error!(visit.id = %visit, error = %error, "a frame did not open");
                unreadable()
            })?;
            let text = bytes.map(|bytes| match frame.author {
                Author::Customer => Ok(BASE64_STANDARD.encode(bytes)),
                Author::Staff { .. } => String::from_utf8(bytes),
            });
            Ok::<_, Error>(text.transpose().map_err(|_| unreadable())?.map(Into::into))
        });
        text.await.cloned()
    }
}

fn unreadable() -> Error {
    coded(
        "UNAVAILABLE",
        "what was recorded cannot be opened now; try again, and tell the operator if it stays",
    )
}
