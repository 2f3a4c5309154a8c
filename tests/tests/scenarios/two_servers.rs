//! The customers' web server apart from the staff's: what crosses the link, what does not, and what its loss does.

mod strangers;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tests::scenario::{
    Customer, Server, Staff, TwoServers,
    certificates::Certificates,
    graphql::{self, Subscription, of_type},
    staff::{a_link, an_offer},
    two_servers::{Edge, inside, link_is},
};

/// Dana and a customer who talk through the two servers.
struct Talk {
    dana: Staff,
    desk: Subscription,
    ada: Customer,
    edge: String,
    link: String,
}

impl Talk {
    async fn begin(server: &Server) -> anyhow::Result<Self> {
        let dana = Staff::available(server, "dana").await?;
        let mut desk = dana.follow().await?;
        let ada = Customer::signed_in(server, "BW-1001").await?;
        ada.asks("billing").await?;
        let offer = desk.until("an offer", an_offer).await?;
        dana.acts("accept(reservation: $a)", &offer, "").await?;
        let link = desk.until("a chat to talk on", a_link).await?;
        Ok(Self { dana, desk, ada, edge: server.edge(), link })
    }

    async fn says(&self, command: &str, text: &str) -> anyhow::Result<Value> {
        let answer = self.post(command, text).await?;
        anyhow::ensure!(answer.get("errors").is_none(), "the edge answered {answer:#}");
        Ok(answer["data"]["it"].clone())
    }

    /// Whatever the edge answers to saying something.
    async fn post(&self, command: &str, text: &str) -> anyhow::Result<Value> {
        let document = "mutation($link: UUID!, $text: String!, $command: UUID) { it: say(link: $link, text: $text, commandId: $command) \
            { __typename ... on NotKnownYet { commandId } ... on Refused { code message } } }";
        let variables = json!({ "link": self.link, "text": text, "command": command });
        let body = json!({ "query": document, "variables": variables });
        graphql::post(&reqwest::Client::new(), &self.edge, &self.ada.token, body).await
    }

    /// Reports pages that the browser showed.
    async fn views(&self, views: &Value) -> anyhow::Result<(StatusCode, String)> {
        let sent = reqwest::Client::new()
            .post(format!("{}/activity", self.edge))
            .bearer_auth(&self.ada.token)
            .json(views)
            .send()
            .await?;
        Ok((sent.status(), sent.text().await?))
    }

    /// What each of the two sees of the chat, once it is this long.
    async fn seen_by_both(&mut self, count: usize) -> anyhow::Result<[Vec<String>; 2]> {
        let mut page = self.ada.follow().await?;
        let long = |texts: Vec<String>| (texts.len() >= count).then_some(texts);
        let ada =
            page.until("the chat", |me| long(texts(&me["me"]["contacts"][0]["link"]))).await?;
        let mut desk = self.dana.follow().await?;
        let dana = desk
            .until("the chat", |desk| long(texts(&desk["desk"]["contacts"][0]["link"])))
            .await?;
        Ok([ada, dana])
    }
}

fn texts(link: &Value) -> Vec<String> {
    let messages = link["messages"].as_array().into_iter().flatten();
    messages.filter_map(|one| one["text"].as_str().map(str::to_owned)).collect()
}

fn command() -> String {
    uuid::Uuid::now_v7().to_string()
}

