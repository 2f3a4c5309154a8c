//! A driven clock: time passes only when an administrator says so, and then everything due has happened.

use serde_json::{Value, json};
use tests::scenario::{Customer, Options, Server, Staff, staff::an_offer};

fn driven() -> Options {
    Options { clock: "driven".to_owned(), ..Options::default() }
}

async fn advance(admin: &Staff, to: &str) -> anyhow::Result<Value> {
    let document = "mutation($to: Instant!) { advanceClock(to: $to) { kind now nextDue } }";
    Ok(admin.query(document, json!({ "to": to })).await?["advanceClock"].clone())
}

#[tokio::test]
async fn what_is_due_has_happened_when_advancing_is_answered() -> anyhow::Result<()> {
    let server = Server::start_with(driven()).await?;
    let admin = Staff::session(&server, "admin").await?;
    let clock = advance(&admin, "2026-03-02T10:00:00Z").await?;
    assert_eq!(clock["kind"], "driven", "{clock:#}");
    // Sessions end by the same clock.
    let admin = Staff::session(&server, "admin").await?;

    let dana = Staff::available(&server, "dana").await?;
    let mut desk = dana.follow().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    ada.asks("billing").await?;
    desk.until("an offer", an_offer).await?;

    advance(&admin, "2026-03-02T10:00:10Z").await?;
    assert_eq!(ada.me(&[]).await?["contacts"][0]["state"], "OFFERED");
    let clock = advance(&admin, "2026-03-02T10:01:00Z").await?;
    let contact = &ada.me(&[]).await?["contacts"][0];
    assert_eq!(contact["state"], "WAITING", "{contact:#}");
    let now = clock["now"].as_str().unwrap_or_default();
    assert!(now.starts_with("2026-03-02T10:01:00"), "{clock:#}");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_driven_clock_goes_on_where_it_was_after_a_restart() -> anyhow::Result<()> {
    let mut server = Server::start_with(driven()).await?;
    let admin = Staff::session(&server, "admin").await?;
    advance(&admin, "2026-03-02T10:00:00Z").await?;
    let admin = Staff::session(&server, "admin").await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    ada.asks("billing").await?;
    server.kill_and_restart().await?;
    let clock = admin.query("{ clock { kind now } }", json!({})).await?["clock"].clone();
    let now = clock["now"].as_str().unwrap_or_default();
    assert!(now.starts_with("2026-03-02T10:00:00"), "{clock:#}");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn what_a_customer_was_entitled_to_is_known_long_after_the_contact() -> anyhow::Result<()> {
    let server = Server::start_with(driven()).await?;
    let admin = Staff::session(&server, "admin").await?;
    advance(&admin, "2026-03-02T10:00:00Z").await?;
    let admin = Staff::session(&server, "admin").await?;
    let kim = Staff::session(&server, "kim").await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let contact = ada.asks("billing").await?;
    let entitled = "query($id: UUID!) { contact(id: $id) { row { state } pop { network entitlement { contractTitle network } } } }";
    let ask = json!({ "id": contact });
    let waiting = kim.query(entitled, ask.clone()).await?;
    assert_eq!(waiting["contact"]["pop"]["network"], "loopback", "{waiting:#}");
    ada.act("cancelContact(contact: $a)", &contact, "").await?;
    advance(&admin, "2026-03-02T11:30:00Z").await?;
    let kim = Staff::session(&server, "kim").await?;
    let over = kim.query(entitled, ask).await?;
    assert_ne!(over["contact"]["row"]["state"], waiting["contact"]["row"]["state"]);
    assert_eq!(over["contact"]["pop"], waiting["contact"]["pop"]);
    server.stop().await?;
    Ok(())
}
