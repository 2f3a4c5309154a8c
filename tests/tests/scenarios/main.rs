//! Stories told through the real doors: a server process, real HTTP, real sockets, its log read afterwards.

mod chat;
