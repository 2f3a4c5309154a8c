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

/// A token that came back, and when, by the wall clock.
#[derive(Clone, Debug)]
pub(super) struct Acknowledged {
    pub(super) command: Uuid,
    /// Microseconds since 1970.
    pub(super) at: i64,
    pub(super) partition: String,
    pub(super) seq: u64,
}

#[derive(Default)]
struct Inside {
    fates: BTreeMap<Uuid, Fate>,
    said: Vec<Said>,
    acknowledged: Vec<Acknowledged>,
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

    /// After it was answered with a token.
    pub(super) fn acknowledged(&self, command: Uuid, token: &str) -> Result<()> {
        let at = wall_micros();
        self.write(&json!({ "answered": command, "with": token, "at": at }))?;
        let (partition, seq) = token.rsplit_once('@').context("a token is `partition@seq`")?;
        let seq = seq.parse().context("a token ends in a number")?;
        let mut inside = self.inside();
        let partition = partition.to_owned();
        inside.acknowledged.push(Acknowledged { command, at, partition, seq });
        inside.fates.insert(command, Fate::Acknowledged);
        Ok(())
    }

    /// After it was refused.
    pub(super) fn refused(&self, command: Uuid, why: &str) -> Result<()> {
        self.write(&json!({ "answered": command, "with": why }))?;
        self.inside().fates.insert(command, Fate::Refused);
        Ok(())
    }

    pub(super) fn tokens(&self) -> Vec<Acknowledged> {
        self.inside().acknowledged.clone()
    }

    pub(super) fn acknowledgements(&self) -> usize {
        self.inside().acknowledged.len()
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

/// The wall clock, in microseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "kills and answers happen in real time")]
pub(super) fn wall_micros() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let micros = since.expect("the clock shows a time after 1970").as_micros();
    i64::try_from(micros).expect("the clock shows a time in this age")
}
