//! Bad luck and bad input on Kafka and PostgreSQL: it is said, what can goes on, and nothing is lost.

mod command;
mod database;
mod nodes;
mod record;
mod start;
