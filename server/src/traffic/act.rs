//! What customers and staff do: mutations, each under a command id of ours, and what became of them.

use std::{net::Ipv4Addr, sync::Mutex, time::Duration};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    client::{Client, SignedOut},
    journal::{Journal, Line},
};

/// A command is sent again at most so often while nobody knows what became of it.
const TRIES_MAX: u32 = 30;
const PAUSE: Duration = Duration::from_millis(200);

const FIELDS: &str = "__typename ... on Refused { code message } ... on NotKnownYet { message }";

/// What became of a command.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// `id`: what it created, if it did.
    Done { token: String, id: Option<Uuid> },
    /// A refusal's code, or `denied.` and the rule that forbade it.
    Refused { code: String },
}

impl Answer {
    pub(super) fn token(&self) -> Option<&str> {
        match self {
            Self::Done { token, .. } => Some(token),
            Self::Refused { .. } => None,
        }
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }
}

/// A mutation field: its name and arguments without the command id, and what else it answers with.
pub(super) struct Act {
    field: &'static str,
    arguments: String,
    /// The argument is one input object, so that the command id goes into it.
    input: bool,
    done: &'static str,
}

impl Act {
    /// Such as `Act::plain("accept", "reservation: \"…\"")`.
    pub(super) fn plain(field: &'static str, arguments: impl Into<String>) -> Self {
        Self { field, arguments: arguments.into(), input: false, done: "... on Done { token }" }
    }

    pub(super) fn input(field: &'static str, arguments: impl Into<String>) -> Self {
        Self { input: true, ..Self::plain(field, arguments) }
    }

    pub(super) fn ask(topic: &str) -> Self {
        Self {
            done: "... on Asked { token id: contact } ... on Denied { token rules { code } }",
            ..Self::input("ask", format!("topic: {}, channel: CHAT", text(topic)))
        }
    }

    pub(super) fn request_callback(topic: &str, number: &str) -> Self {
        let arguments = format!("topic: {}, number: {}", text(topic), text(number));
        Self {
            done: "... on CallbackRequested { token id: callback } ... on Denied { token rules { code } }",
            ..Self::input("requestCallback", arguments)
        }
    }

    fn document(&self, name: usize, command: Uuid) -> String {
        let Self { field, arguments, input, done } = self;
        let comma = if arguments.is_empty() { "" } else { ", " };
        let arguments = format!("commandId: \"{command}\"{comma}{arguments}");
        let arguments = if *input { format!("input: {{ {arguments} }}") } else { arguments };
        format!("m{name}: {field}({arguments}) {{ {FIELDS} {done} }}")
    }
}

/// A string as it stands in a GraphQL document.
pub(super) fn text(text: &str) -> String {
    Value::from(text).to_string()
}

/// Command ids that nobody else has, the same in every run that starts from the same state.
pub(super) struct Ids {
    run: Uuid,
    next: Mutex<u64>,
}

impl Ids {
    pub(super) fn of(run: Uuid) -> Self {
        Self { run, next: Mutex::new(0) }
    }

    fn fresh(&self) -> Uuid {
        let mut next = self.next.lock().expect("nobody panics while counting");
        *next += 1;
        domain::command::derived_id(&[self.run.as_bytes(), &next.to_be_bytes()])
    }
}

/// Sends commands and notes the answers.
pub(super) struct Doer {
    pub(super) client: Client,
    pub(super) journal: Journal,
    pub(super) ids: Ids,
    pub(super) edge: String,
    pub(super) desk: String,
}

/// A customer's visit.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    pub(super) token: String,
    pub(super) from: Ipv4Addr,
}

impl Doer {
    pub(super) async fn customer(&self, visit: &Visit, act: Act) -> anyhow::Result<Answer> {
        let mut answers = self.send(&self.edge, &visit.token, Some(visit.from), &[act]).await?;
        answers.pop().context("one act, one answer")
    }

    pub(super) async fn staff<const N: usize>(
        &self,
        session: &Session,
        acts: [Act; N],
    ) -> anyhow::Result<Vec<Answer>> {
        let token = session.token();
        match self.send(&self.desk, &token, None, &acts).await {
            Err(error) if error.is::<SignedOut>() => {
                session.sign_in(&self.client, &self.desk).await?;
                self.send(&self.desk, &session.token(), None, &acts).await
            }
            done => done,
        }
    }

