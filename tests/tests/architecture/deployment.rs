//! What images and containers are given is a setting that there is.

use std::{collections::BTreeSet, fs};

use crate::metadata::root;

const PREFIX: &str = "LOCKSTEP_";

/// Every variable of ours that stands in a text.
fn variables(text: &str) -> BTreeSet<&str> {
    let ends = |c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let from = text.match_indices(PREFIX).map(|(at, _)| &text[at..]);
    from.map(|rest| rest.split(ends).next().unwrap_or_default()).collect()
}

#[test]
fn every_variable_of_images_and_containers_is_a_setting() {
    let read = |path: &str| fs::read_to_string(root().join(path)).expect(path);
    let settings = read("docs/settings.md");
    let known = variables(&settings);
    for path in ["docker-compose.yml", "Dockerfile"] {
        let text = read(path);
        let set = variables(&text);
        let unknown: Vec<_> = set.difference(&known).collect();
        assert!(!set.is_empty() && unknown.is_empty(), "{path} sets {unknown:?}");
    }
}
