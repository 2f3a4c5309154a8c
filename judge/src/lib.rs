//! The judge: reads the plain records and the call file by itself, and shares no code with what it judges.

pub mod calls;
pub mod chain;
pub mod chaos;
pub mod event;
pub mod fold;
pub mod journal;
pub mod kafka;
pub mod laws;
pub mod records;
pub mod selftest;
