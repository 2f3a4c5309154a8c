//! A domain's no: which rule, with its data. Browsers make words of it; the message is for developers.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// Names and values, as text, of what a rule is about: what a sentence made of it has to say.
pub type Data = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Such as `reservation.not_yours`.
    pub code: String,
    /// For developers; no screen shows it.
    pub message: String,
    /// Absent in what was stored before there was any.
    #[serde(default)]
    pub data: Data,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

/// One rule that may refuse: its code, and the names of its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub code: &'static str,
    pub data: &'static [&'static str],
}

/// Declares an aggregate's `enum Refusal`: one variant a rule, its code, its text for developers. The fields are its
/// data; `with { most = LIMIT }` adds constants to it.
macro_rules! refusals {
    ($noun:literal => $(
        $variant:ident $({ $($field:ident : $ty:ty),* })? $(with { $($fixed:ident = $value:expr),* })?
            = $code:literal, $text:literal
    );* $(;)?) => {
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum Refusal {
            $(#[error($text)] $variant $({ $($field: $ty),* })?),*
        }

        impl Refusal {
            pub const RULES: &'static [crate::refusal::Rule] = &[$(crate::refusal::Rule {
                code: concat!($noun, ".", $code),
                data: &[$($(stringify!($field),)*)? $($(stringify!($fixed),)*)?],
            }),*];
        }

        impl From<Refusal> for crate::refusal::Refusal {
            fn from(refusal: Refusal) -> Self {
                let message = refusal.to_string();
                #[allow(unused_mut, reason = "a rule may have no data")]
                let (code, data) = match refusal {
                    $(Refusal::$variant $({ $($field),* })? => {
                        let mut data = crate::refusal::Data::new();
                        $($(data.insert(stringify!($field).to_owned(), $field.to_string());)*)?
                        $($(data.insert(stringify!($fixed).to_owned(), $value.to_string());)*)?
                        (concat!($noun, ".", $code), data)
                    }),*
                };
                Self { code: code.to_owned(), message, data }
            }
        }
    };
}
pub(crate) use refusals;

/// What the decider itself says no to, whatever the command.
pub const OF_COMMANDS: &[Rule] =
    &[Rule { code: "command.poison", data: &[] }, Rule { code: "command.too_large", data: &[] }];

/// Every rule of the domain that may refuse, by aggregate.
pub fn rules() -> impl Iterator<Item = Rule> {
    let all: [&[Rule]; 15] = [
        OF_COMMANDS,
        crate::account::Refusal::RULES,
        crate::agent::Refusal::RULES,
        crate::callback::Refusal::RULES,
        crate::contact::Refusal::RULES,
        crate::contract::Refusal::RULES,
        crate::display::Refusal::RULES,
        crate::link::Refusal::RULES,
        crate::network::Refusal::RULES,
        crate::policy::Refusal::RULES,
        crate::reservation::Refusal::RULES,
        crate::service::Refusal::RULES,
        crate::staff::Refusal::RULES,
        crate::tenant::Refusal::RULES,
        crate::ticket::Refusal::RULES,
    ];
    all.into_iter().flatten().copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_code_stands_for_two_rules() {
        let mut seen = BTreeSet::new();
        for rule in rules() {
            assert!(seen.insert(rule.code), "`{}` is declared twice", rule.code);
        }
    }

    #[test]
    fn a_refusal_carries_its_fields_and_its_limits() {
        let refusal: Refusal = crate::ticket::Refusal::Full { number: 7 }.into();
        assert_eq!(refusal.code, "ticket.full");
        let most = crate::ticket::NOTES_MAX.to_string();
        assert_eq!(refusal.data["number"], "7");
        assert_eq!(refusal.data["most"], most);
        let rule = rules().find(|rule| rule.code == "ticket.full").unwrap();
        assert_eq!(refusal.data.keys().collect::<Vec<_>>(), ["most", "number"]);
        assert_eq!(rule.data.iter().copied().collect::<BTreeSet<_>>(), ["most", "number"].into());
    }

    #[test]
    fn one_stored_before_there_was_data_reads() {
        let stored = r#"{"code":"ticket.closed","message":"ticket 7 is closed; open a new one"}"#;
        let refusal: Refusal = serde_json::from_str(stored).unwrap();
        assert_eq!(refusal.data, Data::new());
    }
}
