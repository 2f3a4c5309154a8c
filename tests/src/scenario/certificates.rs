//! Certificates of the link, as `cargo xtask certificates` makes them.

use std::path::PathBuf;

use anyhow::ensure;
use infra::link::{Terms, TlsFiles};
use tempfile::TempDir;
use tokio::process::Command;

/// An authority, and what it signed.
pub struct Certificates {
    folder: TempDir,
}

impl Certificates {
    pub async fn make() -> anyhow::Result<Self> {
        let this = Self { folder: tempfile::tempdir()? };
        this.renew().await?;
        Ok(this)
    }

    /// All of them anew, in the same files.
    pub async fn renew(&self) -> anyhow::Result<()> {
        let made = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--package", "xtask", "--", "certificates", "--out"])
            .arg(self.folder.path())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env_remove("CARGO_MANIFEST_DIR")
            .output()
            .await?;
        let said = String::from_utf8_lossy(&made.stderr);
        ensure!(made.status.success(), "`cargo xtask certificates` failed: {said}");
        Ok(())
    }

    /// Such as `edge.pem`.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// On what terms `side` (`edge` or `gateway`) accepts who calls itself `peer`.
    pub fn terms(&self, side: &str, peer: &str) -> Terms {
        let files = TlsFiles {
            certificate: self.file(&format!("{side}.pem")),
            key: self.file(&format!("{side}.key")),
            authority: self.file("ca.pem"),
        };
        let carries = format!("door/{}", api::door::VERSION);
        Terms { files, peer: peer.to_owned(), carries }
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
