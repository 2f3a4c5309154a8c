//! A customer asks, a qualified agent is reserved, they chat, everybody sees it.

use serde_json::json;
use tests::scenario::{
    Customer, Server, Staff,
    staff::{a_link, an_offer},
};

#[tokio::test]
async fn ask_offer_accept_chat_finish_wrap_up() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let dana = Staff::available(&server, "dana").await?;
    let mut desk = dana.follow().await?;
    let kim = Staff::session(&server, "kim").await?;
    let mut board = kim
        .subscribe("subscription { board { snapshot contacts { id state agentName } } }")
        .await?;

    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let mut page = ada.follow().await?;
    let contact = ada.asks("billing").await?;

    let offer = desk.until("an offer", an_offer).await?;
    dana.acts("accept(reservation: $a)", &offer, "").await?;
    let link = desk.until("a chat to talk on", a_link).await?;

    ada.says(&link, "Good morning, my bill has the router on it twice.").await?;
    dana.acts("say(link: $a, text: $b)", &link, "I see it, one moment.").await?;
    page.until("both messages", |me| {
        let messages = me["me"]["contacts"][0]["link"]["messages"].as_array()?;
        let from: Vec<_> = messages.iter().filter_map(|one| one["from"].as_str()).collect();
        (from == ["CUSTOMER", "AGENT"]).then_some(())
    })
    .await?;
    board
        .until("the talk on the board", |change| {
            let rows = change["board"]["contacts"].as_array()?;
            let row = rows.iter().find(|row| row["id"] == json!(contact))?;
            (row["state"] == "TALKING" && row["agentName"] == "Dana").then_some(())
        })
        .await?;

    dana.acts("finish(contact: $a)", &contact, "").await?;
    desk.until("the wrap-up", |desk| {
        (desk["desk"]["contacts"][0]["state"] == "WRAPPING").then_some(())
    })
    .await?;
    let done = dana.acts("wrapUp(contact: $a, disposition: $b)", &contact, "solved").await?;
    let token = done["token"].as_str().unwrap_or_default();
    let after = dana.desk(&[token]).await?;
    assert_eq!(after["contacts"], json!([]));
    assert_eq!(after["me"]["status"], "IDLE");
    server.stop().await?;
    Ok(())
}
