//! `cargo xtask check`: everything that can be judged without running Lockstep.

use std::{fs, process::ExitCode};

use anyhow::{Context, Result, ensure};

use crate::{
    needs::{self, Need},
    report::Report,
    shell::{self, cargo, root},
    web::{self, npm},
};

/// Committed files that the binary prints: the file, and the arguments that print it.
const GENERATED: &[(&str, &str)] = &[
    ("api/schema/edge.graphql", "schema edge"),
    ("api/schema/desk.graphql", "schema desk"),
    ("docs/settings.md", "settings --markdown"),
    ("web/shared/words/codes.json", "refusals --json"),
];

pub(crate) fn check(fix: bool) -> ExitCode {
    let mut report = Report::default();
    parts(&mut report, fix);
    report.finish()
}

pub(crate) fn parts(report: &mut Report, fix: bool) {
    let there = report.part("what must be installed", || needs::check(needs::BUILD));
    let fmt = if fix { "fmt --all" } else { "fmt --all --check" };
    report.part("format", || shell::run(cargo(fmt)));
    let installed = report.part_after(there, "web packages", web::install);
    report.part_after(there, "lints", || {
        shell::run(cargo("clippy --quiet --locked --workspace --all-targets -- -D warnings"))
    });
    report.part_after(there, "docs", || {
        let mut doc = cargo("doc --quiet --locked --workspace --no-deps --document-private-items");
        doc.env("RUSTDOCFLAGS", "-D warnings");
        shell::run(doc)
    });
    report.part_after(there, "generated files", || {
        GENERATED.iter().try_for_each(|(file, print)| compare(file, print, fix))
    });
    report.part_after(there, "architecture", || {
        shell::run(cargo("test --quiet --locked -p tests --test architecture"))
    });
    report.part("compose file", || {
        needs::check(&[Need::Compose])?;
        shell::run(needs::compose("-f docker-compose.yml config --quiet"))
    });
    let codegen = if fix { "run codegen" } else { "run codegen:check" };
    report.part_after(installed, "web: types of the API", || shell::run(npm(codegen)));
    report.part_after(installed, "web: lint", || shell::run(npm("run lint")));
    report.part_after(installed, "web: types", || shell::run(npm("run types")));
}

fn compare(file: &str, print: &str, fix: bool) -> Result<()> {
    let now = shell::output(cargo(&format!("run --quiet --locked -p lockstep -- {print}")))?;
    let path = root().join(file);
    if fix {
        return fs::write(&path, now).with_context(|| format!("cannot write {file}"));
    }
    let held = fs::read_to_string(&path).with_context(|| format!("cannot read {file}"))?;
    let line = held.lines().zip(now.lines()).position(|(held, now)| held != now);
    let line = line.unwrap_or_else(|| held.lines().count().min(now.lines().count())) + 1;
    ensure!(
        held == now,
        "{file} is not what `lockstep {print}` prints, from line {line} on; run `cargo xtask check --fix` and commit it"
    );
    Ok(())
}
