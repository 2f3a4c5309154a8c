//! Building views anew beside those in use, and putting them in their place.
//!
//! The log is read once for all of them. What they make of it is folded into rows in memory, and while one part of the
//! log is folded the rows of the part before are written. Indexes are made when they are needed, or at the end.

use std::{collections::BTreeSet, sync::Arc};

use domain::log::{Partition, Position, Whole};
use futures::{StreamExt as _, future, stream::BoxStream};
use tokio::task::yield_now;

use crate::{
    apply::{BATCH_MAX, Chunk, ProjectError, pass_over},
    checkpoint,
    fold::Fold,
    memory::Hand,
    ports::{
        read_store::{Fill, ReadStore, TransactError},
        source::{EventSource, Read, SourceError},
    },
    stored::{Generation, StoredView},
};

/// How much is done at once.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Decisions read at once at most.
    pub read_max: usize,
    /// Rows gather in memory up to this size, and are written while as many gather again.
    pub gathered_bytes_max: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { read_max: BATCH_MAX, gathered_bytes_max: 48 * 1024 * 1024 }
    }
}

/// A generation of a view that nobody reads yet.
#[derive(Clone, Copy, Debug)]
pub struct Beside {
    pub view: &'static StoredView,
    pub generation: Generation,
}

/// Who wants to know how far it has come.
pub type Told<'a> = &'a (dyn Fn(&Partition, &Position) + Send + Sync);

