//! A contact's timeline in words: what happened, as somebody reads it who was not there.

use projections::contact_timeline::TimelineRow;
use serde_json::Value;

use crate::graphql::contact::TimelineEntry;

pub(crate) fn entry(row: TimelineRow) -> TimelineEntry {
    let data = serde_json::from_str(&row.data).unwrap_or(Value::Null);
    TimelineEntry {
        at: row.at.into(),
        seq: row.seq,
        text: in_words(&row.kind, &data),
        kind: row.kind,
        actor: row.actor,
    }
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

    #[test]
    fn what_happened_is_told_and_what_was_said_is_not() {
        let said = json!({ "from": "customer", "text": { "subject": "x", "box": "secret" } });
        assert_eq!(in_words("link.message_sent", &said), "the customer wrote");
        let ended = json!({ "end": "customer_hung_up" });
        assert_eq!(in_words("link.ended", &ended), "the link ended: customer hung up");
        assert_eq!(in_words("agent.device_lost", &json!({})), "agent device lost");
    }
}
