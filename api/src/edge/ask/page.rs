//! The pages without scripts, as HTML. Everything that comes from outside is escaped here.

use std::fmt::Write as _;

use uuid::Uuid;

use super::{About, Filled, Seen, zones};
use crate::{
    graphql::{
        callback::CallbackState,
        contact::ContactState,
        link::Channel,
        own::{Call, Denied, OwnCallback, Promise, Wait},
        scalar::Instant,
        wait::{Availability, Change, Possibility},
    },
    limits,
    words::Words,
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

fn page(words: &Words, title: &str, refresh: bool, body: &str) -> String {
    let refresh = if refresh {
        format!("<meta http-equiv=\"refresh\" content=\"{REFRESH_SECS}; url=/ask\">")
    } else {
        String::new()
    };
    format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">{refresh}\
         <title>{title}</title><link rel=\"stylesheet\" href=\"/ask.css\"></head>\
         <body><main>{body}</main></body></html>",
        title = escape(title),
        language = words.language,
    )
}

fn notice(message: &str) -> String {
    format!("<p class=\"notice\" role=\"alert\">{}</p>", escape(message))
}

/// What was asked for, and the form to ask while nothing is open.
pub(super) fn status(words: &Words, seen: &Seen, filled: &Filled, message: Option<&str>) -> String {
    let me = &seen.me;
    let title = words.say("page.title");
    let mut body = format!("<h1>{}</h1>", escape(&title));
    body.extend(message.map(notice));
    let is_open =
        |callback: &&OwnCallback| callback.state != CallbackState::Completed || talking(callback);
    let open: Vec<_> = me.callbacks.iter().filter(is_open).collect();
    for callback in &me.callbacks {
        body.push_str(&card(words, callback));
    }
    if open.is_empty() {
        body.push_str(&form(words, seen, filled));
    } else {
        let _ = write!(
            body,
            "<p class=\"quiet\">{} <a href=\"/ask\">{}</a></p>",
            escape(&words.say_with("page.refresh", &[("seconds", &REFRESH_SECS)])),
            escape(&words.say("page.refresh_now")),
        );
    }
    // While somebody fills in the form, the page must not go away.
    page(words, &title, !open.is_empty() && message.is_none(), &body)
}

fn card(words: &Words, callback: &OwnCallback) -> String {
    let mut body = format!(
        "<section><h2>{}</h2><p class=\"state\">{}</p><dl>",
        escape(&callback.topic_title),
        escape(&state_in_words(words, callback))
    );
    let mut row = |key: &str, value: &str| {
        let _ = write!(body, "<dt>{}</dt><dd>{}</dd>", escape(&words.say(key)), escape(value));
    };
    if let Some(number) = callback.number_shown.as_ref().or(callback.number.as_ref()) {
        row("widget.form.number", number);
    }
    if let Some(at) = callback.at {
        row("widget.form.when", &local(words, at, callback.zone.as_deref()));
    }
    if let Some(position) = callback.position {
        row("page.place", &position.to_string());
    }
    if let Some(wait) = &callback.expected_wait {
        let about = match (wait.seconds + 30) / 60 {
            0 => words.say("widget.time.soon"),
            minutes => words.say_with("widget.time.minutes", &[("count", &minutes)]),
        };
        row("page.wait", &about);
    }
    if let Some(booked) = &callback.booked {
        row("page.booked", &booked.agent_name);
    }
    body.push_str("</dl>");
    if callback.can_cancel {
        let _ = write!(
            body,
            "<form method=\"post\" action=\"/ask\"><input type=\"hidden\" name=\"command\" value=\"{}\">\
             <input type=\"hidden\" name=\"cancel\" value=\"{}\"><button>{}</button></form>",
            limits::command_id(None),
            callback.id,
            escape(&words.say("widget.callback.cancel"))
        );
    }
    body.push_str("</section>");
    body
}

/// A call is kept when the customer was reached; then they talk.
fn talking(callback: &OwnCallback) -> bool {
    matches!(callback.contact_state, Some(ContactState::Talking | ContactState::Held))
}