/// Builds views anew beside those in use, up to the end of the log as it is now.
pub async fn beside(
    views: &[&'static StoredView],
    source: &dyn EventSource,
    store: &dyn ReadStore,
    told: Told<'_>,
) -> Result<Vec<Beside>, ProjectError> {
    beside_at(Pace::default(), views, source, store, told).await
}

/// The same with other limits.
pub async fn beside_at(
    pace: Pace,
    views: &[&'static StoredView],
    source: &dyn EventSource,
    store: &dyn ReadStore,
    told: Told<'_>,
) -> Result<Vec<Beside>, ProjectError> {
    let mut builds = Vec::new();
    for &view in views {
        let generation = checkpoint::begin_beside(store, view).await?;
        builds.push(Build::new(Beside { view, generation }, true));
    }
    run(pace, &mut builds, source, store, told).await?;
    Ok(builds.into_iter().map(|build| build.beside).collect())
}

/// Brings what was built beside to the end of the log as it is now, from where it stands.
pub async fn go_on(
    built: Beside,
    source: &dyn EventSource,
    store: &dyn ReadStore,
    told: Told<'_>,
) -> Result<(), ProjectError> {
    run(Pace::default(), &mut [Build::new(built, false)], source, store, told).await
}

/// Puts what was built beside into use, and takes the generation before away, in one transaction.
pub async fn switch(built: Beside, store: &dyn ReadStore) -> Result<(), TransactError> {
    checkpoint::switch(store, built.view, built.generation).await
}

/// Builds a view anew and switches to it.
pub async fn rebuild(
    view: &'static StoredView,
    source: &dyn EventSource,
    store: &dyn ReadStore,
) -> Result<(), ProjectError> {
    for built in beside(&[view], source, store, &|_, _| ()).await? {
        switch(built, store).await?;
    }
    Ok(())
}

struct Build {
    beside: Beside,
    fold: Fold,
    /// In the partition that is being read: up to where it is written, and up to where it is folded.
    written: Position,
    folded: Position,
    /// What projects that partition.
    hand: Option<Hand>,
    /// Tables whose rows can be found by statements.
    found: BTreeSet<&'static str>,
}

impl Build {
    fn new(beside: Beside, empty: bool) -> Self {
        let fold = Fold::new(beside.view, beside.generation, empty);
        let (written, folded) = (Position::START, Position::START);
        Self { beside, fold, written, folded, hand: None, found: BTreeSet::new() }
    }

    async fn fold(
        &mut self,
        store: &dyn ReadStore,
        partition: &Partition,
        whole: &Whole,
    ) -> Result<(), ProjectError> {
        if whole.position.seq <= self.folded.seq {
            return Ok(());
        }
        let hand = self.hand.get_or_insert_with(|| Hand::new(self.beside.view, partition));
        match hand.project(whole) {
            Ok(changes) => changes.into_iter().for_each(|change| self.fold.fold(change)),
            Err(error) => {
                let reason = error.to_string();
                pass_over(store, self.beside.view, partition, whole, &reason).await?;
            }
        }
        self.folded = whole.position;
        Ok(())
    }

    /// About so much memory is taken by what has gathered.
    fn bytes(&self) -> usize {
        self.fold.bytes() + self.hand.as_ref().map_or(0, Hand::bytes)
    }

    /// What has gathered, as one transaction that moves the checkpoint.
    fn take(&mut self, partition: &Partition) -> Option<Fill> {
        if self.written == self.folded {
            return None;
        }
        let Beside { view, generation } = self.beside;
        let (written, folded) = (self.written, self.folded);
        let together = self.hand.as_mut().map_or_else(Vec::new, Hand::take);
        for change in together {
            self.fold.fold(change);
        }
        let (statements, rows) = self.fold.take();
        let mut before =
            vec![checkpoint::step_beside(view, generation, partition, &written, &folded)];
        for (table, _) in &statements {
            if self.found.insert(table.name) {
                before.extend(table.index_for_changes(generation));
            }
        }
        before.extend(statements.into_iter().map(|(_, statement)| statement));
        self.written = folded;
        Some(Fill { before, rows, after: Vec::new() })
    }
}

async fn run(
    pace: Pace,
    builds: &mut [Build],
    source: &dyn EventSource,
    store: &dyn ReadStore,
    told: Told<'_>,
) -> Result<(), ProjectError> {
    for partition in &source.partitions().await? {
        let mut here: Vec<&mut Build> =
            builds.iter_mut().filter(|build| build.beside.view.reads.includes(partition)).collect();
        for build in &mut here {
            let Beside { view, generation } = build.beside;
            build.written = checkpoint::read(store, view, generation, partition).await?;
            build.folded = build.written;
            build.hand = Some(Hand::resume(store, view, generation, partition).await?);
        }
        read_partition(pace, &mut here, partition, source, store, told).await?;
    }
    let finish = builds.iter().map(|build| {
        let Beside { view, generation } = build.beside;
        store.fill(Fill { after: view.index(generation), ..Fill::default() })
    });
    future::try_join_all(finish).await?;
    Ok(())
}

async fn read_partition(
    pace: Pace,
    here: &mut [&mut Build],
    partition: &Partition,
    source: &dyn EventSource,
    store: &dyn ReadStore,
    told: Told<'_>,
) -> Result<(), ProjectError> {
    let Some(from) = here.iter().map(|build| build.written).min_by_key(|from| from.seq) else {
        return Ok(());
    };
    let mut reads = source.read(partition.clone(), from).ready_chunks(pace.read_max).boxed();
    let mut fills = Vec::new();
    loop {
        let (gathered, written) = future::join(
            gather(pace.gathered_bytes_max, here, partition, &mut reads, store),
            future::try_join_all(fills.into_iter().map(|fill| store.fill(fill))),
        )
        .await;
        written?;
        let caught_up = gathered?;
        fills = here.iter_mut().filter_map(|build| build.take(partition)).collect();
        if let Some(build) = here.first() {
            told(partition, &build.folded);
        }
        if caught_up {
            future::try_join_all(fills.into_iter().map(|fill| store.fill(fill))).await?;
            return Ok(());
        }
    }
}

type Reads = BoxStream<'static, Vec<Result<Read, SourceError>>>;

/// Folds what comes until enough has gathered; whether that was all.
async fn gather(
    bytes_max: usize,
    here: &mut [&mut Build],
    partition: &Partition,
    reads: &mut Reads,
    store: &dyn ReadStore,
) -> Result<bool, ProjectError> {
    while let Some(chunk) = reads.next().await {
        let Chunk { wholes, caught_up, broken } = Chunk::of(chunk);
        for whole in &wholes {
            fold_all(here, partition, whole, store).await?;
        }
        if let Some(broken) = broken {
            return Err(broken.into());
        }
        if caught_up {
            return Ok(true);
        }
        if here.iter().map(|build| build.bytes()).sum::<usize>() >= bytes_max {
            return Ok(false);
        }
        // What is being written has its turn.
        yield_now().await;
    }
    Ok(true)
}

async fn fold_all(
    here: &mut [&mut Build],
    partition: &Partition,
    whole: &Arc<Whole>,
    store: &dyn ReadStore,
) -> Result<(), ProjectError> {
    for build in here {
        build.fold(store, partition, whole).await?;
    }
    Ok(())
}
