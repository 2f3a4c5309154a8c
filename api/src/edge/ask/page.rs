//! The pages without scripts, as HTML. Everything that comes from outside is escaped here.

use std::fmt::Write as _;

use uuid::Uuid;

use crate::{
    graphql::{
        callback::CallbackState,
        contact::ContactState,
        own::{Denied, Me, OwnCallback},
        policy::Topic,
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
pub(super) fn status(me: &Me, topics: &[Topic], message: Option<&str>) -> String {
    let mut body = String::from("<h1>Ask us for help</h1>");
    body.extend(message.map(notice));
    let is_open =
        |callback: &&OwnCallback| callback.state != CallbackState::Completed || talking(callback);
    let open: Vec<_> = me.callbacks.iter().filter(is_open).collect();
    for callback in &me.callbacks {
        body.push_str(&card(callback));
    }
    if open.is_empty() {
        body.push_str(&form(topics));
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
    if let Some(number) = &callback.number {
        row("Your number", number);
    }
    if let Some(at) = callback.at {
        row("At", &at.to_string());
    }
    if let Some(position) = callback.position {
        row("Place in line", &position.to_string());
    }
    if let Some(wait) = &callback.expected_wait {
        let about = match wait.seconds.div_ceil(60) {
            0 | 1 => "less than a minute".to_owned(),
            minutes => format!("about {minutes} min"),
        };
        row("Expected wait", &format!("{about}, {}", wait.basis));
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
    match callback.state {
        CallbackState::Scheduled => "We will call you at the agreed time.".to_owned(),
        CallbackState::Queued => "You are in line. We call you when it is your turn.".to_owned(),
        CallbackState::Routing => "We are finding the right person for you.".to_owned(),
        CallbackState::Processing => {
            format!("{} calling you now.", agent.map_or("We are".to_owned(), |one| one + " is"))
        }
        CallbackState::Completed => {
            let reason = callback.reason.as_deref().unwrap_or("done").replace('_', " ");
            format!("This callback has ended: {}.", escape(&reason))
        }
    }
}

fn form(topics: &[Topic]) -> String {
    let mut choices = String::new();
    for topic in topics {
        let (value, title) = (escape(&topic.topic), escape(&topic.title));
        let _ = write!(choices, "<option value=\"{value}\">{title}</option>");
    }
    let command: Uuid = limits::command_id(None);
    format!(
        "<section><h2>Call me back</h2><p class=\"quiet\">Chat needs scripts, which do not run here. \
         We are glad to call you instead.</p>\
         <form method=\"post\" action=\"/ask\"><input type=\"hidden\" name=\"command\" value=\"{command}\">\
         <label for=\"topic\">What is it about?</label><select id=\"topic\" name=\"topic\" required>{choices}</select>\
         <label for=\"number\">Your number, with country code</label>\
         <input id=\"number\" name=\"number\" type=\"tel\" autocomplete=\"tel\" required maxlength=\"32\" placeholder=\"+49 30 1234567\">\
         <label for=\"at\">When? Leave it empty for as soon as possible</label>\
         <input id=\"at\" name=\"at\" type=\"datetime-local\">\
         <label for=\"zone\">Time zone of that time</label>\
         <input id=\"zone\" name=\"zone\" value=\"Europe/Berlin\" maxlength=\"64\">\
         <button>Call me back</button></form></section>"
    )
}

/// Why not, and what is possible instead.
pub(super) fn denied(denied: &Denied, me: &Me, topics: &[Topic]) -> String {
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
            let _ = write!(body, "<li>{}</li>", escape(&instead.message));
        }
        body.push_str("</ul>");
    }
    for callback in &me.callbacks {
        body.push_str(&card(callback));
    }
    body.push_str(&form(topics));
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

    #[test]
    fn what_comes_from_outside_is_only_text() {
        let page = failed("<script>alert(\"x\")</script> & 'y'");
        assert!(!page.contains("<script>"), "{page}");
        assert!(
            page.contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;")
        );
    }

    #[test]
    fn every_field_of_the_form_has_a_label() {
        let form = form(&[Topic { topic: "bill".to_owned(), title: "My bill".to_owned() }]);
        for id in ["topic", "number", "at", "zone"] {
            assert!(form.contains(&format!("<label for=\"{id}\">")), "{id}");
            assert!(form.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
}
