//! `lockstep refusals`: every code with which a door says no, for the catalogue of words.

use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// As JSON, as `web/shared/words/codes.json` has it
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let codes = api::reasons::codes();
    if args.json {
        let lines = codes.iter().map(|code| {
            format!("  {}", serde_json::to_string(code).expect("names are always JSON"))
        });
        super::print(&format!("[\n{}\n]", lines.collect::<Vec<_>>().join(",\n")));
    } else {
        for code in codes {
            let whom = if code.customers { "" } else { "(staff)" };
            super::print(&format!("{:<34} {} {whom}", code.code, code.data.join(" ")));
        }
    }
    ExitCode::SUCCESS
}
