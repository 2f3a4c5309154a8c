//! `lockstep migrate`: brings PostgreSQL's schemas to the version that this program knows.

use std::process::ExitCode;

use anyhow::Context as _;
use infra::postgres::schema;

use super::print;
use crate::settings::Postgres;

/// As the owner of the schemas; every other role only looks which version it finds.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    postgres: Postgres,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let connection = args.postgres.connection("migrate")?.context(
        "nothing says where PostgreSQL is; set --postgres (LOCKSTEP_POSTGRES), as the schemas' owner",
    )?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for (schema, steps) in runtime.block_on(schema::migrate(&connection))? {
        let (name, version) = (schema.name(), schema.version());
        match steps {
            0 => print(&format!("{name} is at version {version} already")),
            _ => print(&format!("{name} is brought to version {version}")),
        }
    }
    Ok(ExitCode::SUCCESS)
}
