//! GraphQL over real HTTP and over real WebSockets (`graphql-transport-ws`), without any code of the server.

use anyhow::{Context as _, bail, ensure};
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue},
};

use super::PATIENCE;

/// The answer's `data`; an error if it has `errors`.
pub async fn ask(
    http: &reqwest::Client,
    server: &str,
    token: &str,
    document: &str,
    variables: Value,
) -> anyhow::Result<Value> {
    let answer =
        post(http, server, token, json!({ "query": document, "variables": variables })).await?;
    ensure!(answer.get("errors").is_none_or(Value::is_null), "{document}\nanswered {answer:#}");
    Ok(answer["data"].clone())
}

/// Whatever the answer is, as JSON.
pub async fn post(
    http: &reqwest::Client,
    server: &str,
    token: &str,
    body: Value,
) -> anyhow::Result<Value> {
    let url = format!("{server}/graphql");
    let sent = http.post(&url).bearer_auth(token).timeout(PATIENCE).json(&body).send().await?;
    let text = sent.text().await?;
    serde_json::from_str(&text).with_context(|| format!("{url} answered {text}"))
}

/// One subscription on a socket of its own.
pub struct Subscription {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Subscription {
    pub async fn open(
        server: &str,
        token: &str,
        document: &str,
        variables: Value,
    ) -> anyhow::Result<Self> {
        let url = format!("{}/graphql", server.replacen("http", "ws", 1));
        let mut request = url.into_client_request()?;
        request
            .headers_mut()
            .insert("sec-websocket-protocol", HeaderValue::from_static("graphql-transport-ws"));
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        let mut this = Self { socket };
        this.send(json!({ "type": "connection_init", "payload": { "token": token } })).await?;
        let greeting = this.receive().await?;
        ensure!(greeting["type"] == "connection_ack", "the socket answered {greeting}");
        let payload = json!({ "query": document, "variables": variables });
        this.send(json!({ "id": "1", "type": "subscribe", "payload": payload })).await?;
        Ok(this)
    }

    /// The next result's `data`.
    pub async fn next(&mut self) -> anyhow::Result<Value> {
        loop {
            let message = self.receive().await?;
            match message["type"].as_str() {
                Some("ping") => self.send(json!({ "type": "pong" })).await?,
                Some("next") => {
                    let payload = &message["payload"];
                    let errors = payload.get("errors").is_some_and(|errors| !errors.is_null());
                    ensure!(!errors, "the subscription answered {payload}");
                    return Ok(payload["data"].clone());
                }
                _ => bail!("the socket said {message}"),
            }
        }
    }

    /// Results until one of which `found` says `Some`.
    pub async fn until<T>(
        &mut self,
        what: &str,
        found: impl Fn(&Value) -> Option<T>,
    ) -> anyhow::Result<T> {
        let mut last = Value::Null;
        let wanted = async {
            loop {
                last = self.next().await?;
                if let Some(it) = found(&last) {
                    return Ok(it);
                }
            }
        };
        match timeout(PATIENCE, wanted).await {
            Ok(found) => found,
            Err(_) => bail!("never saw {what}; the last state was {last:#}"),
        }
    }

    /// The code with which the server closes the socket.
    pub async fn closed(&mut self) -> anyhow::Result<u16> {
        let closed = async {
            while let Some(message) = self.socket.next().await {
                if let Message::Close(frame) = message? {
                    return Ok(frame.map_or(1005, |frame| frame.code.into()));
                }
            }
            bail!("the socket ended without a close frame")
        };
        timeout(PATIENCE, closed).await.context("the socket was not closed in time")?
    }

    async fn send(&mut self, message: Value) -> anyhow::Result<()> {
        Ok(self.socket.send(Message::text(message.to_string())).await?)
    }

    async fn receive(&mut self) -> anyhow::Result<Value> {
        loop {
            let message =
                timeout(PATIENCE, self.socket.next()).await.context("the socket is silent")?;
            match message.context("the socket ended")?? {
                Message::Text(text) => return Ok(serde_json::from_str(&text)?),
                Message::Close(frame) => bail!("the socket was closed: {frame:?}"),
                _ => {}
            }
        }
    }
}

/// The payload of a mutation, which must be of this type.
pub fn of_type(payload: &Value, wanted: &str) -> anyhow::Result<Value> {
    ensure!(payload["__typename"] == wanted, "wanted {wanted}, got {payload:#}");
    Ok(payload.clone())
}
