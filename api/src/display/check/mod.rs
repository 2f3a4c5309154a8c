//! Whether a frame may be shown: known kinds of events, and nothing in them that the page should have hidden.
//!
//! The customer's browser masks before anything leaves it; this is the second look, by somebody else.

mod address;
mod node;
mod word;

use std::collections::{HashMap, HashSet};

use serde::Deserialize as _;
use serde_json::{Map, Value};

use self::address::{css, is_plain_css};
use node::Nodes;

/// Levels of a frame's JSON.
pub(crate) const DEPTH_MAX: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CheckError {
    #[error(
        "a frame's JSON has at most {DEPTH_MAX} levels; hide the part of the page that is nested so deeply"
    )]
    TooDeep,
    #[error("a frame is a JSON array of events")]
    NotEvents,
    #[error("an event of a kind that is not recorded: {0}")]
    UnknownEvent(String),
    #[error("this frame does not begin with a full snapshot, although it says so")]
    NotFull,
    #[error("an element that is never recorded: {0}")]
    Element(String),
    #[error("an attribute that is never recorded: {0}")]
    Attribute(String),
    #[error("an address with a query, or one that is no address of the web, in {0}")]
    Address(String),
    #[error("words of a page that should have been hidden, in {0}")]
    Words(String),
    #[error("the value of a field that is not marked data-lockstep-share")]
    Value,
    #[error("a change of a page that was not seen yet; make a full snapshot")]
    NotBegun,
}

type Object = Map<String, Value>;

/// What is known of the fields of one page load: whether each is marked as shared.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    marked: HashMap<i64, bool>,
    /// What the company shows wherever it stands.
    words: HashSet<String>,
    /// A full snapshot was seen: a field that is not known is none.
    begun: bool,
}

/// Words that a company may show wherever they stand.
const WORDS_MAX: usize = 500;
/// Fields of one page that are remembered; with more of them it has to be seen anew.
const FIELDS_MAX: usize = 20_000;

impl Fields {
    fn note(&mut self, id: i64, is_marked: bool) {
        if self.marked.len() >= FIELDS_MAX {
            (self.marked, self.begun) = (HashMap::new(), false);
        }
        self.marked.insert(id, is_marked);
    }

    /// Whether a value may be shown at this node; `Ok(None)`: it is no field.
    fn is_marked(&self, id: i64) -> Result<Option<bool>, CheckError> {
        match self.marked.get(&id) {
            Some(marked) => Ok(Some(*marked)),
            None if self.begun => Ok(None),
            None => Err(CheckError::NotBegun),
        }
    }
}

/// Checks the JSON of one frame, and learns the fields in it.
pub(crate) fn check(json: &[u8], full: bool, fields: &mut Fields) -> Result<(), CheckError> {
    if depth(json) > DEPTH_MAX {
        return Err(CheckError::TooDeep);
    }
    let mut from = serde_json::Deserializer::from_slice(json);
    // Deep pages are deep JSON; how deep was counted before.
    from.disable_recursion_limit();
    let events =
        Vec::<Value>::deserialize(&mut from).and_then(|events| from.end().map(|()| events));
    let events = events.map_err(|_| CheckError::NotEvents)?;
    if full && !begins_full(&events) {
        return Err(CheckError::NotFull);
    }
    events.iter().try_for_each(|one| event(one, fields))
}

/// The deepest nesting of arrays and objects.
fn depth(json: &[u8]) -> usize {
    let (mut now, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                now += 1;
                deepest = deepest.max(now);
            }
            b']' | b'}' if !in_text => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

const FULL_SNAPSHOT: u64 = 2;
const INCREMENTAL: u64 = 3;
const META: u64 = 4;

const MUTATION: u64 = 0;
const INPUT: u64 = 5;
/// Mouse, clicks, scrolling, size, touch.
const HARMLESS: [u64; 5] = [1, 2, 3, 4, 6];
/// Rules and declarations of style sheets.
const STYLES: [u64; 3] = [8, 13, 15];

fn begins_full(events: &[Value]) -> bool {
    let kind = |at: usize| events.get(at).and_then(|event| event["type"].as_u64());
    (kind(0), kind(1)) == (Some(META), Some(FULL_SNAPSHOT))
}

fn event(event: &Value, fields: &mut Fields) -> Result<(), CheckError> {
    let data = event["data"].as_object().ok_or(CheckError::NotEvents)?;
    match event["type"].as_u64() {
        Some(META) => {
            let words = data.get("words").and_then(Value::as_array).into_iter().flatten();
            fields.words =
                words.take(WORDS_MAX).filter_map(Value::as_str).map(str::to_owned).collect();
            plain_address(data, "href")
        }
        Some(FULL_SNAPSHOT) => {
            let words = std::mem::take(&mut fields.words);
            *fields = Fields { begun: true, words, ..Fields::default() };
            Nodes { fields }.whole(&data["node"])
        }
        Some(INCREMENTAL) => change(data, fields),
        _ => Err(CheckError::UnknownEvent(event["type"].to_string())),
    }
}

fn change(data: &Object, fields: &mut Fields) -> Result<(), CheckError> {
    match data.get("source").and_then(Value::as_u64) {
        Some(MUTATION) => Nodes { fields }.mutation(data),
        Some(INPUT) => input(data, fields),
        Some(source) if STYLES.contains(&source) => styles(data),
        Some(source) if HARMLESS.contains(&source) => Ok(()),
        source => Err(CheckError::UnknownEvent(format!("change {source:?}"))),
    }
}

/// Somebody typed or chose.
fn input(data: &Object, fields: &Fields) -> Result<(), CheckError> {
    let id = data.get("id").and_then(Value::as_i64).ok_or(CheckError::NotEvents)?;
    let text = data.get("text").and_then(Value::as_str).unwrap_or_default();
    let is_checked = data.get("isChecked").and_then(Value::as_bool).unwrap_or_default();
    if is_masked(text) && !is_checked {
        return Ok(());
    }
    match fields.is_marked(id)? {
        Some(true) => Ok(()),
        Some(false) | None => Err(CheckError::Value),
    }
}

/// Every text in it is taken for a style sheet. Whether a file has said it, or the page, is not told here.
fn styles(data: &Object) -> Result<(), CheckError> {
    let mut left: Vec<&Value> = data.values().collect();
    while let Some(value) = left.pop() {
        match value {
            Value::String(text) if !is_plain_css(text) => return Err(css()),
            Value::Array(items) => left.extend(items),
            Value::Object(object) => left.extend(object.values()),
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    Ok(())
}

fn plain_address(object: &Object, name: &str) -> Result<(), CheckError> {
    let address = object.get(name).and_then(Value::as_str).unwrap_or_default();
    if address::is_plain(address) { Ok(()) } else { Err(CheckError::Address(name.to_owned())) }
}

/// Nothing is told but how long it is.
fn is_masked(text: &str) -> bool {
    text.chars().all(|c| c == '•')
}

#[cfg(test)]
mod tests;
