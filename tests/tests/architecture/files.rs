//! How files are called, how long they are, how they begin, and what never stands in them.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use domain::{site::SiteEvent, tenant::TenantEvent};

use crate::metadata::{METADATA, root};

/// Tests not counted.
const LINES_MAX: usize = 600;
/// Where one noun has one file name.
const LAYERS: &[&str] = &["domain", "commands", "projections", "infra", "api"];

/// Never in a Rust file; each is written in two halves here, so that this file passes too.
const NEVER: &[(&str, &str)] = &[
    ("TO", "DO"),
    ("FIX", "ME"),
    ("#[ign", "ore"),
    ("#[should_", "panic"),
    ("unimpl", "emented!"),
];
/// Never in a test: what one waits for is an event, not a time.
const SLEEP: (&str, &str) = ("sl", "eep(");

/// Says that somebody does something, not what it is.
const DOERS: &[&str] =
    &["manager", "helper", "helpers", "util", "utils", "misc", "common", "data", "info"];

#[test]
fn every_file_says_in_its_first_line_what_it_is_for() {
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{} does not begin with `//! `", path.display());
    }
}

#[test]
fn no_file_is_too_long_to_read() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(path, text)| (path, rules(&text).lines().count()))
        .filter(|(_, lines)| *lines > LINES_MAX)
        .collect();
    assert!(long.is_empty(), "above {LINES_MAX} lines, divide them: {long:?}");
}

#[test]
fn nothing_is_left_undone_or_ignored() {
    for (path, text) in sources() {
        for (one, half) in NEVER {
            let word = format!("{one}{half}");
            assert!(!text.contains(&word), "{} has `{word}`", path.display());
        }
        let sleeps = tests(&path, &text).contains(&[SLEEP.0, SLEEP.1].concat());
        assert!(!sleeps, "a test in {} sleeps; wait for what must happen", path.display());
    }
}

#[test]
fn one_noun_has_one_file_name_in_every_layer() {
    let nouns = nouns();
    for noun in &nouns {
        let home = root().join("domain/src");
        let there = home.join(format!("{noun}.rs")).exists() || home.join(noun).is_dir();
        assert!(there, "the events of `{noun}` have no home of that name in domain");
    }
    for (path, _) in sources().into_iter().filter(|(path, _)| is_layer(path)) {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        assert!(!DOERS.contains(&stem.as_str()), "{}: name what it is", path.display());
        let singular = stem.strip_suffix("ies").map(|stem| format!("{stem}y"));
        let singular = singular.or_else(|| stem.strip_suffix('s').map(str::to_owned));
        if let Some(noun) = singular.filter(|singular| nouns.contains(singular.as_str())) {
            panic!("{}: the noun is `{noun}` in every layer", path.display());
        }
    }
}

/// What aggregates are called: the words before the dot of the events' types.
fn nouns() -> BTreeSet<&'static str> {
    let kinds = [SiteEvent::kinds(), TenantEvent::kinds()].concat();
    kinds.into_iter().filter_map(|(kind, _)| Some(kind.split_once('.')?.0)).collect()
}

/// What comes before a file's tests.
fn rules(text: &str) -> &str {
    text.split_once("\n#[cfg(test)]\nmod").map_or(text, |(rules, _)| rules)
}

/// A file's tests: all of it if it lies among tests. Programs that measure are none.
fn tests<'a>(path: &Path, text: &'a str) -> &'a str {
    let lies_in = |folder: &str| path.components().any(|part| part.as_os_str() == folder);
    let among_tests = lies_in("tests") && !lies_in("bin");
    if among_tests { text } else { &text[rules(text).len()..] }
}

fn is_layer(path: &Path) -> bool {
    LAYERS.iter().any(|layer| path.starts_with(root().join(layer).join("src")))
}

/// Every Rust file of the workspace, and its text.
fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for member in METADATA.members() {
        collect(member.manifest_path.parent().expect("a manifest lies in a folder"), &mut files);
    }
    assert!(files.len() > 50, "the sources are found");
    files
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("target") {
                collect(&path, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            files.push((path, text));
        }
    }
}
