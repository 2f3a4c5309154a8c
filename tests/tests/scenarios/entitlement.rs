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
