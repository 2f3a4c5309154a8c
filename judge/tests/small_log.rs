//! A small log, written by hand in the stored format: every law holds on it, and every break is caught.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::{fs, path::Path};

use judge::{
    calls::Calls,
    chain,
    journal::Journal,
    laws::{self, Beside, Played},
    records::{self, Placed},
    selftest::{self, Outcome},
};
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use uuid::Uuid;

const SITE: &str = "site:demo";
const SECOND: i64 = 1_000_000;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x1000_0000_0000_4000_8000_0000_0000_0000 + n)
}

/// Writes decisions one after the other, unlinked; reading and linking is what the judge does.
struct Writer {
    log: Connection,
    seq: i64,
    now: i64,
    journal: String,
}

impl Writer {
    fn new(path: &Path) -> Self {
        let log = Connection::open(path).unwrap();
        log.execute_batch(
            "CREATE TABLE events(row INTEGER PRIMARY KEY, partition TEXT NOT NULL, epoch INTEGER NOT NULL, \
             writer TEXT NOT NULL, seq INTEGER, part INTEGER, parts INTEGER, prev BLOB, time INTEGER NOT NULL, \
             id TEXT, type TEXT NOT NULL, version INTEGER, command_id TEXT, command_hash INTEGER, actor TEXT, \
             causation TEXT, correlation TEXT, traceparent TEXT, data TEXT NOT NULL, UNIQUE(partition, seq))",
        )
        .unwrap();
        let writer = Self { log, seq: 0, now: 1_000 * SECOND, journal: String::new() };
        writer
            .log
            .execute(
                "INSERT INTO events(partition, epoch, writer, time, type, data) VALUES (?, 1, ?, ?, 'ownership.taken', '{}')",
                params![SITE, id(1).to_string(), writer.now],
            )
            .unwrap();
        writer
    }

    fn decide(&mut self, actor: &str, events: &[(&str, Value)]) {
        self.now += SECOND;
        let command = id(1_000_000 + u128::try_from(self.seq).unwrap());
        for (part, (kind, data)) in events.iter().enumerate() {
            self.seq += 1;
            self.log
                .execute(
                    "INSERT INTO events(partition, epoch, writer, seq, part, parts, prev, time, id, type, version, \
                     command_id, command_hash, actor, correlation, data) \
                     VALUES (?, 1, ?, ?, ?, ?, x'00', ?, ?, ?, 1, ?, 7, ?, ?, ?)",
                    params![
                        SITE,
                        id(1).to_string(),
                        self.seq,
                        i64::try_from(part).unwrap(),
                        i64::try_from(events.len()).unwrap(),
                        self.now,
                        id(2_000_000 + u128::try_from(self.seq).unwrap()).to_string(),
                        kind,
                        command.to_string(),
                        actor,
                        command.to_string(),
                        data.to_string(),
                    ],
                )
                .unwrap();
        }
        if actor != "timer" {
            self.note(&json!({"kind": "done", "command": command, "token": format!("{SITE}@{}", self.seq)}));
        }
    }

    fn note(&mut self, line: &Value) {
        self.journal.push_str(&line.to_string());
        self.journal.push('\n');
    }

    fn until(&self, secs: i64) -> i64 {
        self.now + (secs + 1) * SECOND
    }

    fn arrives(&mut self, contact: Uuid, reservation: Uuid, agent: Uuid, callback: Option<Uuid>) {
        let channel = if callback.is_some() { "phone" } else { "chat" };
        self.decide(
            "customer:x",
            &[
                ("contact.queued", json!({"contact": contact, "queue": "ps", "callback": callback, "until": self.until(3600)})),
                ("reservation.offered", json!({"reservation": reservation, "contact": contact, "agent": agent,
                    "queue": "ps", "channel": channel, "until": self.until(20)})),
            ],
        );
    }

    fn answered(&mut self, contact: Uuid, reservation: Uuid, agent: Uuid) {
        let held = json!({"reservation": reservation, "contact": contact, "agent": agent, "until": self.until(30)});
        let talking = json!({"contact": contact, "reservation": reservation, "agent": agent, "until": self.until(7200)});
        self.decide(
            "staff:x",
            &[
                ("reservation.accepted", held.clone()),
                ("reservation.connected", held),
                ("contact.talking", talking),
            ],
        );
    }

    fn ended(&mut self, contact: Uuid, reservation: Uuid, agent: Uuid) {
        let held = json!({"reservation": reservation, "contact": contact, "agent": agent, "until": self.until(60)});
        self.decide("staff:x", &[("reservation.wrapping", held.clone())]);
        self.decide(
            "staff:x",
            &[
                (
                    "contact.completed",
                    json!({"contact": contact, "agent": agent, "disposition": "solved"}),
                ),
                ("reservation.completed", held),
            ],
        );
    }
}

