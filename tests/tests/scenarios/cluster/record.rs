//! Records that this version cannot read, or that come from another time.

use commands::ports::clock::Clock as _;
use domain::time::Span;
use infra::clock::Real;
use tests::scenario::{
    Cluster, Staff,
    cluster::{Event, refused},
    health,
};

/// What a later version might write.
fn unknown(kind: &str) -> Event<'_> {
    Event { kind, version: 99, data: "{}", time: Real.now() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partition_that_cannot_be_read_is_not_decided_and_the_others_are() -> anyhow::Result<()> {
    let cluster = Cluster::new().await?;
    cluster.server().await?.stop().await?;
    let seq = cluster.decide("site:demo", unknown("contact.queued")).await?;
    let version = "version 99 of event type `contact.queued` is unknown to this version; run one that knows it";

    let mut node = cluster.node("decide").await?;
    let ops = node.ops();
    let told = format!("record {seq} of site:demo cannot be folded: {version}");
    let report = health::until(&ops, "why the site is not owned", |report| {
        report.has("site:demo", false, &told) && report.has("tenant:main", true, "owned, at")
    });
    assert!(!report.await?.ready);
    let alarm =
        node.process().hears("a partition cannot be decided here; a person must look").await?;
    assert_eq!((&*alarm.level, &alarm.fields["partition"]), ("ERROR", &"site:demo".into()));
    assert!(alarm.fields["error"].to_string().contains(version), "{alarm:?}");

    // Doors would show what is no longer so: they do not open.
    let said = refused(&cluster.flags()).await?;
    let last = said.lines().last().unwrap_or_default();
    assert!(last.starts_with("lockstep: ") && last.contains(version), "{said}");
    node.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_one_view_cannot_read_stops_that_view_until_it_is_skipped()
-> anyhow::Result<()> {
    let cluster = Cluster::new().await?;
    cluster.server().await?.stop().await?;
    let seq = cluster.decide("tenant:main", unknown("ticket.opened")).await?;
    let told = format!("stopped at decision {seq} of tenant:main: version 99");

    let node = cluster.node("project").await?;
    let ops = node.ops();
    let report = health::until(&ops, "that one view has stopped", |report| {
        report.has("ticket_list of tenant:main", false, &told)
            && report.checks.iter().filter(|check| !check.ok).count() == 1
    });
    let others = report.await?.checks.len() - 1;
    let (_, list, _) = cluster.told(&["projections", "list"]).await?;
    let line = |view: &str| list.lines().find(|line| line.starts_with(view)).unwrap_or_default();
    assert!(line("ticket_list ").contains("version 99"), "{list}");
    assert!(line("account_list ").contains(" 0 behind"), "{list}");

    let skip = ["projections", "skip", "ticket_list", "--reason", "written by a test drive"];
    let (done, _, complained) = cluster.told(&skip).await?;
    assert!(done, "{complained}");
    let report = health::until(&ops, "that all views go on", |report| report.ready).await?;
    assert_eq!(report.checks.len(), others + 1);
    let at = format!("at {seq}");
    assert!(report.has("ticket_list of tenant:main", true, &at), "{report:#?}");
    node.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_from_the_future_is_not_owned_and_whoever_asks_is_told() -> anyhow::Result<()> {
    let cluster = Cluster::new().await?;
    cluster.server().await?.stop().await?;
    let time = Real.now() + Span::secs(3 * 3_600);
    let settled = Event { kind: "command.settled", version: 1, data: "{}", time };
    cluster.decide("site:demo", settled).await?;

    let mut server = cluster.server().await?;
    server.tolerate("partition is not owned; trying again");
    let told = "s ahead of this machine's clock; set the clock right";
    health::until(&server.desk(), "why the site is not owned", |report| {
        report.has("site:demo", false, told) && report.has("tenant:main", true, "owned, at")
    })
    .await?;
    let dana = Staff::session(&server, "dana").await?;
    let error = dana.does("signIn").await.expect_err("nobody decides").to_string();
    assert!(error.contains("UNAVAILABLE") && error.contains(told), "{error}");
    let (well, said, _) = cluster.told(&["doctor"]).await?;
    assert!(!well && said.contains("site:demo: its last record is 1"), "{said}");
    server.stop().await?;
    Ok(())
}
