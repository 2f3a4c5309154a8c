//! Texts for the pages that the server draws, from the same catalogues as those that browsers draw.

use std::{collections::BTreeMap, sync::LazyLock};

use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use serde::Deserialize;
use unic_langid::LanguageIdentifier;

/// One text, or one for each plural category.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Text {
    Always(String),
    Counted(BTreeMap<String, String>),
}

/// What is said in one language.
pub(crate) struct Words {
    /// As `lang` names it.
    pub(crate) language: &'static str,
    texts: BTreeMap<String, Text>,
    plurals: PluralRules,
}

/// English first: whoever reads no other is spoken to in it.
static ALL: LazyLock<[Words; 2]> = LazyLock::new(|| {
    [
        words("en", include_str!("../../web/shared/words/en.json")),
        words("de", include_str!("../../web/shared/words/de.json")),
    ]
});

fn words(language: &'static str, catalogue: &str) -> Words {
    let id: LanguageIdentifier = language.parse().expect("the code of a language is an identifier");
    Words {
        language,
        texts: serde_json::from_str(catalogue).expect("the front ends' tests read it, too"),
        plurals: PluralRules::create(id, PluralRuleType::CARDINAL).expect("CLDR has rules for it"),
    }
}

/// The first of these languages that there are words for. `accepted` is an `Accept-Language` header.
pub(crate) fn accepted(accepted: Option<&str>) -> &'static Words {
    let mut wished: Vec<(f32, &str)> = accepted
        .unwrap_or_default()
        .split(',')
        .filter_map(|one| {
            let (tag, weight) = one.split_once(';').unwrap_or((one, "q=1"));
            let weight = weight.trim().strip_prefix("q=")?.parse().ok()?;
            Some((weight, tag.trim().split('-').next()?))
        })
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    // Stable: languages of one weight are wished in their order.
    wished.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let known = |tag: &str| ALL.iter().find(|words| words.language.eq_ignore_ascii_case(tag));
    wished.iter().find_map(|(_, tag)| known(tag)).unwrap_or(&ALL[0])
}

impl Words {
    pub(crate) fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// With its placeholders filled in; `count` chooses the form where there are several.
    pub(crate) fn say_with(&self, key: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
        let values: Vec<_> =
            values.iter().map(|(name, value)| (*name, value.to_string())).collect();
        let mut text = match self.texts.get(key) {
            Some(Text::Always(text)) => text.clone(),
            Some(Text::Counted(forms)) => self.form(forms, &values).to_owned(),
            // A text that is missing is a fault of ours: the front ends' tests look for it.
            None => key.to_owned(),
        };
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), &value);
        }
        text
    }

    fn form<'a>(&self, forms: &'a BTreeMap<String, String>, values: &[(&str, String)]) -> &'a str {
        let count = values.iter().find(|(name, _)| *name == "count");
        let category = count.and_then(|(_, count)| self.plurals.select(count.as_str()).ok());
        let name = match category.unwrap_or(PluralCategory::OTHER) {
            PluralCategory::ZERO => "zero",
            PluralCategory::ONE => "one",
            PluralCategory::TWO => "two",
            PluralCategory::FEW => "few",
            PluralCategory::MANY => "many",
            PluralCategory::OTHER => "other",
        };
        forms.get(name).or_else(|| forms.get("other")).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_is_known_is_spoken() {
        for (header, language) in [
            (None, "en"),
            (Some(""), "en"),
            (Some("de-AT,de;q=0.9,en;q=0.8"), "de"),
            (Some("fr, de;q=0.5, en;q=0.4"), "de"),
            (Some("en;q=0.4, DE"), "de"),
            (Some("de;q=0"), "en"),
            (Some(";;q=,,*"), "en"),
        ] {
            assert_eq!(accepted(header).language, language, "{header:?}");
        }
    }

    #[test]
    fn a_number_chooses_the_form_and_values_are_filled_in() {
        let [english, german] = &*ALL;
        let minutes =
            |words: &Words, count: u32| words.say_with("widget.time.minutes", &[("count", &count)]);
        assert_eq!(minutes(english, 1), "About a minute");
        assert_eq!(minutes(english, 4), "About 4 minutes");
        assert_eq!(minutes(german, 4), "Etwa 4 Minuten");
    }
}
