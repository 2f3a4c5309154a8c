//! Requests that nobody should send: each is told what is wrong, nothing is recorded, the server stays well.

use api::limits::BODY_BYTES_MAX;
use reqwest::{Client, StatusCode};
use serde_json::json;
use tests::scenario::{
    Customer, Server, Staff,
    graphql::{self, Subscription},
};

async fn post(url: &str, token: &str, body: String) -> anyhow::Result<(StatusCode, String)> {
    let request = Client::new().post(url).bearer_auth(token);
    let sent = request.header("content-type", "application/json").body(body).send().await?;
    Ok((sent.status(), sent.text().await?))
}

#[tokio::test]
async fn malformed_json_and_unknown_fields_are_told_apart() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let dana = Staff::session(&server, "dana").await?;
    for (door, token) in [(server.edge(), &ada.token), (server.desk(), &dana.token)] {
        let url = format!("{door}/graphql");
        let (status, said) = post(&url, token, "{\"query\": ".to_owned()).await?;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
        let body = json!({ "query": "{ nothingLikeThis }" });
        let answer = graphql::post(&Client::new(), &door, token, body).await?;
        let said = answer["errors"][0]["message"].as_str().unwrap_or_default().to_owned();
        assert!(said.contains("nothingLikeThis"), "{answer:#}");
    }
    let (status, said) = post(
        &format!("{}/visit", server.edge()),
        "",
        "{\"site\":\"demo\",\"colour\":1}".to_owned(),
    )
    .await?;
    assert!(status.is_client_error() && said.contains("colour"), "{status} {said}");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn what_is_too_large_is_refused_at_the_door() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    // One byte more than is taken: the door has read all of it when it says no.
    let comment =
        |length| json!({ "query": "{ me { visit } } # ".to_owned() + &"x".repeat(length) });
    let around = comment(0).to_string().len();
    let body = comment(BODY_BYTES_MAX + 1 - around);
    let (status, said) =
        post(&format!("{}/graphql", server.edge()), &ada.token, body.to_string()).await?;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{said}");

    let deep =
        (0..200).fold("visit".to_owned(), |inner, _| format!("__typename ... {{ {inner} }}"));
    let body = json!({ "query": format!("{{ me {{ {deep} }} }}") });
    let answer = graphql::post(&Client::new(), &server.edge(), &ada.token, body).await?;
    assert!(answer["errors"].is_array(), "{answer:#}");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn unknown_ids_are_refusals_with_words_for_the_screen() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let dana = Staff::available(&server, "dana").await?;
    let nobody = "018f0000-0000-7000-8000-00000000dead";
    let refusals = [
        ada.act("cancelContact(contact: $a)", nobody, "").await?,
        ada.act("say(link: $a, text: $b)", nobody, "hello").await?,
        dana.act("accept(reservation: $a)", nobody, "").await?,
        dana.act("wrapUp(contact: $a, disposition: $b)", nobody, "solved").await?,
    ];
    for refusal in refusals {
        let refused = graphql::of_type(&refusal, "Refused")?;
        assert!(refused["message"].as_str().is_some_and(|text| !text.is_empty()), "{refused:#}");
    }
    server.stop().await?;
    Ok(())
}

/// Texts of a kilobyte or three, each of which would take the process or the machine if it were parsed or checked.
fn ruinous() -> Vec<(&'static str, String)> {
    let deep = format!("{}1{}", "[".repeat(1_600), "]".repeat(1_600));
    let chain = (0..24).map(|n| format!("fragment F{n} on Query{{...F{0} ...F{0}}}", n + 1));
    let last = "fragment F24 on Query{__typename}".to_owned();
    let doubling = chain.chain([last]).collect::<Vec<_>>().join(" ");
    let acts =
        (0..11).map(|n| format!("a{n}: signOut{{__typename}}")).collect::<Vec<_>>().join(" ");
    vec![
        ("document.too_deep", format!("{{availability(topic:{deep}){{channel}}}}")),
        ("document.too_deep", format!("query($a: String = {deep}) {{me{{visit}}}}")),
        ("document.too_deep", format!("subscription {{board(atLeast: {deep}){{version}}}}")),
        ("document.too_large", format!("{{...F0}}{doubling}")),
        ("document.too_large", format!("subscription {{...F0}}{doubling}")),
        ("document.too_many_acts", format!("mutation {{{acts}}}")),
    ]
}

#[tokio::test]
async fn no_text_stops_the_process_at_any_door() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let dana = Staff::session(&server, "dana").await?;
    for (reason, text) in ruinous() {
        for (door, token) in [(server.edge(), &ada.token), (server.desk(), &dana.token)] {
            let body = json!({ "query": text });
            let answer = graphql::post(&Client::new(), &door, token, body).await?;
            assert_eq!(answer["errors"][0]["extensions"]["reason"], reason, "{door}: {answer:#}");
            let mut socket = Subscription::open(&door, token, &text, json!({})).await?;
            let said = socket.next().await.expect_err("it is refused").to_string();
            assert!(said.contains(reason), "{door}: {said}");
        }
    }
    assert_eq!(ada.query("{ me { visit } }", json!({})).await?["me"]["visit"], ada.visit);
    dana.query("{ whoami { name } }", json!({})).await?;
    server.stop().await?;
    Ok(())
}
