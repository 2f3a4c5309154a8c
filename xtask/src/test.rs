//! `cargo xtask test`: the static checks, then all rings at small sizes, with the time each part took.

use std::process::ExitCode;

use crate::{
    build, check, needs,
    play::{self, Story},
    report::Report,
    services,
    shell::{self, cargo},
    web::{self, npm},
};

/// Enough to kill the server in every phase of its life.
const KILLS: u32 = 5;

pub(crate) fn test() -> ExitCode {
    let mut report = Report::default();
    let there = report
        .part("what tests need", || needs::check(&[needs::BROWSER, needs::SERVICES].concat()));
    // Built first: what the server embeds is checked and tested as it will be shown.
    let built = report.part_after(there, "web: build", web::build);
    check::parts(&mut report, false);
    report.part_after(built, "web: tests", || shell::run(npm("test")));
    let mut folder = None;
    report.part_after(there, "services", || {
        folder = Some(services::up_for_tests()?);
        Ok(())
    });
    report.part_after(folder.is_some(), "rules, contracts, scenarios", || {
        let mut test = cargo("test --quiet --locked --workspace --no-fail-fast");
        test.envs(folder.map(|folder| (services::FOLDER, folder)));
        shell::run(test)
    });
    let released = report.part_after(built, "release build", || build::release().map(drop));
    report.part_after(released, "story in a browser", || play::story(Story::Whole));
    let on_kafka = || play::story_on_kafka(Story::Whole);
    report.part_after(released, "story on Kafka and PostgreSQL", on_kafka);
    for (name, story) in [
        ("story of the displays", Story::Displays),
        ("story of what is shown", Story::Shown),
        ("story of masking", Story::Masking),
        ("story of hostile pages", Story::Hostile),
        ("story of other people's pages", Story::Company),
        ("story by keyboard", Story::Keyboard),
        ("story on a phone", Story::Mobile),
        ("story of every screen with axe", Story::Access),
    ] {
        report.part_after(released, name, || play::small_story(story));
    }
    report.part_after(released, "chaos", || play::chaos(KILLS));
    report.part_after(released, "chaos on Kafka and PostgreSQL", play::small_chaos_on_kafka);
    report.part_after(released, "one day of real traffic", play::one_day);
    report.finish()
}
