//! Frames as records: JSON, cut into parts that a broker takes, and joined again where they are read.

use std::collections::VecDeque;

use commands::ports::activity::Frame;
use domain::frame::FramesDigest;
use rdkafka::{
    Message,
    message::{BorrowedMessage, OwnedHeaders},
};
use uuid::Uuid;

use crate::{
    kafka::headers::{Written, attributes, id},
    random,
};

const FRAME: &str = "display.frame";
const DIGEST: &str = "display.digest";
/// One record's value: brokers take 1 MB by default.
const PART_BYTES_MAX: usize = 700_000;
/// Parts of one frame; a longer one is not written by anybody who keeps to the door's limits.
const PARTS_MAX: u16 = 16;
/// Frames whose other parts are waited for; the oldest was left unfinished by its writer.
const OPEN_MAX: usize = 64;

/// Headers and value of each record, in order.
pub(super) fn parts(frame: &Frame, source: &str) -> Vec<(OwnedHeaders, Vec<u8>)> {
    let json = serde_json::to_vec(frame).expect("a frame is JSON");
    let (frame, parts) = (random::uuid(), json.chunks(PART_BYTES_MAX));
    let of = parts.len();
    let record = |(at, part): (usize, &[u8])| {
        let written = Written::new(frame, source, FRAME);
        (written.shown("ce_part", at + 1).shown("ce_parts", of).done(), part.to_vec())
    };
    parts.enumerate().map(record).collect()
}

/// What a digest of frames is told by.
pub(super) fn digest_headers(source: &str) -> OwnedHeaders {
    Written::new(random::uuid(), source, DIGEST).done()
}

/// What a record of the topic is.
pub(super) enum Piece {
    /// Something older than frames: a page view, told by having no kind.
    Other,
    Part,
    /// The last part of a frame, and where its first one stands.
    Whole {
        begins: i64,
        frame: Frame,
    },
    Digest(FramesDigest),
    Unreadable,
}

#[derive(Clone, Default)]
pub(super) struct Joiner {
    open: VecDeque<Open>,
}

#[derive(Clone)]
struct Open {
    frame: Uuid,
    begins: i64,
    parts: u16,
    json: Vec<u8>,
}

struct Label {
    frame: Uuid,
    part: u16,
    parts: u16,
}

impl Joiner {
    pub(super) fn piece(&mut self, record: &BorrowedMessage<'_>) -> Piece {
        match label(record) {
            Kind::Other => Piece::Other,
            Kind::Digest => {
                let digest = serde_json::from_slice(record.payload().unwrap_or_default());
                digest.map_or(Piece::Unreadable, Piece::Digest)
            }
            Kind::Frame(label) => {
                self.join(label.as_ref(), record.offset(), record.payload().unwrap_or_default())
            }
        }
    }

    fn join(&mut self, label: Option<&Label>, offset: i64, value: &[u8]) -> Piece {
        let Some(&Label { frame, part, parts }) = label else { return Piece::Unreadable };
        let found = self.open.iter().position(|open| open.frame == frame);
        let mut open = match found.and_then(|at| self.open.remove(at)) {
            Some(open) => open,
            None => Open { frame, begins: offset, parts: 0, json: Vec::new() },
        };
        if part != open.parts + 1 || parts > PARTS_MAX || part > parts {
            return Piece::Unreadable;
        }
        open.parts = part;
        open.json.extend_from_slice(value);
        if part < parts {
            if self.open.len() >= OPEN_MAX {
                self.open.pop_front();
            }
            self.open.push_back(open);
            return Piece::Part;
        }
        match serde_json::from_slice(&open.json) {
            Ok(frame) => Piece::Whole { begins: open.begins, frame },
            Err(_) => Piece::Unreadable,
        }
    }
}

/// What a record's headers say.
enum Kind {
    Other,
    Digest,
    /// `None`: its label cannot be read.
    Frame(Option<Label>),
}

fn label(record: &BorrowedMessage<'_>) -> Kind {
    let (mut frame, mut part, mut parts, mut kind) = (None, None, None, Kind::Other);
    attributes(record.headers(), |name, text| {
        match (name, text) {
            ("type", FRAME) => kind = Kind::Frame(None),
            ("type", DIGEST) => kind = Kind::Digest,
            ("id", _) => frame = id(text),
            ("part", _) => part = text.parse().ok(),
            ("parts", _) => parts = text.parse().ok(),
            _ => {}
        }
        Some(())
    });
    if let (Kind::Frame(label), Some(frame), Some(part), Some(parts)) =
        (&mut kind, frame, part, parts)
    {
        *label = Some(Label { frame, part, parts });
    }
    kind
}

#[cfg(test)]
mod tests {
    use domain::{
        frame::Author,
        id::{SubjectId, VisitId},
        sealed::Sealed,
        time::Timestamp,
    };

    use super::*;

    fn frame(bytes: usize) -> Frame {
        Frame {
            visit: VisitId(Uuid::nil()),
            page_load: 1,
            author: Author::Customer,
            seq: 1,
            site_seq: 0,
            time: Timestamp(0),
            full: true,
            data: Sealed::new(SubjectId(Uuid::nil()), "a".repeat(bytes)),
        }
    }

    fn join(joiner: &mut Joiner, of: u128, (part, parts): (u16, u16), value: &[u8]) -> Piece {
        let label = Label { frame: Uuid::from_u128(of), part, parts };
        joiner.join(Some(&label), i64::from(part), value)
    }

    #[test]
    fn a_large_frame_is_cut_and_joined_while_another_comes_in_between() {
        let (large, small) = (frame(2 * PART_BYTES_MAX), frame(1));
        let [one, two, three] = &parts(&large, "site:demo")[..] else { panic!("three parts") };
        let [only] = &parts(&small, "site:demo")[..] else { panic!("one part") };
        assert!(one.1.len() <= PART_BYTES_MAX);
        let mut joiner = Joiner::default();
        assert!(matches!(join(&mut joiner, 1, (1, 3), &one.1), Piece::Part));
        let whole = join(&mut joiner, 2, (1, 1), &only.1);
        assert!(matches!(whole, Piece::Whole { frame, .. } if frame == small));
        assert!(matches!(join(&mut joiner, 1, (2, 3), &two.1), Piece::Part));
        let whole = join(&mut joiner, 1, (3, 3), &three.1);
        assert!(matches!(whole, Piece::Whole { frame, begins: 1 } if frame == large));
        assert!(joiner.open.is_empty());
    }

    #[test]
    fn what_is_left_unfinished_is_forgotten() {
        let mut joiner = Joiner::default();
        assert!(matches!(join(&mut joiner, 1, (2, 3), b"{"), Piece::Unreadable));
        assert!(matches!(join(&mut joiner, 1, (1, PARTS_MAX + 1), b"{"), Piece::Unreadable));
        for of in 0..OPEN_MAX as u128 + 9 {
            join(&mut joiner, of, (1, 2), b"{");
        }
        assert_eq!(joiner.open.len(), OPEN_MAX);
        assert!(matches!(join(&mut joiner, 0, (2, 2), b"}"), Piece::Unreadable));
    }
}
