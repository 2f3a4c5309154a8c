//! The services' folder: what lies in it, passwords among it.

use std::{
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::{Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

const PASSWORD_BYTES: usize = 24;

pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn make(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(fs::canonicalize(path)?))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// A folder within, made if it is not there.
    pub(super) fn within(&self, name: &str) -> Result<PathBuf> {
        let path = self.0.join(name);
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(path)
    }

    /// Held until it is dropped: whoever else wants to start or stop something waits.
    pub(super) fn lock(&self) -> Result<File> {
        let path = self.0.join("lock");
        let file =
            File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
        Ok(file)
    }

    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.0.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }

    /// A file that only its owner reads.
    pub(super) fn write_secret(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.0.join(name);
        let mut file = OpenOptions::new();
        let file = file.write(true).create(true).truncate(true).mode(0o600).open(&path);
        let mut file = file.with_context(|| format!("cannot write {}", path.display()))?;
        file.write_all(text.as_bytes())?;
        Ok(path)
    }

    /// The password in a file; generated the first time.
    pub(super) fn password(&self, file: &str) -> Result<String> {
        if let Ok(there) = fs::read_to_string(self.0.join(file))
            && !there.is_empty()
        {
            return Ok(there);
        }
        let mut chance = [0; PASSWORD_BYTES];
        File::open("/dev/urandom")?.read_exact(&mut chance)?;
        let fresh = chance.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a string takes all that is written to it");
            hex
        });
        self.write_secret(file, &fresh)?;
        Ok(fresh)
    }
}
