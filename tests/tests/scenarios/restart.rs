//! `kill -9` at any moment: what was acknowledged is there, and everybody carries on.

use tests::scenario::{
    Customer, Server, Staff,
    process::run,
    staff::{a_link, an_offer},
};

#[tokio::test]
async fn a_chat_goes_on_after_kill_9() -> anyhow::Result<()> {
    let mut server = Server::start().await?;
    let dana = Staff::available(&server, "dana").await?;
    let mut desk = dana.follow().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let contact = ada.asks("billing").await?;
    let offer = desk.until("an offer", an_offer).await?;
    dana.acts("accept(reservation: $a)", &offer, "").await?;
    let link = desk.until("a chat to talk on", a_link).await?;
    ada.says(&link, "Before.").await?;

    server.kill_and_restart().await?;

    ada.says(&link, "After.").await?;
    let mut desk = dana.follow().await?;
    desk.until("both messages", |desk| {
        let messages = desk["desk"]["contacts"][0]["link"]["messages"].as_array()?;
        let texts: Vec<_> = messages.iter().filter_map(|one| one["text"].as_str()).collect();
        (texts == ["Before.", "After."]).then_some(())
    })
    .await?;
    dana.acts("finish(contact: $a)", &contact, "").await?;

    let folder = server.stop().await?;
    let data = folder.path().join("data");
    let data = data.to_str().expect("a temporary folder has a plain name");
    let (sound, said, _) = run(&["log", "--data-dir", data, "verify"]).await?;
    assert!(sound, "{said}");
    let (found, story, _) = run(&["log", "--data-dir", data, "show", &contact]).await?;
    assert!(found && story.contains("reservation.accepted"), "{story}");
    Ok(())
}

#[tokio::test]
async fn a_stop_closes_sockets_with_going_away() -> anyhow::Result<()> {
    let mut server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let mut page = ada.follow().await?;
    page.next().await?;
    server.process().signal("TERM").await?;
    assert_eq!(page.closed().await?, 1001);
    let status = server.process().ended().await?;
    assert!(status.success(), "{}", server.process().everything());
    Ok(())
}

#[tokio::test]
async fn a_server_killed_while_it_starts_starts_again() -> anyhow::Result<()> {
    let mut server = Server::start().await?;
    server.kill().await?;
    for moment in ["data directory is open", "partition owned", "ready"] {
        server.kill_when(moment).await?;
    }
    server.restart().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let me = ada.me(&[]).await?;
    assert_eq!(me["tickets"].as_array().map(Vec::len), Some(2), "{me:#}");
    server.stop().await?;
    Ok(())
}
