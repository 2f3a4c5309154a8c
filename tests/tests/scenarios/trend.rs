//! The day interval by interval: the same for whoever asks, whenever they came, and after every way of losing it.

use anyhow::Context as _;
use serde_json::{Value, json};
use tests::scenario::{
    Customer, Options, PATIENCE, Server, Staff,
    process::run,
    staff::{a_link, an_offer},
};

const DAY: &str = "2026-03-02";

async fn trend(staff: &Staff, arguments: &str) -> anyhow::Result<Value> {
    let document = format!(
        "{{ trend{arguments} {{ zone from to beginsAt endsAt minutes intervals {{
            startsAt endsAt offered answered abandoned handled asaSeconds
            serviceLevel {{ formula value }} }} }} }}"
    );
    Ok(staff.query(&document, json!({})).await?["trend"].clone())
}

fn sum(trend: &Value, of: &str) -> u64 {
    let intervals = trend["intervals"].as_array().into_iter().flatten();
    intervals.filter_map(|one| one[of].as_u64()).sum()
}

/// Stored figures follow the live ones in a moment.
async fn until(staff: &Staff, of: &str, count: u64) -> anyhow::Result<Value> {
    let seen = async {
        loop {
            let now = trend(staff, "").await?;
            if sum(&now, of) == count {
                return anyhow::Ok(now);
            }
        }
    };
    tokio::time::timeout(PATIENCE, seen).await.with_context(|| format!("{count} {of}"))?
}

async fn advance(admin: &Staff, to: &str) -> anyhow::Result<()> {
    let document = "mutation($to: Instant!) { advanceClock(to: $to) { now } }";
    admin.query(document, json!({ "to": format!("{DAY}T{to}Z") })).await.map(drop)
}

#[tokio::test]
async fn two_supervisors_one_of_whom_came_late_see_the_same_day() -> anyhow::Result<()> {
    let options = Options { clock: "driven".to_owned(), ..Options::default() };
    let mut server = Server::start_with(options).await?;
    advance(&Staff::session(&server, "admin").await?, "10:00:00").await?;
    let admin = Staff::session(&server, "admin").await?;
    let early = Staff::session(&server, "kim").await?;

    let dana = Staff::available(&server, "dana").await?;
    let mut desk = dana.follow().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let contact = ada.asks("billing").await?;
    let offer = desk.until("an offer", an_offer).await?;
    dana.acts("accept(reservation: $a)", &offer, "").await?;
    desk.until("a chat to talk on", a_link).await?;
    advance(&admin, "10:07:00").await?;
    dana.acts("finish(contact: $a)", &contact, "").await?;
    dana.acts("wrapUp(contact: $a, disposition: $b)", &contact, "solved").await?;
    dana.does("setPresence(presence: BREAK, reason: \"lunch\")").await?;
    let ben = Customer::signed_in(&server, "BW-1002").await?;
    let waits = ben.asks("billing").await?;
    advance(&admin, "10:16:00").await?;
    ben.act("cancelContact(contact: $a)", &waits, "").await?;

    let late = Staff::session(&server, "kim").await?;
    let day = until(&early, "abandoned", 1).await?;
    assert_eq!(trend(&late, "").await?, day);
    assert_eq!((&day["zone"], &day["from"]), (&json!("Europe/London"), &json!(DAY)));
    let intervals = day["intervals"].as_array().context("intervals")?;
    assert_eq!(intervals.len(), 288);
    let at = |time: &str| {
        let starts_at = json!(format!("{DAY}T{time}:00Z"));
        intervals.iter().find(|one| one["startsAt"] == starts_at).context("an interval")
    };
    let counted = |one: &Value| {
        ["offered", "answered", "handled", "abandoned"].map(|of| one[of].as_u64().unwrap_or(99))
    };
    assert_eq!(counted(at("10:00")?), [1, 1, 0, 0]);
    assert_eq!(counted(at("10:05")?), [1, 0, 1, 0]);
    assert_eq!(counted(at("10:15")?), [0, 0, 0, 1]);
    assert_eq!(at("10:00")?["serviceLevel"][0], json!({ "formula": "ignore", "value": 1.0 }));
    assert_eq!(counted(at("10:20")?), [0; 4]);

    let board = early.query("{ board { totals { offered answered abandoned } } }", json!({}));
    let totals = board.await?["board"]["totals"].clone();
    for of in ["offered", "answered", "abandoned"] {
        assert_eq!(totals[of].as_u64(), Some(sum(&day, of)), "{of}: {totals}");
    }

    server.kill_and_restart().await?;
    let again = Staff::session(&server, "kim").await?;
    assert_eq!(until(&again, "abandoned", 1).await?, day);
    let data = server.data_dir();
    let data = data.to_str().context("a temporary folder has a plain name")?;
    let rebuild = ["projections", "--data-dir", data, "rebuild", "intervals"];
    let (done, _, complained) = run(&rebuild).await?;
    assert!(done, "{complained}");
    assert_eq!(trend(&again, "").await?, day);
    // What was asked before the view was built anew still counts rightly after it.
    let ben = Customer::signed_in(&server, "BW-1002").await?;
    ben.asks("billing").await?;
    until(&again, "offered", 3).await?;

    let of_queue = trend(&again, "(queue: \"billing\", minutes: 60)").await?;
    assert_eq!((sum(&of_queue, "offered"), sum(&of_queue, "abandoned")), (3, 1), "{of_queue:#}");
    assert_eq!(sum(&trend(&again, "(queue: \"sales\")").await?, "offered"), 0);
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn days_are_as_long_as_the_sites_clock_makes_them_and_asked_within_limits()
-> anyhow::Result<()> {
    let server = Server::start().await?;
    let kim = Staff::session(&server, "kim").await?;
    for (day, intervals, begins_at) in [
        ("2026-03-28", 96, "2026-03-28T00:00:00Z"),
        ("2026-03-29", 92, "2026-03-29T00:00:00Z"),
        ("2026-03-30", 96, "2026-03-29T23:00:00Z"),
        ("2026-10-25", 100, "2026-10-24T23:00:00Z"),
    ] {
        let empty = trend(&kim, &format!("(from: \"{day}\", minutes: 15)")).await?;
        let all = empty["intervals"].as_array().context("intervals")?;
        assert_eq!((all.len(), &empty["beginsAt"]), (intervals, &json!(begins_at)), "{day}");
        assert_eq!(sum(&empty, "offered"), 0);
    }
    for (arguments, reason) in [
        ("(from: \"2026-03-01\", to: \"2026-04-01\")", "trend.too_long"),
        ("(from: \"2026-03-02\", to: \"2026-03-01\")", "trend.backwards"),
        ("(from: \"yesterday\")", "day.invalid"),
        ("(minutes: 7)", "trend.minutes"),
    ] {
        let refused = trend(&kim, arguments).await.expect_err(arguments);
        assert!(format!("{refused:#}").contains(reason), "{arguments}: {refused:#}");
    }
    let dana = Staff::session(&server, "dana").await?;
    let refused = trend(&dana, "").await.expect_err("an agent has no board");
    assert!(format!("{refused:#}").contains("FORBIDDEN"), "{refused:#}");
    server.stop().await?;
    Ok(())
}
