//! The disk fills up while people talk: it is said, nothing more is accepted, and nothing accepted is lost.

use serde_json::Value;
use tests::scenario::{
    Customer, Options, Server, Staff,
    staff::{a_link, an_offer},
};

/// The most that a message may have, in characters of four bytes each.
fn long_text(n: usize) -> String {
    format!("{n} {}", "🛰".repeat(1_990))
}

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_accepted_is_lost() -> anyhow::Result<()> {
    let flags = ["--log-mib-max", "1"].map(str::to_owned).to_vec();
    let mut server = Server::start_with(Options { flags, ..Options::default() }).await?;
    for expected in
        ["did not become valid", "ownership ended", "is not owned", "log was not written"]
    {
        server.tolerate(expected);
    }
    let dana = Staff::available(&server, "dana").await?;
    let mut desk = dana.follow().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    ada.asks("billing").await?;
    let offer = desk.until("an offer", an_offer).await?;
    dana.acts("accept(reservation: $a)", &offer, "").await?;
    let link = desk.until("a chat to talk on", a_link).await?;

    let mut accepted = Vec::new();
    let answer = loop {
        let text = long_text(accepted.len());
        let answer = dana.act("say(link: $a, text: $b)", &link, &text).await?;
        if answer["__typename"] != "Done" {
            break answer;
        }
        accepted.push(text);
    };
    assert_eq!(answer["__typename"], "NotKnownYet", "{answer:#}");
    // What is shorter may still fit. What is not known yet may still be decided: each text is said once.
    let mut tried = 0;
    let error = loop {
        tried += 1;
        let text = format!("{tried} short");
        match dana.act("say(link: $a, text: $b)", &link, &text).await {
            Ok(answer) if answer["__typename"] == "Done" => accepted.push(text),
            Ok(answer) => assert_eq!(answer["__typename"], "NotKnownYet", "{answer:#}"),
            Err(error) => break error.to_string(),
        }
    };
    assert!(error.contains("the disk is full") && error.contains("free some space"), "{error}");
    let ready = reqwest::get(format!("{}/health/ready", server.edge())).await?;
    assert_eq!(ready.status(), reqwest::StatusCode::SERVICE_UNAVAILABLE);
    assert!(ready.text().await?.contains("the disk is full"));

    server.kill().await?;
    server.options().flags.clear();
    server.restart().await?;
    let me = ada.me(&[]).await?;
    let messages = me["contacts"][0]["link"]["messages"].as_array().cloned().unwrap_or_default();
    let texts: Vec<_> = messages.iter().filter_map(|one: &Value| one["text"].as_str()).collect();
    for text in &accepted {
        let times = texts.iter().filter(|one| *one == text).count();
        assert_eq!(times, 1, "`{text:.8}…` is there {times} times");
    }
    ada.says(&link, "There you are.").await?;
    server.stop().await?;
    Ok(())
}
