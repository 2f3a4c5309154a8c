//! The data directory: which file is where, who may look, and that only one process writes.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use crate::random;

/// Bytes of a secret.
pub const SECRET_BYTES: usize = 32;

#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    #[error(
        "another process is using the data directory {path}; stop it, or choose another directory"
    )]
    InUse { path: PathBuf },
    #[error("{path} cannot be used; check that this user may write there")]
    Unusable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the secret {path} does not have {SECRET_BYTES} bytes; restore it from a copy")]
    NotASecret { path: PathBuf },
}

/// Which file is where; knowing it takes no lock.
#[derive(Clone, Debug)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    pub fn of(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn log(&self) -> PathBuf {
        self.root.join("log.db")
    }

    pub fn activity(&self) -> PathBuf {
        self.root.join("activity.db")
    }

    pub fn read(&self) -> PathBuf {
        self.root.join("read.db")
    }

    pub fn snapshots(&self) -> PathBuf {
        self.root.join("snapshots.db")
    }

    pub fn keys(&self) -> PathBuf {
        self.root.join("keys.db")
    }

    fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    pub fn secrets(&self) -> PathBuf {
        self.root.join("secrets")
    }
}

/// The directory while this process is the one that writes there.
#[derive(Debug)]
pub struct DataDir {
    layout: Layout,
    /// Held until dropped; the operating system lets go of it when the process dies.
    _lock: File,
}

impl DataDir {
    /// Creates the directory when it is not there; readable by this user alone.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, DataDirError> {
        let layout = Layout::of(root);
        create(&layout.root)?;
        let path = layout.lock();
        let lock =
            OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        let lock = lock.map_err(|source| unusable(&path, source))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { layout, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(DataDirError::InUse { path: layout.root }),
            Err(TryLockError::Error(source)) => Err(unusable(&path, source)),
        }
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }
}

/// The folder of secrets; several processes may share one.
#[derive(Clone, Debug)]
pub struct Secrets {
    folder: PathBuf,
}

impl Secrets {
    /// Creates the folder when it is not there; readable by this user alone.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, DataDirError> {
        let folder = folder.into();
        create(&folder)?;
        Ok(Self { folder })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The secret of that name, made of chance when it is not there yet; readable by this user alone.
    pub fn secret(&self, name: &str) -> Result<[u8; SECRET_BYTES], DataDirError> {
        let path = self.folder.join(name);
        match fs::read(&path) {
            Ok(bytes) => bytes.try_into().map_err(|_| DataDirError::NotASecret { path }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                keep(&path, &random::bytes::<SECRET_BYTES>())
                    .map_err(|source| unusable(&path, source))?;
                self.secret(name)
            }
            Err(source) => Err(unusable(&path, source)),
        }
    }
}

/// There as a whole or not at all, also after a loss of power. If another process was first, its secret stays.
fn keep(path: &Path, secret: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    let options = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).clone();
    let mut file = options.open(&draft)?;
    file.write_all(secret)?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    path.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())
}

fn create(directory: &Path) -> Result<(), DataDirError> {
    let created = DirBuilder::new().recursive(true).mode(0o700).create(directory);
    created.map_err(|source| unusable(directory, source))
}

fn unusable(path: &Path, source: io::Error) -> DataDirError {
    DataDirError::Unusable { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_second_process_gets_a_clear_error() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("data");
        let first = DataDir::open(&root).unwrap();
        let second = DataDir::open(&root).unwrap_err();
        assert!(matches!(second, DataDirError::InUse { .. }), "{second:?}");
        drop(first);
        DataDir::open(&root).unwrap();
    }

    #[test]
    fn a_secret_stays_the_same_and_is_readable_by_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("data");
        let _data_dir = DataDir::open(&root).unwrap();
        let secrets = Secrets::open(root.join("secrets")).unwrap();
        let secret = secrets.secret("token.key").unwrap();
        assert_eq!(secrets.secret("token.key").unwrap(), secret);
        assert_ne!(secrets.secret("other.key").unwrap(), secret);
        keep(&root.join("secrets/token.key"), b"somebody else's").unwrap();
        assert_eq!(secrets.secret("token.key").unwrap(), secret, "the first one stays");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&root), 0o700);
        assert_eq!(mode(&root.join("secrets")), 0o700);
        assert_eq!(mode(&root.join("secrets/token.key")), 0o600);

        fs::write(root.join("secrets/token.key"), "short").unwrap();
        let error = secrets.secret("token.key").unwrap_err();
        assert!(matches!(error, DataDirError::NotASecret { .. }), "{error:?}");
    }
}
