//! Replay: reading a log with its chain checked and the board folded, from the file and from memory.

use std::{path::Path, time::Instant};

use commands::ports::log::EventLog;
use domain::{
    id::SiteName,
    log::{Partition, Position, Whole},
};
use infra::sqlite::log::SqliteLog;
use projections::floor::Floor;

use super::{Figure, routing::name};

pub(crate) fn figures(folder: &Path) -> anyhow::Result<Vec<Figure>> {
    let path = folder.join("log-128.db");
    let site = Partition::Site(name(SiteName::parse, "bench"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let log = SqliteLog::open_for_reading(&path)?;
    let mut wholes: Vec<Whole> = Vec::new();
    let read = |into: &mut (dyn FnMut(Whole) + Send)| {
        runtime.block_on(log.read(&site, Position::START, into))
    };
    read(&mut |whole| wholes.push(whole))?;
    let events = wholes.iter().map(|whole| whole.records.len()).sum::<usize>() as f64;

    let (mut floor, mut failed) = (Floor::default(), None);
    let begun = Instant::now();
    read(&mut |whole| failed = failed.take().or(floor.apply(&whole).err()))?;
    let from_file = events / begun.elapsed().as_secs_f64();
    anyhow::ensure!(failed.is_none(), "{failed:?}");

    let mut floor = Floor::default();
    let begun = Instant::now();
    for whole in &wholes {
        floor.apply(whole)?;
    }
    let from_memory = events / begun.elapsed().as_secs_f64();
    Ok(vec![
        Figure::new("replay_events", events, "events"),
        Figure::new("replay_from_file", from_file, "1/s"),
        Figure::new("replay_from_memory", from_memory, "1/s"),
    ])
}
