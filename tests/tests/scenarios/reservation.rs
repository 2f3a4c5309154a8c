//! An offer is accepted, rejected, or runs out; the customer never waits for somebody who does not answer.

use serde_json::json;
use tests::scenario::{Customer, Options, Server, Staff, graphql::of_type, staff::an_offer};

const WAITS_SINCE: &str = "{ me { contacts { id since } } }";

#[tokio::test]
async fn an_offer_that_nobody_answers_goes_to_the_next_agent() -> anyhow::Result<()> {
    let server =
        Server::start_with(Options { clock: "scaled:20".to_owned(), ..Options::default() }).await?;
    let noor = Staff::available(&server, "noor").await?;
    let mut noors_desk = noor.follow().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    ada.asks("fault").await?;
    noors_desk.until("an offer", an_offer).await?;
    let began = ada.query(WAITS_SINCE, json!({})).await?;
    let sam = Staff::available(&server, "sam").await?;
    let mut sams_desk = sam.follow().await?;

    noors_desk
        .until("that the agent did not respond", |desk| {
            (desk["desk"]["me"]["status"] == "NOT_RESPONDING").then_some(())
        })
        .await?;
    let offer = sams_desk.until("the offer at the next desk", an_offer).await?;
    let now = ada.query(WAITS_SINCE, json!({})).await?;
    assert!(began["me"]["contacts"][0]["since"].is_string());
    assert_eq!(now, began, "the customer's wait began when they asked, whoever missed the offer");
    sam.acts("accept(reservation: $a)", &offer, "").await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_rejected_offer_is_not_made_to_the_same_agent_at_once() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let noor = Staff::available(&server, "noor").await?;
    let mut desk = noor.follow().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let mut page = ada.follow().await?;
    ada.asks("fault").await?;
    let offer = desk.until("an offer", an_offer).await?;
    let unknown = noor.act("reject(reservation: $a, reason: $b)", &offer, "paperwork").await?;
    assert_eq!(of_type(&unknown, "Refused")?["code"], "reservation.reason_unknown");
    noor.acts("reject(reservation: $a, reason: $b)", &offer, "not-my-area").await?;
    page.until("waiting again", |me| (me["me"]["contacts"][0]["state"] == "WAITING").then_some(()))
        .await?;
    let accepted = noor.act("accept(reservation: $a)", &offer, "").await?;
    of_type(&accepted, "Refused")?;
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn accepting_twice_is_accepting_once() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let dana = Staff::available(&server, "dana").await?;
    let mut desk = dana.follow().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    ada.asks("billing").await?;
    let offer = desk.until("an offer", an_offer).await?;
    dana.acts("accept(reservation: $a)", &offer, "").await?;
    dana.acts("accept(reservation: $a)", &offer, "").await?;
    let noor = Staff::session(&server, "noor").await?;
    of_type(&noor.act("accept(reservation: $a)", &offer, "").await?, "Refused")?;
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_command_sent_twice_is_done_once() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let command = "018f0000-0000-7000-8000-000000000001";
    let first = of_type(&ada.ask_as("billing", command).await?, "Asked")?;
    let second = of_type(&ada.ask_as("billing", command).await?, "Asked")?;
    assert_eq!(first, second);
    let token = first["token"].as_str().unwrap_or_default();
    let contacts = ada.me(&[token]).await?["contacts"].clone();
    assert_eq!(contacts.as_array().map(Vec::len), Some(1), "{contacts:#}");

    let other = of_type(&ada.ask_as("fault", command).await?, "Refused")?;
    assert_eq!(other["code"], "command.other_body");
    let known = ada
        .query("query($id: UUID!) { outcome(commandId: $id) { state } }", json!({ "id": command }))
        .await?;
    assert_eq!(known["outcome"]["state"], "DONE");
    server.stop().await?;
    Ok(())
}
