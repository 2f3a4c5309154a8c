//! Arrows point inward: who of the workspace may depend on whom.

use std::collections::{BTreeMap, BTreeSet};

use crate::metadata::{METADATA, cargo};

/// Each crate, and those it may use. The judge uses none: it shares no code with what it judges.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("commands", &["domain"]),
    ("projections", &["domain"]),
    ("infra", &["commands", "domain", "projections"]),
    ("api", &["commands", "domain", "projections"]),
    ("lockstep", &["api", "commands", "domain", "infra", "projections"]),
    ("tests", &["api", "commands", "domain", "infra", "judge", "lockstep", "projections"]),
    ("judge", &[]),
    ("xtask", &[]),
];

/// All that the rules may use from outside: data and its forms, nothing that acts.
const DOMAIN_USES: &[&str] = &[
    "base64",
    "hex",
    "ipnet",
    "jiff",
    "phonenumber",
    "serde",
    "serde_json",
    "sha2",
    "thiserror",
    "uuid",
];

/// What acts in the world, however far down it is used.
const ACTS: &[&str] =
    &["async-std", "futures", "hyper", "mio", "reqwest", "rusqlite", "smol", "tokio"];

#[test]
fn arrows_point_inward() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    for member in METADATA.members() {
        let Some(allowed) = allowed.get(member.name.as_str()) else {
            panic!("`{}` has no line in the table of arrows", member.name)
        };
        for used in member.dependencies.iter().filter(|used| used.path.is_some()) {
            assert!(
                allowed.contains(&used.name.as_str()),
                "`{}` uses `{}`, against the arrows",
                member.name,
                used.name
            );
        }
    }
}

#[test]
fn the_rules_use_nothing_that_acts() {
    let domain = METADATA.members().find(|package| package.name == "domain");
    let uses = domain.expect("domain is a member").dependencies.iter();
    let uses: BTreeSet<_> =
        uses.filter(|used| used.kind.is_none()).map(|used| used.name.as_str()).collect();
    let allowed: BTreeSet<_> = DOMAIN_USES.iter().copied().collect();
    assert_eq!(&uses - &allowed, BTreeSet::new(), "new in domain");
    let tree = cargo("tree --locked --package domain --edges normal --prefix none");
    let reached: BTreeSet<_> =
        tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(reached.contains("serde"), "cargo tree lists crates: {tree}");
    for acts in ACTS {
        assert!(!reached.contains(acts), "domain reaches `{acts}`");
    }
}
