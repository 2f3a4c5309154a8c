//! What tests of the whole share: contract suites and scenarios.

pub mod contracts;
pub mod scenario;
