//! The shape of the house, held by a program: arrows, names, sizes, and what comes from outside.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected fails at once")]

mod arrows;
mod dependencies;
mod deployment;
mod files;
mod hands;
mod licence;
mod metadata;
