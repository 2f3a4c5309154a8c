//! The words of the two schemas, one noun a file: what is shared, and what only the desk shows.

pub mod account;
pub mod agent;
pub mod booking;
pub mod callback;
pub mod clock;
pub mod connection;
pub mod contact;
pub mod contract;
pub mod desk;
pub mod display;
pub mod link;
pub mod metric;
pub mod network;
pub mod outcome;
pub mod own;
pub mod page;
pub mod policy;
pub mod projection;
pub mod queue;
pub mod record;
pub mod reservation;
pub mod scalar;
pub mod service;
pub mod staff;
pub mod ticket;
pub mod wait;
