//! The driver's own journal, outside the server: every command before it is sent, every answer after it came.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Write,
    path::Path,
    sync::{Mutex, MutexGuard},
};

use anyhow::{Context, Result};
use serde_json::json;
use uuid::Uuid;

/// What is known of a command that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Sent, and never answered.
    Unknown,
    /// Answered with a token.
    Acknowledged,
    /// Answered with a refusal, which stands in the log unless the door gave it.
    Refused,
}

/// A chat text that was sent.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) command: Uuid,
    pub(super) contact: Uuid,
    pub(super) text: String,
}

#[derive(Default)]
struct Inside {
    fates: BTreeMap<Uuid, Fate>,
    said: Vec<Said>,
    acknowledged: usize,
}

pub(super) struct Journal {
    file: Mutex<File>,
    inside: Mutex<Inside>,
}

impl Journal {
    pub(super) fn create(path: &Path) -> Result<Self> {
        let file = File::create(path)
            .with_context(|| format!("the journal {} cannot be written", path.display()))?;
        Ok(Self { file: Mutex::new(file), inside: Mutex::default() })
    }

    /// Before the command leaves.
    pub(super) fn sends(&self, command: Uuid, what: &str, said: Option<Said>) -> Result<()> {
        let text = said.as_ref().map(|said| said.text.as_str());
        self.write(&json!({ "sends": command, "what": what, "text": text }))?;
        let mut inside = self.inside();
        // Sent again under the same id it is the same text.
        if inside.fates.insert(command, Fate::Unknown).is_none() {
            inside.said.extend(said);
        }
        Ok(())
    }

    /// After its answer came.
    pub(super) fn answered(&self, command: Uuid, fate: Fate, answer: &str) -> Result<()> {
        self.write(&json!({ "answered": command, "with": answer }))?;
        let mut inside = self.inside();
        inside.acknowledged += usize::from(fate == Fate::Acknowledged);
        inside.fates.insert(command, fate);
        Ok(())
    }

    pub(super) fn acknowledged(&self) -> usize {
        self.inside().acknowledged
    }

    pub(super) fn sent(&self) -> usize {
        self.inside().fates.len()
    }

    pub(super) fn fates(&self) -> BTreeMap<Uuid, Fate> {
        self.inside().fates.clone()
    }

    /// Texts whose command was acknowledged, by contact.
    pub(super) fn acknowledged_texts(&self) -> BTreeMap<Uuid, Vec<String>> {
        let inside = self.inside();
        let mut texts: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
        for said in &inside.said {
            if inside.fates.get(&said.command) == Some(&Fate::Acknowledged) {
                texts.entry(said.contact).or_default().push(said.text.clone());
            }
        }
        texts
    }

    fn write(&self, line: &serde_json::Value) -> Result<()> {
        let mut file = self.file.lock().expect("nobody panics while writing a line");
        writeln!(file, "{line}").context("the journal cannot be written; is the disk full?")
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().expect("nobody panics while holding the journal")
    }
}
