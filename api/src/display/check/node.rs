//! Elements and texts of a page, as a whole or as they change.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    CheckError, Fields, Object,
    address::{self, css, is_plain_css},
    is_masked, word,
};

const ELEMENT: u64 = 2;
const TEXT: u64 = 3;
const DOCUMENT: u64 = 0;
const DOCTYPE: u64 = 1;

/// Recorded as boxes of another name, or not at all.
const NEVER: [&str; 14] = [
    "applet", "audio", "base", "canvas", "embed", "frame", "frameset", "iframe", "meta",
    "noscript", "object", "script", "template", "video",
];
const FIELDS: [&str; 3] = ["input", "textarea", "select"];
/// Their value is what stands on them.
const LABELLED: [&str; 4] = ["submit", "button", "reset", "image"];
const MARK: &str = "data-lockstep-share";
/// What a field's value, choice or state is told by.
const VALUES: [&str; 3] = ["value", "checked", "selected"];

pub(super) struct Nodes<'f> {
    pub(super) fields: &'f mut Fields,
}

/// Where a node stands.
#[derive(Clone, Copy)]
struct Place {
    parent: Parent,
    /// In a field, and whether that is marked.
    field: Option<bool>,
}

#[derive(Clone, Copy, PartialEq)]
enum Parent {
    Style,
    Textarea,
    Other,
}

impl Nodes<'_> {
    pub(super) fn whole(&mut self, node: &Value) -> Result<(), CheckError> {
        self.node(node, Place { parent: Parent::Other, field: None })
    }

    pub(super) fn mutation(&mut self, data: &Object) -> Result<(), CheckError> {
        for add in list(data, "adds") {
            // What is added to a field is its option or its text.
            let field = match add["parentId"].as_i64() {
                Some(parent) if self.fields.begun => self.fields.is_marked(parent)?,
                _ => None,
            };
            self.node(&add["node"], Place { parent: Parent::Other, field })?;
        }
        for change in list(data, "attributes") {
            let id = change["id"].as_i64().ok_or(CheckError::NotEvents)?;
            let attributes = change["attributes"].as_object().ok_or(CheckError::NotEvents)?;
            self.changed(id, attributes)?;
        }
        list(data, "texts").try_for_each(|text| is_text(&text["value"]))
    }

    fn node(&mut self, node: &Value, place: Place) -> Result<(), CheckError> {
        let mut within = place;
        match node["type"].as_u64() {
            Some(ELEMENT) => within = self.element(node, place)?,
            Some(TEXT) => return text(node, place),
            Some(DOCUMENT | DOCTYPE) => {}
            kind => return Err(CheckError::Element(format!("a node of kind {kind:?}"))),
        }
        let children = node["childNodes"].as_array().into_iter().flatten();
        children.into_iter().try_for_each(|child| self.node(child, within))
    }

    /// Where its children stand.
    fn element(&mut self, node: &Value, place: Place) -> Result<Place, CheckError> {
        let tag = node["tagName"].as_str().ok_or(CheckError::NotEvents)?.to_ascii_lowercase();
        if NEVER.contains(&tag.as_str()) {
            return Err(CheckError::Element(tag));
        }
        let nothing = Object::new();
        let attributes = node["attributes"].as_object().unwrap_or(&nothing);
        if tag == "style" && !attributes.get("_cssText").is_none_or(is_silent_style) {
            return Err(word::in_style());
        }
        let words = &self.fields.words;
        attributes.iter().try_for_each(|(name, value)| attribute(name, value, words))?;
        let mut field = place.field;
        if FIELDS.contains(&tag.as_str()) {
            let kind = attributes.get("type").and_then(Value::as_str).unwrap_or_default();
            let is_labelled =
                tag == "input" && LABELLED.contains(&kind.to_ascii_lowercase().as_str());
            if !is_labelled {
                let is_marked = attributes.contains_key(MARK);
                let id = node["id"].as_i64().ok_or(CheckError::NotEvents)?;
                self.fields.note(id, is_marked);
                field = Some(is_marked);
            }
        }
        match field {
            Some(false) => no_values(attributes)?,
            // It may stand in a field that is not known.
            None if !self.fields.begun => {
                no_values(attributes).map_err(|_| CheckError::NotBegun)?;
            }
            Some(true) | None => {}
        }
        let parent = match tag.as_str() {
            "style" => Parent::Style,
            "textarea" => Parent::Textarea,
            _ => Parent::Other,
        };
        Ok(Place { parent, field })
    }

    fn changed(&mut self, id: i64, attributes: &Object) -> Result<(), CheckError> {
        let words = &self.fields.words;
        attributes.iter().try_for_each(|(name, value)| attribute(name, value, words))?;
        if attributes.contains_key(MARK) {
            self.fields.note(id, !attributes[MARK].is_null());
        }
        if no_values(attributes).is_err() && self.fields.is_marked(id)? == Some(false) {
            return Err(CheckError::Value);
        }
        Ok(())
    }
}

