//! A phone number: read from what people type or paste, kept in the form of E.164, shown as its country writes it.

use phonenumber::{Mode, country, metadata::DATABASE};
use serde::{Deserialize, Serialize};

/// Longer texts are no phone number.
pub const TEXT_CHARS_MAX: usize = 64;
/// Digits with the country's code, by E.164.
const DIGITS_MAX: usize = 15;
/// Where no other country is named.
const COUNTRY: &str = "GB";

/// A country as ISO 3166 writes it, such as `GB`; one that has phone numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a country; write two capital letters, such as GB")]
pub struct NotACountry(String);

impl Country {
    pub fn parse(text: &str) -> Result<Self, NotACountry> {
        match text.parse::<country::Id>() {
            Ok(known) if known.as_ref() == text => Ok(Self(text.to_owned())),
            Ok(_) | Err(_) => Err(NotACountry(text.chars().take(8).collect())),
        }
    }

    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn id(&self) -> Option<country::Id> {
        self.0.parse().ok()
    }

    /// A number of this country, as it is written there.
    pub fn example(&self) -> String {
        self.example_for(self)
    }

    /// The same as somebody in `home` would write it.
    pub fn example_for(&self, home: &Self) -> String {
        let known = DATABASE.by_id(&self.0);
        let descriptors = known.map(phonenumber::metadata::Metadata::descriptors);
        let digits = descriptors.and_then(|all| all.fixed_line()?.example());
        let number = digits.and_then(|digits| phonenumber::parse(self.id(), digits).ok());
        let mode = if self == home { Mode::National } else { Mode::International };
        number.map_or_else(String::new, |number| number.format().mode(mode).to_string())
    }
}

impl Default for Country {
    fn default() -> Self {
        Self(COUNTRY.to_owned())
    }
}

impl TryFrom<String> for Country {
    type Error = NotACountry;
    fn try_from(text: String) -> Result<Self, NotACountry> {
        Self::parse(&text)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.0
    }
}

/// A number that can be dialled from anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneNumber {
    /// Such as `+441632960104`.
    pub e164: String,
    /// As one writes it in its own country: `01632 960104`.
    pub national: String,
    /// With the country's code: `+44 1632 960104`.
    pub international: String,
    /// `None`: numbers of its code belong to no country.
    pub country: Option<Country>,
}

/// Why a text is no number, and what one of the country that was meant looks like.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}, such as {example}")]
pub struct NotANumber {
    pub problem: Problem,
    pub country: Country,
    pub example: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("there is no number; write one")]
    Empty,
    #[error("this is not a phone number; write its digits")]
    NotANumber,
    #[error("this number has too few digits; write all of it")]
    TooShort,
    #[error("this number has too many digits; leave out what does not belong to it")]
    TooLong,
    #[error("extensions cannot be dialled; write a number that reaches you directly")]
    Extension,
    #[error("no country has this code; write another number")]
    CountryUnknown,
}

impl Problem {
    /// Stable: what screens choose their words by.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "number.empty",
            Self::NotANumber => "number.not_a_number",
            Self::TooShort => "number.too_short",
            Self::TooLong => "number.too_long",
            Self::Extension => "number.extension",
            Self::CountryUnknown => "number.country_unknown",
        }
    }
}

impl PhoneNumber {
    /// A number without a country's code is one of `home`.
    pub fn parse(text: &str, home: &Country) -> Result<Self, NotANumber> {
        let not = |problem, country: &Country| NotANumber {
            problem,
            country: country.clone(),
            example: country.example_for(home),
        };
        let Plain { number, zero } = plain(text).map_err(|problem| not(problem, home))?;
        let region = if number.starts_with('+') {
            region_of(&number).ok_or_else(|| not(Problem::CountryUnknown, home))?
        } else {
            home.0.clone()
        };
        let country = Country::parse(&region).ok();
        // The zero of `+44 (0)20`: where numbers keep it, it is one of the digits.
        let kept = zero.map(|at| [&number[..at], "0", &number[at..]].concat());
        let found = [Some(number), kept]
            .into_iter()
            .flatten()
            .map(|number| read(&number, &region))
            .reduce(
                |first, second| {
                    if matches!(first, Ok((_, true))) { first } else { second.or(first) }
                },
            )
            .unwrap_or(Err(Problem::NotANumber));
        let (number, _) =
            found.map_err(|problem| not(problem, country.as_ref().unwrap_or(home)))?;
        let write = |mode| number.format().mode(mode).to_string();
        let international = write(Mode::International);
        Ok(Self {
            e164: write(Mode::E164),
            national: if country.is_some() { write(Mode::National) } else { international.clone() },
            international,
            country: number
                .country()
                .id()
                .and_then(|id| Country::parse(id.as_ref()).ok())
                .or(country),
        })
    }

