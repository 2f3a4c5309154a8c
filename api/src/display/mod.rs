//! What is recorded of a display, on its way through the doors: frames from the customer's page, signals from staff.

pub(crate) mod check;
pub mod digest;
pub(crate) mod frame;
pub(crate) mod opened;
pub mod register;
pub mod signal;
