//! Every code with which a door says no, with the names of its data: the domain's rules, the doors' own, and the
//! entitlements. Browsers make words of them; the catalogue of words is tested against this list.

use std::fmt::Display;

use domain::{
    phone::{NotANumber, Problem},
    refusal::{self, Data},
};

/// One of the doors' own reasons.
#[derive(Clone, Copy, Debug)]
pub struct Reason {
    pub code: &'static str,
    pub data: &'static [&'static str],
    /// Customers can meet it, not only staff.
    pub customers: bool,
}

/// A reason with what it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Because {
    pub reason: String,
    pub data: Data,
}

impl From<Reason> for Because {
    fn from(reason: Reason) -> Self {
        reason.with(&[])
    }
}

impl From<&domain::command::Refusal> for Because {
    fn from(refusal: &domain::command::Refusal) -> Self {
        Self { reason: refusal.code.clone(), data: refusal.data.clone() }
    }
}

impl From<&NotANumber> for Because {
    fn from(not: &NotANumber) -> Self {
        let reason = match not.problem {
            Problem::Empty => NUMBER_EMPTY,
            Problem::NotANumber => NUMBER_NOT_A_NUMBER,
            Problem::TooShort => NUMBER_TOO_SHORT,
            Problem::TooLong => NUMBER_TOO_LONG,
            Problem::Extension => NUMBER_EXTENSION,
            Problem::CountryUnknown => NUMBER_COUNTRY_UNKNOWN,
        };
        reason.with(&[("country", &not.country.as_str()), ("example", &not.example)])
    }
}

impl Reason {
    /// # Panics
    /// If these are not the names that the reason declares.
    pub fn with(self, data: &[(&str, &dyn Display)]) -> Because {
        assert!(
            data.len() == self.data.len() && data.iter().all(|(name, _)| self.data.contains(name)),
            "`{}` declares other data",
            self.code
        );
        let data = data.iter().map(|(name, value)| ((*name).to_owned(), value.to_string()));
        Because { reason: self.code.to_owned(), data: data.collect() }
    }
}

macro_rules! reasons {
    ($($name:ident = $code:literal [$($data:ident),*] $whom:ident;)*) => {
        $(pub const $name: Reason = Reason {
            code: $code,
            data: &[$(stringify!($data)),*],
            customers: reasons!(@ $whom),
        };)*
        const OWN: &[&Reason] = &[$(&$name),*];
    };
    (@ everybody) => { true };
    (@ staff) => { false };
}

reasons! {
    UNAUTHENTICATED = "unauthenticated" [] everybody;
    FORBIDDEN = "forbidden" [] everybody;
    BAD_INPUT = "bad_input" [] everybody;
    NOT_FOUND = "not_found" [] everybody;
    RATE_LIMITED = "rate_limited" [secs] everybody;
    TOKEN_FOREIGN = "token_foreign" [] everybody;
    TOKEN_AHEAD = "token_ahead" [] everybody;
    UNAVAILABLE = "unavailable" [] everybody;
    TOO_LARGE = "too_large" [most] everybody;
    TOO_SLOW = "too_slow" [secs] everybody;
    DOCUMENT_TOO_DEEP = "document.too_deep" [most] everybody;
    DOCUMENT_UNENDED = "document.unended" [] everybody;
    DOCUMENT_TOO_LARGE = "document.too_large" [most] everybody;
    DOCUMENT_TOO_MANY_ACTS = "document.too_many_acts" [most] everybody;
    ERASED = "erased" [] staff;
    CLOCK_NOT_DRIVEN = "clock_not_driven" [] staff;
    CLOCK_NOT_ADVANCED = "clock_not_advanced" [] staff;
    VISIT_ERASED = "visit.erased" [] everybody;
    IDENTITY_UNKNOWN = "identity.unknown" [] everybody;
    TEXT_EMPTY = "text.empty" [what] everybody;
    TEXT_TOO_LONG = "text.too_long" [what, chars, most] everybody;
    TEXT_CONTROL = "text.control" [what] everybody;
    TEXT_INVISIBLE = "text.invisible" [what] everybody;
    TEXT_DIRECTION = "text.direction" [what] staff;
    NUMBER_EMPTY = "number.empty" [country, example] everybody;
    NUMBER_NOT_A_NUMBER = "number.not_a_number" [country, example] everybody;
    NUMBER_TOO_SHORT = "number.too_short" [country, example] everybody;
    NUMBER_TOO_LONG = "number.too_long" [country, example] everybody;
    NUMBER_EXTENSION = "number.extension" [country, example] everybody;
    NUMBER_COUNTRY_UNKNOWN = "number.country_unknown" [country, example] everybody;
    ZONE_UNKNOWN = "zone.unknown" [zone] everybody;
    TIME_INVALID = "time.invalid" [] everybody;
    DAY_INVALID = "day.invalid" [] staff;
    TREND_BACKWARDS = "trend.backwards" [] staff;
    TREND_TOO_LONG = "trend.too_long" [most] staff;
    TREND_MINUTES = "trend.minutes" [known] staff;
    NAME_INVALID = "name.invalid" [] everybody;
    PAGE_INVALID = "page.invalid" [] everybody;
    PAGE_NOT_ALLOWED = "display.page_not_allowed" [] everybody;
    WIDGET_UNKNOWN = "display.widget_unknown" [widget] everybody;
    STATE_INVALID = "state.invalid" [] everybody;
    STARS_INVALID = "stars.invalid" [most] everybody;
    FORM_FOREIGN = "form.foreign" [] everybody;
    FORM_BROKEN = "form.broken" [] everybody;
    FORM_NO_COOKIE = "form.no_cookie" [] everybody;
    NOT_SHARED = "display.page_not_shared" [] everybody;
    NOT_RECORDED = "display.page_not_recorded" [] everybody;
    LOGIN_TOO_LONG = "login.too_long" [most] staff;
    LOGIN_WRONG = "login.wrong" [] staff;
    TOPIC_UNKNOWN = "topic.unknown" [] everybody;
    ASK_NEEDS_NUMBER = "ask.needs_number" [] everybody;
    TICKET_NOT_SIGNED_IN = "ticket.not_signed_in" [] everybody;
    OTHER_BODY = "command.other_body" [] everybody;
    DISPOSITION_UNKNOWN = "disposition.unknown" [] staff;
    ACCOUNT_UNKNOWN = "account.unknown" [account] staff;
}

