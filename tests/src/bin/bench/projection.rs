//! Building stored views anew in PostgreSQL, beside plain COPY of the very same rows, and beside the listener of
//! another event-sourcing library on the same PostgreSQL.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use domain::{
    id::SiteName,
    log::{Partition, Position},
};
use futures::future::try_join_all;
use infra::sqlite::log::SqliteLog;
use projections::{
    checkpoint,
    ports::read_store::{Fill, NewRows, ReadStore, Row, Statement},
    ports::source::EventSource as _,
    rebuild,
    stored::{self, Reads, StoredView},
};
use tests::postgres::Database;

use super::{Figure, durable, routing::name};

const CLIENTS: usize = 128;
/// The other library writes some thousand events a second, however many there are.
const PEER_EVENTS_MAX: u64 = 100_000;
/// A generation whose tables plain COPY fills; no rebuild gets so far.
const COPIED: i64 = 1_000;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The program of `tests/peers/disintegrate`
    #[arg(long)]
    peer: PathBuf,
}

pub(crate) fn figures(args: &Args, quick: bool) -> anyhow::Result<Vec<Figure>> {
    std::fs::create_dir_all("target/bench")?;
    let folder = tempfile::tempdir_in("target/bench")?;
    let path = folder.path().join("log.db");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let lasts = Duration::from_secs(if quick { 3 } else { 30 });
    runtime.block_on(durable::run(&path, CLIENTS, lasts))?;
    runtime.block_on(measure(&path, &args.peer))
}

async fn measure(path: &Path, program: &Path) -> anyhow::Result<Vec<Figure>> {
    let log = SqliteLog::open_for_reading(path)?;
    let site = Partition::Site(name(SiteName::parse, "bench"));
    let events = log.end(&site).await?.seq;
    let database = Database::fresh().await;
    let store = Arc::new(database.read_store());
    let views: Vec<_> = stored::ALL.into_iter().filter(|view| view.reads == Reads::Sites).collect();

    let begun = Instant::now();
    let built = rebuild::beside(&views, &log, &*store, &|_, _| ()).await?;
    for one in built {
        rebuild::switch(one, &*store).await?;
    }
    let rebuilt = begun.elapsed().as_secs_f64();

    let mut tables = Vec::new();
    for view in &views {
        tables.extend(rows_of(view, &*store).await?);
    }
    let rows = tables.iter().map(|(_, rows)| rows.len()).sum::<usize>() as f64;
    let bare = copy(&views, &tables, &*store, Indexes::None).await?;
    let indexed_after = copy(&views, &tables, &*store, Indexes::After).await?;
    let indexed_before = copy(&views, &tables, &*store, Indexes::Before).await?;
    drop(tables);

    let bytes = bytes_of_an_event(&log, &site).await?;
    let theirs = peer(program, &database, events.min(PEER_EVENTS_MAX), bytes).await?;
    let ours = events as f64 / rebuilt;
    let beside = |name, took: f64| Figure {
        ratio: Some(took / rebuilt),
        ..Figure::new(name, rows / took, "rows/s")
    };
    Ok(vec![
        Figure::new("projection_events", events as f64, "events"),
        Figure::new("projection_rows", rows, "rows"),
        Figure::new("projection_rebuild", ours, "events/s"),
        Figure::new(
            "projection_rebuild_to_plain_copy",
            indexed_after.min(indexed_before) / rebuilt,
            "of its speed",
        )
        .at_least(0.5),
        beside("projection_plain_copy_into_finished_tables", indexed_before),
        beside("projection_plain_copy_then_indexes", indexed_after),
        beside("projection_plain_copy_without_indexes", bare),
        Figure {
            ratio: Some(ours / theirs),
            ..Figure::new("projection_disintegrate_listener", theirs, "events/s")
        },
    ])
}

/// The rows that the rebuild made, by table.
async fn rows_of(
    view: &StoredView,
    store: &dyn ReadStore,
) -> anyhow::Result<Vec<(&'static str, Vec<Row>)>> {
    let generation = checkpoint::in_use(store, view).await?.context("it was built")?;
    let mut tables = Vec::new();
    for table in view.tables {
        let names: Vec<_> = table.columns.iter().map(|column| column.name).collect();
        let all = format!("SELECT {} FROM {{{}}}", names.join(", "), table.name);
        let rows = store.query(view.resolve(Statement::new(all, vec![]), generation)).await?;
        tables.push((table.name, rows));
    }
    Ok(tables)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Indexes {
    /// There while rows are copied.
    Before,
    /// Made when all rows are there.
    After,
    None,
}

/// Copies the rows into fresh tables, one connection a view as the rebuild does; how long that took.
async fn copy(
    views: &[&'static StoredView],
    tables: &[(&'static str, Vec<Row>)],
    store: &dyn ReadStore,
    indexes: Indexes,
) -> anyhow::Result<f64> {
    let mut fills = Vec::new();
    for view in views {
        let mut make = view.create(COPIED);
        let mut after = Vec::new();
        match indexes {
            Indexes::Before => make.extend(view.index(COPIED)),
            Indexes::After => after = view.index(COPIED),
            Indexes::None => {}
        }
        store.transact(make).await?;
        let rows = view.tables.iter().map(|table| NewRows {
            table: format!("{}_g{COPIED}", table.name),
            columns: table.columns,
            rows: tables
                .iter()
                .find(|(name, _)| *name == table.name)
                .map_or_else(Vec::new, |(_, rows)| rows.clone()),
        });
        fills.push(Fill { before: Vec::new(), rows: rows.collect(), after });
    }
    let begun = Instant::now();
    try_join_all(fills.into_iter().map(|fill| store.fill(fill))).await?;
    let took = begun.elapsed().as_secs_f64();
    for view in views {
        store.transact(view.drop(COPIED)).await?;
    }
    Ok(took)
}

async fn bytes_of_an_event(log: &SqliteLog, site: &Partition) -> anyhow::Result<usize> {
    let (mut bytes, mut events) = (0, 0);
    let mut add = |whole: domain::log::Whole| {
        bytes += whole.records.iter().map(|record| record.data.len()).sum::<usize>();
        events += whole.records.len();
    };
    commands::ports::log::EventLog::read(log, site, Position::START, &mut add).await?;
    Ok(bytes / events.max(1))
}

/// Events a second of the other library's listener.
async fn peer(
    program: &Path,
    database: &Database,
    events: u64,
    bytes: usize,
) -> anyhow::Result<f64> {
    let own = Database::bare().await;
    let mut peer = Command::new(program);
    peer.args([&own.settings("lockstep_owner").url, &events.to_string(), &bytes.to_string()]);
    peer.env("PGPASSWORD", database.service().password("lockstep_owner"));
    let output = tokio::task::spawn_blocking(move || peer.output()).await??;
    let says = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "the peer failed: {says}");
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse()?)
}
