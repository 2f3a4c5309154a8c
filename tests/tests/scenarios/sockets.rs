//! The sockets' protocol, at its edges: each misuse closes with the code that says which it was.

use std::collections::BTreeSet;

use anyhow::Context as _;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tests::scenario::{Customer, PATIENCE, Server, Staff};
use tokio::time::timeout;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue},
};

struct Socket(WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>);

impl Socket {
    async fn open(server: &str) -> anyhow::Result<Self> {
        let url = format!("{}/graphql", server.replacen("http", "ws", 1));
        let mut request = url.into_client_request()?;
        let protocol = HeaderValue::from_static("graphql-transport-ws");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        Ok(Self(tokio_tungstenite::connect_async(request).await?.0))
    }

    async fn begun(server: &str, token: &str) -> anyhow::Result<Self> {
        let mut socket = Self::open(server).await?;
        socket.say(json!({ "type": "connection_init", "payload": { "token": token } })).await?;
        assert_eq!(socket.hear().await?["type"], "connection_ack");
        Ok(socket)
    }

    async fn say(&mut self, message: Value) -> anyhow::Result<()> {
        self.text(&message.to_string()).await
    }

    async fn text(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(self.0.send(Message::text(text)).await?)
    }

    async fn subscribe(&mut self, id: &str, document: &str) -> anyhow::Result<()> {
        let payload = json!({ "query": document });
        self.say(json!({ "id": id, "type": "subscribe", "payload": payload })).await
    }

    async fn hear(&mut self) -> anyhow::Result<Value> {
        loop {
            match timeout(PATIENCE, self.0.next()).await?.context("the socket ended")?? {
                Message::Text(text) => return Ok(serde_json::from_str(&text)?),
                Message::Close(frame) => anyhow::bail!("closed: {frame:?}"),
                _ => {}
            }
        }
    }

    async fn closed(mut self) -> anyhow::Result<u16> {
        let closed = async {
            while let Some(message) = self.0.next().await {
                if let Message::Close(Some(frame)) = message? {
                    return Ok(frame.code.into());
                }
            }
            anyhow::bail!("the socket ended without a close frame")
        };
        timeout(PATIENCE, closed).await?
    }
}

#[tokio::test]
async fn each_misuse_closes_with_its_own_code() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let visit = Customer::anonymous(&server).await?;
    let edge = server.edge();

    let silent = Socket::open(&edge).await?;
    let mut early = Socket::open(&edge).await?;
    early.subscribe("1", "{ topics { topic } }").await?;
    assert_eq!(early.closed().await?, 4401);

    let mut forged = Socket::open(&edge).await?;
    forged.say(json!({ "type": "connection_init", "payload": { "token": "forged" } })).await?;
    assert_eq!(forged.closed().await?, 4401);

    let mut garbled = Socket::begun(&edge, &visit.token).await?;
    garbled.text("{\"type\":").await?;
    assert_eq!(garbled.closed().await?, 4400);

    let mut twice = Socket::begun(&edge, &visit.token).await?;
    for _ in 0..2 {
        twice.subscribe("1", "subscription { me { visit } }").await?;
    }
    assert_eq!(twice.closed().await?, 4409);

    let mut again = Socket::begun(&edge, &visit.token).await?;
    again.say(json!({ "type": "connection_init", "payload": { "token": visit.token } })).await?;
    assert_eq!(again.closed().await?, 4429);

    let mut many = Socket::begun(&edge, &visit.token).await?;
    for n in 0..33 {
        many.subscribe(&n.to_string(), "subscription { me { visit } }").await?;
    }
    assert_eq!(many.closed().await?, 4429);

    assert_eq!(silent.closed().await?, 4408);
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn queries_mutations_and_errors_travel_on_a_socket_too() -> anyhow::Result<()> {
    let server = Server::start().await?;
    let visit = Customer::anonymous(&server).await?;
    let mut socket = Socket::begun(&server.edge(), &visit.token).await?;
    socket.say(json!({ "type": "ping" })).await?;
    assert_eq!(socket.hear().await?["type"], "pong");

    socket.subscribe("q", "{ me { visit } }").await?;
    let answer = socket.hear().await?;
    assert_eq!(answer["payload"]["data"]["me"]["visit"], visit.visit, "{answer}");
    assert_eq!(socket.hear().await?, json!({ "id": "q", "type": "complete" }));

    socket.subscribe("e", "{ nothingLikeThis }").await?;
    let refused = socket.hear().await?;
    assert_eq!((refused["id"].as_str(), refused["type"].as_str()), (Some("e"), Some("error")));
    assert!(refused["payload"][0]["message"].is_string(), "{refused}");

    socket.subscribe("s", "subscription { me { visit contacts { id } } }").await?;
    assert_eq!(socket.hear().await?["id"], "s");
    socket.say(json!({ "id": "s", "type": "complete" })).await?;
    socket.subscribe("s", "subscription { me { visit } }").await?;
    assert_eq!(socket.hear().await?["type"], "next");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_change_on_the_board_is_executed_once_for_all_who_look() -> anyhow::Result<()> {
    const SOCKETS: usize = 24;
    let server = Server::start().await?;
    let kim = Staff::session(&server, "kim").await?;
    let ada = Customer::signed_in(&server, "BW-1001").await?;
    let document = "subscription { board { version snapshot contacts { id state customerName } gone { id } } }";
    let mut sockets = Vec::new();
    for _ in 0..SOCKETS {
        let mut socket = Socket::begun(&server.desk(), &kim.token).await?;
        socket.subscribe("b", document).await?;
        let first = socket.hear().await?;
        assert_eq!(first["payload"]["data"]["board"]["snapshot"], true, "{first}");
        sockets.push(socket);
    }
    let before = executions(&server).await?;
    let contact = ada.asks("billing").await?;
    let mut told = BTreeSet::new();
    for socket in &mut sockets {
        loop {
            let message = socket.hear().await?;
            let board = &message["payload"]["data"]["board"];
            assert_eq!(board["snapshot"], false, "{message}");
            let found = board["contacts"]
                .as_array()
                .is_some_and(|rows| rows.iter().any(|row| row["id"] == *contact));
            if found {
                told.insert(message.to_string());
                break;
            }
        }
    }
    assert_eq!(told.len(), 1, "everybody is told the same: {told:#?}");
    let executed = executions(&server).await? - before;
    assert!((1..=4).contains(&executed), "{executed} executions for {SOCKETS} sockets");
    server.stop().await?;
    Ok(())
}

async fn executions(server: &Server) -> anyhow::Result<u64> {
    let text = reqwest::get(format!("{}/metrics", server.desk())).await?.text().await?;
    let line = text.lines().find(|line| line.starts_with("lockstep_board_executions_total"));
    let value = line.and_then(|line| line.split(' ').next_back()).context("the metric is there")?;
    Ok(value.parse()?)
}
