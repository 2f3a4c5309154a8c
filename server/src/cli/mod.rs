//! The commands beside `serve`, one module a noun.

use std::io::Write as _;

pub(crate) mod doctor;
pub(crate) mod erase;
pub(crate) mod log;
pub(crate) mod migrate;
pub(crate) mod owners;
pub(crate) mod place;
pub(crate) mod projections;
pub(crate) mod refusals;
pub(crate) mod schema;
pub(crate) mod settings;

/// The whole chain of causes, on one line to standard error.
pub(crate) fn fail(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "lockstep: {error:#}");
}

/// To standard output. A reader that went away (`| head`) ends the program quietly.
pub(crate) fn print(line: &str) {
    if writeln!(std::io::stdout(), "{line}").is_err() {
        std::process::exit(0);
    }
}
