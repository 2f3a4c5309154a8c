//! A contact's timeline in words: what happened, as somebody reads it who was not there.

use projections::contact_timeline::TimelineRow;
use serde_json::Value;

use crate::graphql::contact::{TimelineEntry, TimelineFact, TimelinePhase};

/// Fields of an event's data that are told as they stand: names, codes and numbers, never what is sealed.
const FACTS: &[&str] = &[
    "attempt",
    "because",
    "by",
    "cause",
    "channel",
    "disposition",
    "end",
    "exit",
    "follow",
    "from",
    "party",
    "priority",
    "queue",
    "reason",
    "role",
    "scopes",
    "stars",
    "step",
    "topic",
    "until",
    "way",
];

/// The life of a contact, oldest first, with what belongs together.
pub(crate) fn entries(rows: Vec<TimelineRow>) -> Vec<TimelineEntry> {
    let mut entries: Vec<TimelineEntry> = Vec::with_capacity(rows.len());
    for row in rows {
        let mut entry = entry(row);
        if let Some(before) = entries.last().filter(|before| goes_on(before, &entry)) {
            entry.group = before.group;
        }
        entries.push(entry);
    }
    entries
}

/// Routing goes on with routing, and messages with messages.
fn goes_on(before: &TimelineEntry, entry: &TimelineEntry) -> bool {
    let said = |entry: &TimelineEntry| entry.kind == "link.message_sent";
    (before.routine && entry.routine) || (said(before) && said(entry))
}

fn entry(row: TimelineRow) -> TimelineEntry {
    let data = serde_json::from_str(&row.data).unwrap_or(Value::Null);
    let acting = row.actor.strip_prefix("staff:").and_then(|id| id.parse().ok());
    let watcher = || data["watcher"].get(0);
    let concerning = data.get("agent").or_else(|| data.get("staff")).or_else(watcher);
    TimelineEntry {
        at: row.at.into(),
        seq: row.seq,
        group: row.seq,
        text: in_words(&row.kind, &data),
        phase: phase(&row.kind),
        routine: is_routine(&row.kind),
        facts: facts(&data),
        acting,
        concerning: concerning.and_then(Value::as_str).and_then(|id| id.parse().ok()),
        kind: row.kind,
        actor: row.actor,
    }
}

fn facts(data: &Value) -> Vec<TimelineFact> {
    let told = FACTS.iter().filter_map(|name| Some((*name, told(data.get(*name)?)?)));
    told.map(|(name, value)| TimelineFact { name: name.to_owned(), value }).collect()
}

fn told(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Array(all) => {
            Some(all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","))
        }
        // Such as `{"failed": …}` or `{"together": …}`: which it is.
        Value::Object(one) => one.keys().next().cloned(),
        Value::Null => None,
    }
}

fn phase(kind: &str) -> TimelinePhase {
    match kind {
        "contact.queued" | "callback.requested" => TimelinePhase::Asking,
        "reservation.accepted"
        | "reservation.connecting"
        | "reservation.connected"
        | "reservation.failed"
        | "contact.talking"
        | "contact.held"
        | "contact.resumed"
        | "callback.attempt_started"
        | "callback.attempt_ended" => TimelinePhase::Talking,
        "reservation.wrapping" | "reservation.completed" | "contact.completed" => {
            TimelinePhase::WrapUp
        }
        "contact.rated" | "display.replayed" | "callback.completed" => TimelinePhase::After,
        other => match other.split('.').next() {
            Some("entitlement") => TimelinePhase::Asking,
            Some("reservation") => TimelinePhase::Offering,
            Some("link") => TimelinePhase::Talking,
            Some("display") => TimelinePhase::Display,
            _ => TimelinePhase::Waiting,
        },
    }
}

/// What says only how routing or a connection came to it.
fn is_routine(kind: &str) -> bool {
    kind.starts_with("booking.")
        || matches!(
            kind,
            "contact.step_activated"
                | "contact.step_expired"
                | "contact.reconsidered"
                | "callback.queued"
                | "reservation.connecting"
                | "reservation.connected"
                | "reservation.extended"
                | "reservation.asked_why"
                | "reservation.completed"
                | "link.requested"
                | "link.connected"
                | "display.registered"
                | "display.left"
        )
}

