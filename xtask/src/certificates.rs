//! `cargo xtask certificates`: an authority of one's own for the link between the two web servers, for development.
//!
//! The authority's key is used once and thrown away: making certificates anew makes all of them anew.
#![expect(clippy::print_stdout, reason = "the settings to use them are what one asks for")]

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};

use crate::build;

const DAY_SECS: u64 = 86_400;
/// Clocks of two machines differ.
const BEFORE: Duration = Duration::from_secs(DAY_SECS);
const LIFE: Duration = Duration::from_secs(365 * DAY_SECS);

/// The link's two sides: name, purpose.
const SIDES: [(&str, ExtendedKeyUsagePurpose); 2] = [
    ("edge", ExtendedKeyUsagePurpose::ServerAuth),
    ("gateway", ExtendedKeyUsagePurpose::ClientAuth),
];

/// Writes `ca.pem`, and for each side its certificate and its key, readable by this user alone.
pub(crate) fn certificates(out: Option<PathBuf>) -> Result<()> {
    let folder = match out {
        Some(folder) => folder,
        None => build::target_dir()?.join("certificates"),
    };
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    let authority = CertifiedIssuer::self_signed(authority()?, KeyPair::generate()?)?;
    keep(&folder.join("ca.pem"), &authority.pem())?;
    for (side, purpose) in SIDES {
        let key = KeyPair::generate()?;
        let certificate = params(side, purpose)?.signed_by(&key, &authority)?;
        keep(&folder.join(format!("{side}.pem")), &certificate.pem())?;
        keep(&folder.join(format!("{side}.key")), &key.serialize_pem())?;
    }
    println!("{}", settings(&folder));
    Ok(())
}

fn authority() -> Result<CertificateParams> {
    let mut params = valid(CertificateParams::new(Vec::<String>::new())?);
    params.distinguished_name.push(DnType::CommonName, "Lockstep link, development");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn params(name: &str, purpose: ExtendedKeyUsagePurpose) -> Result<CertificateParams> {
    let mut params = valid(CertificateParams::new(vec![name.to_owned()])?);
    params.distinguished_name.push(DnType::CommonName, name);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![purpose];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

#[expect(clippy::disallowed_methods, reason = "a certificate is valid from the day it is made")]
fn valid(mut params: CertificateParams) -> CertificateParams {
    let now = SystemTime::now();
    params.not_before = (now - BEFORE).into();
    params.not_after = (now + LIFE).into();
    params
}

/// Replaces what was there; a server that reads it meanwhile reads the old one or the new one.
fn keep(path: &Path, pem: &str) -> Result<()> {
    let draft = path.with_extension("draft");
    let write = || {
        let mut file =
            OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft)?;
        file.write_all(pem.as_bytes())?;
        fs::rename(&draft, path)
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

fn settings(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "Certificates of the link, valid for a year, for development only:\n\n  \
         lockstep serve --role edge --link-listen 127.0.0.1:7443 --link-from 127.0.0.1/32 \\\n    \
         --link-certificate {folder}/edge.pem --link-key {folder}/edge.key --link-ca {folder}/ca.pem\n\n  \
         lockstep serve --role gateway,desk,decide,project,effects --link-dial 127.0.0.1:7443 \\\n    \
         --link-certificate {folder}/gateway.pem --link-key {folder}/gateway.key --link-ca {folder}/ca.pem"
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn each_side_has_its_own_and_nobody_else_may_read_them() {
        let folder =
            std::env::temp_dir().join(format!("lockstep-certificates-{}", std::process::id()));
        for _ in 0..2 {
            certificates(Some(folder.clone())).unwrap();
        }
        let mut names: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|file| file.unwrap())
            .inspect(|file| {
                let mode = file.metadata().unwrap().permissions().mode();
                assert_eq!(mode & 0o777, 0o600, "{}", file.path().display());
            })
            .map(|file| file.file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["ca.pem", "edge.key", "edge.pem", "gateway.key", "gateway.pem"]);
        fs::remove_dir_all(&folder).unwrap();
    }
}