#[tokio::test]
async fn a_customer_asks_chats_and_follows_through_the_edge() -> anyhow::Result<()> {
    let two = TwoServers::start().await?;
    let mut talk = Talk::begin(&two.inside).await?;
    let mut page = talk.ada.follow().await?;
    talk.ada.says(&talk.link, "Good morning.").await?;
    talk.dana.acts("say(link: $a, text: $b)", &talk.link, "Good morning, Ada.").await?;
    page.until("both messages", |me| {
        (texts(&me["me"]["contacts"][0]["link"]) == ["Good morning.", "Good morning, Ada."])
            .then_some(())
    })
    .await?;
    let views = json!({ "views": [{ "pageLoad": 1, "seq": 0, "url": "https://brightwater.example/bills" }] });
    assert_eq!(talk.views(&views).await?.1, r#"{"accepted":1}"#);
    for (server, line) in [
        (two.inside.desk(), format!("lockstep_link_up{{edge=\"{}\"}} 1", two.cable.address())),
        (two.edge.ops(), "lockstep_links 1".to_owned()),
    ] {
        let metrics = reqwest::get(format!("{server}/metrics")).await?.text().await?;
        assert!(metrics.lines().any(|one| one == line), "no {line} in\n{metrics}");
    }
    let denied = Customer::signed_in(&two.inside, "BW-1003").await?.ask("billing").await?;
    assert!(denied["__typename"].is_string(), "{denied}");
    talk.desk.next().await?;
    two.stop().await?;
    Ok(())
}

/// The cable is pulled: no packet says so. Both sides notice, the customer is told the truth, and after it is mended
/// nothing is missing and nothing is there twice.
#[tokio::test]
async fn a_link_cut_in_mid_chat_heals_without_a_gap() -> anyhow::Result<()> {
    let mut two = TwoServers::start().await?;
    two.tolerate_loss();
    let mut talk = Talk::begin(&two.inside).await?;
    let mut page = talk.ada.follow().await?;
    page.next().await?;
    assert_eq!(talk.says(&command(), "Before.").await?["__typename"], "Done");

    two.cable.pull();
    let (during, later) = (command(), command());
    let answer = talk.post(&during, "During.").await?;
    assert_eq!(
        answer["errors"][0]["extensions"]["code"], "UNAVAILABLE",
        "no false success: {answer}"
    );
    two.unlinked().await?;
    let ended = loop {
        if let Err(ended) = page.next().await {
            break ended.to_string();
        }
    };
    assert!(ended.contains("UNAVAILABLE"), "the page is told to join again: {ended}");
    let refused = graphql::post(
        &reqwest::Client::new(),
        &two.edge.url(),
        &talk.ada.token,
        json!({ "query": "{ me { visit } }" }),
    )
    .await?;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{refused}");
    let views = json!({ "views": [{ "pageLoad": 1, "seq": 0, "url": "https://brightwater.example/bills" }] });
    assert_eq!(
        talk.views(&views).await?.0,
        StatusCode::SERVICE_UNAVAILABLE,
        "the browser keeps them"
    );
    // Staff work on.
    talk.dana.acts("say(link: $a, text: $b)", &talk.link, "Are you there?").await?;

    two.cable.mend();
    two.linked().await?;
    for (command, text) in [(&during, "During."), (&later, "After."), (&during, "During.")] {
        assert_eq!(talk.says(command, text).await?["__typename"], "Done");
    }
    for _ in 0..2 {
        assert_eq!(talk.views(&views).await?, (StatusCode::OK, r#"{"accepted":1}"#.to_owned()));
    }
    let [ada, dana] = talk.seen_by_both(4).await?;
    assert_eq!(ada, ["Before.", "Are you there?", "During.", "After."]);
    assert_eq!(ada, dana);
    two.stop().await?;
    Ok(())
}

#[tokio::test]
async fn an_edge_that_is_killed_comes_back_and_everybody_goes_on() -> anyhow::Result<()> {
    let mut two = TwoServers::start().await?;
    two.tolerate_loss();
    let mut talk = Talk::begin(&two.inside).await?;
    talk.ada.says(&talk.link, "Before.").await?;
    two.edge.kill().await?;
    link_is(&two.inside.desk(), false).await?;
    talk.dana.acts("say(link: $a, text: $b)", &talk.link, "Are you there?").await?;
    two.edge.restart().await?;
    two.linked().await?;
    talk.ada.says(&talk.link, "After.").await?;
    let [ada, dana] = talk.seen_by_both(3).await?;
    assert_eq!(ada, ["Before.", "Are you there?", "After."]);
    assert_eq!(ada, dana);
    two.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_gateway_that_is_killed_comes_back_and_everybody_goes_on() -> anyhow::Result<()> {
    let mut two = TwoServers::start().await?;
    let mut talk = Talk::begin(&two.inside).await?;
    talk.ada.says(&talk.link, "Before.").await?;
    two.tolerate_loss();
    two.inside.kill().await?;
    link_is(&two.edge.url(), false).await?;
    two.inside.restart().await?;
    two.linked().await?;
    talk.ada.says(&talk.link, "After.").await?;
    let [ada, dana] = talk.seen_by_both(2).await?;
    assert_eq!(ada, ["Before.", "After."]);
    assert_eq!(ada, dana);
    two.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_gateway_serves_two_edges_and_the_loss_of_one_is_not_felt_at_the_other()
-> anyhow::Result<()> {
    let certificates = Certificates::make().await?;
    let mut first = Edge::start(&certificates).await?;
    let second = Edge::start(&certificates).await?;
    let mut server =
        inside(&certificates, &[first.link, second.link], Some(second.address)).await?;
    server.tolerate("link lost");
    server.tolerate("no link");
    for edge in [&first, &second] {
        link_is(&edge.url(), true).await?;
    }
    let talk = Talk::begin(&server).await?;
    first.kill().await?;
    talk.ada.says(&talk.link, "Still here.").await?;
    link_is(&server.desk(), true).await?;
    server.stop().await?;
    second.stop().await
}

#[tokio::test]
async fn a_command_sent_again_is_done_once() -> anyhow::Result<()> {
    let two = TwoServers::start().await?;
    let talk = Talk::begin(&two.inside).await?;
    let same = command();
    for _ in 0..3 {
        let done = talk.says(&same, "Once.").await?;
        of_type(&done, "Done")?;
    }
    let mut talk = talk;
    let [ada, dana] = talk.seen_by_both(1).await?;
    assert_eq!([&ada, &dana], [&["Once."], &["Once."]]);
    two.stop().await?;
    Ok(())
}
