//! `lockstep erase SUBJECT`: destroys a person's key, and with it everything personal about them, everywhere.

use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use domain::{id::SubjectId, subject};
use infra::data_dir::{DataDirError, Layout};
use serde_json::{Value, json};

use super::print;
use crate::{serve, settings};

/// The desk that is asked where none is named.
const DESK: &str = "http://127.0.0.1:7081";

/// Asks before; through the desk that is named or the server that runs here, else in the data directory itself.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The person: `subject` of their account at the desk
    subject: SubjectId,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    data_dir: settings::DataDir,
    #[command(flatten)]
    names: settings::Names,
    /// Where the running server's desk is; it is asked, whatever data is here. Without it, port 7081 of this machine is
    /// asked if the data is not here or is in use
    #[arg(long, value_name = "URL")]
    desk: Option<String>,
    /// An administrator, for the running server
    #[arg(long, env = "LOCKSTEP_ADMIN_LOGIN", default_value = "admin", value_name = "LOGIN")]
    admin_login: String,
    #[arg(long, env = "LOCKSTEP_ADMIN_PASSWORD", hide_env_values = true, value_name = "PASSWORD")]
    admin_password: Option<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let subject = args.subject;
    if !args.yes && !confirmed(subject)? {
        print("nothing was erased");
        return Ok(ExitCode::FAILURE);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        // Without a log here, the company's data is somewhere that only its servers reach.
        if args.desk.is_some() || !Layout::of(&args.data_dir.path).log().exists() {
            return there(args).await;
        }
        match here(args).await {
            Err(error) if is_in_use(&error) => there(args).await,
            done => done,
        }
    })?;
    print(&format!(
        "subject {subject} is erased: nothing personal about them can be read any more"
    ));
    Ok(ExitCode::SUCCESS)
}

fn confirmed(subject: SubjectId) -> anyhow::Result<bool> {
    print(&format!("Erasing {subject} cannot be undone. Type yes to go on:"));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("no answer could be read; use --yes")?;
    Ok(answer.trim() == "yes")
}

fn is_in_use(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(DataDirError::InUse { .. }))
}

/// No server runs: this process is the one that may write.
async fn here(args: &Args) -> anyhow::Result<()> {
    let subject = args.subject;
    serve::offline(&args.data_dir, &args.names, |keys, tenant| async move {
        keys.sealer.erase(subject).await?;
        tenant.give("recording the erasure", subject::Command::Erase { subject }).await?;
        Ok(())
    })
    .await
}

/// A server runs: an administrator asks it.
async fn there(args: &Args) -> anyhow::Result<()> {
    let Args { admin_login, admin_password, subject, .. } = args;
    let desk = args.desk.as_deref().unwrap_or(DESK);
    let Some(password) = admin_password else {
        bail!("a server is running; set LOCKSTEP_ADMIN_PASSWORD, so that it can be asked to erase")
    };
    let http = reqwest::Client::new();
    let body = json!({ "login": admin_login, "password": password });
    let session = http.post(format!("{desk}/session")).json(&body).send().await;
    let session = session.with_context(|| format!("no desk answers at {desk}; set --desk"))?;
    ensure!(
        session.status().is_success(),
        "the desk did not let `{admin_login}` in; check login and password"
    );
    let session: Value = session.json().await?;
    let token = session["token"].as_str().context("the desk gave no token")?;
    let query = "mutation($subject: UUID!) { eraseSubject(subject: $subject) { __typename ... on Refused { message } } }";
    let body = json!({ "query": query, "variables": { "subject": subject } });
    let request = http.post(format!("{desk}/graphql")).bearer_auth(token).json(&body);
    let answer: Value = request.send().await?.json().await?;
    let payload = &answer["data"]["eraseSubject"];
    match payload["__typename"].as_str() {
        Some("Done") => Ok(()),
        Some("Refused") => bail!("refused: {}", payload["message"].as_str().unwrap_or_default()),
        Some(_) => bail!("the server does not know yet whether it is erased; try again"),
        None => bail!("{}", answer["errors"][0]["message"].as_str().unwrap_or("no answer")),
    }
}
