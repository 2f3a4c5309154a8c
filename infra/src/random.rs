//! The one home of chance: fresh bytes from the operating system.

use domain::log::WriterId;
use uuid::Uuid;

pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system always has random bytes");
    bytes
}

pub(crate) fn uuid() -> Uuid {
    uuid::Builder::from_random_bytes(bytes()).into_uuid()
}

pub(crate) fn writer_id() -> WriterId {
    WriterId(uuid())
}
