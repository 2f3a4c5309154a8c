//! The traffic player's journal: what it asked, and what it was answered. One JSON object a line.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use anyhow::{Context, Result};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line {
    /// The member of staff who plays the agent of that name in the call file.
    Staff { server: String, staff: Uuid },
    /// The contact that the call in that line of the call file became.
    Contact { line: u64, contact: Uuid },
    /// The callback that the call in that line of the call file became.
    Callback { line: u64, callback: Uuid },
    /// A command that was acknowledged with a token.
    Done { command: Uuid, token: String },
    #[serde(other)]
    Other,
}

/// A token that the server gave out for a command.
#[derive(Clone, Debug)]
pub struct Acknowledged {
    pub command: Uuid,
    pub partition: String,
    pub seq: u64,
}

#[derive(Debug, Default)]
pub struct Journal {
    pub servers: BTreeMap<Uuid, String>,
    pub contacts: BTreeMap<Uuid, u64>,
    pub callbacks: BTreeMap<Uuid, u64>,
    pub acknowledged: Vec<Acknowledged>,
}

impl Journal {
    pub fn read(path: &Path) -> Result<Self> {
        let file = File::open(path)
            .with_context(|| format!("the journal {} cannot be opened", path.display()))?;
        let mut journal = Self::default();
        for (n, line) in BufReader::new(file).lines().enumerate() {
            let line = line?;
            if line.trim().is_empty() {
                continue;
            }
            let line = serde_json::from_str(&line)
                .with_context(|| format!("line {} of the journal cannot be read", n + 1))?;
            journal.take(line)?;
        }
        Ok(journal)
    }

    fn take(&mut self, line: Line) -> Result<()> {
        match line {
            Line::Staff { server, staff } => {
                self.servers.insert(staff, server);
            }
            Line::Contact { line, contact } => {
                self.contacts.insert(contact, line);
            }
            Line::Callback { line, callback } => {
                self.callbacks.insert(callback, line);
            }
            Line::Done { command, token } => {
                let (partition, seq) =
                    token.rsplit_once('@').context("a token is `partition@seq`")?;
                let seq = seq.parse().context("a token ends in a number")?;
                self.acknowledged.push(Acknowledged {
                    command,
                    partition: partition.to_owned(),
                    seq,
                });
            }
            Line::Other => {}
        }
        Ok(())
    }
}