    pub(super) async fn query(
        &self,
        session: &Session,
        document: &str,
        variables: Value,
    ) -> anyhow::Result<Value> {
        let token = session.token();
        match self.client.graphql(&self.desk, &token, None, document, variables.clone()).await {
            Err(error) if error.is::<SignedOut>() => {
                session.sign_in(&self.client, &self.desk).await?;
                self.client.graphql(&self.desk, &session.token(), None, document, variables).await
            }
            done => done,
        }
    }

    async fn send(
        &self,
        server: &str,
        token: &str,
        from: Option<Ipv4Addr>,
        acts: &[Act],
    ) -> anyhow::Result<Vec<Answer>> {
        let commands: Vec<Uuid> = acts.iter().map(|_| self.ids.fresh()).collect();
        let fields: Vec<String> = acts
            .iter()
            .zip(&commands)
            .enumerate()
            .map(|(name, (act, command))| act.document(name, *command))
            .collect();
        let document = format!("mutation {{ {} }}", fields.join(" "));
        for _ in 0..TRIES_MAX {
            let data = self.client.graphql(server, token, from, &document, Value::Null).await?;
            let payloads: Vec<&Value> =
                (0..acts.len()).map(|name| &data[format!("m{name}")]).collect();
            if payloads.iter().any(|payload| payload["__typename"] == "NotKnownYet") {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            return payloads
                .into_iter()
                .zip(commands)
                .map(|(payload, command)| self.answer(payload, command))
                .collect();
        }
        bail!("nobody knows what became of {document}")
    }

    fn answer(&self, payload: &Value, command: Uuid) -> anyhow::Result<Answer> {
        let kind = payload["__typename"].as_str().unwrap_or_default();
        if let Some(token) = payload["token"].as_str() {
            self.journal.note(&Line::Done { command, token })?;
            if kind == "Denied" {
                let rule = payload["rules"][0]["code"].as_str().unwrap_or("unknown");
                return Ok(Answer::Refused { code: format!("denied.{rule}") });
            }
            let id = payload["id"].as_str().map(str::parse).transpose()?;
            return Ok(Answer::Done { token: token.to_owned(), id });
        }
        let Some(code) = payload["code"].as_str() else {
            bail!("the server answered {payload} to command {command}");
        };
        self.journal.note(&Line::Refused { command, code })?;
        Ok(Answer::Refused { code: code.to_owned() })
    }
}

/// A member of staff who is signed in to the desk.
pub(super) struct Session {
    /// An address of their own, as if they sat somewhere.
    from: Ipv4Addr,
    login: String,
    password: String,
    token: Mutex<String>,
}

impl Session {
    pub(super) async fn open(
        client: &Client,
        desk: &str,
        login: &str,
        password: &str,
    ) -> anyhow::Result<Self> {
        let [.., b, c, d] = Sha256::digest(login)[..] else {
            unreachable!("a digest has 32 bytes");
        };
        let session = Self {
            from: Ipv4Addr::new(10, b, c, d),
            login: login.to_owned(),
            password: password.to_owned(),
            token: Mutex::default(),
        };
        // Who was enrolled a moment ago may not be known everywhere yet.
        for _ in 0..TRIES_MAX {
            match session.sign_in(client, desk).await {
                Err(error) if error.is::<SignedOut>() => tokio::time::sleep(PAUSE).await,
                Err(error) => return Err(error),
                Ok(()) => return Ok(session),
            }
        }
        bail!("`{login}` cannot sign in to the desk: login and password do not match")
    }

    async fn sign_in(&self, client: &Client, desk: &str) -> anyhow::Result<()> {
        let body = json!({ "login": self.login, "password": self.password });
        let answer = client.post(&format!("{desk}/session"), None, Some(self.from), &body).await?;
        let token = answer["token"].as_str().context("a session has a token")?;
        token.clone_into(&mut self.token.lock().expect("nobody panics while writing a token"));
        Ok(())
    }

    pub(super) fn token(&self) -> String {
        self.token.lock().expect("nobody panics while writing a token").clone()
    }
}
