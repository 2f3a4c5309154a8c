//! Kafka Streams, exactly once, with the same rule: an agent has at most one live reservation (`tests/peers`).

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, ensure};
use infra::kafka::client::Login;
use rdkafka::{
    Message,
    message::{Header, Headers, OwnedHeaders},
    producer::{BaseProducer, BaseRecord},
};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::{
    load::{Seen, Subject},
    relay::Listener,
    topics::{Topics, produce},
    work::TALKS,
};

pub(super) struct Streams {
    name: &'static str,
    topic: String,
    partitions: usize,
    producer: BaseProducer,
    command_bytes: usize,
    seen: Seen,
    listener: Listener,
    peer: Child,
}

impl Streams {
    pub(super) fn start(
        runtime: &Runtime,
        topics: &Topics,
        partitions: usize,
        peer: &Path,
        folder: &Path,
        (name, commit_ms): (&'static str, u32),
        command_bytes: usize,
    ) -> anyhow::Result<Self> {
        let size = i32::try_from(partitions)?;
        let (to, from) = (format!("{name}-in"), format!("{name}-out"));
        runtime.block_on(topics.make(&[(&to, size), (&from, size)]))?;
        let properties = folder.join("client.properties");
        fs::write(&properties, client_properties(topics))?;
        let mut command = Command::new("java");
        command.arg("-jar").arg(peer).arg("--properties").arg(properties);
        command.args(["--input", &topics.named(&to), "--output", &topics.named(&from)]);
        command.args(["--commit-ms", &commit_ms.to_string()]);
        command.args(["--application", &topics.named(name)]);
        command.stdout(Stdio::piped()).stderr(fs::File::create(folder.join(name))?);
        let mut peer = command.spawn().context("java can be started")?;
        let said = peer.stdout.take().context("its output is a pipe")?;
        let mut line = String::new();
        BufReader::new(said).read_line(&mut line)?;
        ensure!(line.trim() == "ready", "Kafka Streams ended before it was ready");
        let seen = Seen::default();
        let consumer = topics.consumer(&from, partitions, "read_committed")?;
        Ok(Self {
            name,
            topic: topics.named(&to),
            partitions,
            producer: topics.producer()?,
            command_bytes,
            listener: Listener::start(consumer, seen.clone(), |record| {
                let id = record.headers()?.iter().find(|header| header.key == "id")?;
                Some(u64::from_be_bytes(id.value?.try_into().ok()?))
            }),
            seen,
            peer,
        })
    }
}

impl Subject for Streams {
    fn name(&self) -> &'static str {
        self.name
    }

    /// Reserves and releases in turn.
    fn send(&mut self, number: u64) -> anyhow::Result<()> {
        let talks = TALKS as u64;
        let (agent, turn) = (number % talks, number / talks);
        let what = if turn.is_multiple_of(2) { "reserve" } else { "release" };
        let (who, contact) =
            (Uuid::from_u64_pair(1, agent), Uuid::from_u64_pair(turn / 2 + 1, agent));
        let mut value =
            format!(r#"{{"type":"{what}","agent":"{who}","contact":"{contact}","pad":""#);
        let pad = self.command_bytes.saturating_sub(value.len() + 2);
        value.extend(std::iter::repeat_n('x', pad));
        value.push_str(r#""}"#);
        let headers =
            OwnedHeaders::new().insert(Header { key: "id", value: Some(&number.to_be_bytes()) });
        let site = agent % self.partitions as u64;
        let record = BaseRecord::to(&self.topic)
            .partition(i32::try_from(site)?)
            .key("bench")
            .payload(value.as_bytes())
            .headers(headers);
        produce(&self.producer, record)
    }

    fn seen(&self) -> &Seen {
        &self.seen
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        self.listener.stop();
        let _ = self.peer.kill();
        let _ = self.peer.wait();
    }
}

fn client_properties(topics: &Topics) -> String {
    let settings = &topics.settings;
    let login = settings.login.as_ref().map_or_else(String::new, |Login { user, password, .. }| {
        format!(
            "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username=\"{user}\" password=\"{password}\";\n"
        )
    });
    // It is given what our own producers have.
    format!("bootstrap.servers={}\nproducer.linger.ms=0\n{login}", settings.bootstrap)
}