/// Never anything that is sealed: the timeline shows what happened, not what was said.
fn in_words(kind: &str, data: &Value) -> String {
    let text = |field: &str| data[field].as_str().unwrap_or("?").replace('_', " ");
    let number = |field: &str| data[field].as_u64().unwrap_or_default();
    let list = |field: &str| {
        let all = data[field].as_array().into_iter().flatten();
        all.filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
    };
    match kind {
        "contact.queued" => format!("joined the queue {} for {}", text("queue"), text("topic")),
        "contact.step_activated" => format!("routing step {} is active", number("step")),
        "contact.step_expired" => format!("routing step {} has expired", number("step")),
        "contact.prioritised" => format!("has priority {} now", number("priority")),
        "contact.reassigned" if data["agent"].is_null() => {
            "is free for every agent again".to_owned()
        }
        "contact.reassigned" => "was given to one agent".to_owned(),
        "contact.assignment_released" => "waited for one agent long enough".to_owned(),
        "contact.handed_back" => "waits again: whoever served it is gone".to_owned(),
        "contact.customer_gone" => "the customer's browser is gone".to_owned(),
        "contact.customer_returned" => "the customer's browser is back".to_owned(),
        "contact.talking" => "agent and customer talk".to_owned(),
        "contact.held" => "is on hold".to_owned(),
        "contact.resumed" => "talks again".to_owned(),
        "contact.left" => format!("left the queue: {}", text("exit")),
        "contact.completed" => format!("is completed: {}", text("disposition")),
        "contact.rated" => format!("was rated with {} of 5 stars", number("stars")),
        "display.offered" => "the customer was asked to share the page".to_owned(),
        "display.consented" => format!("the customer agreed to {}", list("scopes")),
        "display.revoked" => format!("the customer took back {}", list("scopes")),
        "display.shared" if data["way"].is_object() => {
            "an address is looked at together".to_owned()
        }
        "display.shared" => "the page is shared".to_owned(),
        "display.paused" => "the customer paused sharing".to_owned(),
        "display.invited" => "a colleague was invited to look on".to_owned(),
        "display.invitation_declined" => "a colleague does not come".to_owned(),
        "display.registered" if data["watcher"].is_null() => "the page is connected".to_owned(),
        "display.registered" => "a watcher is connected".to_owned(),
        "display.joined" => format!("looks on as {}", text("role")),
        "display.left" => "a connection closed".to_owned(),
        "display.page_pushed" => format!("{} opened a page for all", text("by")),
        "display.page_answered" if data["follow"] == true => "the page was opened".to_owned(),
        "display.page_answered" => "the page was declined".to_owned(),
        "display.control_asked" => "asked to act on the page".to_owned(),
        "display.control_granted" => "may act on the page".to_owned(),
        "display.control_revoked" => "may not act on the page any more".to_owned(),
        "display.replayed" => "looked at the recording".to_owned(),
        "display.ended" => format!("sharing ended: {}", text("end")),
        "reservation.offered" => "was offered to an agent".to_owned(),
        "reservation.accepted" => "the agent accepted".to_owned(),
        "reservation.rejected" => "the agent rejected".to_owned(),
        "reservation.asked_why" => "the agent is asked why".to_owned(),
        "reservation.explained" if data["reason"].is_null() => {
            "the agent did not say why".to_owned()
        }
        "reservation.explained" => format!("the agent rejected because: {}", text("reason")),
        "reservation.timed_out" => "the agent did not respond in time".to_owned(),
        "reservation.cancelled" => "the offer ended: the customer left".to_owned(),
        "reservation.rescinded" => "the offer was taken back".to_owned(),
        "reservation.connecting" => format!("the {} is being connected", text("party")),
        "reservation.connected" => "agent and customer are connected".to_owned(),
        "reservation.wrapping" => "the talk is over; the agent wraps up".to_owned(),
        "reservation.completed" => "the agent is free again".to_owned(),
        "reservation.failed" => format!("the link could not be set up: {}", text("cause")),
        "link.requested" => "a link is being set up".to_owned(),
        "link.ringing" => "it rings".to_owned(),
        "link.answered" => "the customer answered".to_owned(),
        "link.connected" => "the link is connected".to_owned(),
        "link.held" => "the link is on hold".to_owned(),
        "link.resumed" => "the link is connected again".to_owned(),
        "link.message_sent" => format!("the {} wrote", text("from")),
        "link.ended" => format!("the link ended: {}", ending(&data["end"])),
        "booking.made" => "an agent's next free time is kept for it".to_owned(),
        "booking.moved" => format!("the booking moved to another agent: {}", text("because")),
        "booking.taken" => "the booked agent is free".to_owned(),
        "booking.released" => format!("the booking was released: {}", text("because")),
        "booking.lapsed" => "the booking lapsed".to_owned(),
        "callback.requested" => "a callback was requested".to_owned(),
        "callback.scheduled" => "the callback waits for its time".to_owned(),
        "callback.queued" => "the callback joined the queue".to_owned(),
        "callback.attempt_started" => format!("attempt {} to call back began", number("attempt")),
        "callback.attempt_ended" => {
            format!("attempt {} to call back ended: {}", number("attempt"), text("end"))
        }
        "callback.rescheduled" => "the callback was moved to another time".to_owned(),
        "callback.completed" => format!("the callback is completed: {}", text("reason")),
        "entitlement.granted" => "the request is covered".to_owned(),
        "entitlement.denied" => "the request is not covered".to_owned(),
        other => other.replace(['.', '_'], " "),
    }
}

