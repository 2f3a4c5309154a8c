//! Every version of every event that was ever stored can be read for ever: one sample each in `samples/`.

use std::{collections::BTreeSet, fs, path::PathBuf};

use domain::{site::SiteEvent, tenant::TenantEvent};
use serde_json::Value;

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// The kind, the data as stored again; `None` if neither root knows the kind.
fn read_and_store(kind: &str, data: &[u8]) -> Option<((&'static str, u32), Vec<u8>)> {
    if SiteEvent::kinds().iter().any(|(known, _)| *known == kind) {
        let event =
            SiteEvent::decode(kind, data).unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        return Some((event.kind(), event.encode()));
    }
    if TenantEvent::kinds().iter().any(|(known, _)| *known == kind) {
        let event =
            TenantEvent::decode(kind, data).unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        return Some((event.kind(), event.encode()));
    }
    None
}

#[test]
fn every_stored_sample_is_read_and_a_current_one_is_stored_as_it_was() {
    for entry in fs::read_dir(directory()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let (kind, version) = name.split_once('@').expect("samples are called type@version.json");
        let version: u32 = version.parse().unwrap();
        domain::event::is_known(kind, version).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(
            domain::event::is_known(kind, 1_000).is_err()
                && domain::event::is_known(kind, 0).is_err()
        );
        let data = fs::read(&path).unwrap();
        let (now, stored) = read_and_store(kind, &data).unwrap_or_else(|| {
            panic!("nothing reads `{name}` any more; a stored type is never taken away")
        });
        assert_eq!(now.0, kind);
        assert!(version <= now.1, "{name} is newer than the code");
        if version == now.1 {
            let before: Value = serde_json::from_slice(&data).unwrap();
            let after: Value = serde_json::from_slice(&stored).unwrap();
            assert_eq!(after, before, "{name} is stored differently now; raise its version");
        }
    }
}

#[test]
fn every_event_has_a_sample_of_every_version() {
    let kinds: BTreeSet<_> =
        [SiteEvent::kinds(), TenantEvent::kinds()].concat().into_iter().collect();
    let missing: Vec<_> = kinds
        .into_iter()
        .flat_map(|(kind, version)| {
            (1..=version).map(move |version| format!("{kind}@{version}.json"))
        })
        .filter(|name| !directory().join(name).exists())
        .collect();
    assert!(missing.is_empty(), "add these to domain/samples: {missing:?}");
}