    /// For somebody in `home`: a number of that country as it is written there, another with its code.
    pub fn shown(&self, home: &Country) -> &str {
        if self.country.as_ref() == Some(home) { &self.national } else { &self.international }
    }
}

/// The number, and whether its digits are known to be given out in its country.
fn read(number: &str, region: &str) -> Result<(phonenumber::PhoneNumber, bool), Problem> {
    let known = region.parse::<country::Id>().ok();
    let number = phonenumber::parse(known, number).map_err(|error| match error {
        phonenumber::ParseError::InvalidCountryCode => Problem::CountryUnknown,
        phonenumber::ParseError::TooShortAfterIdd | phonenumber::ParseError::TooShortNsn => {
            Problem::TooShort
        }
        phonenumber::ParseError::TooLong => Problem::TooLong,
        phonenumber::ParseError::NoNumber | phonenumber::ParseError::MalformedInteger(_) => {
            Problem::NotANumber
        }
    })?;
    let digits = number.national().to_string().len();
    if digits + number.code().value().to_string().len() > DIGITS_MAX {
        return Err(Problem::TooLong);
    }
    if number.is_valid() {
        return Ok((number, true));
    }
    // New ranges, and those that are kept for examples, are in no list: the length decides.
    let metadata = DATABASE.by_id(region).or_else(|| {
        DATABASE.by_code(&number.code().value()).and_then(|all| all.into_iter().next())
    });
    let descriptors = metadata.map(phonenumber::metadata::Metadata::descriptors);
    let kinds = descriptors.map(|all| [all.fixed_line(), all.mobile(), Some(all.general())]);
    let lengths: Vec<usize> = kinds
        .into_iter()
        .flatten()
        .flatten()
        .flat_map(|kind| kind.possible_length().iter().map(|length| usize::from(*length)))
        .collect();
    match (lengths.iter().min(), lengths.iter().max()) {
        (Some(least), _) if digits < *least => Err(Problem::TooShort),
        (_, Some(most)) if digits > *most => Err(Problem::TooLong),
        _ => Ok((number, false)),
    }
}

/// The country that a number with a code is of; of several the main one. `001`: the code is no country's.
fn region_of(number: &str) -> Option<String> {
    let digits = number.strip_prefix('+')?;
    (1..=3).find_map(|length| {
        let code: u16 = digits.get(..length)?.parse().ok()?;
        let regions = DATABASE.by_code(&code)?;
        let main = regions.iter().find(|region| region.is_main_country_for_code());
        main.or(regions.first()).map(|region| region.id().to_owned())
    })
}

/// Digits, after a plus where there is a country's code.
struct Plain {
    number: String,
    /// Where a zero in parentheses stood after a country's code.
    zero: Option<usize>,
}

fn plain(text: &str) -> Result<Plain, Problem> {
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(Problem::TooLong);
    }
    let text: String = text.chars().filter_map(simple).collect();
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    let lower = text.to_ascii_lowercase();
    let text = ["tel:", "tel.:", "tel.", "tel "]
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix))
        .unwrap_or(&lower)
        .trim();
    let (text, rest) = text.split_once(';').unwrap_or((text, ""));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let extension = |text: &str| {
        let mut letters = text.split(|c: char| !(c.is_ascii_alphabetic() || c == '#'));
        letters.any(|word| matches!(word, "ext" | "extn" | "extension" | "x" | "#" | "durchwahl"))
    };
    if rest.split(';').any(|one| one.trim().starts_with("ext")) || (digits > 0 && extension(text)) {
        return Err(Problem::Extension);
    }
    let context = rest.split(';').find_map(|one| one.strip_prefix("phone-context=+"));
    let text = match context {
        Some(context) if !text.contains('+') => format!("+{context}{text}"),
        Some(_) | None => text.to_owned(),
    };
    let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '/')).collect();
    let compact = match compact.strip_prefix("00").or(compact.strip_prefix("(00)")) {
        Some(rest) => format!("+{rest}"),
        None => compact,
    };
    let compact = compact.strip_prefix("(+").map_or(compact.clone(), |rest| format!("+{rest}"));
    let zero = compact.find("(0)").filter(|at| *at > 0 && compact.starts_with('+'));
    let number = zero.map_or(compact.clone(), |at| [&compact[..at], &compact[at + 3..]].concat());
    // Where it stood among the digits alone.
    let zero = zero.map(|at| compact[..at].chars().filter(|c| !matches!(c, '(' | ')')).count());
    let number: String = number.chars().filter(|c| !matches!(c, '(' | ')')).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Problem::NotANumber);
    }
    Ok(Plain { number, zero })
}

