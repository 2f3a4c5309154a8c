//! Words as a frame may have them in attributes and in styles that a page has written: those that everybody says, and tokens.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use serde::Deserialize;

use super::CheckError;

/// The same lists by which the customer's browser masks.
const VALUES: &str = include_str!("../../../../web/recorder/mask/values.json");

#[derive(Deserialize)]
struct Values {
    sets: HashMap<String, String>,
    common: String,
}

/// What each attribute may say, by its name.
static SETS: LazyLock<HashMap<String, HashSet<String>>> = LazyLock::new(|| {
    let Values { sets, common } =
        serde_json::from_str(VALUES).expect("a file of the repository, read by its tests");
    let words = |text: &str| text.split_whitespace().map(str::to_ascii_lowercase).collect();
    sets.iter()
        .map(|(name, set)| (name.clone(), words(if set == "@" { &common } else { set })))
        .collect()
});

/// What stands for a word of the page's.
fn is_token(word: &str) -> bool {
    word.strip_prefix("ls").is_some_and(|rest| {
        !rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
    })
}

/// Languages with their country or script (BCP 47).
fn is_language(value: &str) -> bool {
    let mut parts = value.split('-');
    let first = parts.next().unwrap_or_default();
    matches!(first.len(), 2 | 3)
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            matches!(part.len(), 2..=4) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// Attributes of Lockstep's own.
const OWN: &str = "data-lockstep-";

/// Whether the attribute may say this; `marked` are words that the company shows wherever they stand.
pub(super) fn may_say(name: &str, value: &str, marked: &HashSet<String>) -> bool {
    if value.is_empty() || name.starts_with(OWN) {
        return true;
    }
    let is_free = |word: &str| is_token(word) || marked.contains(word);
    if name == "lang" {
        return is_free(value) || is_language(value);
    }
    let Some(set) = SETS.get(name) else {
        // Of these, only known ones leave the page.
        return !name.starts_with("data-");
    };
    value.split_whitespace().all(|word| set.contains(&word.to_ascii_lowercase()) || is_free(word))
}

/// Properties whose texts are painted.
const PAINTED: [&str; 9] = [
    "content",
    "quotes",
    "list-style",
    "list-style-type",
    "symbols",
    "prefix",
    "suffix",
    "text-overflow",
    "hyphenate-character",
];

/// Whether what a page has written into its styles to be painted has neither letters nor digits.
pub(super) fn is_silent_css(css: &str) -> bool {
    css.split([';', '{', '}']).all(|part| match part.split_once(':') {
        Some((property, value))
            if PAINTED.contains(&property.trim().to_ascii_lowercase().as_str()) =>
        {
            texts_of(value).iter().all(|text| is_silent(text))
        }
        _ => true,
    })
}

/// What stands in quotes, outside of addresses.
fn texts_of(value: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = value;
    while let Some(at) = rest.find(['"', '\'']) {
        let (before, text) = rest.split_at(at);
        let mut signs = text.chars();
        let quote = signs.next().unwrap_or('"');
        let mut said = String::new();
        while let Some(sign) = signs.next() {
            match sign {
                '\\' => said.extend(escaped(&mut signs)),
                _ if sign == quote => break,
                _ => said.push(sign),
            }
        }
        rest = signs.as_str();
        if !before.trim_end().to_ascii_lowercase().ends_with("url(") {
            texts.push(said);
        }
    }
    texts
}

/// The sign that stands behind a backslash.
fn escaped(signs: &mut std::str::Chars<'_>) -> Option<char> {
    let digits = signs.as_str().bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
    if digits == 0 {
        return signs.next();
    }
    let code = signs.by_ref().take(digits).collect::<String>();
    if signs.as_str().starts_with(char::is_whitespace) {
        signs.next();
    }
    u32::from_str_radix(&code, 16).ok().and_then(char::from_u32)
}

fn is_silent(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}

pub(super) fn in_style() -> CheckError {
    CheckError::Words("a style".to_owned())
}
