//! What the journal proves against the log, the API and the laws after the last restart.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering,
};

use anyhow::Result;
use uuid::Uuid;

use super::{
    Kills,
    agent::log_in,
    journal::Fate,
    server::Server,
    world::{AWAY, Door, World},
};
use crate::{
    laws::{self, Beside},
    records::{self, Record},
};

/// The demo company's supervisor, who may read every transcript.
const SUPERVISOR: (&str, &str) = ("kim", "brightwater-demo");
/// A transcript is read again at most so often while the views catch up.
const READS_MAX: u32 = 200;

/// One promise, what was counted for it, whether it was kept.
#[derive(Debug)]
pub struct Promise {
    pub what: &'static str,
    pub counted: String,
    pub kept: bool,
}

#[derive(Debug)]
pub struct Verdict {
    pub kills: Kills,
    pub promises: Vec<Promise>,
}

impl Verdict {
    pub fn kept(&self) -> bool {
        self.promises.iter().all(|promise| promise.kept)
    }
}

/// Reads the texts back through the API, stops the server, and counts in the log.
pub(super) async fn reach(
    world: &World,
    mut server: Server,
    kills: Kills,
    carried_on: usize,
) -> Result<Verdict> {
    let mut promises = vec![goes_on(world, carried_on), texts(world).await?];
    let stopped = server.stop().await?;
    promises.push(Promise {
        what: "the server stops cleanly when it is asked to",
        counted: stopped.to_string(),
        kept: stopped.success(),
    });
    let (clean, said) = server.verify().await?;
    promises.push(Promise {
        what: "`lockstep log verify` finds the log clean",
        counted: said.lines().collect::<Vec<_>>().join("; "),
        kept: clean,
    });
    let records = records::read(&server.data().join("log.db"))?;
    let told = told(world, &records);
    promises.push(Promise {
        what: "the kills met commands before and after their decision",
        counted: format!(
            "of those unacknowledged {} absent, {} present",
            told.absent, told.present
        ),
        kept: told.absent > 0 && told.present > 0,
    });
    promises.extend(told.promises);
    promises.push(lawful(&records));
    Ok(Verdict { kills, promises })
}

/// Nobody has to log in or to visit again.
pub(super) fn goes_on(world: &World, carried_on: usize) -> Promise {
    let tokens_lost = world.tokens_lost.load(Ordering::SeqCst);
    Promise {
        what: "agents and customers carry on with the tokens that they had",
        counted: format!(
            "{carried_on} commands acknowledged after the last fault, {tokens_lost} tokens no longer known"
        ),
        kept: carried_on > 0 && tokens_lost == 0,
    }
}

pub(super) fn lawful(records: &[Record]) -> Promise {
    let rulings = laws::judge(records, Beside { played: None, drained: false });
    let broken: Vec<&str> = rulings
        .iter()
        .filter(|ruling| !ruling.finding.violations.is_empty())
        .map(|ruling| ruling.name.0)
        .collect();
    let checked: u64 = rulings.iter().map(|ruling| ruling.finding.checked).sum();
    Promise {
        what: "the laws hold over the log (all but L4 and L5)",
        counted: format!("{checked} checks over {} records, broken: {broken:?}", records.len()),
        kept: broken.is_empty(),
    }
}

/// What became of the commands, by what was told to those who sent them.
pub(super) struct Told {
    pub(super) promises: [Promise; 3],
    /// Of those that were never answered.
    pub(super) absent: usize,
    pub(super) present: usize,
}

/// Acknowledged is exactly once; anything else at most once.
pub(super) fn told(world: &World, records: &[Record]) -> Told {
    let mut decided: BTreeMap<Uuid, u32> = BTreeMap::new();
    for place in records.iter().filter_map(|record| record.place.as_ref()) {
        if place.part == 0 {
            *decided.entry(place.command).or_default() += 1;
        }
    }
    let fates = world.journal.fates();
    let count = |wanted: Fate| -> [usize; 3] {
        let mut counts = [0; 3];
        for (command, _) in fates.iter().filter(|(_, fate)| **fate == wanted) {
            let times = decided.get(command).copied().unwrap_or_default();
            counts[usize::try_from(times.min(2)).expect("at most two")] += 1;
        }
        counts
    };
    let [lost, once, more] = count(Fate::Acknowledged);
    let [absent, present, twice] = count(Fate::Unknown);
    let [at_the_door, recorded, recorded_twice] = count(Fate::Refused);
    let promises = [
        Promise {
            what: "every acknowledged command is in the log exactly once",
            counted: format!("{once} once, {lost} lost, {more} duplicated"),
            kept: once > 0 && lost == 0 && more == 0,
        },
        Promise {
            what: "every unacknowledged command is in the log at most once",
            counted: format!("{present} present, {absent} absent, {twice} duplicated"),
            kept: twice == 0,
        },
        Promise {
            what: "every refused command is in the log at most once",
            counted: format!(
                "{recorded} recorded, {at_the_door} refused at the door, {recorded_twice} duplicated"
            ),
            kept: recorded_twice == 0,
        },
    ];
    Told { promises, absent, present }
}

/// Every acknowledged text can be opened: once, as it was sent.
pub(super) async fn texts(world: &World) -> Result<Promise> {
    let supervisor = Door::Desk(log_in(world, SUPERVISOR.0, SUPERVISOR.1).await?);
    let (mut opened, mut missing, mut twice) = (0, 0, 0);
    let all = world.journal.acknowledged_texts();
    for (contact, texts) in &all {
        let found = transcript(world, &supervisor, *contact, texts).await?;
        for text in texts {
            match found.iter().filter(|one| *one == text).count() {
                0 => missing += 1,
                1 => opened += 1,
                _ => twice += 1,
            }
        }
    }
    Ok(Promise {
        what: "every acknowledged chat text can be opened, once, as it was sent",
        counted: format!(
            "{opened} opened in {} contacts, {missing} lost, {twice} duplicated",
            all.len()
        ),
        kept: opened > 0 && missing == 0 && twice == 0,
    })
}

/// What the contact's transcript says, once it has what is wanted or does not change any more.
async fn transcript(
    world: &World,
    supervisor: &Door,
    contact: Uuid,
    wanted: &[String],
) -> Result<Vec<String>> {
    let document = format!("{{ contact(id: \"{contact}\") {{ transcript {{ text }} }} }}");
    let mut found = Vec::new();
    for _ in 0..READS_MAX {
        let Some(data) = world.query(supervisor, &document).await? else { continue };
        let messages = data["contact"]["transcript"].as_array();
        let texts = messages.into_iter().flatten().filter_map(|one| one["text"].as_str());
        found = texts.map(str::to_owned).collect::<Vec<String>>();
        let has: BTreeSet<&str> = found.iter().map(String::as_str).collect();
        if wanted.iter().all(|text| has.contains(text.as_str())) {
            return Ok(found);
        }
        tokio::time::sleep(AWAY).await;
    }
    Ok(found)
}
