//! What a customer's page shows under load: a list of offers whose every text changes with each frame.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use tests::scenario::page::{frame, snapshot};

/// Texts of the page: changing all of them is about a kilobyte when compressed.
const TEXTS: u32 = 90;
/// Ids below are the document's own elements.
const FIRST_ID: u32 = 10;

/// The same seed, the same frames.
pub(super) struct Offers(ChaCha8Rng);

impl Offers {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The first is a full snapshot.
    pub(super) fn frame(&mut self, seq: u32) -> Vec<u8> {
        if seq == 1 {
            return frame(seq, true, &snapshot(&self.list()));
        }
        let texts: Vec<Value> =
            (0..TEXTS).map(|n| json!({ "id": text_id(n), "value": self.text() })).collect();
        let data =
            json!({ "source": 0, "texts": texts, "attributes": [], "removes": [], "adds": [] });
        frame(seq, false, &json!([{ "type": 3, "timestamp": 2, "data": data }]))
    }

    fn list(&mut self) -> Value {
        let items: Vec<Value> = (0..TEXTS)
            .map(|n| {
                let text = json!({ "type": 3, "id": text_id(n), "textContent": self.text() });
                element(text_id(n) + 1, "li", &[text])
            })
            .collect();
        element(FIRST_ID, "ul", &items)
    }

    fn text(&mut self) -> String {
        let (speed, price) = (self.0.random_range(1..2_000), self.0.random_range(1..500));
        format!("{speed} Mbit/s for {price} a month")
    }
}

fn text_id(n: u32) -> u32 {
    FIRST_ID + 1 + 2 * n
}

fn element(id: u32, tag: &str, children: &[Value]) -> Value {
    json!({ "type": 2, "id": id, "tagName": tag, "attributes": {}, "childNodes": children })
}
