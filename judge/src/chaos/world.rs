//! What everybody shares: the way to the server, the journal, how much is in flight.

use std::{
    net::Ipv4Addr,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    journal::{Journal, Said},
    server::Addresses,
};

const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
/// After a limit of the door was met.
const TOO_OFTEN: Duration = Duration::from_millis(500);
/// Between two tries while the server is away.
pub(super) const AWAY: Duration = Duration::from_millis(25);

pub(super) struct World {
    http: reqwest::Client,
    pub(super) addresses: Addresses,
    pub(super) journal: Journal,
    chance: Mutex<ChaCha8Rng>,
    in_flight: AtomicUsize,
    stopped: AtomicBool,
    addressed: AtomicU32,
    /// Requests that the server no longer wanted to know the token of.
    pub(super) tokens_lost: AtomicUsize,
}

/// Which door, with which token.
#[derive(Clone, Debug)]
pub(super) enum Door {
    Edge(String),
    Desk(String),
}

/// A GraphQL mutation field without its command id.
pub(super) struct Order<'a> {
    pub(super) what: &'a str,
    /// Such as `say(commandId: $c, link: "…", text: "…")`.
    pub(super) call: String,
    pub(super) said: Option<(Uuid, String)>,
}

/// What came back.
#[derive(Debug)]
pub(super) enum Back {
    Data(Value),
    /// The connection broke, or the server was busy: nobody knows.
    Lost,
    /// Too often: refused at the door.
    TooOften,
}

/// Counts down when its command is over, however that comes.
struct InFlight<'a>(&'a AtomicUsize);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl World {
    pub(super) fn new(addresses: Addresses, journal: Journal, seed: u64) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(REQUEST_TIMEOUT).tcp_nodelay(true).build()?;
        Ok(Self {
            http,
            addresses,
            journal,
            chance: Mutex::new(ChaCha8Rng::seed_from_u64(seed)),
            in_flight: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            addressed: AtomicU32::new(1),
            tokens_lost: AtomicUsize::new(0),
        })
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::SeqCst)
    }

    /// An id that nobody has had in this run.
    pub(super) fn fresh_id(&self) -> Uuid {
        let mut chance = self.chance.lock().expect("nobody panics while drawing");
        uuid::Builder::from_random_bytes(chance.random()).into_uuid()
    }

    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    pub(super) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Posts JSON from an address that nobody else has: the limit per address is not what is tried here.
    pub(super) async fn post(&self, url: &str, token: Option<&str>, body: &Value) -> Result<Back> {
        let [a, b, c, d] = self.addressed.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let from = Ipv4Addr::new(10, b ^ a, c, d);
        let mut request =
            self.http.post(url).header("x-forwarded-for", from.to_string()).json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let Ok(answer) = request.send().await else {
            tokio::time::sleep(AWAY).await;
            return Ok(Back::Lost);
        };
        let status = answer.status();
        if status == StatusCode::UNAUTHORIZED {
            self.tokens_lost.fetch_add(1, Ordering::SeqCst);
            return Ok(Back::Lost);
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Ok(Back::TooOften);
        }
        if status.is_server_error() {
            tokio::time::sleep(AWAY).await;
            return Ok(Back::Lost);
        }
        let Ok(text) = answer.text().await else { return Ok(Back::Lost) };
        if !status.is_success() {
            bail!("{url} answered {status}: {text}");
        }
        let data = serde_json::from_str(&text).with_context(|| format!("{url} answered {text}"))?;
        Ok(Back::Data(data))
    }

    /// Data of a query; `None` while the server is away or behind.
    pub(super) async fn query(&self, door: &Door, document: &str) -> Result<Option<Value>> {
        match self.graphql(door, json!({ "query": document })).await? {
            Back::Data(data) => Ok(Some(data)),
            Back::Lost => Ok(None),
            Back::TooOften => {
                tokio::time::sleep(TOO_OFTEN).await;
                Ok(None)
            }
        }
    }

    /// The answer's `data`.
    async fn graphql(&self, door: &Door, body: Value) -> Result<Back> {
        let (server, token) = match door {
            Door::Edge(token) => (&self.addresses.edge, token),
            Door::Desk(token) => (&self.addresses.desk, token),
        };
        let back = self.post(&format!("{server}/graphql"), Some(token), &body).await?;
        let Back::Data(mut answer) = back else { return Ok(back) };
        let errors = answer.get("errors").and_then(Value::as_array);
        let Some(first) = errors.and_then(|errors| errors.first()) else {
            return Ok(Back::Data(answer["data"].take()));
        };
        match first["extensions"]["code"].as_str() {
            Some("RATE_LIMITED") => Ok(Back::TooOften),
            Some("UNAVAILABLE" | "TOKEN_AHEAD") => {
                tokio::time::sleep(AWAY).await;
                Ok(Back::Lost)
            }
            // Who was enrolled a moment ago is sent to the site by a policy; until then the desk does not know them.
            Some("NOT_FOUND") if first["path"] == json!(["desk"]) => {
                tokio::time::sleep(AWAY).await;
                Ok(Back::Lost)
            }
            _ => bail!("the server answered {first} to {body}"),
        }
    }

    /// Sends a command once: written down before, and again when its answer has come. `None`: nobody knows.
    pub(super) async fn command(
        &self,
        door: &Door,
        command: Uuid,
        order: &Order<'_>,
    ) -> Result<Option<Value>> {
        let said = order.said.clone().map(|(contact, text)| Said { command, contact, text });
        self.journal.sends(command, order.what, said)?;
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        let in_flight = InFlight(&self.in_flight);
        let document = format!(
            "mutation($c: UUID!) {{ it: {} {{ __typename ... on Refused {{ code }} \
             ... on Done {{ token }} ... on Asked {{ token contact }} ... on Denied {{ token }} }} }}",
            order.call
        );
        let document = trim_to(&document, order);
        let body = json!({ "query": document, "variables": { "c": command } });
        let mut data = match self.graphql(door, body).await? {
            Back::Data(data) => data,
            Back::Lost => return Ok(None),
            Back::TooOften => {
                self.journal.refused(command, "too often")?;
                drop(in_flight);
                tokio::time::sleep(TOO_OFTEN).await;
                return Ok(None);
            }
        };
        let payload = data["it"].take();
        let kind = payload["__typename"].as_str().unwrap_or_default();
        match kind {
            "NotKnownYet" => return Ok(None),
            "Refused" => {
                let code = payload["code"].as_str().unwrap_or_default();
                self.journal.refused(command, code)?;
            }
            _ => {
                let token = payload["token"].as_str().context("what is done has a token")?;
                self.journal.acknowledged(command, token)?;
            }
        }
        Ok(Some(payload))
    }

    /// Sends a command until it is answered, always under the same id.
    pub(super) async fn surely(&self, door: &Door, order: Order<'_>) -> Result<Option<Value>> {
        let command = self.fresh_id();
        while !self.stopped() {
            if let Some(payload) = self.command(door, command, &order).await? {
                return Ok(Some(payload));
            }
        }
        Ok(None)
    }
}

/// Fragments on types that the field's answer cannot be are errors; only asking has its own.
fn trim_to(document: &str, order: &Order<'_>) -> String {
    if order.what == "ask" {
        document.replace("... on Done { token } ", "")
    } else {
        document.replace("... on Asked { token contact } ... on Denied { token } ", "")
    }
}