/// A character as a keyboard for phone numbers has it; `None`: it is not seen.
fn simple(c: char) -> Option<char> {
    match c {
        _ if c.is_whitespace() => Some(' '),
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{ff0d}'
        | '\u{2043}'
        | '\u{30fc}'
        | '\u{ff70}'
        | '~'
        | '\u{223c}'
        | '_'
        | '\u{2053}' => Some('-'),
        '\u{b7}' | '\u{2022}' | '\u{2024}' | '\u{2027}' | '\u{ff0e}' => Some('.'),
        '\u{2044}' | '\u{2215}' | '\u{ff0f}' | '\\' => Some('/'),
        '\u{ff08}' | '[' | '\u{ff3b}' => Some('('),
        '\u{ff09}' | ']' | '\u{ff3d}' => Some(')'),
        '\u{ff0b}' | '\u{fe62}' | '\u{207a}' | '\u{2795}' => Some('+'),
        '\u{ff1a}' => Some(':'),
        '\u{ff1b}' => Some(';'),
        // Marks of direction, joiners, soft hyphens, byte order marks, styles of emoji.
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{20e3}'
        | '\u{feff}' => None,
        _ => Some(digit(c).unwrap_or(c)),
    }
}

/// The ASCII digit that a decimal digit of any script stands for.
fn digit(c: char) -> Option<char> {
    /// The zeros of the scripts that Unicode gives ten digits in a row.
    const ZEROS: [u32; 41] = [
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
        0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
        0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
        0xff10, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
    ];
    let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&u32::from(c)))?;
    char::from_digit(u32::from(c) - zero, 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gb() -> Country {
        Country::default()
    }

    fn in_country(name: &str) -> Country {
        Country::parse(name).unwrap()
    }

    #[test]
    fn what_people_type_and_paste_is_kept_in_one_form_and_shown_in_the_countrys_own() {
        for (text, home, e164, national) in [
            ("01632 960104", "GB", "+441632960104", "01632 960104"),
            ("+44 (0)20 7946 0018", "GB", "+442079460018", "020 7946 0018"),
            ("+44 (0) 1632 960104", "DE", "+441632960104", "01632 960104"),
            ("0044 (0)20 7946 0018", "US", "+442079460018", "020 7946 0018"),
            ("+44020 7946 0018", "DE", "+442079460018", "020 7946 0018"),
            ("(020) 7946-0018", "GB", "+442079460018", "020 7946 0018"),
            ("(+44) 20 7946 0018", "GB", "+442079460018", "020 7946 0018"),
            ("07700 900123", "GB", "+447700900123", "07700 900123"),
            // Non-breaking and other hyphens, dashes, a minus.
            ("020\u{2011}7946\u{2011}0018", "GB", "+442079460018", "020 7946 0018"),
            ("020\u{2013}7946\u{2014}0018", "GB", "+442079460018", "020 7946 0018"),
            ("020\u{2212}7946\u{ff0d}0018", "GB", "+442079460018", "020 7946 0018"),
            // Thin, narrow and ordinary no-break spaces, tabs, line ends.
            ("+44\u{202f}20\u{2009}7946\u{a0}0018\n", "GB", "+442079460018", "020 7946 0018"),
            ("\t020\t7946 0018", "GB", "+442079460018", "020 7946 0018"),
            // Marks of direction and joiners, as address books paste them.
            ("\u{202a}+44 20 7946 0018\u{202c}", "GB", "+442079460018", "020 7946 0018"),
            ("\u{200e}\u{2066}02079460018\u{2069}\u{feff}", "GB", "+442079460018", "020 7946 0018"),
            // Digits of other scripts.
            (
                "\u{ff0b}\u{ff14}\u{ff14} \u{ff12}\u{ff10} 7946 0018",
                "GB",
                "+442079460018",
                "020 7946 0018",
            ),
            (
                "\u{660}\u{662}\u{660} \u{667}\u{669}\u{664}\u{666} \u{660}\u{660}\u{661}\u{668}",
                "GB",
                "+442079460018",
                "020 7946 0018",
            ),
            ("\u{6f0}20 7946 001\u{6f8}", "GB", "+442079460018", "020 7946 0018"),
            ("\u{966}20 7946 001\u{96e}", "GB", "+442079460018", "020 7946 0018"),
            ("tel:+44-20-7946-0018", "US", "+442079460018", "020 7946 0018"),
            ("TEL:020 7946 0018", "GB", "+442079460018", "020 7946 0018"),
            ("tel:7946-0018;phone-context=+44-20", "US", "+442079460018", "020 7946 0018"),
            ("Tel.: 020 7946 0018", "GB", "+442079460018", "020 7946 0018"),
            ("020.7946.0018", "GB", "+442079460018", "020 7946 0018"),
            ("030/1234567", "DE", "+49301234567", "030 1234567"),
            ("+49 (0)30 1234567", "GB", "+49301234567", "030 1234567"),
            ("(212) 555-0199", "US", "+12125550199", "(212) 555-0199"),
            // Italy keeps its zeros, with and without parentheses.
            ("+39 06 1234 5678", "GB", "+390612345678", "06 1234 5678"),
            ("+39 (0)6 1234 5678", "GB", "+390612345678", "06 1234 5678"),
            ("06 1234 5678", "IT", "+390612345678", "06 1234 5678"),
            // Spain has no zero to drop.
            ("+34 (0)912 34 56 78", "GB", "+34912345678", "912 34 56 78"),
            ("+7 495 123-45-67", "GB", "+74951234567", "8 (495) 123-45-67"),
            ("+800 1234 5678", "GB", "+80012345678", "+800 1234 5678"),
        ] {
            let number = PhoneNumber::parse(text, &in_country(home));
            let read = number.map(|number| (number.e164, number.national));
            assert_eq!(read, Ok((e164.to_owned(), national.to_owned())), "{text:?} in {home}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_the_reason_and_an_example_of_that_country() {
        for (text, home, problem, example) in [
            ("", "GB", Problem::Empty, "0121 234 5678"),
            (" \u{200e}\t", "GB", Problem::Empty, "0121 234 5678"),
            ("call me", "GB", Problem::NotANumber, "0121 234 5678"),
            ("0800 FLOWERS", "GB", Problem::NotANumber, "0121 234 5678"),
            ("020 7946 0018, 020 7946 0019", "GB", Problem::NotANumber, "0121 234 5678"),
            ("0000000000", "GB", Problem::CountryUnknown, "0121 234 5678"),
            ("112", "GB", Problem::TooShort, "0121 234 5678"),
            ("01632 9601", "GB", Problem::TooShort, "0121 234 5678"),
            ("01632 960104 12", "GB", Problem::TooLong, "0121 234 5678"),
            ("020 7946 0018 ext 5", "GB", Problem::Extension, "0121 234 5678"),
            ("020 7946 0018 x5", "GB", Problem::Extension, "0121 234 5678"),
            ("tel:+442079460018;ext=5", "GB", Problem::Extension, "0121 234 5678"),
            ("+999 1234567", "GB", Problem::CountryUnknown, "0121 234 5678"),
            ("+49 30", "GB", Problem::TooShort, "+49 30 123456"),
            ("+49 89 1234567890123", "GB", Problem::TooLong, "+49 30 123456"),
            ("030", "DE", Problem::TooShort, "030 123456"),
            ("212 555", "US", Problem::TooShort, "(201) 555-0123"),
        ] {
            let not = PhoneNumber::parse(text, &in_country(home)).unwrap_err();
            assert_eq!((not.problem, not.example.as_str()), (problem, example), "{text:?}");
            assert!(not.problem.code().starts_with("number."));
        }
    }

    #[test]
    fn a_number_is_shown_without_its_code_only_at_home() {
        let number = PhoneNumber::parse("+441632960104", &gb()).unwrap();
        assert_eq!(number.shown(&gb()), "01632 960104");
        assert_eq!(number.shown(&in_country("DE")), "+44 1632 960104");
    }

    #[test]
    fn only_what_iso_3166_writes_is_a_country() {
        for text in ["GB", "DE", "US", "IN"] {
            let country = Country::parse(text).unwrap();
            let example = country.example();
            assert!(PhoneNumber::parse(&example, &country).is_ok(), "{text}: {example}");
        }
        for text in ["", "gb", "UK", "GBR", "XX", "001"] {
            assert!(Country::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_is_read_reads_as_itself_again(text in "\\PC{0,70}|[+0-9() -]{4,20}") {
            for home in [gb(), in_country("IT"), in_country("US")] {
                if let Ok(number) = PhoneNumber::parse(&text, &home) {
                    let again = PhoneNumber::parse(&number.e164, &home).unwrap();
                    prop_assert_eq!(&again.e164, &number.e164);
                    prop_assert!(number.e164.len() <= 1 + DIGITS_MAX);
                }
            }
        }
    }
}