fn text(node: &Value, place: Place) -> Result<(), CheckError> {
    let text = node["textContent"].as_str().unwrap_or_default();
    match place {
        Place { parent: Parent::Style, .. } if !is_plain_css(text) => Err(css()),
        Place { parent: Parent::Style, .. } if !word::is_silent_css(text) => Err(word::in_style()),
        Place { parent: Parent::Textarea, field: Some(false) } if !is_masked(text) => {
            Err(CheckError::Value)
        }
        _ => Ok(()),
    }
}

fn is_text(value: &Value) -> Result<(), CheckError> {
    if value.is_null() || value.is_string() { Ok(()) } else { Err(CheckError::NotEvents) }
}

fn attribute(name: &str, value: &Value, marked: &HashSet<String>) -> Result<(), CheckError> {
    let name = name.to_ascii_lowercase();
    if name.starts_with("on") || matches!(name.as_str(), "srcdoc" | "srcset" | "http-equiv") {
        return Err(CheckError::Attribute(name));
    }
    if address::is_address(&name) && !address::is_plain(value.as_str().unwrap_or_default().trim()) {
        return Err(CheckError::Address(name));
    }
    if matches!(name.as_str(), "style" | "_csstext") && !is_plain_style(value) {
        return Err(css());
    }
    if name == "style" && !is_silent_style(value) {
        return Err(word::in_style());
    }
    if value.as_str().is_some_and(|value| !word::may_say(&name, value, marked)) {
        return Err(CheckError::Words(name));
    }
    Ok(())
}

/// As a whole, or property by property.
fn is_plain_style(value: &Value) -> bool {
    match value {
        Value::String(text) => is_plain_css(text),
        Value::Object(parts) => parts.values().all(is_plain_style),
        Value::Array(parts) => parts.iter().all(is_plain_style),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// The same for the words in it: a `style` attribute is always the page's own.
fn is_silent_style(value: &Value) -> bool {
    let says = |name: &str, value: &Value| {
        value.as_str().is_none_or(|text| word::is_silent_css(&format!("{name}:{text}")))
    };
    match value {
        Value::String(text) => word::is_silent_css(text),
        Value::Object(parts) => parts.iter().all(|(name, part)| match part {
            Value::Array(part) => part.iter().all(|part| says(name, part)),
            part => says(name, part),
        }),
        _ => true,
    }
}

fn no_values(attributes: &Object) -> Result<(), CheckError> {
    let told = VALUES.iter().filter_map(|name| attributes.get(*name));
    for value in told {
        let is_nothing = match value {
            Value::String(text) => is_masked(text),
            Value::Bool(is_so) => !is_so,
            Value::Null => true,
            Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
        };
        if !is_nothing {
            return Err(CheckError::Value);
        }
    }
    Ok(())
}

fn list<'o>(data: &'o Object, name: &str) -> impl Iterator<Item = &'o Value> {
    data.get(name).and_then(Value::as_array).into_iter().flatten()
}
