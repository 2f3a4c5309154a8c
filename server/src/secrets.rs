//! Secrets that the process makes for itself, in files that only its user can read.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;

/// The folder `secrets/` of a data directory.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    folder: PathBuf,
}

impl Secrets {
    pub(crate) fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let folder = data_dir.join("secrets");
        fs::create_dir_all(&folder)
            .and_then(|()| fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)))
            .with_context(|| format!("the folder {} could not be made", folder.display()))?;
        Ok(Self { folder })
    }

    /// What the file holds; `make` fills it the first time. A crash leaves it whole or absent.
    pub(crate) fn get_or_make(
        &self,
        name: &str,
        make: impl FnOnce() -> anyhow::Result<Vec<u8>>,
    ) -> anyhow::Result<Vec<u8>> {
        let path = self.path(name);
        match fs::read(&path) {
            Ok(secret) => return Ok(secret),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("the secret {} could not be read", path.display()));
            }
        }
        let secret = make()?;
        self.write(name, &secret)?;
        Ok(secret)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, secret: &[u8]) -> anyhow::Result<()> {
        let (path, draft) = (self.path(name), self.path(&format!("{name}.new")));
        let write = || {
            let mut options = fs::OpenOptions::new();
            let mut file =
                options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
            file.write_all(secret)?;
            file.sync_all()?;
            fs::rename(&draft, &path)?;
            fs::File::open(&self.folder)?.sync_all()
        };
        write().with_context(|| {
            format!("the secret {} could not be written; is the disk full?", path.display())
        })
    }
}

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).context("the system gives no random bytes")?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_only_its_user_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::open(folder.path()).unwrap();
        let made = secrets.get_or_make("key", || Ok(random::<16>()?.to_vec())).unwrap();
        let again = secrets.get_or_make("key", || panic!("made twice")).unwrap();
        assert_eq!(made, again);
        let mode = fs::metadata(secrets.path("key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
