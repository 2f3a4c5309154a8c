//! What became of commands, as read back from the tail: for doors that wait and for those that ask later.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use domain::{
    callback,
    command::{Actor, COMMAND_LIFE_MAX, Outcome, Refusal},
    contact, entitlement,
    id::{CallbackId, CommandId, ContactId, TicketId},
    log::Whole,
    ticket,
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

/// Outcomes are remembered for this span of partition time: twice a command's life, so that whoever asks within one
/// life after a command's expiry gets a sure answer.
pub const REMEMBERED: Span = Span(2 * COMMAND_LIFE_MAX.0);

type Key = (CommandId, Actor);

/// What is known of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    Decided(Outcome),
    /// It may still be decided.
    NotYet,
    /// Partition time has passed its expiry: it will never be.
    Never,
    /// So long ago that only the log itself can tell.
    Forgotten,
}

/// What a decision made new for whoever asked, or the entitlement's no: what a door's answer names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Made {
    Contact(ContactId),
    Callback(CallbackId),
    Ticket {
        ticket: TicketId,
        number: u32,
    },
    /// Always [`entitlement::Event::Denied`].
    #[serde(with = "denied")]
    Denied(Arc<entitlement::Event>),
}

/// What a snapshot keeps of one outcome.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Frozen {
    at: Timestamp,
    command: CommandId,
    actor: String,
    outcome: Outcome,
    made: Option<Made>,
}

/// Outcomes by (command, actor), and who waits for one.
#[derive(Debug, Default)]
pub(crate) struct Outcomes {
    decided: HashMap<Key, Outcome>,
    made: HashMap<Key, Made>,
    by_age: VecDeque<(Timestamp, Key)>,
    waiting: HashMap<Key, Vec<oneshot::Sender<Outcome>>>,
    now: Timestamp,
}

impl Outcomes {
    /// Notes the outcome that a decision is, and tells those who wait for it.
    pub(crate) fn note(&mut self, whole: &Whole) {
        let Some(last) = whole.records.last() else { return };
        self.now = last.time;
        self.forget();
        if matches!(last.actor, Actor::Timer) {
            return;
        }
        let key = (last.command_id, last.actor.clone());
        let outcome =
            Outcome { body_hash: last.command_hash, seq: last.seq, refusal: refusal_in(whole) };
        if let Some(made) = made_in(whole) {
            self.made.insert(key.clone(), made);
        }
        for waiting in self.waiting.remove(&key).unwrap_or_default() {
            // Whoever waited may have gone; the outcome stays known.
            let _ = waiting.send(outcome.clone());
        }
        if self.decided.insert(key.clone(), outcome).is_none() {
            self.by_age.push_back((last.time, key));
        }
    }

    /// What is remembered, oldest first.
    pub(crate) fn freeze(&self) -> Vec<Frozen> {
        let known = self.by_age.iter().filter_map(|(at, key)| {
            let (outcome, made) = (self.decided.get(key)?.clone(), self.made.get(key).cloned());
            Some(Frozen { at: *at, command: key.0, actor: key.1.to_string(), outcome, made })
        });
        known.collect()
    }

    /// Remembers what a snapshot kept, besides what it knows.
    pub(crate) fn thaw(&mut self, frozen: Vec<Frozen>, now: Timestamp) -> Option<()> {
        for Frozen { at, command, actor, outcome, made } in frozen {
            let key = (command, actor.parse().ok()?);
            if let Some(made) = made {
                self.made.insert(key.clone(), made);
            }
            self.decided.insert(key.clone(), outcome);
            self.by_age.push_back((at, key));
        }
        self.now = now;
        Some(())
    }

    /// Gets the outcome as soon as it is known: at once if it is known already.
    pub(crate) fn await_one(
        &mut self,
        command: CommandId,
        actor: Actor,
    ) -> oneshot::Receiver<Outcome> {
        let (tell, told) = oneshot::channel();
        let key = (command, actor);
        if let Some(outcome) = self.decided.get(&key) {
            let _ = tell.send(outcome.clone());
        } else {
            let waiting = self.waiting.entry(key).or_default();
            waiting.retain(|one| !one.is_closed());
            waiting.push(tell);
        }
        told
    }

