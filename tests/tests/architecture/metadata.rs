//! What cargo knows of the workspace and of everything it depends on.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    id: String,
    pub manifest_path: PathBuf,
    pub name: String,
    pub license: Option<String>,
    pub source: Option<String>,
    pub dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub name: String,
    /// Of a crate of this workspace.
    pub path: Option<PathBuf>,
    /// `None` for what the crate itself uses, else `dev` or `build`.
    pub kind: Option<String>,
}

pub(crate) static METADATA: LazyLock<Metadata> = LazyLock::new(|| {
    serde_json::from_str(&cargo("metadata --format-version 1 --locked"))
        .expect("cargo prints metadata as JSON")
});

/// What cargo prints.
pub(crate) fn cargo(arguments: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments.split_whitespace())
        .current_dir(root())
        .output()
        .expect("cargo runs this test, so it can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments}: {said}");
    String::from_utf8(output.stdout).expect("cargo prints text")
}

impl Metadata {
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of the workspace")
}
