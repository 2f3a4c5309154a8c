//! What a data directory needs before anybody can use it. Done again at every start, by what is missing.

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
use projections::directory::Directory;
use tracing::info;

use super::orders::Orders;
use crate::{
    secrets::{self, Secrets},
    settings::Settings,
};

/// Where the first administrator's generated password is.
const FIRST_PASSWORD: &str = "first-administrator";

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
        None => {
            let made = secrets.get_or_make(FIRST_PASSWORD, || {
                Ok(URL_SAFE_NO_PAD.encode(secrets::random::<18>()?).into_bytes())
            })?;
            let path = secrets.path(FIRST_PASSWORD);
            info!(file = %path.display(), "the first administrator's password is in a file; change it after signing in");
            String::from_utf8(made).context("the generated password is text")?
        }
    };
    credentials.set(login, &password, staff).await?;
    let subject = sealer.subject_of("staff", &staff.to_string()).await?;
    let enroll = staff::Command::Enroll {
        staff,
        name: sealer.seal(subject, login).await?,
        roles: [Role::Administrator].into(),
        site: settings.site.clone(),
        skills: Skills::new(),
        capacity: Capacity::new(),
    };
    tenant.give("enrolling the first administrator", enroll).await?;
    Ok(())
}
