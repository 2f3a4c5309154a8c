//! What a customer may ask for depends on the contract and on the network; a no says which of them, and what else.

use serde_json::{Value, json};
use tests::scenario::{Customer, Options, Server, graphql::of_type};

fn behind_a_proxy() -> Options {
    let flags = ["--trusted-proxy", "127.0.0.1/32"].map(str::to_owned).to_vec();
    Options { flags, ..Options::default() }
}

fn codes(denied: &Value) -> Vec<(&str, &str)> {
    let rules = denied["rules"].as_array().map(Vec::as_slice).unwrap_or_default();
    rules.iter().filter_map(|rule| Some((rule["code"].as_str()?, rule["by"].as_str()?))).collect()
}

#[tokio::test]
async fn denied_from_one_network_and_granted_from_another() -> anyhow::Result<()> {
    let server = Server::start_with(behind_a_proxy()).await?;
    let kiosk = Customer::signed_in_from(&server, "BW-1001", Some("127.0.9.3")).await?;
    let denied = of_type(&kiosk.ask("billing").await?, "Denied")?;
    assert_eq!(denied["network"], "partner-kiosk");
    assert!(!codes(&denied).is_empty(), "{denied:#}");
    assert!(denied["message"].as_str().is_some_and(|text| !text.is_empty()), "{denied:#}");
    assert_ne!(denied["instead"], json!([]), "{denied:#}");

    let home = Customer::signed_in_from(&server, "BW-1001", Some("127.0.0.9")).await?;
    of_type(&home.ask("billing").await?, "Asked")?;
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_denial_is_not_passed_by_with_an_address_that_nobody_understands() -> anyhow::Result<()> {
    let server = Server::start_with(behind_a_proxy()).await?;
    for kiosk in ["127.0.9.3:51234", "\"127.0.9.3:51234\"", "[::ffff:127.0.9.3]:443"] {
        let kiosk = Customer::signed_in_from(&server, "BW-1001", Some(kiosk)).await?;
        let denied = of_type(&kiosk.ask("billing").await?, "Denied")?;
        assert_eq!(denied["network"], "partner-kiosk");
    }
    for hop in ["127.0.9.03", "127.0.9.3,", "127.0.9.3, unknown", "[127.0.9.3", "_kiosk"] {
        let somewhere = Customer::signed_in_from(&server, "BW-1001", Some(hop)).await?;
        let denied = of_type(&somewhere.ask("billing").await?, "Denied")?;
        assert_eq!(denied["network"], "unknown-address", "{hop}");
    }
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn somebody_whom_nobody_knows_asks_only_what_visitors_may() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let visitor = Customer::anonymous(&server).await?;
    let denied = of_type(&visitor.ask("billing").await?, "Denied")?;
    assert_eq!(denied["contractTitle"], "Visitor");
    of_type(&visitor.ask("tariffs").await?, "Asked")?;
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_forwarded_address_is_believed_only_from_a_trusted_proxy() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let pretends = Customer::signed_in_from(&server, "BW-1001", Some("127.0.9.3")).await?;
    of_type(&pretends.ask("billing").await?, "Asked")?;
    server.stop().await?;
    Ok(())
}

/// What each channel says before asking: possibility and what would change it.
async fn ways(customer: &Customer, topic: &str) -> anyhow::Result<Value> {
    let document = "query($topic: String!) { availability(topic: $topic, page: \"http://127.0.0.1/account\") { \
         channel possibility rules changes agentsAtWork freeNow } }";
    Ok(customer.query(document, json!({ "topic": topic })).await?["availability"].clone())
}

#[tokio::test]
async fn before_asking_one_reads_what_would_be_refused_and_what_would_change_it()
-> anyhow::Result<()> {
    let server = Server::start_with(behind_a_proxy()).await?;
    let visitor = Customer::anonymous(&server).await?;
    for (topic, possibility, changes) in [
        ("tariffs", "POSSIBLE", json!([])),
        ("billing", "NOT_INCLUDED", json!(["SIGN_IN", "OTHER_TOPIC"])),
    ] {
        let found = ways(&visitor, topic).await?;
        for way in found.as_array().expect("a list") {
            assert_eq!(way["possibility"], possibility, "{found:#}");
            assert_eq!((&way["changes"], &way["agentsAtWork"]), (&changes, &json!(0)), "{found:#}");
        }
    }
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    assert_eq!(ways(&ada, "billing").await?[0]["possibility"], "POSSIBLE");
    let kiosk = Customer::signed_in_from(&server, "BW-1001", Some("127.0.9.3")).await?;
    let found = ways(&kiosk, "billing").await?;
    assert_eq!(found[0]["changes"], json!(["OTHER_NETWORK"]), "{found:#}");
    let found = ways(&kiosk, "tariffs").await?;
    assert_eq!(found[1]["possibility"], "POSSIBLE", "the kiosk has a phone: {found:#}");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn asking_twice_leads_to_the_same_chat_on_every_device() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let laptop = Customer::signed_in(&server, "BW-1001").await?;
    let phone = Customer::signed_in(&server, "BW-1001").await?;
    let (first, second) = tokio::join!(laptop.asks("billing"), laptop.asks("billing"));
    let first = first?;
    assert_eq!(first, second?);
    assert_eq!(first, phone.asks("billing").await?);
    of_type(&phone.act("cancelContact(contact: $a)", &first, "").await?, "Done")?;
    server.stop().await?;
    Ok(())
}
