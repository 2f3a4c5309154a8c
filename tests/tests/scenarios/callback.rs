//! A callback: promised, kept by an agent who calls by hand, reported as it went.

use serde_json::{Value, json};
use tests::scenario::{Customer, Server, Staff, graphql::of_type, staff::an_offer};

#[tokio::test]
async fn a_callback_is_offered_dialled_by_hand_and_answered() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let sam = Staff::available(&server, "sam").await?;
    let mut desk = sam.follow().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let mut page = ada.follow().await?;
    of_type(&ada.request_callback("tariffs", "+44 1632 960101").await?, "CallbackRequested")?;

    let offer = desk.until("an offer", an_offer).await?;
    sam.acts("accept(reservation: $a)", &offer, "").await?;
    let (contact, link) = desk
        .until("a number to dial", |desk| {
            let contact = &desk["desk"]["contacts"][0];
            let link = &contact["link"];
            link["number"].as_str().filter(|number| number.contains("960101"))?;
            Some((contact["contact"].as_str()?.to_owned(), link["id"].as_str()?.to_owned()))
        })
        .await?;
    sam.acts("reportCall(link: $a, report: RINGING)", &link, "").await?;
    sam.acts("reportCall(link: $a, report: ANSWERED)", &link, "").await?;
    desk.until("the talk", |desk| {
        (desk["desk"]["contacts"][0]["state"] == "TALKING").then_some(())
    })
    .await?;
    sam.acts("finish(contact: $a)", &contact, "").await?;
    sam.acts("wrapUp(contact: $a, disposition: $b)", &contact, "sold").await?;
    page.until("the callback done", |me| {
        let callback = &me["me"]["callbacks"][0];
        (callback["state"] == "COMPLETED").then_some(())
    })
    .await?;
    of_type(&ada.act("rate(contact: $a, stars: 5)", &contact, "").await?, "Done")?;
    let found = ada
        .query("{ me { callbacks { canRate rated numberShown untilSeen } } }", json!({}))
        .await?;
    let callback = &found["me"]["callbacks"][0];
    assert_eq!(callback["numberShown"], "01632 960101");
    assert_eq!((&callback["canRate"], &callback["rated"]), (&true.into(), &5.into()), "{callback}");
    assert_eq!(callback["untilSeen"], false);
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_customer_reschedules_and_cancels_a_callback() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let asked =
        of_type(&ada.request_callback("tariffs", "+44 1632 960101").await?, "CallbackRequested")?;
    let callback = asked["callback"].as_str().expect("it has an id");
    let far = "2199-01-01T00:00:00Z";
    let document = "mutation($a: UUID!, $at: Instant!) { it: rescheduleCallback(callback: $a, at: $at) { \
        __typename ... on Done { token } ... on Denied { rules { code } } ... on Refused { code } } }";
    let answer = ada.query(document, json!({ "a": callback, "at": far })).await?;
    assert_eq!(of_type(&answer["it"], "Refused")?["code"], "callback.too_far_ahead");
    of_type(&ada.act("cancelCallback(callback: $a)", callback, "").await?, "Done")?;
    server.stop().await?;
    Ok(())
}

/// A call for tomorrow about `tariffs`, in a zone that is spelt like this.
async fn books_for_tomorrow(ada: &Customer, zone: &str) -> anyhow::Result<Value> {
    let tomorrow = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(20);
    let document =
        "mutation($input: CallbackInput!) { requestCallback(input: $input) { __typename } }";
    let input = json!({ "topic": "tariffs", "number": "+44 1632 960101",
        "at": tomorrow.to_string(), "zone": zone });
    let answer = ada.query(document, json!({ "input": input })).await?;
    of_type(&answer["requestCallback"], "CallbackRequested")
}

#[tokio::test]
async fn a_promise_that_staff_move_or_give_up_is_told() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let admin = Staff::session(&server, "admin").await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let mut page = ada.follow().await?;
    books_for_tomorrow(&ada, "Europe/London").await?;
    for promise in ["BOOKED", "MOVED", "RELEASED"] {
        let agent = page
            .until(promise, |me| {
                let callback = &me["me"]["callbacks"][0];
                (callback["promise"] == promise)
                    .then(|| callback["booked"]["agentName"].as_str().map(str::to_owned))
            })
            .await?;
        let Some(agent) = agent else {
            assert_eq!(promise, "RELEASED", "nobody is left who could");
            break;
        };
        let gone = Staff::session(&server, &agent.to_lowercase()).await?;
        admin.acts("removeStaff(staff: $a)", &gone.id, "").await?;
    }
    server.stop().await?;
    Ok(())
}

/// What a customer could vary in a name of a zone would be text of theirs that stands in the log unsealed.
#[tokio::test]
async fn a_zone_is_kept_as_it_is_spelt_by_everybody() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    books_for_tomorrow(&ada, "eUROPE/lONDON").await?;
    let found = ada.query("{ me { callbacks { zone } } }", json!({})).await?;
    assert_eq!(found["me"]["callbacks"][0]["zone"], "Europe/London");
    server.stop().await?;
    Ok(())
}
