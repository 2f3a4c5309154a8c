//! Building a view anew beside the one in use, and putting it in its place.

use domain::log::{Partition, Position};
use futures::StreamExt as _;

use crate::{
    apply::{BATCH_MAX, Chunk, ProjectError, Target},
    checkpoint,
    ports::{
        read_store::{ReadStore, TransactError},
        source::EventSource,
    },
    stored::{Generation, StoredView},
};

/// Builds a view anew beside the one in use, up to the end of the log as it is now; nobody reads it yet. `told` hears
/// how far it has come in each partition.
pub async fn beside(
    view: &'static StoredView,
    source: &dyn EventSource,
    store: &dyn ReadStore,
    told: &(dyn Fn(&Partition, &Position) + Send + Sync),
) -> Result<Generation, ProjectError> {
    let generation = checkpoint::begin_beside(store, view).await?;
    go_on(view, generation, source, store, told).await?;
    Ok(generation)
}

/// Brings a generation to the end of the log as it is now, from where it stands.
pub async fn go_on(
    view: &'static StoredView,
    generation: Generation,
    source: &dyn EventSource,
    store: &dyn ReadStore,
    told: &(dyn Fn(&Partition, &Position) + Send + Sync),
) -> Result<(), ProjectError> {
    let partitions = source.partitions().await?;
    for partition in partitions.iter().filter(|partition| view.reads.includes(partition)) {
        let target = Target { store, view, generation, partition, live: false };
        let mut position = checkpoint::read(store, view, generation, partition).await?;
        let mut reads = source.read(partition.clone(), position).ready_chunks(BATCH_MAX);
        while let Some(chunk) = reads.next().await {
            let Chunk { wholes, caught_up, broken } = Chunk::of(chunk);
            position = target.apply(position, &wholes).await?;
            told(partition, &position);
            if let Some(broken) = broken {
                return Err(broken.into());
            }
            if caught_up {
                break;
            }
        }
    }
    Ok(())
}

/// Puts what was built beside into use, and takes the generation before away, in one transaction.
pub async fn switch(
    view: &'static StoredView,
    to: Generation,
    store: &dyn ReadStore,
) -> Result<(), TransactError> {
    checkpoint::switch(store, view, to).await
}

/// Builds a view anew and switches to it.
pub async fn rebuild(
    view: &'static StoredView,
    source: &dyn EventSource,
    store: &dyn ReadStore,
) -> Result<(), ProjectError> {
    let generation = beside(view, source, store, &|_, _| ()).await?;
    Ok(switch(view, generation, store).await?)
}
