//! Frames as the recorder makes them: a head, then compressed JSON of rrweb's events (`docs/display.md`).

use std::io::Write as _;

use flate2::{Compression, write::DeflateEncoder};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Bytes;

/// Texts of the page, which change all at once with every frame: about a kilobyte when compressed.
const TEXTS: u32 = 90;
/// Ids below are the document's own elements.
const FIRST_ID: u32 = 10;
const FULL: u8 = 1;
const PLAIN: u8 = 0;
const VERSION: u8 = 1;

/// One page whose texts change; the same seed, the same frames.
pub(super) struct Page {
    words: ChaCha8Rng,
    at: i64,
}

impl Page {
    /// `at` is the customer's clock in ms.
    pub(super) fn new(seed: u64, at: i64) -> Self {
        Self { words: ChaCha8Rng::seed_from_u64(seed), at }
    }

    pub(super) fn snapshot(&mut self, seq: u32) -> Bytes {
        let paragraphs: Vec<Value> = (0..TEXTS)
            .map(|n| {
                let id = FIRST_ID + 2 * n;
                let text = json!({ "type": 3, "id": id + 1, "textContent": self.text() });
                element(id, "p", vec![text])
            })
            .collect();
        let body = element(4, "body", paragraphs);
        let html = element(2, "html", vec![element(3, "head", Vec::new()), body]);
        let events = json!([
            { "type": 4, "timestamp": self.at, "data": { "href": "http://127.0.0.1/tariffs", "width": 1280, "height": 720 } },
            { "type": 2, "timestamp": self.at, "data": {
                "node": { "type": 0, "id": 1, "childNodes": [html] },
                "initialOffset": { "left": 0, "top": 0 },
            } },
        ]);
        frame(FULL, seq, self.at, &events)
    }

    pub(super) fn change(&mut self, seq: u32) -> Bytes {
        let texts: Vec<Value> = (0..TEXTS)
            .map(|n| json!({ "id": FIRST_ID + 2 * n + 1, "value": self.text() }))
            .collect();
        let data = json!({ "source": 0, "texts": texts, "attributes": [], "removes": [], "adds": [] });
        frame(PLAIN, seq, self.at, &json!([{ "type": 3, "timestamp": self.at, "data": data }]))
    }

    fn text(&mut self) -> String {
        format!("{} Mbit/s for {} euros", self.words.random_range(1..2_000), self.words.random_range(1..500))
    }
}

fn element(id: u32, tag: &str, children: Vec<Value>) -> Value {
    json!({ "type": 2, "id": id, "tagName": tag, "attributes": {}, "childNodes": children })
}

fn frame(flags: u8, seq: u32, at: i64, events: &Value) -> Bytes {
    let mut head = vec![VERSION, flags];
    head.extend(seq.to_be_bytes());
    head.extend(at.to_be_bytes());
    let mut to = DeflateEncoder::new(head, Compression::default());
    to.write_all(events.to_string().as_bytes()).and_then(|()| to.finish()).expect("memory takes it").into()
}
