//! Certificates of the link, as `cargo xtask certificates` makes them.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use tempfile::TempDir;
use tokio::process::Command;

/// An authority, and what it signed.
pub struct Certificates {
    folder: TempDir,
}

impl Certificates {
    pub async fn make() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let made = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--package", "xtask", "--", "certificates", "--out"])
            .arg(folder.path())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .await?;
        let said = String::from_utf8_lossy(&made.stderr);
        ensure!(made.status.success(), "`cargo xtask certificates` failed: {said}");
        Ok(Self { folder })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Such as `edge.pem`.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// For one side's flags; `side` is `edge` or `gateway`.
    pub fn flags(&self, side: &str) -> Vec<String> {
        let file = |name: String| self.file(&name).to_string_lossy().into_owned();
        let flags = [
            ("--link-certificate", format!("{side}.pem")),
            ("--link-key", format!("{side}.key")),
            ("--link-ca", "ca.pem".to_owned()),
        ];
        flags.into_iter().flat_map(|(flag, name)| [flag.to_owned(), file(name)]).collect()
    }
}
