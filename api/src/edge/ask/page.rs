//! The pages without scripts, as HTML. Everything that comes from outside is escaped here.

use std::fmt::Write as _;

use uuid::Uuid;

use super::{About, Filled, Seen, zones};
use crate::{
    graphql::{
        callback::CallbackState,
        contact::ContactState,
        own::{Call, Denied, OwnCallback, Promise, Wait},
        scalar::Instant,
        wait::{Change, Possibility},
    },
    limits,
};

/// The status looks again by itself.
const REFRESH_SECS: u32 = 15;

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn page(title: &str, refresh: bool, body: &str) -> String {
    let refresh = if refresh {
        format!("<meta http-equiv=\"refresh\" content=\"{REFRESH_SECS}; url=/ask\">")
    } else {
        String::new()
    };
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">{refresh}\
         <title>{title}</title><link rel=\"stylesheet\" href=\"/ask.css\"></head>\
         <body><main>{body}</main></body></html>",
        title = escape(title),
    )
}

fn notice(message: &str) -> String {
    format!("<p class=\"notice\" role=\"alert\">{}</p>", escape(message))
}

/// What was asked for, and the form to ask while nothing is open.
pub(super) fn status(seen: &Seen, filled: &Filled, message: Option<&str>) -> String {
    let me = &seen.me;
    let mut body = String::from("<h1>Ask us for help</h1>");
    body.extend(message.map(notice));
    let is_open =
        |callback: &&OwnCallback| callback.state != CallbackState::Completed || talking(callback);
    let open: Vec<_> = me.callbacks.iter().filter(is_open).collect();
    for callback in &me.callbacks {
        body.push_str(&card(callback));
    }
    if open.is_empty() {
        body.push_str(&form(seen, filled));
    } else {
        let _ = write!(
            body,
            "<p class=\"quiet\">This page looks again every {REFRESH_SECS} seconds. \
             <a href=\"/ask\">Look now</a></p>"
        );
    }
    // While somebody fills in the form, the page must not go away.
    page("Ask us for help", !open.is_empty() && message.is_none(), &body)
}

fn card(callback: &OwnCallback) -> String {
    let mut body = format!(
        "<section><h2>Callback: {}</h2><p class=\"state\">{}</p><dl>",
        escape(&callback.topic_title),
        state_in_words(callback)
    );
    let mut row = |name: &str, value: &str| {
        let _ = write!(body, "<dt>{name}</dt><dd>{}</dd>", escape(value));
    };
    if let Some(number) = callback.number_shown.as_ref().or(callback.number.as_ref()) {
        row("Your number", number);
    }
    if let Some(at) = callback.at {
        row("At", &local(at, callback.zone.as_deref()));
    }
    if let Some(position) = callback.position {
        row("Place in line", &position.to_string());
    }
    if let Some(wait) = &callback.expected_wait {
        let about = match wait.seconds.div_ceil(60) {
            0 | 1 => "less than a minute".to_owned(),
            minutes => format!("about {minutes} min"),
        };
        row("Expected wait", &about);
    }
    if let Some(booked) = &callback.booked {
        row("Kept for you", &booked.agent_name);
    }
    body.push_str("</dl>");
    if callback.can_cancel {
        let _ = write!(
            body,
            "<form method=\"post\" action=\"/ask\"><input type=\"hidden\" name=\"command\" value=\"{}\">\
             <input type=\"hidden\" name=\"cancel\" value=\"{}\"><button>Cancel this callback</button></form>",
            limits::command_id(None),
            callback.id
        );
    }
    body.push_str("</section>");
    body
}

/// A call is kept when the customer was reached; then they talk.
fn talking(callback: &OwnCallback) -> bool {
    matches!(callback.contact_state, Some(ContactState::Talking | ContactState::Held))
}

fn state_in_words(callback: &OwnCallback) -> String {
    let agent = callback.agent_name.as_deref().map(escape);
    if talking(callback) {
        return format!("You are talking to {}.", agent.as_deref().unwrap_or("us"));
    }
    match (callback.state, callback.promise, callback.wait) {
        (CallbackState::Scheduled, Some(Promise::NotBooked), _) => {
            "Nobody is free at exactly that time. We will call you as soon after it as we can.".to_owned()
        }
        (CallbackState::Scheduled, Some(Promise::Released), _) => {
            "The agent who was to call you is not there. We will call you as soon after that time as we can.".to_owned()
        }
        (CallbackState::Scheduled, Some(Promise::Moved | Promise::Booked) | None, _) => {
            "We will call you at the agreed time.".to_owned()
        }
        (CallbackState::Queued, _, Some(Wait::NobodyHere)) => {
            "Nobody is available right now. We will call you when we are back.".to_owned()
        }
        (CallbackState::Queued, _, _) => {
            "You are in line. We call you when it is your turn.".to_owned()
        }
        (CallbackState::Routing, _, _) => "We are finding the right person for you.".to_owned(),
        (CallbackState::Processing, _, _) => {
            let agent = agent.unwrap_or("Somebody".to_owned());
            match callback.call {
                Some(Call::Ringing | Call::Talking) => format!("{agent} is calling you now."),
                Some(Call::Accepted) | None => format!("{agent} is about to call you."),
            }
        }
        (CallbackState::Completed, _, _) => {
            ended_in_words(callback.reason.as_deref().unwrap_or_default()).to_owned()
        }
    }
}

