//! Checkpoints: how far each generation of a stored view has read each partition, and which generation is in use.
//!
//! The tables `generation` and `checkpoint` are the adapter's: made when its file is opened, or by a migration.

use domain::log::{Hash, Partition, Position, WriterId};

use crate::{
    ports::read_store::{ReadStore, ReadStoreError, Row, Statement, TransactError, Value},
    stored::{Columns, Generation, StoredView},
};

const GENERATIONS: &str =
    "SELECT generation, version, in_use FROM generation WHERE view = $1 ORDER BY generation";
const ADD_GENERATION: &str =
    "INSERT INTO generation (view, generation, version, in_use) VALUES ($1, $2, $3, $4)
    ON CONFLICT (view, generation) DO NOTHING";
const FORGET_GENERATION: &str = "DELETE FROM generation WHERE view = $1 AND generation = $2";
const FORGET_CHECKPOINTS: &str = "DELETE FROM checkpoint WHERE view = $1 AND generation = $2";
const USE_GENERATION: &str =
    "UPDATE generation SET in_use = 1 WHERE view = $1 AND generation = $2 AND in_use = 0";
const READ: &str = "SELECT seq, epoch, writer, hash, at FROM checkpoint
    WHERE view = $1 AND generation = $2 AND partition_name = $3";
const BEGIN: &str =
    "INSERT INTO checkpoint (view, generation, partition_name, seq, epoch, writer, hash, at)
    VALUES ($1, $2, $3, 0, 0, '', $4, 0)
    ON CONFLICT (view, generation, partition_name) DO NOTHING";
const MOVE: &str = "UPDATE checkpoint SET seq = $1, epoch = $2, writer = $3, hash = $4, at = $5
    WHERE view = $6 AND generation = $7 AND partition_name = $8
    AND seq = $9 AND epoch = $10 AND writer = $11 AND hash = $12 AND at = $13";
const MOVE_UNLESS_HELD: &str = "UPDATE checkpoint SET seq = $1, epoch = $2, writer = $3, hash = $4,
    at = $5 WHERE view = $6 AND generation = $7 AND partition_name = $8
    AND seq = $9 AND epoch = $10 AND writer = $11 AND hash = $12 AND at = $13
    AND NOT EXISTS (SELECT 1 FROM control WHERE control.view = checkpoint.view
    AND control.partition_name = checkpoint.partition_name)";
const ALL: &str = "SELECT c.view, g.version, c.partition_name, c.seq
    FROM checkpoint c JOIN generation g ON g.view = c.view AND g.generation = c.generation
    WHERE g.in_use = 1 ORDER BY c.view, c.partition_name";

/// How far a view in use has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub view: String,
    pub version: i64,
    pub partition: String,
    pub seq: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    generation: Generation,
    version: i64,
    in_use: bool,
}

async fn known(store: &dyn ReadStore, view: &str) -> Result<Vec<Known>, ReadStoreError> {
    let rows = store.query(Statement::new(GENERATIONS, vec![view.into()])).await?;
    rows.into_iter()
        .map(|row| {
            let mut columns = Columns::of(row);
            Ok(Known {
                generation: columns.int()?,
                version: columns.int()?,
                in_use: columns.int()? == 1,
            })
        })
        .collect()
}

/// The generation in use; `None` before the view was built for the first time.
pub async fn in_use(
    store: &dyn ReadStore,
    view: &StoredView,
) -> Result<Option<Generation>, ReadStoreError> {
    let known = known(store, view.name).await?;
    Ok(known.iter().find(|one| one.in_use).map(|one| one.generation))
}

/// The generation of this version that was built last and is not in use.
pub async fn beside(
    store: &dyn ReadStore,
    view: &StoredView,
) -> Result<Option<Generation>, ReadStoreError> {
    let known = known(store, view.name).await?;
    let beside =
        known.iter().rev().find(|one| !one.in_use && one.version == i64::from(view.version));
    Ok(beside.map(|one| one.generation))
}

/// Gives up every row of the view, and begins it again from nothing.
pub async fn reset(store: &dyn ReadStore, view: &StoredView) -> Result<Generation, TransactError> {
    begin_in_use(store, view, &known(store, view.name).await?).await
}

/// The generation in use, made if there is none of this version. Rows of another version are given up at once.
pub async fn attach(store: &dyn ReadStore, view: &StoredView) -> Result<Generation, TransactError> {
    let known = known(store, view.name).await?;
    let fits = |one: &&Known| one.in_use && one.version == i64::from(view.version);
    if let Some(one) = known.iter().find(fits) {
        return Ok(one.generation);
    }
    begin_in_use(store, view, &known).await
}

async fn begin_in_use(
    store: &dyn ReadStore,
    view: &StoredView,
    known: &[Known],
) -> Result<Generation, TransactError> {
    let generation = known.last().map_or(1, |last| last.generation + 1);
    let mut statements = vec![add(view, generation, 1)];
    for old in known {
        statements.extend(forget(view, old.generation));
    }
    statements.extend(view.create(generation));
    statements.extend(view.index(generation));
    store.transact(statements).await?;
    Ok(generation)
}

/// Makes the tables of one more generation, which nobody reads yet and which has no indexes yet.
pub async fn begin_beside(
    store: &dyn ReadStore,
    view: &StoredView,
) -> Result<Generation, TransactError> {
    let known = known(store, view.name).await?;
    let generation = known.last().map_or(1, |last| last.generation + 1);
    let mut statements = vec![add(view, generation, 0)];
    // What an interrupted attempt left behind.
    for old in known.iter().filter(|one| !one.in_use) {
        statements.extend(forget(view, old.generation));
    }
    statements.extend(view.create(generation));
    store.transact(statements).await?;
    Ok(generation)
}

