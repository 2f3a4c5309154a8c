//! The customers' side: visits, page views, asking, giving up.

use std::net::Ipv4Addr;

use anyhow::Context as _;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jsonwebtoken::{Algorithm, Header, encode};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Caller, Player, date};
use crate::traffic::{
    act::{Act, Visit, text},
    calls::Call,
    journal::Line,
    plan::Step,
    setup::{self, PRIORITY, REGULAR},
};

/// The company's system reports so many accounts at once.
const IMPORTS_AT_ONCE: usize = 16;
/// The company's word on who a customer is holds for so long.
const IDENTITY_SECS: i64 = 240;
const SOURCE: &str = "traffic";

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
}

impl Player {
    /// R4: the accounts of those calls, unless they are known already.
    pub(super) async fn accounts(&mut self, from: usize, until: usize) -> anyhow::Result<()> {
        let mut imports = Vec::new();
        for (call, _) in self.plan.calls[from..until].iter().filter(|(call, _)| call.asks) {
            let Some(account) = call.account.clone() else { continue };
            if self.accounts.insert(account.clone()) {
                imports.push((account, if call.high { PRIORITY } else { REGULAR }));
            }
        }
        let world = &self.world;
        let import = |(account, contract): (String, &'static str)| async move {
            let input = format!(
                "account: \"{}\", externalId: {}, name: {}, contract: \"{}\", source: \"{SOURCE}\"",
                setup::id("account", &account),
                text(&external(&account)),
                text(&format!("Caller {account}")),
                setup::id("contract", contract),
            );
            world.doer.staff(world.player(), [Act::input("recordAccount", input)]).await
        };
        let answers: Vec<_> = stream::iter(imports)
            .map(import)
            .buffer_unordered(IMPORTS_AT_ONCE)
            .try_collect()
            .await?;
        for answer in answers.iter().flatten() {
            self.note("recordAccount", answer);
        }
        Ok(())
    }

    pub(super) async fn arrive(&mut self, index: usize) -> anyhow::Result<()> {
        let (call, drawn) = self.plan.calls[index].clone();
        let now = self.pace.now();
        self.bar.inc(1);
        self.bar.set_message(date(now));
        let visit = self.visit(&call).await?;
        self.played.visits += 1;
        if !call.asks {
            return Ok(());
        }
        let act = if call.callback {
            Act::request_callback(&call.topic(), &number(call.line))
        } else {
            Act::ask(&call.topic())
        };
        let answer = self.world.doer.customer(&visit, act).await?;
        if !self.note(if call.callback { "requestCallback" } else { "ask" }, &answer) {
            return Ok(());
        }
        let crate::traffic::act::Answer::Done { id, .. } = answer else { return Ok(()) };
        let id = id.context("what was asked for has an id")?;
        let journal = &self.world.doer.journal;
        let mut caller = Caller { visit, asked: now, contact: None, callback: None, served: false };
        if call.callback {
            journal.note(&Line::Callback { line: call.line, callback: id })?;
            self.by_callback.insert(id, index);
            caller.callback = Some(id);
            self.played.callbacks += 1;
        } else {
            journal.note(&Line::Contact { line: call.line, contact: id })?;
            self.by_contact.insert(id, index);
            caller.contact = Some(id);
            self.played.count_offered();
        }
        self.callers.insert(index, caller);
        if let Some(patience) = drawn.patience {
            self.plan.add(now + patience, Step::GiveUp { call: index });
        }
        self.look = true;
        Ok(())
    }

    /// Opens a visit, signed in if the call has an account, and looks at one page.
    async fn visit(&self, call: &Call) -> anyhow::Result<Visit> {
        let doer = &self.world.doer;
        let from = address(call.line);
        let identity = match &call.account {
            Some(account) if call.asks => Some(self.identity(&external(account)).await?),
            _ => None,
        };
        let body = json!({ "site": self.site, "identity": identity });
        let url = format!("{}/visit", doer.edge);
        let answer = doer.client.post(&url, None, Some(from), &body).await?;
        let token = answer["token"].as_str().context("a visit has a token")?.to_owned();
        let now_millis = self.pace.now() * 1_000;
        let url = format!("https://bank.example/{}", call.topic());
        let view = json!({ "pageLoad": now_millis, "seq": 1, "url": url, "title": call.kind });
        let activity = format!("{}/activity", doer.edge);
        doer.client.post(&activity, Some(&token), Some(from), &json!({ "views": [view] })).await?;
        Ok(Visit { token, from })
    }

    async fn identity(&self, subject: &str) -> anyhow::Result<String> {
        let now = match &self.pace {
            crate::traffic::pace::Pace::Driven { .. } => self.pace.now(),
            crate::traffic::pace::Pace::Waited { .. } => self.server_now().await?,
        };
        let claims = Claims {
            iss: &self.issuer,
            aud: "lockstep",
            sub: subject,
            iat: now,
            exp: now + IDENTITY_SECS,
        };
        encode(&Header::new(Algorithm::EdDSA), &claims, &self.world.company)
            .context("the company's key cannot sign")
    }

    async fn server_now(&self) -> anyhow::Result<i64> {
        let world = &self.world;
        let data = world.doer.query(world.player(), "{ clock { now } }", Value::Null).await?;
        let now: jiff::Timestamp =
            data["clock"]["now"].as_str().context("a clock shows a time")?.parse()?;
        Ok(now.as_second())
    }

    /// R7, R12: the customer's patience has ended.
    pub(super) async fn give_up(&mut self, index: usize) -> anyhow::Result<()> {
        let Some(caller) = self.callers.get(&index).filter(|caller| !caller.served) else {
            return Ok(());
        };
        let act = match (caller.callback, caller.contact) {
            (Some(callback), _) => {
                Act::plain("cancelCallback", format!("callback: \"{callback}\""))
            }
            (None, Some(contact)) => Act::plain("cancelContact", format!("contact: \"{contact}\"")),
            (None, None) => return Ok(()),
        };
        let (visit, asked, rings) = (caller.visit.clone(), caller.asked, caller.callback.is_some());
        let answer = self.world.doer.customer(&visit, act).await?;
        if self.note("give up", &answer) {
            self.callers.remove(&index);
            if rings {
                self.played.callbacks_cancelled += 1;
            } else {
                self.played.count_abandoned(self.pace.now() - asked);
            }
        }
        Ok(())
    }
}

/// The company's number for the customer.
fn external(account: &str) -> String {
    format!("traffic-{account}")
}

/// An address of a customer's own, in a network that nobody has defined.
fn address(line: u64) -> Ipv4Addr {
    let [.., b, c, d] = line.to_be_bytes();
    Ipv4Addr::new(10, b, c, d)
}

/// A number that nobody has: the range that is set aside for stories.
fn number(line: u64) -> String {
    format!("+1555010{:04}", line % 10_000)
}
