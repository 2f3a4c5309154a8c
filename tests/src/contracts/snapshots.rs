//! What every snapshot store promises: the latest of a fold's version, with the whole position.

use commands::ports::snapshots::Snapshots;
use domain::{
    log::{Hash, Partition, Position, WriterId},
    snapshot::Snapshot,
};
use uuid::Uuid;

fn snapshot(seq: u64) -> Snapshot {
    let writer = Some(WriterId(Uuid::from_u128(7)));
    let position = Position { seq, epoch: 3, writer, hash: Hash([9; 32]), at: 41 };
    Snapshot { position, bytes: vec![1, 2, 3] }
}

pub async fn the_latest_of_a_version_is_kept(store: &dyn Snapshots) {
    let (site, other): (Partition, Partition) =
        ("site:demo".parse().unwrap(), "site:other".parse().unwrap());
    assert_eq!(store.load(&site, "decider", 1).await.unwrap(), None);
    store.save(&site, "decider", 1, snapshot(10)).await.unwrap();
    store.save(&site, "decider", 1, snapshot(20)).await.unwrap();
    assert_eq!(store.load(&site, "decider", 1).await.unwrap(), Some(snapshot(20)));
    assert_eq!(store.load(&site, "decider", 2).await.unwrap(), None, "another version is not used");
    assert_eq!(store.load(&site, "board", 1).await.unwrap(), None);
    assert_eq!(store.load(&other, "decider", 1).await.unwrap(), None);
    store.save(&site, "decider", 2, snapshot(30)).await.unwrap();
    assert_eq!(
        store.load(&site, "decider", 1).await.unwrap(),
        None,
        "it took the place of the one before"
    );
}
