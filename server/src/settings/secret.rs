//! Passwords: from a file or the environment, and never in a log.

use std::{fmt, path::Path};

use anyhow::{Context as _, ensure};

/// Its text is not printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Password(pub(crate) String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Password {
    /// What was given as text, else what stands in the file, without the end of its line.
    pub(super) fn read(text: Option<&str>, file: Option<&Path>) -> anyhow::Result<Option<Self>> {
        if let Some(text) = text {
            return Ok(Some(Self(text.to_owned())));
        }
        let Some(file) = file else { return Ok(None) };
        let text = std::fs::read_to_string(file).with_context(|| {
            format!(
                "the password file {} could not be read; check its path and mode",
                file.display()
            )
        })?;
        let text = text.trim_end_matches(['\n', '\r']);
        ensure!(!text.is_empty(), "the password file {} is empty", file.display());
        Ok(Some(Self(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_file_may_end_its_line_and_must_not_be_empty() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "s3cret\n").unwrap();
        let read = Password::read(None, Some(&file)).unwrap().unwrap();
        assert_eq!(read.0, "s3cret");
        assert_eq!(format!("{read:?}"), "Password(…)");
        std::fs::write(&file, "\n").unwrap();
        assert!(Password::read(None, Some(&file)).is_err());
        assert!(Password::read(None, Some(&folder.path().join("none"))).is_err());
    }
}
