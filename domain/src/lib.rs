//! The rules: what may happen, and what follows from it. Pure: no async, no I/O, no clock, no chance.
#![warn(clippy::wildcard_enum_match_arm)]

pub mod id;
pub mod sealed;
pub mod time;

#[macro_use]
pub mod event;
pub mod log;

pub mod command;
pub mod entitlement;
pub mod frame;
pub mod hours;
pub mod partition;
pub mod phone;
pub mod refusal;
pub mod requirement;
pub mod text;
pub mod zone;

pub mod agent;
pub mod booking;
pub mod callback;
pub mod contact;
pub mod display;
pub mod link;
pub mod queue;
pub mod reservation;
pub mod routing;
pub mod site;
pub mod snapshot;

pub mod account;
pub mod contract;
pub mod network;
pub mod policy;
pub mod service;
pub mod staff;
pub mod subject;
pub mod tenant;
pub mod ticket;