/// How it stands, in the same words as the widget's.
fn state_in_words(words: &Words, callback: &OwnCallback) -> String {
    let name = callback.agent_name.clone().unwrap_or_else(|| words.say("widget.talk.agent"));
    let named = |key| words.say_with(key, &[("name", &name)]);
    if talking(callback) {
        return named("widget.callback.talking");
    }
    let timed = |key| {
        let at = callback.at.map(|at| local(words, at, callback.zone.as_deref()));
        words.say_with(key, &[("when", &at.unwrap_or_default())])
    };
    match (callback.state, callback.promise, callback.wait) {
        (CallbackState::Scheduled, Some(Promise::NotBooked), _) => {
            timed("widget.promise.not_booked")
        }
        (CallbackState::Scheduled, Some(Promise::Released), _) => timed("widget.promise.released"),
        (CallbackState::Scheduled, Some(Promise::Moved | Promise::Booked) | None, _) => {
            timed("widget.callback.at")
        }
        (CallbackState::Queued, _, Some(Wait::NobodyHere)) => words.say("widget.callback.nobody"),
        (CallbackState::Queued, _, _) => words.say("widget.callback.asap"),
        (CallbackState::Routing, _, _) => words.say("widget.callback.routing"),
        (CallbackState::Processing, _, _) => match callback.call {
            Some(Call::Ringing | Call::Talking) => named("widget.callback.calling_by"),
            Some(Call::Accepted) | None => named("widget.callback.soon"),
        },
        (CallbackState::Completed, _, _) => {
            words.say(match callback.reason.as_deref().unwrap_or_default() {
                "agent_connected" => "page.ended.talked",
                "cancelled_by_customer" => "page.ended.cancelled",
                "cancelled_by_staff" => "widget.ended.cancelled_by_staff",
                "expired" | "outside_window" => "widget.ended.expired",
                "attempts_exhausted" => "widget.ended.attempts_exhausted",
                "number_unreachable" => "widget.ended.number_unreachable",
                _ => "widget.ended.ask_again",
            })
        }
    }
}

/// What is wrong with a number, by its code.
pub(super) fn number_in_words(words: &Words, code: &str, example: &str) -> String {
    let key = match code {
        "number.too_short" => "widget.number.too_short",
        "number.too_long" => "widget.number.too_long",
        "number.extension" => "widget.number.extension",
        "number.country_unknown" => "widget.number.country_unknown",
        _ => "widget.number.not_a_number",
    };
    words.say_with(key, &[("example", &example)])
}

/// Any other refusal, by its code.
pub(super) fn refused_in_words(words: &Words, code: &str) -> String {
    words.say(match code {
        "callback.already_open" => "widget.refused.already_planned",
        "callback.being_called" => "widget.refused.being_called",
        "callback.in_the_past" => "widget.form.past",
        "callback.over" => "widget.refused.call_over",
        "callback.site_full" => "widget.refused.site_full",
        "callback.too_far_ahead" => "widget.refused.too_far_ahead",
        "form.foreign" => "page.form.foreign",
        "form.broken" => "page.form.broken",
        "form.no_cookie" => "page.form.no_cookie",
        "time.invalid" => "page.form.time",
        "zone.unknown" => "page.form.zone_unknown",
        _ => "widget.refused.failed",
    })
}

/// Why a channel is not to be had, as the widget says it.
fn why_not(words: &Words, way: &Availability) -> String {
    let chat = way.channel == Channel::Chat;
    let either = |of_chat: &str, of_call: &str| words.say(if chat { of_chat } else { of_call });
    if way.changes.contains(&Change::SignIn) {
        return either("widget.not.sign_in.chat", "widget.not.sign_in.call");
    }
    if way.possibility == Possibility::NotNow {
        return match way.until {
            Some(at) => {
                let when = local(words, at, way.zone.as_deref());
                words.say_with("widget.not.closed", &[("when", &when)])
            }
            None => words.say("widget.not.one_open"),
        };
    }
    if way.changes.contains(&Change::OtherNetwork) {
        return either("widget.not.network.chat", "widget.not.network.call");
    }
    if way.rules.iter().any(|rule| rule.ends_with("_topic")) {
        return words.say("widget.not.topic");
    }
    either("widget.not.plan.chat", "widget.not.plan.call")
}

/// `on 2026-12-01 at 09:30`, by the clock of the zone that it was asked in.
fn local(words: &Words, at: Instant, zone: Option<&str>) -> String {
    let zone = zone.and_then(|zone| jiff::tz::TimeZone::get(zone).ok());
    let zone = zone.unwrap_or(jiff::tz::TimeZone::UTC);
    let at = jiff::Timestamp::from_microsecond(at.0.0).unwrap_or_default().to_zoned(zone);
    let (day, time) = (at.strftime("%Y-%m-%d"), at.strftime("%H:%M"));
    words.say_with("widget.time.on", &[("day", &day), ("time", &time)])
}

