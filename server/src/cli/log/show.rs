//! `lockstep log show CONTACT`: everything that happened to one contact, in order.

use std::{collections::BTreeSet, process::ExitCode};

use anyhow::bail;
use domain::{
    id::ContactId,
    log::{Position, Recorded},
};
use serde_json::Value;

use super::{OpenLog, line};
use crate::cli::print;

/// Fields that name what belongs to a contact.
const BELONGINGS: [&str; 3] = ["reservation", "link", "booking"];

#[derive(clap::Args)]
pub(super) struct Args {
    contact: ContactId,
}

pub(super) async fn run(log: &OpenLog, args: &Args) -> anyhow::Result<ExitCode> {
    let mut found = 0_u64;
    for partition in log.partitions(None).await? {
        let mut story = Story::of(args.contact);
        let mut into = |whole: domain::log::Whole| {
            for record in whole.records.iter().filter(|record| story.has(record)) {
                print(&line(record));
                found += 1;
            }
        };
        log.log.read(&partition, Position::START, &mut into).await?;
    }
    if found == 0 {
        bail!("no record names contact {}; `lockstep log tail` prints the latest", args.contact);
    }
    Ok(ExitCode::SUCCESS)
}

/// The contact, and its reservations, links and bookings as they turn up.
struct Story {
    ids: BTreeSet<String>,
}

impl Story {
    fn of(contact: ContactId) -> Self {
        Self { ids: BTreeSet::from([contact.to_string()]) }
    }

    fn has(&mut self, record: &Recorded) -> bool {
        let Ok(Value::Object(data)) = serde_json::from_slice::<Value>(&record.data) else {
            return false;
        };
        let names = |value: &Value| value.as_str().is_some_and(|id| self.ids.contains(id));
        if !data.values().any(names) {
            return false;
        }
        let more = BELONGINGS.iter().filter_map(|field| data.get(*field)?.as_str());
        self.ids.extend(more.map(str::to_owned));
        true
    }
}
