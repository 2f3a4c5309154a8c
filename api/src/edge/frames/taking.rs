//! Taking frames: read, checked, and gathered into a batch for the door.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Semaphore;

use crate::{
    display::{
        check::{CheckError, Fields, check},
        frame::{self, Frame, FrameError},
    },
    door::PageFrame,
    edge::Edge,
    limits::{FRAMES_BYTES_MAX, FRAMES_MAX},
};

/// Frames of this size, compressed, are checked where they hold up nobody.
const LARGE_BYTES: usize = 16 * 1024;
/// Of these so many at a time: each may need ten times its JSON in memory.
pub(in crate::edge) const LARGE_CHECKS_MAX: usize = 2;

#[derive(Debug, thiserror::Error)]
enum NotTaken {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("this frame shows what is to stay hidden: {0}")]
    Check(#[from] CheckError),
}

/// What goes through the door at once.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) frames: Vec<PageFrame>,
    bytes: usize,
}

impl Batch {
    /// Another one might not fit.
    pub(super) fn is_full(&self) -> bool {
        self.frames.len() >= FRAMES_MAX || self.bytes + frame::FRAME_BYTES_MAX > FRAMES_BYTES_MAX
    }
}

/// What is known of one load of a page.
pub(super) struct Taking<'e> {
    edge: &'e Edge,
    fields: Fields,
}

impl<'e> Taking<'e> {
    pub(super) fn new(edge: &'e Edge) -> Self {
        Self { edge, fields: Fields::default() }
    }

    /// `Err`: its number, as far as it has one, and why it is not taken.
    pub(super) async fn take(
        &mut self,
        message: Bytes,
        batch: &mut Batch,
    ) -> Result<(), (u32, String)> {
        let seq = frame::number(&message);
        let taken = async {
            let frame = frame::parse(message)?;
            self.check(&frame).await?;
            Ok::<_, NotTaken>(frame)
        };
        let Frame { seq, full, body } = taken.await.map_err(|error| (seq, error.to_string()))?;
        batch.bytes += body.len();
        batch.frames.push(PageFrame { seq, full, data: body });
        Ok(())
    }

    async fn check(&mut self, frame: &Frame) -> Result<(), NotTaken> {
        if frame.body.len() < LARGE_BYTES {
            return looked_through(frame, &mut self.fields);
        }
        let turn = Semaphore::acquire_owned(Arc::clone(&self.edge.large_checks)).await;
        let _turn = turn.expect("nobody closes it");
        let (frame, mut fields) = (frame.clone(), std::mem::take(&mut self.fields));
        let checked = tokio::task::spawn_blocking(move || {
            let checked = looked_through(&frame, &mut fields);
            (checked, fields)
        });
        let (checked, fields) = checked.await.expect("a check neither panics nor is cancelled");
        self.fields = fields;
        checked
    }
}

fn looked_through(frame: &Frame, fields: &mut Fields) -> Result<(), NotTaken> {
    check(&frame.json()?, frame.full, fields)?;
    Ok(())
}
