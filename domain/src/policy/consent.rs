//! What customers are asked to agree to before they share a page, by language. The version of a text is its hash:
//! whoever has a version has the words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    display::Scope,
    id::LanguageName,
    time::{Span, Timestamp},
};

/// Languages that one policy has texts in.
pub const LANGUAGES_MAX: usize = 32;
pub const CONSENT_CHARS_MAX: usize = 2_000;
/// A text that was replaced is still taken for so long: somebody may be reading it.
pub const CONSENT_GRACE: Span = Span::secs(60 * 60);
/// Characters of a version, in hexadecimal digits.
const VERSION_CHARS: usize = 32;

/// `{name}` in any of them is the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentText {
    pub title: String,
    /// What staff see.
    pub what: String,
    /// What they do not see.
    pub hidden: String,
    pub scopes: BTreeMap<Scope, ScopeText>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeText {
    pub title: String,
    pub text: String,
}

/// The text that somebody agreed to, as whoever checks the consent knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedText {
    pub language: LanguageName,
    pub version: String,
    /// When it was replaced.
    pub replaced: Option<Timestamp>,
}

impl AgreedText {
    pub fn in_force(&self, now: Timestamp) -> bool {
        self.replaced.is_none_or(|replaced| now <= replaced + CONSENT_GRACE)
    }
}

impl ConsentText {
    pub fn version(&self, language: &LanguageName) -> String {
        let json = serde_json::to_vec(&(language, self)).expect("texts are always JSON");
        let hash = crate::log::Hash(Sha256::digest(json).into()).to_string();
        hash.chars().take(VERSION_CHARS).collect()
    }

    /// The first text that is empty or too long, or the scope that has none.
    pub(super) fn unfit(&self) -> Option<String> {
        let of_scopes = self.scopes.values().flat_map(|scope| [&scope.title, &scope.text]);
        let mut texts = [&self.title, &self.what, &self.hidden].into_iter().chain(of_scopes);
        let fits =
            |text: &str| !text.trim().is_empty() && text.chars().count() <= CONSENT_CHARS_MAX;
        let lacking = Scope::ALL.into_iter().find(|scope| !self.scopes.contains_key(scope));
        match (texts.find(|text| !fits(text)), lacking) {
            (Some(text), _) => Some(format!("`{}`", text.chars().take(20).collect::<String>())),
            (None, Some(scope)) => Some(format!("the scope {scope:?}")),
            (None, None) => None,
        }
    }
}

/// For policies that say nothing themselves. These words are kept for ever as they are: they were agreed to.
pub fn built_in() -> BTreeMap<LanguageName, ConsentText> {
    let language = |name| LanguageName::parse(name).expect("a plain name");
    [(language("en"), english()), (language("de"), german())].into()
}

fn scopes(texts: [(Scope, &str, &str); 4]) -> BTreeMap<Scope, ScopeText> {
    let texts = texts.into_iter().map(|(scope, title, text)| {
        (scope, ScopeText { title: title.to_owned(), text: text.to_owned() })
    });
    texts.collect()
}

fn english() -> ConsentText {
    ConsentText {
        title: "Show {name} this page?".to_owned(),
        what: "While you talk, {name} and any colleagues who help see this site as you see it: as you scroll, click and move on. They can't see other sites, other windows or the rest of your screen.".to_owned(),
        hidden: "What you type, passwords, payment details and anything private stay hidden. They're replaced by dots before anything leaves your browser.".to_owned(),
        scopes: scopes([
            (Scope::View, "See this page", "Needed for everything else. You can pause or stop at any time."),
            (Scope::Record, "Keep a recording", "We may replay it for quality and training."),
            (Scope::Control, "Let them ask to control the page", "To click, type, choose and scroll for you. We ask you every time, and private fields stay out of reach."),
            (Scope::Follow, "Open pages they show me", "Without asking every time."),
        ]),
    }
}

fn german() -> ConsentText {
    ConsentText {
        title: "{name} diese Seite zeigen?".to_owned(),
        what: "Während Sie sprechen, sehen {name} und wer sonst noch hilft diese Website so wie Sie: wie Sie blättern, klicken und weitergehen. Andere Websites, andere Fenster und den Rest Ihres Bildschirms sehen sie nicht.".to_owned(),
        hidden: "Was Sie schreiben, Kennwörter, Zahlungsdaten und alles Private bleiben verborgen. Punkte ersetzen sie, bevor etwas Ihren Browser verlässt.".to_owned(),
        scopes: scopes([
            (Scope::View, "Diese Seite sehen", "Nötig für alles andere. Sie können jederzeit anhalten oder aufhören."),
            (Scope::Record, "Aufzeichnung behalten", "Wir können sie zur Qualitätssicherung und Schulung wieder ansehen."),
            (Scope::Control, "Um Bedienung bitten lassen", "Um für Sie zu klicken, zu schreiben, zu wählen und zu blättern. Wir fragen jedes Mal, und private Felder bleiben unerreichbar."),
            (Scope::Follow, "Gezeigte Seiten öffnen", "Ohne jedes Mal zu fragen."),
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_of_every_word_and_of_the_language() {
        let language = |name| LanguageName::parse(name).unwrap();
        let text = english();
        let version = text.version(&language("en"));
        assert_eq!(version.len(), VERSION_CHARS);
        assert_eq!(text.version(&language("en")), version);
        assert_ne!(text.version(&language("de")), version);
        let mut other = text.clone();
        other.scopes.get_mut(&Scope::Record).unwrap().text.push('!');
        assert_ne!(other.version(&language("en")), version);
    }

    #[test]
    fn what_was_built_in_stays_as_it_was_agreed_to() {
        let versions: Vec<_> =
            built_in().iter().map(|(language, text)| text.version(language)).collect();
        assert_eq!(
            versions,
            ["b7c1d6bc86def9dc63185f9bc945395f", "f0fd6e35dbcf6c3171156d00cc0fd011"]
        );
        assert!(built_in().values().all(|text| text.unfit().is_none()));
    }

    #[test]
    fn a_text_that_was_replaced_is_taken_for_a_while() {
        let replaced = Timestamp::from_secs(100);
        let text = |replaced| AgreedText {
            language: LanguageName::parse("en").unwrap(),
            version: String::new(),
            replaced,
        };
        assert!(text(None).in_force(Timestamp::from_secs(i64::from(u32::MAX))));
        assert!(text(Some(replaced)).in_force(replaced + CONSENT_GRACE));
        assert!(!text(Some(replaced)).in_force(replaced + CONSENT_GRACE + Span::secs(1)));
    }
}
