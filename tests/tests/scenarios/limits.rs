//! Too often, too much, without a pass: refused at the door with what to do.

use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};
use tests::scenario::{Customer, Server, graphql::of_type};

#[tokio::test]
async fn a_login_cannot_be_guessed_at_speed() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let url = format!("{}/session", server.desk());
    let mut statuses = Vec::new();
    for n in 0..12 {
        let body = json!({ "login": "kim", "password": format!("guess-{n}") });
        let sent = Client::new().post(&url).json(&body).send().await?;
        if sent.status() == StatusCode::TOO_MANY_REQUESTS {
            let secs: u32 = sent.headers()[header::RETRY_AFTER].to_str()?.parse()?;
            assert!((1..=60).contains(&secs), "{secs}");
        }
        statuses.push(sent.status());
    }
    assert_eq!(statuses[0], StatusCode::UNAUTHORIZED);
    assert_eq!(statuses[11], StatusCode::TOO_MANY_REQUESTS, "{statuses:?}");
    // Somebody else's login is not locked by it.
    let body = json!({ "login": "robin", "password": tests::scenario::staff::PASSWORD });
    let sent = Client::new().post(&url).json(&body).send().await?;
    let cookie = sent.headers()[header::SET_COOKIE].to_str()?.to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn one_visit_cannot_take_the_door_for_itself() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let (greedy, modest) =
        (Customer::anonymous(&server).await?, Customer::anonymous(&server).await?);
    let url = format!("{}/graphql", server.edge());
    let http = Client::new();
    let body = json!({ "query": "{ me { visit } }" });
    let mut refused = None;
    for _ in 0..400 {
        let sent = http.post(&url).bearer_auth(&greedy.token).json(&body).send().await?;
        if sent.status() == StatusCode::TOO_MANY_REQUESTS {
            assert!(sent.headers().contains_key(header::RETRY_AFTER));
            refused = Some(sent.json::<Value>().await?);
            break;
        }
    }
    let refused = refused.expect("four hundred requests at once are too many");
    assert_eq!(refused["errors"][0]["extensions"]["code"], "RATE_LIMITED", "{refused}");
    modest.me(&[]).await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn texts_numbers_and_views_have_limits_with_words() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let refused = of_type(&ada.request_callback("billing", "call me").await?, "Refused")?;
    assert_eq!(refused["code"], "number.not_a_number");
    let long =
        ada.act("say(link: $a, text: $b)", &ada.visit, &"x".repeat(2_001)).await.unwrap_err();
    assert!(long.to_string().contains("at most 2000"), "{long}");

    let view =
        |n: usize| json!({ "pageLoad": 1, "seq": n, "url": "http://127.0.0.1/", "title": "Home" });
    let url = format!("{}/activity", server.edge());
    let send = async |views: Vec<Value>| -> anyhow::Result<(StatusCode, Value)> {
        let body = json!({ "views": views });
        let sent = Client::new().post(&url).bearer_auth(&ada.token).json(&body).send().await?;
        Ok((sent.status(), sent.json().await?))
    };
    let (status, said) = send((0..51).map(view).collect()).await?;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
    let mut script = view(1);
    script["url"] = json!("javascript:alert(1)");
    assert_eq!(send(vec![script]).await?.0, StatusCode::BAD_REQUEST);
    let mut extra = view(1);
    extra["colour"] = json!("red");
    let (status, said) = send(vec![extra]).await?;
    assert!(status == StatusCode::BAD_REQUEST && said.to_string().contains("colour"), "{said}");
    assert_eq!(send(vec![view(1), view(2)]).await?, (StatusCode::OK, json!({ "accepted": 2 })));
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn every_answer_forbids_what_it_does_not_need() -> anyhow::Result<()> {
    let server = Server::start().await?;
    for url in [
        format!("{}/health/live", server.edge()),
        format!("{}/session", server.desk()),
        format!("{}/ask", server.edge()),
    ] {
        let sent = Client::new().get(&url).send().await?;
        assert!(sent.status().is_success(), "{url}");
        for name in ["content-security-policy", "x-content-type-options", "referrer-policy"] {
            assert!(sent.headers().contains_key(name), "{url} has no {name}");
        }
    }
    let ask = Client::new()
        .post(format!("{}/graphql", server.edge()))
        .header("origin", "https://elsewhere.example");
    let sent = ask.json(&json!({ "query": "{ me { visit } }" })).send().await?;
    assert_eq!(sent.status(), StatusCode::UNAUTHORIZED);
    assert!(!sent.headers().contains_key("access-control-allow-origin"));
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn the_plain_form_asks_shows_the_state_and_cancels() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let http = Client::builder().cookie_store(true).build()?;
    let ask = format!("{}/ask", server.edge());
    let page = http.get(&ask).send().await?.text().await?;
    assert!(page.contains("Call me back") && !page.contains("<script"), "{page}");
    let form = |fields: &[(&str, &str)]| {
        let pairs = fields.iter().map(|(name, value)| format!("{name}={value}"));
        let body = pairs.collect::<Vec<_>>().join("&");
        http.post(&ask)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
    };
    let command = uuid::Uuid::now_v7().to_string();
    let wanted = [
        ("command", command.as_str()),
        ("topic", "tariffs"),
        ("number", "01632+960104"),
        ("zone", "Europe/London"),
    ];
    let mut short = wanted;
    short[2].1 = "01632+96%22";
    let again = form(&short).await?.text().await?;
    assert!(
        again.contains("value=\"01632 96&quot;\"") && again.contains("0121 234 5678"),
        "{again}"
    );
    let page = form(&wanted).await?.text().await?;
    assert!(page.contains("class=\"state\"") && page.contains("http-equiv=\"refresh\""), "{page}");
    assert!(page.contains("01632 960104"), "{page}");
    // Sent twice is asked once.
    let page = form(&wanted).await?.text().await?;
    assert_eq!(page.matches("class=\"state\"").count(), 1, "{page}");

    let (_, rest) = page.split_once("name=\"cancel\" value=\"").expect("a cancel button");
    let callback = rest.split('"').next().unwrap_or_default().to_owned();
    let again = uuid::Uuid::now_v7().to_string();
    let page = form(&[("command", &again), ("cancel", &callback)]).await?.text().await?;
    assert!(page.contains("You cancelled this call"), "{page}");

    let forged =
        http.post(&ask).header("origin", "https://elsewhere.example").body("").send().await?;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    server.stop().await?;
    Ok(())
}