fn form(words: &Words, seen: &Seen, filled: &Filled) -> String {
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
            let when = local(words, at, zone);
            let text = words.say_with("page.form.opens", &[("when", &when)]);
            let _ = write!(later, "<li>{title}: {}</li>", escape(&text));
        }
    }
    let left_out: Vec<_> = seen.topics.iter().filter(|about| !is_possible(about)).collect();
    let mut notes = String::new();
    if !later.is_empty() {
        let _ = write!(notes, "<ul class=\"quiet\">{later}</ul>");
    }
    if !left_out.is_empty() {
        let titles: Vec<_> = left_out.iter().map(|about| about.topic.title.as_str()).collect();
        let signs_in = left_out.iter().any(|about| {
            about.phone.as_ref().is_some_and(|way| way.changes.contains(&Change::SignIn))
        });
        let key = if signs_in { "page.form.sign_in" } else { "page.form.left_out" };
        let text = words.say_with(key, &[("topics", &titles.join(", "))]);
        let _ = write!(notes, "<p class=\"quiet\">{}</p>", escape(&text));
    }
    let [title, why, topic_label, number_label, at_label, zone_label] = [
        "widget.way.call",
        "page.form.why",
        "page.form.topic",
        "widget.form.number",
        "page.form.at",
        "page.form.zone",
    ]
    .map(|key| escape(&words.say(key)));
    if choices.is_empty() {
        return format!("<section><h2>{title}</h2>{notes}</section>");
    }
    let command: Uuid = limits::command_id(None);
    let (number, at) = (escape(&filled.number), escape(&filled.at));
    let zones = zone_choices(&seen.me.country, &filled.zone);
    format!(
        "<section><h2>{title}</h2><p class=\"quiet\">{why}</p>{notes}\
         <form method=\"post\" action=\"/ask\"><input type=\"hidden\" name=\"command\" value=\"{command}\">\
         <label for=\"topic\">{topic_label}</label><select id=\"topic\" name=\"topic\" required>{choices}</select>\
         <label for=\"number\">{number_label}</label>\
         <input id=\"number\" name=\"number\" type=\"tel\" autocomplete=\"tel\" required maxlength=\"64\" value=\"{number}\">\
         <label for=\"at\">{at_label}</label>\
         <input id=\"at\" name=\"at\" type=\"datetime-local\" value=\"{at}\">\
         <label for=\"zone\">{zone_label}</label>\
         <select id=\"zone\" name=\"zone\">{zones}</select>\
         <button>{title}</button></form></section>"
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
pub(super) fn denied(words: &Words, denied: &Denied, seen: &Seen, filled: &Filled) -> String {
    let title = words.say("widget.denied.title");
    let asked = denied.channels.iter().find(|way| way.channel == denied.channel);
    let mut body = format!("<h1>{}</h1>", escape(&title));
    body.push_str(&notice(&asked.map_or_else(|| title.clone(), |way| why_not(words, way))));
    for callback in &seen.me.callbacks {
        body.push_str(&card(words, callback));
    }
    body.push_str(&form(words, seen, filled));
    page(words, &title, false, &body)
}

pub(super) fn failed(words: &Words, code: &str) -> String {
    let title = words.say("page.failed");
    let body = format!(
        "<h1>{}</h1>{}<p><a href=\"/ask\">{}</a></p>",
        escape(&title),
        notice(&refused_in_words(words, code)),
        escape(&words.say("page.back"))
    );
    page(words, &title, false, &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        graphql::{own::Me, policy::Topic},
        words::accepted,
    };

    #[test]
    fn what_comes_from_outside_is_only_text() {
        let text = "<script>alert(\"x\")</script> & 'y'";
        let page = status(accepted(None), &seen(), &Filled::default(), Some(text));
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
        let form = form(accepted(None), &seen(), &Filled::default());
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
        let page = status(accepted(None), &seen(), &filled, Some("Please check your number."));
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
        let form = form(accepted(None), &seen(), &Filled::default());
        assert!(form.contains("value=\"bill\"") && !form.contains("value=\"line\""), "{form}");
        assert!(form.contains("Sign in on our website to be called about: My line."), "{form}");
    }
}
