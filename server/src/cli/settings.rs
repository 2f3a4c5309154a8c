//! `lockstep settings`: the reference of every setting.

use std::process::ExitCode;

use crate::settings::reference;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// As Markdown: the text of `docs/settings.md`
    #[arg(long, required = true)]
    markdown: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if args.markdown {
        super::print(reference::markdown().trim_end());
    }
    Ok(ExitCode::SUCCESS)
}
