//! Stories told through the real doors: a server process, real HTTP, real sockets, its log read afterwards.

#![allow(clippy::disallowed_methods, reason = "people outside choose ids of their own")]

mod authorisation;
mod bad_input;
mod callback;
mod chat;
mod clock;
mod cluster;
mod data_dir;
mod disk_full;
mod displays;
mod entitlement;
mod limits;
mod projections;
mod reservation;
mod restart;
mod sockets;
mod staffing;
mod tokens;
mod trend;
mod two_servers;
