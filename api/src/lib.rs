//! The doors: the edge for customers, the gateway behind it, the desk for staff.

pub mod door;
pub mod edge;
pub mod gateway;

pub mod desk;

pub mod graphql;

pub mod display;

mod at_least;
pub mod document;
mod errors;
mod history;
pub mod inside;
mod memory;
mod names;
pub mod pages;
pub mod proxies;
pub mod reasons;
mod rows;
mod sent;
mod timeline;
mod trend;
mod words;

pub mod headers;
pub mod health;
pub mod limits;
pub mod secrets;
mod socket;

pub use desk::{DeskSettings, desk_router};
pub use edge::{EdgeSettings, edge_router};
pub use socket::Sockets;

/// The customers' schema as GraphQL SDL.
pub fn edge_sdl() -> String {
    edge::schema::schema(None).sdl()
}

/// The staff's schema as GraphQL SDL.
pub fn desk_sdl() -> String {
    desk::schema().sdl()
}
