//! How commands travel on Kafka: the body as JSON, everything else in headers.

use std::sync::Arc;

use domain::{
    command::{Actor, Envelope},
    id::{CommandId, EventId},
    time::Timestamp,
};
use rdkafka::message::{Headers, OwnedHeaders};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::headers::{Written, attributes, id, time};

const KIND: &str = "command";

/// `None`: it expires beyond what a calendar shows, or its body is no JSON.
pub(super) fn written<C: Serialize>(
    envelope: &Envelope<C>,
    source: &str,
) -> Option<(OwnedHeaders, Vec<u8>)> {
    let expires_at = envelope.expires_at.min(LATEST);
    let mut written = Written::new(envelope.command_id.0, source, KIND)
        .time("ce_expiresat", expires_at)?
        .shown("ce_actor", &envelope.actor)
        .id("ce_correlation", envelope.correlation);
    if let Some(causation) = envelope.causation {
        written = written.id("ce_causation", causation.0);
    }
    if let Some(traceparent) = &envelope.traceparent {
        written = written.raw("ce_traceparent", traceparent.as_bytes());
    }
    Some((written.done(), serde_json::to_vec(&envelope.body).ok()?))
}

/// The end of the year 9998: what expires later expires never.
const LATEST: Timestamp = Timestamp::from_secs(253_370_764_800);

/// What a record of the topic says, its body not looked at yet.
pub(super) struct Raw {
    id: CommandId,
    actor: Actor,
    pub(super) expires_at: Timestamp,
    causation: Option<EventId>,
    correlation: Uuid,
    traceparent: Option<Arc<str>>,
    body: Box<[u8]>,
}

impl Raw {
    /// `None`: this is no command of ours.
    pub(super) fn read(headers: Option<&impl Headers>, body: &[u8]) -> Option<Self> {
        let mut found = Attributes::default();
        attributes(headers, |name, text| found.attribute(name, text))?;
        Some(Self {
            id: found.id?,
            actor: found.actor?,
            expires_at: found.expires_at?,
            causation: found.causation,
            correlation: found.correlation?,
            traceparent: found.traceparent,
            body: body.into(),
        })
    }

    pub(super) fn bytes(&self) -> usize {
        self.body.len()
    }

    /// `None`: this version knows no such command.
    pub(super) fn decode<C: DeserializeOwned>(self) -> Option<Envelope<C>> {
        Some(Envelope {
            command_id: self.id,
            actor: self.actor,
            expires_at: self.expires_at,
            causation: self.causation,
            correlation: self.correlation,
            traceparent: self.traceparent,
            body: serde_json::from_slice(&self.body).ok()?,
        })
    }
}

#[derive(Default)]
struct Attributes {
    id: Option<CommandId>,
    actor: Option<Actor>,
    expires_at: Option<Timestamp>,
    causation: Option<EventId>,
    correlation: Option<Uuid>,
    traceparent: Option<Arc<str>>,
}

impl Attributes {
    fn attribute(&mut self, name: &str, text: &str) -> Option<()> {
        match name {
            "id" => self.id = Some(CommandId(id(text)?)),
            "actor" => self.actor = Some(text.parse().ok()?),
            "expiresat" => self.expires_at = Some(time(text)?),
            "causation" => self.causation = Some(EventId(id(text)?)),
            "correlation" => self.correlation = Some(id(text)?),
            "traceparent" => self.traceparent = Some(text.into()),
            _ => {}
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_comes_back_as_it_was_sent() {
        let sent = Envelope {
            command_id: CommandId(Uuid::from_u128(1)),
            actor: Actor::System,
            expires_at: Timestamp(1_764_000_000_123_456),
            causation: Some(EventId(Uuid::from_u128(2))),
            correlation: Uuid::from_u128(3),
            traceparent: Some("00-trace-01".into()),
            body: vec![1, 2, 3],
        };
        let (headers, body) = written(&sent, "site:demo").unwrap();
        let read: Envelope<Vec<u32>> = Raw::read(Some(&headers), &body).unwrap().decode().unwrap();
        assert_eq!(
            (read.command_id, &read.actor, read.expires_at, read.causation, read.correlation),
            (sent.command_id, &sent.actor, sent.expires_at, sent.causation, sent.correlation)
        );
        assert_eq!((read.traceparent, read.body), (sent.traceparent, sent.body));
        assert!(Raw::read(Some(&headers), b"not JSON").unwrap().decode::<Vec<u32>>().is_none());
        assert!(Raw::read(Some(&OwnedHeaders::new()), &body).is_none());
    }

    #[test]
    fn what_never_expires_travels_too() {
        let sent = Envelope {
            command_id: CommandId(Uuid::nil()),
            actor: Actor::System,
            expires_at: Timestamp::MAX,
            causation: None,
            correlation: Uuid::nil(),
            traceparent: None,
            body: (),
        };
        let (headers, body) = written(&sent, "site:demo").unwrap();
        assert!(Raw::read(Some(&headers), &body).unwrap().expires_at >= LATEST);
    }
}
