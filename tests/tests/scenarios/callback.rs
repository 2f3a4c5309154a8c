//! A callback: promised, kept by an agent who calls by hand, reported as it went.

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
    of_type(&ada.act("cancelCallback(callback: $a)", callback, "").await?, "Done")?;
    server.stop().await?;
    Ok(())
}
