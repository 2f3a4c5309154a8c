//! A member of staff: a session at the desk.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::{
    PATIENCE, Server,
    customer::act,
    graphql::{self, Subscription, of_type},
};

/// What every demo login's password is.
pub const PASSWORD: &str = "brightwater-demo";

const DESK: &str = "tokens me { id presence status contacts } \
    offers { reservation contact channel queue until pop { topic topicTitle queueTitle visitor customerAwaySince customerName address network signedIn pages { page url } services { product } tickets { number state } } } \
    contacts { contact state channel queue pop { customerAwaySince } link { id medium state number messages { id from text } } } \
    bookings { kind agent contact } question { reservation until } rejections { code then } \
    invitations { display topicTitle visitor agentName messages { text } }";

#[derive(Clone)]
pub struct Staff {
    http: reqwest::Client,
    desk: String,
    pub token: String,
    pub id: String,
}

impl Staff {
    pub async fn session(server: &Server, login: &str) -> anyhow::Result<Self> {
        let http = reqwest::Client::new();
        let desk = server.desk();
        let body = json!({ "login": login, "password": PASSWORD });
        let sent =
            http.post(format!("{desk}/session")).timeout(PATIENCE).json(&body).send().await?;
        let status = sent.status();
        let text = sent.text().await?;
        ensure!(status.is_success(), "POST /session answered {status}: {text}");
        let answer: Value = serde_json::from_str(&text)?;
        let token =
            answer["token"].as_str().with_context(|| format!("no token in {text}"))?.to_owned();
        let mut staff = Self { http, desk, token, id: String::new() };
        let who = staff.query("{ whoami { id } }", json!({})).await?;
        who["whoami"]["id"].as_str().context("staff have an id")?.clone_into(&mut staff.id);
        Ok(staff)
    }

    /// A session, signed in onto the site and available.
    pub async fn available(server: &Server, login: &str) -> anyhow::Result<Self> {
        let agent = Self::session(server, login).await?;
        agent.does("signIn").await?;
        agent.does("setPresence(presence: AVAILABLE)").await?;
        Ok(agent)
    }

    /// The same session at another node.
    #[must_use]
    pub fn at(&self, server: &Server) -> Self {
        Self { desk: server.desk(), ..self.clone() }
    }

    pub async fn query(&self, document: &str, variables: Value) -> anyhow::Result<Value> {
        graphql::ask(&self.http, &self.desk, &self.token, document, variables).await
    }

    pub async fn desk(&self, at_least: &[&str]) -> anyhow::Result<Value> {
        let document = format!("query($at: [Token!]) {{ desk(atLeast: $at) {{ {DESK} }} }}");
        Ok(self.query(&document, json!({ "at": at_least })).await?["desk"].clone())
    }

    pub async fn follow(&self) -> anyhow::Result<Subscription> {
        let document = format!("subscription {{ desk {{ {DESK} }} }}");
        Subscription::open(&self.desk, &self.token, &document, json!({})).await
    }

    pub async fn subscribe(&self, document: &str) -> anyhow::Result<Subscription> {
        Subscription::open(&self.desk, &self.token, document, json!({})).await
    }

    /// A mutation without ids that must be done.
    pub async fn does(&self, call: &str) -> anyhow::Result<Value> {
        let document = format!(
            "mutation {{ it: {call} {{ __typename ... on Done {{ token }} ... on Refused {{ code message }} ... on NotKnownYet {{ message }} }} }}"
        );
        of_type(&self.query(&document, json!({})).await?["it"], "Done")
    }

    /// A mutation that answers `ActPayload`, such as `accept(reservation: $a)`.
    pub async fn act(&self, call: &str, a: &str, b: &str) -> anyhow::Result<Value> {
        act(&self.http, &self.desk, &self.token, call, a, b).await
    }

    /// The same, and it must be done.
    pub async fn acts(&self, call: &str, a: &str, b: &str) -> anyhow::Result<Value> {
        of_type(&self.act(call, a, b).await?, "Done")
    }
}

/// The first offer on a desk.
pub fn an_offer(desk: &Value) -> Option<String> {
    desk["desk"]["offers"][0]["reservation"].as_str().map(str::to_owned)
}

/// The link of the desk's first contact, once it can be talked on.
pub fn a_link(desk: &Value) -> Option<String> {
    let contact = &desk["desk"]["contacts"][0];
    (contact["state"] == "TALKING").then(|| contact["link"]["id"].as_str().map(str::to_owned))?
}
