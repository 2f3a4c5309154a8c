//! What is recorded of a display, as staff's screens get it.

use async_graphql::{Enum, SimpleObject};
use uuid::Uuid;

use super::{display::Display, scalar::Instant};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum FrameKind {
    /// Of the customer's page.
    Frame,
    /// What a member of staff points at, draws, or does by remote control.
    Signal,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct DisplayFrame {
    pub position: String,
    pub page_load: f64,
    pub seq: u32,
    pub site_seq: u64,
    pub at: Instant,
    pub kind: FrameKind,
    /// A late joiner may begin here.
    pub full: bool,
    /// Of a signal: who.
    pub staff: Option<Uuid>,
    /// Of a frame: base64 of the compressed JSON; of a signal: its JSON. Null: erased.
    pub data: Option<String>,
}

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct DisplayNews {
    /// What `since` goes on after.
    pub position: String,
    /// Forget what you have.
    pub reset: bool,
    /// Null: as before.
    pub display: Option<Display>,
    pub frames: Vec<DisplayFrame>,
}
