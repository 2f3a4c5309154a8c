//! The call file as the judge reads it: which type a call had, and which agent may serve which types.
//!
//! Only two of the rules by which the file is played matter to a judge:
//! * **R3** a call's topic is its type, and it requires the skill named like the type;
//! * **R5** an agent has the skill of every type that they served anywhere in the whole file.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anyhow::{Context, Result, ensure};

/// What the column `server` holds when nobody's name was recorded.
const NOBODY: &str = "NO_SERVER";
const COLUMNS: [&str; 4] = ["type", "outcome", "ser_time", "server"];

#[derive(Debug, Default)]
pub struct Calls {
    /// By the line in the file; the heading is line 1.
    types: BTreeMap<u64, String>,
    /// By the agent's name in the file.
    skills: BTreeMap<String, BTreeSet<String>>,
}

impl Calls {
    pub fn read(path: &Path) -> Result<Self> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_path(path)
            .with_context(|| format!("the call file {} cannot be opened", path.display()))?;
        let headings = reader.headers()?.clone();
        let column = |name: &str| headings.iter().position(|heading| heading == name);
        for name in COLUMNS {
            ensure!(
                column(name).is_some(),
                "the call file has no column `{name}`; see tests/data/README.md for the format"
            );
        }
        let at = |row: &csv::StringRecord, name: &str| {
            column(name).and_then(|at| row.get(at)).unwrap_or_default().to_owned()
        };
        let mut calls = Self::default();
        for row in reader.records() {
            let row = row?;
            let line = row.position().map_or(0, csv::Position::line);
            let kind = at(&row, "type");
            let server = at(&row, "server");
            if at(&row, "outcome") == "AGENT" && !server.is_empty() && server != NOBODY {
                calls.skills.entry(server).or_default().insert(kind.clone());
            }
            calls.types.insert(line, kind);
        }
        ensure!(!calls.types.is_empty(), "the call file has no calls");
        Ok(calls)
    }

    /// The type of the call in that line.
    pub fn kind(&self, line: u64) -> Option<&str> {
        self.types.get(&line).map(String::as_str)
    }

    /// Whether the agent of that name served that type anywhere in the file.
    pub fn serves(&self, server: &str, kind: &str) -> bool {
        self.skills.get(server).is_some_and(|skills| skills.contains(kind))
    }

    pub fn len(&self) -> usize {
        self.types.len()
    }

    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }
}
