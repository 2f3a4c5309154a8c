//! Addresses as a frame may have them: of the web, without a query or parameters of its path, or a picture that stands in the page.

use super::CheckError;

/// Attributes whose value is an address.
const NAMES: [&str; 16] = [
    "action",
    "background",
    "cite",
    "classid",
    "codebase",
    "data",
    "data-lockstep-src",
    "formaction",
    "href",
    "longdesc",
    "manifest",
    "ping",
    "poster",
    "src",
    "usemap",
    "xlink:href",
];

pub(super) fn is_address(name: &str) -> bool {
    NAMES.contains(&name)
}

pub(super) fn is_plain(address: &str) -> bool {
    if address.is_empty() || address.starts_with('#') {
        return true;
    }
    let lower = address.get(..11).unwrap_or(address).to_ascii_lowercase();
    if lower.starts_with("data:image/") || lower.starts_with("data:font/") {
        return true;
    }
    (lower.starts_with("http://") || lower.starts_with("https://"))
        && !address.contains(['?', ';'])
        && !address.to_ascii_lowercase().contains("%3b")
}

/// Whether every `url(…)` in it is a plain address and nothing is loaded in another way.
pub(super) fn is_plain_css(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if ["javascript:", "expression(", "-moz-binding", "behavior:"]
        .iter()
        .any(|word| lower.contains(word))
    {
        return false;
    }
    let mut imports = lower.match_indices("@import");
    if imports.any(|(at, begin)| !lower[at + begin.len()..].trim_start().starts_with("url(")) {
        return false;
    }
    // The same places: lower case changes no lengths of ASCII.
    lower.match_indices("url(").all(|(at, begin)| {
        let rest = text[at + begin.len()..].trim_start();
        let address = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => rest[1..].split(quote).next().unwrap_or_default(),
            _ => rest.split(')').next().unwrap_or_default().trim_end(),
        };
        is_plain(address)
    })
}

pub(super) fn css() -> CheckError {
    CheckError::Address("a style".to_owned())
}