fn ended_in_words(reason: &str) -> &'static str {
    match reason {
        "agent_connected" => "We have talked. Thank you.",
        "cancelled_by_customer" => "You cancelled this callback.",
        "cancelled_by_staff" => "We had to cancel this callback. Please ask again.",
        "expired" => "We did not manage to call you in time. We are sorry; please ask again.",
        "attempts_exhausted" => "We tried to call you and did not reach you. Please ask again.",
        "number_unreachable" => {
            "We could not reach this number. Please ask again with another one."
        }
        _ => "This callback has ended. You can ask again.",
    }
}

/// What is wrong with a number, by its code.
pub(super) fn number_in_words(code: &str, example: &str) -> String {
    let what = match code {
        "number.empty" => "Please write your number",
        "number.too_short" => "This number has too few digits. Please write all of it",
        "number.too_long" => "This number has too many digits. Please check it",
        "number.extension" => {
            "We cannot dial extensions. Please write a number that reaches you directly"
        }
        "number.country_unknown" => "No country has this code. Please check the first digits",
        _ => "This is not a phone number. Please write its digits",
    };
    format!("{what}, for example {example}.")
}

/// `Tue 1 December, 09:30`, by the clock of the zone that it was asked in.
fn local(at: Instant, zone: Option<&str>) -> String {
    let zone = zone.and_then(|zone| jiff::tz::TimeZone::get(zone).ok());
    let zone = zone.unwrap_or(jiff::tz::TimeZone::UTC);
    let at = jiff::Timestamp::from_microsecond(at.0.0).unwrap_or_default().to_zoned(zone);
    at.strftime("%a %-d %B, %H:%M").to_string()
}

fn form(seen: &Seen, filled: &Filled) -> String {
    let is_possible = |about: &&About| {
        about.phone.as_ref().is_some_and(|way| way.possibility != Possibility::NotIncluded)
    };
    let (mut choices, mut later) = (String::new(), String::new());
    for about in seen.topics.iter().filter(is_possible) {
        let (value, title) = (escape(&about.topic.topic), escape(&about.topic.title));
        let selected = if about.topic.topic == filled.topic { " selected" } else { "" };
        let _ = write!(choices, "<option value=\"{value}\"{selected}>{title}</option>");
        let phone = about.phone.as_ref();
        if let Some((at, zone)) = phone.and_then(|way| Some((way.until?, way.zone.as_deref()))) {
            let at = local(at, zone);
            let _ =
                write!(later, "<li>{title}: we are open from {at}; choose a time from then</li>");
        }
    }
    let left_out: Vec<_> = seen.topics.iter().filter(|about| !is_possible(about)).collect();
    let mut notes = String::new();
    if !later.is_empty() {
        let _ = write!(notes, "<ul class=\"quiet\">{later}</ul>");
    }
    if !left_out.is_empty() {
        let titles: Vec<_> = left_out.iter().map(|about| escape(&about.topic.title)).collect();
        let signs_in = left_out.iter().any(|about| {
            about.phone.as_ref().is_some_and(|way| way.changes.contains(&Change::SignIn))
        });
        let how = if signs_in { " Sign in on our website to ask about it." } else { "" };
        let _ = write!(
            notes,
            "<p class=\"quiet\">We cannot call you here about: {}.{how}</p>",
            titles.join(", ")
        );
    }
    if choices.is_empty() {
        return format!("<section><h2>Call me back</h2>{notes}</section>");
    }
    let command: Uuid = limits::command_id(None);
    let (number, at) = (escape(&filled.number), escape(&filled.at));
    let zones = zone_choices(&seen.me.country, &filled.zone);
    format!(
        "<section><h2>Call me back</h2><p class=\"quiet\">Chat needs scripts, which do not run here. \
         We are glad to call you instead.</p>{notes}\
         <form method=\"post\" action=\"/ask\"><input type=\"hidden\" name=\"command\" value=\"{command}\">\
         <label for=\"topic\">What is it about?</label><select id=\"topic\" name=\"topic\" required>{choices}</select>\
         <label for=\"number\">Your number</label>\
         <input id=\"number\" name=\"number\" type=\"tel\" autocomplete=\"tel\" required maxlength=\"64\" value=\"{number}\">\
         <label for=\"at\">When? Leave it empty for as soon as possible</label>\
         <input id=\"at\" name=\"at\" type=\"datetime-local\" value=\"{at}\">\
         <label for=\"zone\">Time zone of that time</label>\
         <select id=\"zone\" name=\"zone\">{zones}</select>\
         <button>Call me back</button></form></section>"
    )
}

