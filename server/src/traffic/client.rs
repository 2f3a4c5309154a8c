//! HTTP and GraphQL as any client would speak them; patient with a busy server.

use std::{net::Ipv4Addr, time::Duration};

use anyhow::{Context as _, bail};
use reqwest::{StatusCode, header};
use serde_json::{Value, json};

/// A request is sent again at most so often while the server is busy or has not caught up.
const TRIES_MAX: u32 = 60;
/// Between two tries, unless the server says how long.
const PAUSE: Duration = Duration::from_millis(100);
/// Longer than anything takes.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// What an answer says if the same request may succeed later.
const LATER: [&str; 3] = ["TOKEN_AHEAD", "UNAVAILABLE", "RATE_LIMITED"];

#[derive(Clone)]
pub(super) struct Client {
    http: reqwest::Client,
}

/// The session or visit is over; sign in or open a visit again.
#[derive(Debug, thiserror::Error)]
#[error("the server no longer knows this session")]
pub(super) struct SignedOut;

impl Client {
    pub(super) fn new() -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(REQUEST_TIMEOUT)
            .tcp_nodelay(true)
            .pool_max_idle_per_host(64)
            .build()
            .context("the HTTP client cannot be made")?;
        Ok(Self { http })
    }

    /// Posts JSON; answers with JSON. `from`: the customer's address, for a server that trusts us as a proxy.
    pub(super) async fn post(
        &self,
        url: &str,
        token: Option<&str>,
        from: Option<Ipv4Addr>,
        body: &Value,
    ) -> anyhow::Result<Value> {
        for _ in 0..TRIES_MAX {
            let mut request = self.http.post(url).json(body);
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            if let Some(from) = from {
                request = request.header("x-forwarded-for", from.to_string());
            }
            let answer = request
                .send()
                .await
                .with_context(|| format!("{url} does not answer; is the server running there?"))?;
            let status = answer.status();
            if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
                let after = answer.headers().get(header::RETRY_AFTER);
                let secs = after.and_then(|after| after.to_str().ok()?.parse().ok());
                tokio::time::sleep(secs.map_or(PAUSE, Duration::from_secs)).await;
                continue;
            }
            if status == StatusCode::UNAUTHORIZED {
                return Err(SignedOut.into());
            }
            let text = answer.text().await.with_context(|| format!("{url} broke off"))?;
            if !status.is_success() {
                bail!("{url} answered {status}: {text}");
            }
            return serde_json::from_str(&text)
                .with_context(|| format!("{url} did not answer with JSON: {text}"));
        }
        bail!("{url} was asked {TRIES_MAX} times and is still busy")
    }

    /// The answer's `data`.
    pub(super) async fn graphql(
        &self,
        server: &str,
        token: &str,
        from: Option<Ipv4Addr>,
        document: &str,
        variables: Value,
    ) -> anyhow::Result<Value> {
        let url = format!("{server}/graphql");
        let body = json!({ "query": document, "variables": variables });
        for _ in 0..TRIES_MAX {
            let mut answer = self.post(&url, Some(token), from, &body).await?;
            let errors = answer.get("errors").and_then(Value::as_array);
            let Some(first) = errors.and_then(|errors| errors.first()) else {
                return Ok(answer["data"].take());
            };
            match first["extensions"]["code"].as_str() {
                Some("UNAUTHENTICATED") => return Err(SignedOut.into()),
                Some(code) if LATER.contains(&code) => tokio::time::sleep(PAUSE).await,
                _ => bail!("the server answered {first} to {document}"),
            }
        }
        bail!("the server was asked {TRIES_MAX} times and has not caught up: {document}")
    }
}
