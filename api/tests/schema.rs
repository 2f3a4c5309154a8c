//! The committed schemas are the generated ones, and every field of the desk says who may see it.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected fails at once")]

use std::{collections::BTreeSet, fs, path::Path};

use api::desk::authorisation;

/// Compares, and leaves what it should be beside the test's other output.
fn is_committed(name: &str, generated: &str) {
    let generated = format!("{}\n", generated.trim_end());
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(name);
    let found = fs::read_to_string(&committed).unwrap_or_default();
    if found != generated {
        let left = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&left, generated).expect("the tests' own folder can be written");
        panic!("schema/{name} is not the generated one; copy {} over it", left.display());
    }
}

#[test]
fn the_edge_schema_is_committed() {
    is_committed("edge.graphql", &api::edge_sdl());
}

#[test]
fn the_desk_schema_is_committed() {
    is_committed("desk.graphql", &api::desk_sdl());
}

#[test]
fn every_field_of_the_desk_says_who_may_see_it_and_no_other_does() {
    let fields: BTreeSet<_> = authorisation::fields(&api::desk_sdl()).into_keys().collect();
    let lines: BTreeSet<_> =
        authorisation::parse(authorisation::TABLE).unwrap().into_keys().collect();
    let without: Vec<_> =
        fields.difference(&lines).map(|(of, field)| format!("{of}.{field}")).collect();
    let stale: Vec<_> =
        lines.difference(&fields).map(|(of, field)| format!("{of}.{field}")).collect();
    assert!(without.is_empty(), "add lines to schema/authorisation.txt for {without:#?}");
    assert!(stale.is_empty(), "remove lines from schema/authorisation.txt: {stale:#?}");
}