fn zone_choices(country: &str, chosen: &str) -> String {
    let chosen = if chosen.is_empty() { zones::of_country(country) } else { chosen };
    let mut choices = String::new();
    for zone in zones::all() {
        let selected = if zone == chosen { " selected" } else { "" };
        let title = zone.replace('_', " ");
        let _ = write!(choices, "<option value=\"{zone}\"{selected}>{title}</option>");
    }
    choices
}

/// Why not, and what is possible instead.
pub(super) fn denied(denied: &Denied, seen: &Seen, filled: &Filled) -> String {
    let mut body = String::from("<h1>We cannot do this for you</h1>");
    body.push_str(&notice(&denied.message));
    if denied.rules.len() > 1 {
        body.push_str("<ul>");
        for rule in &denied.rules {
            let _ = write!(body, "<li>{}</li>", escape(&rule.message));
        }
        body.push_str("</ul>");
    }
    if !denied.instead.is_empty() {
        body.push_str("<h2>What is possible instead</h2><ul>");
        for instead in &denied.instead {
            let zone = denied.channels.iter().find_map(|way| way.zone.as_deref());
            let at = instead.at.map(|at| format!(" {}", local(at, zone))).unwrap_or_default();
            let _ = write!(body, "<li>{}{}</li>", escape(&instead.message), escape(&at));
        }
        body.push_str("</ul>");
    }
    for callback in &seen.me.callbacks {
        body.push_str(&card(callback));
    }
    body.push_str(&form(seen, filled));
    page("We cannot do this for you", false, &body)
}

pub(super) fn failed(message: &str) -> String {
    let body = format!(
        "<h1>That did not work</h1>{}<p><a href=\"/ask\">Back to the form</a></p>",
        notice(message)
    );
    page("That did not work", false, &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::{link::Channel, own::Me, policy::Topic, wait::Availability};

    #[test]
    fn what_comes_from_outside_is_only_text() {
        let page = failed("<script>alert(\"x\")</script> & 'y'");
        assert!(!page.contains("<script>"), "{page}");
        assert!(
            page.contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;")
        );
    }

    fn seen() -> Seen {
        let me = Me {
            visit: Uuid::nil(),
            signed_in: false,
            country: "GB".to_owned(),
            name: None,
            contract_title: None,
            network: None,
            tokens: Vec::new(),
            contacts: Vec::new(),
            callbacks: Vec::new(),
            services: Vec::new(),
            tickets: Vec::new(),
        };
        let about = |topic: &str, possibility, changes| About {
            topic: Topic { topic: topic.to_owned(), title: format!("My {topic}") },
            phone: Some(Availability {
                channel: Channel::Phone,
                possibility,
                rules: Vec::new(),
                until: None,
                zone: None,
                changes,
                free_now: false,
                expected_wait: None,
                agents_at_work: 1,
                allowed: possibility == Possibility::Possible,
                message: String::new(),
                opens_at: None,
            }),
        };
        let topics = vec![
            about("bill", Possibility::Possible, Vec::new()),
            about("line", Possibility::NotIncluded, vec![Change::SignIn]),
        ];
        Seen { me, topics }
    }

    #[test]
    fn every_field_of_the_form_has_a_label() {
        let form = form(&seen(), &Filled::default());
        for id in ["topic", "number", "at", "zone"] {
            assert!(form.contains(&format!("<label for=\"{id}\">")), "{id}");
            assert!(form.contains(&format!("id=\"{id}\"")), "{id}");
        }
        assert!(form.contains("<option value=\"Europe/London\" selected>"), "{form}");
    }

    #[test]
    fn what_was_typed_stands_in_the_form_again() {
        let filled = Filled {
            topic: "bill".to_owned(),
            number: "\"020 7946".to_owned(),
            at: "2026-03-02T09:30".to_owned(),
            zone: "Asia/Tokyo".to_owned(),
            ..Filled::default()
        };
        let page = status(&seen(), &filled, Some("Please check your number."));
        for kept in [
            "<option value=\"bill\" selected>",
            "value=\"&quot;020 7946\"",
            "value=\"2026-03-02T09:30\"",
            "<option value=\"Asia/Tokyo\" selected>",
        ] {
            assert!(page.contains(kept), "{kept} is not in {page}");
        }
    }

    #[test]
    fn only_what_is_possible_can_be_chosen_and_the_rest_says_what_would_change_it() {
        let form = form(&seen(), &Filled::default());
        assert!(form.contains("value=\"bill\"") && !form.contains("value=\"line\""), "{form}");
        assert!(form.contains("My line. Sign in"), "{form}");
    }
}
