//! A customer's page that is shown: the socket of its frames, spoken without any code of the server.

use std::io::Write as _;

use anyhow::{Context as _, bail};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use flate2::{Compression, write::DeflateEncoder};
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use super::PATIENCE;

pub struct Page(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Page {
    /// The first message is sent; what the edge says to it is next.
    pub async fn open(
        edge: &str,
        token: &str,
        display: &str,
        page_load: i64,
    ) -> anyhow::Result<Self> {
        let url = format!("{}/display", edge.replacen("http", "ws", 1));
        let (mut socket, _) = tokio_tungstenite::connect_async(url.into_client_request()?).await?;
        let hello = json!({ "token": token, "display": display, "pageLoad": page_load });
        socket.send(Message::text(hello.to_string())).await?;
        Ok(Self(socket))
    }

    pub async fn show(&mut self, frame: Vec<u8>) -> anyhow::Result<()> {
        Ok(self.0.send(Message::binary(frame)).await?)
    }

    /// What the edge says next.
    pub async fn hear(&mut self) -> anyhow::Result<Value> {
        loop {
            match timeout(PATIENCE, self.0.next()).await?.context("the socket ended")?? {
                Message::Text(text) => return Ok(serde_json::from_str(&text)?),
                Message::Close(frame) => bail!("closed: {frame:?}"),
                _ => {}
            }
        }
    }

    /// Reads on until the edge closes; with which code.
    pub async fn closed(mut self) -> anyhow::Result<u16> {
        let closed = async {
            while let Some(message) = self.0.next().await {
                if let Message::Close(Some(frame)) = message? {
                    return Ok(frame.code.into());
                }
            }
            bail!("the socket ended without a close frame")
        };
        timeout(PATIENCE, closed).await?
    }
}

/// One frame as a recorder sends it.
pub fn frame(seq: u32, full: bool, events: &Value) -> Vec<u8> {
    let mut frame = vec![1, u8::from(full)];
    frame.extend(seq.to_be_bytes());
    frame.extend(1_764_170_000_000_i64.to_be_bytes());
    frame.extend(deflated(events.to_string().as_bytes()));
    frame
}

pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut to = DeflateEncoder::new(Vec::new(), Compression::fast());
    to.write_all(bytes).and_then(|()| to.finish()).expect("memory takes it")
}

/// A full snapshot of a page with this in its body.
pub fn snapshot(body: &Value) -> Value {
    let element = |id: u32, tag: &str, children: Value| json!({ "type": 2, "id": id, "tagName": tag, "attributes": {}, "childNodes": children });
    let document = json!({ "type": 0, "id": 1, "childNodes": [element(2, "html", json!([element(3, "body", json!([body]))]))] });
    json!([
        { "type": 4, "timestamp": 1, "data": { "href": "https://www.example.com/", "width": 800, "height": 600 } },
        { "type": 2, "timestamp": 1, "data": { "node": document, "initialOffset": { "left": 0, "top": 0 } } },
    ])
}

/// Somebody scrolled.
pub fn scrolled(y: u32) -> Value {
    json!([{ "type": 3, "timestamp": 2, "data": { "source": 3, "id": 1, "x": 0, "y": y } }])
}

/// A frame's events, as staff are given them.
pub fn events(data: &Value) -> anyhow::Result<Value> {
    let bytes = BASE64_STANDARD.decode(data.as_str().context("a frame has data")?)?;
    let from = flate2::read::DeflateDecoder::new(&bytes[..]);
    Ok(serde_json::from_reader(from)?)
}