/// The rules of contracts and networks; a denial has its alternatives as data of their own.
const DENIED: &[&str] = &[
    "contract_channel",
    "contract_topic",
    "contract_hours",
    "contract_concurrent",
    "network_channel",
    "network_topic",
];

/// The aggregates that customers' commands reach: whatever these refuse, a customer can meet, but for [`STAFF_ONLY`].
const REACHED: &[&str] = &["callback.", "command.", "contact.", "display.", "link.", "ticket."];

const STAFF_ONLY: &[&str] = &[
    "contact.agent_not_qualified",
    "contact.agent_unknown",
    "contact.not_held",
    "contact.not_wrapping",
    "contact.priority_out_of_range",
    "display.invited_full",
    "display.no_talk",
    "display.no_visit",
    "display.not_invited",
    "display.watchers_full",
    "link.not_by_hand",
    "ticket.unknown",
    "ticket.closed",
    "ticket.full",
];

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Code {
    pub code: &'static str,
    pub data: Vec<&'static str>,
    pub customers: bool,
}

/// All of them, in the order of their names.
pub fn codes() -> Vec<Code> {
    let of_domain = refusal::rules().map(|rule| Code {
        code: rule.code,
        data: rule.data.to_vec(),
        customers: REACHED.iter().any(|noun| rule.code.starts_with(noun))
            && !STAFF_ONLY.contains(&rule.code),
    });
    let own = OWN.iter().map(|reason| Code {
        code: reason.code,
        data: reason.data.to_vec(),
        customers: reason.customers,
    });
    let denied = DENIED.iter().map(|code| Code { code, data: Vec::new(), customers: true });
    let mut all: Vec<_> = of_domain.chain(own).chain(denied).collect();
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_for_one_reason() {
        let all = codes();
        let twice = all.windows(2).find(|two| two[0].code == two[1].code);
        assert_eq!(twice, None, "declared twice");
    }

    #[test]
    fn what_only_staff_meet_is_a_code() {
        let all = codes();
        for code in STAFF_ONLY {
            assert!(all.iter().any(|one| one.code == *code && !one.customers), "{code}");
        }
    }

    #[test]
    fn a_reason_takes_the_data_that_it_declares() {
        let because = TEXT_TOO_LONG.with(&[("what", &"message"), ("chars", &7), ("most", &5)]);
        assert_eq!(because.data["chars"], "7");
        assert!(std::panic::catch_unwind(|| Because::from(TEXT_TOO_LONG)).is_err());
    }
}
