//! Tokens that are forged, old, or for something else; and points in the log that are not there.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tests::scenario::{Customer, Server, Staff, customer::identity, graphql};

const ME: &str = "{ me { visit } }";

async fn status_of(server: &Server, token: &str) -> anyhow::Result<(StatusCode, Value)> {
    let sent = reqwest::Client::new()
        .post(format!("{}/graphql", server.edge()))
        .bearer_auth(token)
        .json(&json!({ "query": ME }))
        .send()
        .await?;
    Ok((sent.status(), sent.json().await?))
}

#[tokio::test]
async fn a_forged_visit_token_opens_nothing() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let (head, signature) = ada.token.rsplit_once('.').expect("a token has three parts");
    let flipped: String = signature.chars().rev().collect();
    for forged in [format!("{head}.{flipped}"), "nonsense".to_owned(), String::new()] {
        let (_, answer) = status_of(&server, &forged).await?;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{answer:#}");
    }
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn an_identity_that_the_company_did_not_sign_is_refused() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let signed = identity(&server, "BW-1001").await?;
    let (head, signature) = signed.rsplit_once('.').expect("a token has three parts");
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    let http = reqwest::Client::new();
    let body = json!({ "site": "demo", "identity": forged });
    let sent = http.post(format!("{}/visit", server.edge())).json(&body).send().await?;
    assert!(sent.status().is_client_error(), "{}", sent.status());
    let said = sent.text().await?;
    assert!(said.contains("sign in"), "{said}");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_token_of_one_door_does_not_open_the_other() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let dana = Staff::session(&server, "dana").await?;
    let http = reqwest::Client::new();
    let body = json!({ "query": "{ whoami { id } }" });
    let answer = graphql::post(&http, &server.desk(), &ada.token, body).await?;
    assert!(answer["errors"].is_array(), "{answer:#}");
    let answer = graphql::post(&http, &server.edge(), &dana.token, json!({ "query": ME })).await?;
    assert!(answer["errors"].is_array(), "{answer:#}");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_point_that_the_log_has_not_reached_or_does_not_have_is_an_error() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let document = "query($at: [Token!]) { me(atLeast: $at) { visit } }";
    for (token, code) in
        [("site:demo@999999999", "TOKEN_AHEAD"), ("site:elsewhere@1", "TOKEN_FOREIGN")]
    {
        let body = json!({ "query": document, "variables": { "at": [token] } });
        let answer =
            graphql::post(&reqwest::Client::new(), &server.edge(), &ada.token, body).await?;
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{answer:#}");
    }
    server.stop().await?;
    Ok(())
}