/// Puts a generation into use, and takes all others away, in one transaction.
pub async fn switch(
    store: &dyn ReadStore,
    view: &StoredView,
    to: Generation,
) -> Result<(), TransactError> {
    let known = known(store, view.name).await?;
    let use_it = Statement {
        must_change: Some(1),
        ..Statement::new(USE_GENERATION, vec![view.name.into(), to.into()])
    };
    let mut statements = vec![use_it];
    for old in known.iter().filter(|one| one.generation != to) {
        statements.extend(forget(view, old.generation));
    }
    store.transact(statements).await
}

/// Where a generation stands in a partition; at the start if it has never read it.
pub async fn read(
    store: &dyn ReadStore,
    view: &StoredView,
    generation: Generation,
    partition: &Partition,
) -> Result<Position, TransactError> {
    let key: [Value; 3] =
        [view.name.into(), generation.into(), partition.to_string().as_str().into()];
    let rows = store.query(Statement::new(READ, key.to_vec())).await?;
    if let Some(row) = rows.into_iter().next() {
        return Ok(position(row)?);
    }
    let [name, generation, partition] = key;
    let start = hash_of(&Position::START);
    store.transact(vec![Statement::new(BEGIN, vec![name, generation, partition, start])]).await?;
    Ok(Position::START)
}

/// Moves the checkpoint of the generation in use, if it still stands where this worker left it and the work is not
/// held: first of its transaction.
pub fn step(
    view: &StoredView,
    generation: Generation,
    partition: &Partition,
    from: &Position,
    to: &Position,
) -> Statement {
    moved(MOVE_UNLESS_HELD, view, generation, partition, from, to)
}

/// The same for a generation that nobody reads yet.
pub fn step_beside(
    view: &StoredView,
    generation: Generation,
    partition: &Partition,
    from: &Position,
    to: &Position,
) -> Statement {
    moved(MOVE, view, generation, partition, from, to)
}

fn moved(
    sql: &'static str,
    view: &StoredView,
    generation: Generation,
    partition: &Partition,
    from: &Position,
    to: &Position,
) -> Statement {
    let mut parameters: Vec<Value> = columns(to).into();
    parameters.extend([view.name.into(), generation.into(), partition.to_string().as_str().into()]);
    parameters.extend(columns(from));
    Statement { must_change: Some(1), ..Statement::new(sql, parameters) }
}

/// The rows of a `SELECT` over a view's tables; none before the view was built for the first time.
pub(crate) async fn query(
    store: &dyn ReadStore,
    view: &StoredView,
    statement: Statement,
) -> Result<Vec<Row>, ReadStoreError> {
    let Some(generation) = in_use(store, view).await? else { return Ok(Vec::new()) };
    let read = store.query(view.resolve(statement.clone(), generation)).await;
    let Err(error) = read else { return read };
    match in_use(store, view).await? {
        // The view was switched to another generation between the two.
        Some(now) if now != generation => store.query(view.resolve(statement, now)).await,
        Some(_) | None => Err(error),
    }
}

/// How far every view in use has come.
pub async fn progress(store: &dyn ReadStore) -> Result<Vec<Progress>, TransactError> {
    let rows = store.query(Statement::new(ALL, vec![])).await?;
    let progress = rows.into_iter().map(|row| {
        let mut columns = Columns::of(row);
        Ok(Progress {
            view: columns.text()?,
            version: columns.int()?,
            partition: columns.text()?,
            seq: columns.int()?,
        })
    });
    progress.collect()
}

/// First of its transaction: whoever else is about to make the same generation was faster.
fn add(view: &StoredView, generation: Generation, in_use: i64) -> Statement {
    let parameters = vec![view.name.into(), generation.into(), view.version.into(), in_use.into()];
    Statement { must_change: Some(1), ..Statement::new(ADD_GENERATION, parameters) }
}

fn forget(view: &StoredView, generation: Generation) -> Vec<Statement> {
    let key = || vec![view.name.into(), generation.into()];
    // In the order in which a worker takes its locks: the checkpoint, then the tables.
    let mut statements =
        vec![Statement::new(FORGET_CHECKPOINTS, key()), Statement::new(FORGET_GENERATION, key())];
    statements.extend(view.drop(generation));
    statements
}

fn columns(position: &Position) -> [Value; 5] {
    let writer = position.writer.map_or_else(String::new, |writer| writer.0.to_string());
    [
        position.seq.into(),
        position.epoch.into(),
        writer.into(),
        hash_of(position),
        position.at.into(),
    ]
}

fn hash_of(position: &Position) -> Value {
    position.hash.to_string().into()
}

fn position(row: Vec<Value>) -> Result<Position, ReadStoreError> {
    let mut columns = Columns::of(row);
    let (seq, epoch) = (columns.int()?.unsigned_abs(), columns.int()?.unsigned_abs());
    let writer = match columns.text()?.as_str() {
        "" => None,
        id => Some(WriterId(id.parse().map_err(ReadStoreError::unreadable)?)),
    };
    let hash: Hash = columns.text()?.parse().map_err(ReadStoreError::unreadable)?;
    Ok(Position { seq, epoch, writer, hash, at: columns.int()? })
}
