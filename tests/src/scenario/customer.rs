//! A customer: a visit through the edge's own door.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::{
    PATIENCE, Server,
    graphql::{self, Subscription, of_type},
};

const ACT: &str = "__typename ... on Done { commandId token } ... on Refused { commandId code message } ... on NotKnownYet { commandId message }";
const ME: &str = "visit signedIn name contractTitle network tokens services { id product } \
    tickets { id number state topic text notes { state text } } \
    contacts { id state channel topic position agentName canCancel handedBackAt link { id medium state messages { id from text } } } \
    callbacks { id state topic number asap at canCancel attempts reason promise booked { agentName } }";

#[derive(Clone)]
pub struct Customer {
    http: reqwest::Client,
    edge: String,
    pub visit: String,
    pub token: String,
}

impl Customer {
    /// Somebody whom nobody knows.
    pub async fn anonymous(server: &Server) -> anyhow::Result<Self> {
        let http = reqwest::Client::new();
        Self::open(http, server, None, None).await
    }

    /// Signs in at the company's site, and shows what it vouches for.
    pub async fn signed_in(server: &Server, customer: &str) -> anyhow::Result<Self> {
        Self::signed_in_from(server, customer, None).await
    }

    /// As [`Customer::signed_in`], behind a trusted proxy that says where the customer is.
    pub async fn signed_in_from(
        server: &Server,
        customer: &str,
        address: Option<&str>,
    ) -> anyhow::Result<Self> {
        let http = match address {
            None => reqwest::Client::new(),
            Some(address) => {
                let mut headers = reqwest::header::HeaderMap::new();
                headers.insert("x-forwarded-for", address.parse()?);
                reqwest::Client::builder().default_headers(headers).build()?
            }
        };
        let identity = identity(server, customer).await?;
        Self::open(http, server, Some(identity), None).await
    }

    async fn open(
        http: reqwest::Client,
        server: &Server,
        identity: Option<String>,
        earlier: Option<&str>,
    ) -> anyhow::Result<Self> {
        let edge = server.edge();
        let body = json!({ "site": "demo", "identity": identity, "token": earlier });
        let sent = http.post(format!("{edge}/visit")).timeout(PATIENCE).json(&body).send().await?;
        let status = sent.status();
        let text = sent.text().await?;
        ensure!(status.is_success(), "POST /visit answered {status}: {text}");
        let answer: Value = serde_json::from_str(&text)?;
        let field = |name: &str| {
            answer[name].as_str().map(str::to_owned).with_context(|| format!("no {name} in {text}"))
        };
        Ok(Self { http, visit: field("visit")?, token: field("token")?, edge })
    }

    /// The same visit under a fresh token, as after a reload.
    pub async fn again(&self, server: &Server) -> anyhow::Result<Self> {
        Self::open(self.http.clone(), server, None, Some(&self.token)).await
    }

    /// The version of the text that is agreed to before a page is shared.
    pub async fn consent_version(&self) -> anyhow::Result<String> {
        let document = "{ consentText(language: \"en-GB\") { version } }";
        let text = self.query(document, json!({})).await?;
        text["consentText"]["version"].as_str().map(str::to_owned).context("a text in force")
    }

    pub async fn query(&self, document: &str, variables: Value) -> anyhow::Result<Value> {
        graphql::ask(&self.http, &self.edge, &self.token, document, variables).await
    }

    /// Everything that this customer sees, at `token` or later.
    pub async fn me(&self, at_least: &[&str]) -> anyhow::Result<Value> {
        let document = format!("query($at: [Token!]) {{ me(atLeast: $at) {{ {ME} }} }}");
        Ok(self.query(&document, json!({ "at": at_least })).await?["me"].clone())
    }

    pub async fn follow(&self) -> anyhow::Result<Subscription> {
        let document = format!("subscription {{ me {{ {ME} }} }}");
        Subscription::open(&self.edge, &self.token, &document, json!({})).await
    }

    /// Whatever became of asking for a chat.
    pub async fn ask(&self, topic: &str) -> anyhow::Result<Value> {
        self.ask_as(topic, &uuid::Uuid::now_v7().to_string()).await
    }

    pub async fn ask_as(&self, topic: &str, command: &str) -> anyhow::Result<Value> {
        let document = "mutation($input: AskInput!) { ask(input: $input) { __typename \
            ... on Asked { commandId token contact } ... on Refused { commandId code message } ... on NotKnownYet { commandId message } \
            ... on Denied { token message rules { code by message } instead { channel message } contractTitle network } } }";
        let input = json!({ "topic": topic, "commandId": command });
        Ok(self.query(document, json!({ "input": input })).await?["ask"].clone())
    }

    /// A chat that must be granted: its contact.
    pub async fn asks(&self, topic: &str) -> anyhow::Result<String> {
        let asked = of_type(&self.ask(topic).await?, "Asked")?;
        Ok(asked["contact"].as_str().context("an asked contact has an id")?.to_owned())
    }

    pub async fn request_callback(&self, topic: &str, number: &str) -> anyhow::Result<Value> {
        let document = "mutation($input: CallbackInput!) { requestCallback(input: $input) { __typename \
            ... on CallbackRequested { commandId token callback } ... on Refused { code message } \
            ... on Denied { message rules { code by } } ... on NotKnownYet { commandId } } }";
        let input = json!({ "topic": topic, "number": number, "commandId": uuid::Uuid::now_v7() });
        Ok(self.query(document, json!({ "input": input })).await?["requestCallback"].clone())
    }

    /// A mutation that answers `ActPayload`, such as `say(link: $a, text: $b)`.
    pub async fn act(&self, call: &str, a: &str, b: &str) -> anyhow::Result<Value> {
        act(&self.http, &self.edge, &self.token, call, a, b).await
    }

    /// Says something in the chat; it must be accepted.
    pub async fn says(&self, link: &str, text: &str) -> anyhow::Result<Value> {
        of_type(&self.act("say(link: $a, text: $b)", link, text).await?, "Done")
    }
}

/// What the company's own site vouches for.
pub async fn identity(server: &Server, customer: &str) -> anyhow::Result<String> {
    let http = reqwest::Client::builder().cookie_store(true).build()?;
    let demo = server.demo();
    let body = json!({ "customer": customer });
    http.post(format!("{demo}/sign-in")).json(&body).send().await?.error_for_status()?;
    let answer: Value = http.get(format!("{demo}/identity")).send().await?.json().await?;
    Ok(answer["token"].as_str().context("nobody is signed in at the demo site")?.to_owned())
}

/// Calls a mutation whose first argument is a UUID and whose second, if it has one, is a string.
pub(super) async fn act(
    http: &reqwest::Client,
    server: &str,
    token: &str,
    call: &str,
    a: &str,
    b: &str,
) -> anyhow::Result<Value> {
    let second = if call.contains("$b") { ", $b: String!" } else { "" };
    let document = format!("mutation($a: UUID!{second}) {{ it: {call} {{ {ACT} }} }}");
    Ok(graphql::ask(http, server, token, &document, json!({ "a": a, "b": b })).await?["it"].clone())
}