fn ending(end: &Value) -> String {
    match end {
        Value::String(end) => end.replace('_', " "),
        Value::Object(failed) => failed
            .get("failed")
            .and_then(Value::as_str)
            .map_or_else(|| "failed".to_owned(), |cause| format!("failed, {cause}")),
        _ => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(seq: u64, kind: &str, data: &Value) -> TimelineRow {
        TimelineRow {
            seq,
            at: domain::time::Timestamp::from_secs(1_000),
            kind: kind.to_owned(),
            actor: "staff:0190b000-0000-7000-8000-0000000000a1".to_owned(),
            data: data.to_string(),
        }
    }

    #[test]
    fn entries_have_a_phase_people_and_a_group() {
        let agent = "0190b000-0000-7000-8000-0000000000a2";
        let told = [
            ("entitlement.granted", TimelinePhase::Asking, 1),
            ("contact.queued", TimelinePhase::Asking, 2),
            ("contact.step_activated", TimelinePhase::Waiting, 3),
            ("booking.made", TimelinePhase::Waiting, 3),
            ("reservation.offered", TimelinePhase::Offering, 5),
            ("reservation.rejected", TimelinePhase::Offering, 6),
            ("contact.reconsidered", TimelinePhase::Waiting, 7),
            ("reservation.accepted", TimelinePhase::Talking, 8),
            ("link.message_sent", TimelinePhase::Talking, 9),
            ("link.message_sent", TimelinePhase::Talking, 9),
            ("display.joined", TimelinePhase::Display, 11),
            ("contact.completed", TimelinePhase::WrapUp, 12),
            ("display.replayed", TimelinePhase::After, 13),
        ];
        let data = json!({
            "agent": agent, "queue": "help", "step": 2, "text": { "subject": "x", "box": "secret" },
        });
        let rows = (1..).zip(told).map(|(seq, (kind, ..))| row(seq, kind, &data)).collect();
        for (entry, (kind, phase, group)) in entries(rows).iter().zip(told) {
            assert_eq!((&*entry.kind, entry.phase, entry.group), (kind, phase, group));
            assert_eq!(entry.concerning.map(|id| id.to_string()).as_deref(), Some(agent));
            assert!(entry.acting.is_some());
            let facts: Vec<_> = entry.facts.iter().map(|one| (&*one.name, &*one.value)).collect();
            assert_eq!(facts, [("queue", "help"), ("step", "2")], "nothing that is sealed");
        }
    }

    #[test]
    fn what_happened_is_told_and_what_was_said_is_not() {
        let said = json!({ "from": "customer", "text": { "subject": "x", "box": "secret" } });
        assert_eq!(in_words("link.message_sent", &said), "the customer wrote");
        let ended = json!({ "end": "customer_hung_up" });
        assert_eq!(in_words("link.ended", &ended), "the link ended: customer hung up");
        assert_eq!(in_words("agent.device_lost", &json!({})), "agent device lost");
    }
}
