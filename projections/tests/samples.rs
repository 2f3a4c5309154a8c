//! The floor reads every stored version of the events that it shows.

#![allow(clippy::unwrap_used, reason = "what a test meets unexpectedly fails at once")]

use std::{fs, path::PathBuf, sync::Arc};

use domain::{
    command::{Actor, Context},
    id::CommandId,
};
use projections::floor::Floor;

mod world;

#[test]
fn every_stored_sample_can_be_folded() {
    let samples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../domain/samples");
    let mut folded = 0;
    for entry in fs::read_dir(samples).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let kind: &'static str = name.split_once('@').unwrap().0.to_owned().leak();
        let context = Context {
            now: world::START,
            actor: Actor::System,
            command_id: CommandId(world::uuid(1)),
        };
        let whole = world::whole(0, &context, vec![((kind, 1), fs::read(&path).unwrap())]);
        Floor::default()
            .apply(&Arc::new(whole))
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        folded += 1;
    }
    assert!(folded > 50, "only {folded} samples were found");
}