    pub(crate) fn made(&self, command: CommandId, actor: &Actor) -> Option<Made> {
        self.made.get(&(command, actor.clone())).cloned()
    }

    /// Drops the places of those who have stopped waiting for this command.
    pub(crate) fn tidy(&mut self, command: CommandId, actor: &Actor) {
        let key = (command, actor.clone());
        if let Some(waiting) = self.waiting.get_mut(&key) {
            waiting.retain(|one| !one.is_closed());
            if waiting.is_empty() {
                self.waiting.remove(&key);
            }
        }
    }

    pub(crate) fn known(
        &self,
        command: CommandId,
        actor: &Actor,
        expires_at: Option<Timestamp>,
    ) -> Known {
        if let Some(outcome) = self.decided.get(&(command, actor.clone())) {
            return Known::Decided(outcome.clone());
        }
        match expires_at {
            Some(expires) if expires + COMMAND_LIFE_MAX < self.now => Known::Forgotten,
            Some(expires) if expires < self.now => Known::Never,
            Some(_) | None => Known::NotYet,
        }
    }

    fn forget(&mut self) {
        while let Some((oldest, _)) = self.by_age.front()
            && *oldest + REMEMBERED < self.now
            && let Some((_, key)) = self.by_age.pop_front()
        {
            self.decided.remove(&key);
            self.made.remove(&key);
        }
    }
}

/// A record that does not decode stops the tail's fold before it comes here.
fn made_in(whole: &Whole) -> Option<Made> {
    let found = |kind: &str| whole.records.iter().find(|record| &*record.kind == kind);
    if let Some(record) = found("entitlement.denied") {
        let denied = entitlement::Event::decode(&record.kind, &record.data).ok()??;
        return Some(Made::Denied(Arc::new(denied)));
    }
    if let Some(record) = found("callback.requested") {
        let callback::Event::Requested { callback, .. } =
            callback::Event::decode(&record.kind, &record.data).ok()??
        else {
            return None;
        };
        return Some(Made::Callback(callback));
    }
    if let Some(record) = found("contact.queued") {
        let contact::Event::Queued { contact, .. } =
            contact::Event::decode(&record.kind, &record.data).ok()??
        else {
            return None;
        };
        return Some(Made::Contact(contact));
    }
    let record = found("ticket.opened")?;
    let ticket::Event::Opened { ticket, number, .. } =
        ticket::Event::decode(&record.kind, &record.data).ok()??
    else {
        return None;
    };
    Some(Made::Ticket { ticket, number })
}

fn refusal_in(whole: &Whole) -> Option<Refusal> {
    let first = whole.records.first().filter(|first| &*first.kind == "command.refused")?;
    Some(serde_json::from_slice(&first.data).unwrap_or_else(|_| Refusal {
        code: "command.refused".to_owned(),
        message: "the request was refused".to_owned(),
        data: domain::refusal::Data::new(),
    }))
}

mod denied {
    //! A denial as its event is stored.

    use std::sync::Arc;

    use domain::entitlement::Event;
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _, ser::Error as _};
    use serde_json::value::RawValue;

    pub(super) fn serialize<S: Serializer>(event: &Event, to: S) -> Result<S::Ok, S::Error> {
        let text = String::from_utf8(event.encode()).map_err(S::Error::custom)?;
        let raw = RawValue::from_string(text).map_err(S::Error::custom)?;
        serde::Serialize::serialize(&(event.kind().0, raw), to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Event>, D::Error> {
        let (kind, raw) = <(String, Box<RawValue>)>::deserialize(from)?;
        let event = Event::decode(&kind, raw.get().as_bytes()).map_err(D::Error::custom)?;
        event.map(Arc::new).ok_or_else(|| D::Error::custom("not an entitlement's event"))
    }
}
