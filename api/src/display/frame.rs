//! A frame as a browser sends it: a short head, then compressed JSON. See `docs/display.md`.

use std::io::Read as _;

use bytes::{Buf as _, Bytes};
use flate2::read::DeflateDecoder;

/// One message: head and compressed JSON.
pub(crate) const FRAME_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The JSON of one frame.
pub(crate) const JSON_BYTES_MAX: usize = 8 * 1024 * 1024;
const VERSION: u8 = 1;
const HEAD_BYTES: usize = 14;
const FULL: u8 = 1;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frame {
    /// From 1.
    pub(crate) seq: u32,
    /// It begins with a full snapshot.
    pub(crate) full: bool,
    /// The compressed JSON, as it is recorded.
    pub(crate) body: Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    #[error(
        "a frame has at most {FRAME_BYTES_MAX} bytes; show less of this page, or hide what is large"
    )]
    TooLarge,
    #[error("a frame begins with its version, which is {VERSION} here; reload the page")]
    OtherVersion,
    #[error("a frame begins with {HEAD_BYTES} bytes of version, flags, number and time")]
    NoHead,
    #[error("the frames of a page load are numbered from 1")]
    NoNumber,
    #[error("a frame is JSON that was compressed with deflate")]
    NotCompressed,
    #[error(
        "a frame's JSON has at most {JSON_BYTES_MAX} bytes; show less of this page, or hide what is large"
    )]
    TooLong,
}

pub(crate) fn parse(mut message: Bytes) -> Result<Frame, FrameError> {
    if message.len() > FRAME_BYTES_MAX {
        return Err(FrameError::TooLarge);
    }
    if message.first().is_some_and(|version| *version != VERSION) {
        return Err(FrameError::OtherVersion);
    }
    if message.len() < HEAD_BYTES {
        return Err(FrameError::NoHead);
    }
    let (_version, flags, seq) = (message.get_u8(), message.get_u8(), message.get_u32());
    // The customer's clock tells nothing: order is by number, time by ours.
    let _clock_millis = message.get_i64();
    if seq == 0 {
        return Err(FrameError::NoNumber);
    }
    Ok(Frame { seq, full: flags & FULL != 0, body: message })
}

/// The number that a message says it has; 0 if it is too short to say one.
pub(crate) fn number(message: &[u8]) -> u32 {
    let number = message.get(2..6).and_then(|number| number.try_into().ok());
    number.map_or(0, u32::from_be_bytes)
}

impl Frame {
    /// The JSON, inflated no further than its limit.
    pub(crate) fn json(&self) -> Result<Vec<u8>, FrameError> {
        let mut json = Vec::new();
        let mut from = DeflateDecoder::new(&*self.body).take(JSON_BYTES_MAX as u64 + 1);
        from.read_to_end(&mut json).map_err(|_| FrameError::NotCompressed)?;
        if json.len() > JSON_BYTES_MAX { Err(FrameError::TooLong) } else { Ok(json) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::DeflateEncoder};

    use super::*;

    fn message(version: u8, flags: u8, seq: u32, json: &[u8]) -> Bytes {
        let mut message = vec![version, flags];
        message.extend(seq.to_be_bytes());
        message.extend(1_764_170_000_000_i64.to_be_bytes());
        let mut to = DeflateEncoder::new(message, Compression::fast());
        to.write_all(json).unwrap();
        to.finish().unwrap().into()
    }

    #[test]
    fn a_frame_reads_as_it_was_written() {
        let frame = parse(message(VERSION, FULL, 258, b"[1,2]")).unwrap();
        assert_eq!((frame.seq, frame.full), (258, true));
        assert_eq!(frame.json().unwrap(), b"[1,2]");
        assert!(!parse(message(VERSION, 0, 1, b"[]")).unwrap().full);
    }

    #[test]
    fn what_is_no_frame_is_refused_with_the_reason() {
        let not = |message: Bytes| parse(message).unwrap_err();
        assert_eq!(not(message(2, 0, 1, b"[]")), FrameError::OtherVersion);
        assert_eq!(not(message(VERSION, 0, 0, b"[]")), FrameError::NoNumber);
        assert_eq!(not(vec![VERSION; HEAD_BYTES - 1].into()), FrameError::NoHead);
        assert_eq!(not(Bytes::new()), FrameError::NoHead);
        assert_eq!(not(vec![VERSION; FRAME_BYTES_MAX + 1].into()), FrameError::TooLarge);
        let mut cut = message(VERSION, 0, 1, &[b' '; 1_000]);
        cut.truncate(HEAD_BYTES + 4);
        assert_eq!(parse(cut).unwrap().json(), Err(FrameError::NotCompressed));
    }

    #[test]
    fn a_bomb_is_inflated_no_further_than_the_limit() {
        let bomb = message(VERSION, 0, 1, &vec![b' '; 50 * 1024 * 1024]);
        assert!(bomb.len() < FRAME_BYTES_MAX);
        assert_eq!(parse(bomb).unwrap().json(), Err(FrameError::TooLong));
    }
}