/// Two agents, two calls of a type that both serve, one of a type that only one serves, one callback.
fn small(folder: &Path) -> (Vec<records::Record>, Played) {
    let path = folder.join("log.db");
    let mut log = Writer::new(&path);
    let (avi, dorit) = (id(11), id(12));
    let limits = json!({"wait_secs_max": 3600, "offer_secs": 20, "linking_secs": 30, "talk_secs_max": 7200,
        "wrap_up_secs": 60, "callback_expires_secs": 3600, "title": "ps"});
    log.decide("policy:roster", &[("queue.defined", json!({"queue": "ps", "definition": limits}))]);
    for agent in [avi, dorit] {
        let capacity = json!({"chat": 1, "phone": 1});
        log.decide(
            "policy:roster",
            &[("agent.enrolled", json!({"agent": agent, "capacity": capacity}))],
        );
        log.decide("staff:x", &[("agent.signed_in", json!({"agent": agent}))]);
    }
    log.note(&json!({"kind": "staff", "server": "AVI", "staff": avi}));
    log.note(&json!({"kind": "staff", "server": "DORIT", "staff": dorit}));

    let call = |n: u128| (id(100 + n), id(200 + n));
    let ((one, at_avi), (two, at_dorit), (three, at_avi_later), (ring, ringing)) =
        (call(1), call(2), call(3), call(4));
    for (line, contact) in [(2, one), (3, two), (4, three)] {
        log.note(&json!({"kind": "contact", "line": line, "contact": contact}));
    }
    log.arrives(one, at_avi, avi, None);
    log.arrives(two, at_dorit, dorit, None);
    log.answered(one, at_avi, avi);
    log.answered(two, at_dorit, dorit);
    log.ended(one, at_avi, avi);
    log.ended(two, at_dorit, dorit);
    log.arrives(three, at_avi_later, avi, None);
    log.answered(three, at_avi_later, avi);
    log.ended(three, at_avi_later, avi);

    let callback = id(301);
    log.note(&json!({"kind": "callback", "line": 5, "callback": callback}));
    log.decide(
        "customer:x",
        &[(
            "callback.requested",
            json!({"callback": callback, "queue": "ps", "when": "asap",
        "until": log.until(3600)}),
        )],
    );
    log.arrives(ring, ringing, avi, Some(callback));
    log.decide(
        "staff:x",
        &[("callback.attempt_started", json!({"callback": callback, "attempt": 1}))],
    );
    log.answered(ring, ringing, avi);
    log.decide(
        "staff:x",
        &[
            (
                "callback.attempt_ended",
                json!({"callback": callback, "attempt": 1, "end": "connected"}),
            ),
            ("callback.completed", json!({"callback": callback, "reason": "agent_connected"})),
        ],
    );
    log.ended(ring, ringing, avi);
    log.decide("timer", &[("command.settled", json!({}))]);
    for agent in [avi, dorit] {
        log.decide("staff:x", &[("agent.signed_out", json!({"agent": agent}))]);
    }

    let journal = folder.join("journal.jsonl");
    fs::write(&journal, &log.journal).unwrap();
    let calls = folder.join("calls.csv");
    fs::write(
        &calls,
        "type,outcome,ser_time,server\nPS,AGENT,60,AVI\nPS,AGENT,60,DORIT\nTT,AGENT,60,AVI\nPS,AGENT,60,AVI\n",
    )
    .unwrap();
    let mut records = records::read(&path).unwrap();
    chain::link_again(&mut records);
    let played =
        Played { calls: Calls::read(&calls).unwrap(), journal: Journal::read(&journal).unwrap() };
    (records, played)
}

#[test]
fn every_law_holds_on_a_log_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let (records, played) = small(folder.path());
    let rulings = laws::judge(&records, Beside { played: Some(&played), drained: true });
    assert_eq!(rulings.len(), 8);
    for ruling in rulings {
        assert!(ruling.finding.checked > 0, "{} was never checked", ruling.name.0);
        let violations = &ruling.finding.violations;
        assert!(violations.is_empty(), "{}: {violations:?}", ruling.name.0);
    }
}

#[test]
fn every_break_is_caught_by_exactly_its_law() {
    let folder = tempfile::tempdir().unwrap();
    let (records, played) = small(folder.path());
    let trials = selftest::run(&records, Beside { played: Some(&played), drained: true }).unwrap();
    assert_eq!(trials.len(), 12);
    for trial in trials {
        match trial.outcome {
            Outcome::Caught(_) => {}
            Outcome::NothingToBreak => panic!("nothing to break: {}", trial.what),
            Outcome::NotAsItShould(laws) => panic!("{}: {laws:?} failed", trial.what),
        }
    }
}

#[test]
fn a_flipped_byte_is_named_by_its_sequence() {
    let folder = tempfile::tempdir().unwrap();
    let (mut records, played) = small(folder.path());
    let flipped = records.iter().position(|record| record.kind == "agent.signed_in").unwrap();
    records[flipped].data = records[flipped].data.replace('a', "b");
    let rulings = laws::judge(&records, Beside { played: Some(&played), drained: true });
    let order = rulings.iter().find(|ruling| ruling.name == laws::ORDER).unwrap();
    assert_eq!(order.finding.violations.len(), 1);
    assert_eq!(order.finding.violations[0].seq, records[flipped].seq() + 1);
}
