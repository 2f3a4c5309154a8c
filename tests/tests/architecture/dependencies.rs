//! What comes from outside: from where, under which licence, and why.

use std::{collections::BTreeSet, fs};

use crate::{
    licence,
    metadata::{METADATA, root},
};

/// Crates that must not come in again, and why.
const BANNED: &[(&str, &str)] = &[
    ("async-std", "tokio is the runtime here"),
    ("bincode", "no longer maintained; what is stored is JSON"),
    ("chrono", "jiff knows time zones"),
    ("madsim", "the simulation is our own"),
    ("native-tls", "TLS is rustls; OpenSSL is here for librdkafka alone"),
    ("okaywal", "SQLite is the embedded log"),
    ("sea-query-rusqlite", "pins a SQLite that corrupts its log"),
    ("sled", "SQLite is the embedded store"),
];

#[test]
fn every_crate_comes_from_the_registry_under_an_accepted_licence() {
    for package in &METADATA.packages {
        let name = &package.name;
        let source = package.source.as_deref();
        let registry = source.is_none_or(|source| source.starts_with("registry+"));
        assert!(registry, "`{name}` comes from {source:?}; publish it or write it here");
        let licence = package.license.as_deref().unwrap_or_default();
        assert!(licence::accepted(licence), "`{name}` is licensed under `{licence}`");
    }
}

#[test]
fn banned_crates_stay_out() {
    for (banned, why) in BANNED {
        let found = METADATA.packages.iter().any(|package| package.name == *banned);
        assert!(
            !found,
            "`{banned}` came in: {why}; `cargo tree --invert {banned}` says through whom"
        );
    }
}

#[test]
fn every_dependency_has_its_sentence_and_every_sentence_its_dependency() {
    let text = fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let explained: BTreeSet<String> = text
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()))
        .collect();
    let used: BTreeSet<String> = crates().chain(packages()).collect();
    let missing: Vec<_> = used.difference(&explained).collect();
    let gone: Vec<_> = explained.difference(&used).collect();
    assert!(missing.is_empty(), "say in docs/dependencies.md why these are here: {missing:?}");
    assert!(gone.is_empty(), "docs/dependencies.md explains what is no longer used: {gone:?}");
}

/// Those that members of the workspace name.
fn crates() -> impl Iterator<Item = String> {
    let all = METADATA.members().flat_map(|member| &member.dependencies);
    all.filter(|used| used.path.is_none()).map(|used| used.name.clone())
}

/// Those that the front ends name.
fn packages() -> impl Iterator<Item = String> {
    let text = fs::read_to_string(root().join("web/package.json")).unwrap();
    let package: serde_json::Value = serde_json::from_str(&text).unwrap();
    ["dependencies", "devDependencies"].into_iter().flat_map(move |kind| {
        let names = package[kind].as_object().cloned().unwrap_or_default();
        names.into_iter().map(|(name, _)| name)
    })
}
