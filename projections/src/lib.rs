//! The read side: folds, the projector loop, live and stored views, and the ports they need.

pub mod ports;

pub mod outcomes;
mod pairs;
pub mod tail;

pub mod directory;

pub mod expected_wait;
pub mod floor;
pub mod metrics;

pub mod board;
pub mod desk;
pub mod display;
pub mod evidence;
pub mod live;
pub mod own;
pub mod state;

pub mod change;
pub mod checkpoint;
pub mod control;
pub mod memory;
pub mod page;
pub mod projector;
pub mod rebuild;
pub mod stored;

mod apply;
mod fold;

pub mod account_list;
pub mod callback_list;
pub mod contact_history;
pub mod contact_timeline;
pub mod contract_list;
pub mod explain;
pub mod intervals;
pub mod service_list;
pub mod ticket_list;
