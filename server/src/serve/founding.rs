//! What a data directory needs before anybody can use it. Done again at every start, by what is missing.

use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _};

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use commands::ports::{identity::Credentials, sealing::Sealer};
use domain::{
    agent::Capacity,
    command::derived_id,
    id::{SiteName, StaffId},
    requirement::Skills,
    staff::{self, Role},
    tenant::{self, ClockKind, TenantCommand},
};
use infra::data_dir::Secrets;
use projections::directory::Directory;
use tracing::info;

use super::orders::Orders;
use crate::settings::Settings;

/// The file with the first administrator's generated password, among the secrets.
const PASSWORD_FILE: &str = "first-administrator-password";
const PASSWORD_BYTES: usize = 18;

pub(crate) type Tenant = Orders<Directory, TenantCommand>;

pub(crate) async fn found(
    tenant: &Tenant,
    clock: ClockKind,
    site: &SiteName,
) -> anyhow::Result<()> {
    if tenant.tail.read(|directory| directory.clock().is_none()) {
        tenant.give("founding the tenant", tenant::Command::Found { clock }).await?;
    }
    if tenant.tail.read(|directory| !directory.sites().contains(site)) {
        let open = tenant::Command::OpenSite { site: site.clone() };
        tenant.give("opening the site", open).await?;
    }
    Ok(())
}

/// Somebody must be able to enrol the others.
pub(crate) async fn first_administrator(
    tenant: &Tenant,
    sealer: &dyn Sealer,
    credentials: &dyn Credentials,
    secrets: &Secrets,
    settings: &Settings,
) -> anyhow::Result<()> {
    let is_there = |directory: &Directory| {
        directory.all_staff().any(|one| one.roles.contains(&Role::Administrator))
    };
    if tenant.tail.read(is_there) {
        return Ok(());
    }
    let login = &settings.admin_login;
    let staff = StaffId(derived_id(&[b"first administrator", login.as_bytes()]));
    let password = match &settings.admin_password {
        Some(password) => password.clone(),
        None => generated(secrets)?,
    };
    credentials.set(login, &password, staff).await?;
    let subject = sealer.subject_of("staff", &staff.to_string()).await?;
    let enroll = staff::Command::Enroll {
        staff,
        name: sealer.seal(subject, login).await?,
        roles: [Role::Administrator].into(),
        site: settings.names.site.clone(),
        skills: Skills::new(),
        capacity: Capacity::new(),
    };
    tenant.give("enrolling the first administrator", enroll).await?;
    Ok(())
}

/// Made afresh until there is an administrator: a crash before that leaves nothing to keep.
fn generated(secrets: &Secrets) -> anyhow::Result<String> {
    let mut bytes = [0; PASSWORD_BYTES];
    getrandom::fill(&mut bytes).context("the system gives no random bytes")?;
    let password = URL_SAFE_NO_PAD.encode(bytes);
    let path = secrets.folder().join(PASSWORD_FILE);
    let write = || {
        let mut options = fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        writeln!(file, "{password}")?;
        file.sync_all()
    };
    write().with_context(|| format!("{} could not be written", path.display()))?;
    info!(file = %path.display(), "the first administrator's password is in a file; delete it after reading");
    Ok(password)
}
