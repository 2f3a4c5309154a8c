//! The player's journal: who plays whom, which contact is which call, and every answer with its token. JSON lines.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    sync::Mutex,
};

use anyhow::Context as _;
use serde::Serialize;
use uuid::Uuid;

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Line<'a> {
    /// The member of staff who plays the agent of that name in the call file.
    Staff { server: &'a str, staff: Uuid },
    /// The contact that the call in that line of the call file became.
    Contact { line: u64, contact: Uuid },
    /// The callback that it became.
    Callback { line: u64, callback: Uuid },
    /// A command that was acknowledged with a token.
    Done { command: Uuid, token: &'a str },
    /// A command that the server refused, and why.
    Refused { command: Uuid, code: &'a str },
}

pub(super) struct Journal(Mutex<BufWriter<File>>);

impl Journal {
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let file = File::create(path)
            .with_context(|| format!("the journal {} cannot be written", path.display()))?;
        Ok(Self(Mutex::new(BufWriter::new(file))))
    }

    pub(super) fn note(&self, line: &Line<'_>) -> anyhow::Result<()> {
        let mut json = serde_json::to_vec(line).context("a journal line is always JSON")?;
        json.push(b'\n');
        let mut file = self.0.lock().expect("nobody panics while writing a line");
        file.write_all(&json).context("the journal cannot be written; is the disk full?")
    }

    pub(super) fn flush(&self) -> anyhow::Result<()> {
        let mut file = self.0.lock().expect("nobody panics while writing a line");
        file.flush().context("the journal cannot be written; is the disk full?")
    }
}
