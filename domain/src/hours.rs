//! Opening hours: weekly spans of local time in an IANA zone, less holidays, safe on the days when clocks change.

use std::collections::BTreeSet;

use jiff::{
    civil::Date,
    tz::{AmbiguousOffset, TimeZone},
};
use serde::{Deserialize, Serialize};

use crate::{
    time::Timestamp,
    zone::{instant, named},
};

pub const OPEN_SPANS_MAX: usize = 50;
pub const HOLIDAYS_MAX: usize = 400;
/// How far ahead the next opening is looked for.
pub const HORIZON_DAYS: usize = 400;
const DAY_MINS: u16 = 24 * 60;

/// Hours of one week in an IANA zone, and the days on which nobody is there.
///
/// The local clock decides: an hour that it shows twice is open twice, one that it skips is not open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Such as `Europe/Berlin`.
    pub zone: String,
    /// Open spans; a day may have several.
    pub week: Vec<OpenSpan>,
    /// `YYYY-MM-DD`, closed the whole day.
    #[serde(default)]
    pub holidays: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenSpan {
    /// 1 Monday … 7 Sunday.
    pub day: u8,
    /// Minutes after midnight, local.
    pub from_mins: u16,
    /// Up to 1440.
    pub until_mins: u16,
}

/// What does not fit in opening hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotHours {
    #[error("`{0}` is not a time zone we know; use an IANA name such as `Europe/Berlin`")]
    Zone(String),
    #[error(
        "day {day}, minutes {from_mins} to {until_mins} is not a span; days are 1 to 7, minutes rise up to 1440"
    )]
    Span { day: u8, from_mins: u16, until_mins: u16 },
    #[error("`{0}` is not a day; write it as 2026-12-25")]
    Holiday(String),
    #[error(
        "hours have at most {OPEN_SPANS_MAX} spans and {HOLIDAYS_MAX} holidays; leave out past days"
    )]
    TooMany,
}

impl Hours {
    pub fn check(&self) -> Result<(), NotHours> {
        named(&self.zone).ok_or_else(|| NotHours::Zone(self.zone.clone()))?;
        if self.week.len() > OPEN_SPANS_MAX || self.holidays.len() > HOLIDAYS_MAX {
            return Err(NotHours::TooMany);
        }
        if let Some(OpenSpan { day, from_mins, until_mins }) =
            self.week.iter().find(|span| !span.is_span())
        {
            return Err(NotHours::Span {
                day: *day,
                from_mins: *from_mins,
                until_mins: *until_mins,
            });
        }
        match self.holidays.iter().find(|day| !is_day(day)) {
            Some(day) => Err(NotHours::Holiday(day.clone())),
            None => Ok(()),
        }
    }

    pub fn is_open(&self, now: Timestamp) -> bool {
        named(&self.zone).is_some_and(|zone| self.is_open_in(&zone, instant(now)))
    }

    /// `now` if it is open, else the first instant at which it opens; `None` if it stays closed for
    /// [`HORIZON_DAYS`] days.
    pub fn next_opening(&self, now: Timestamp) -> Option<Timestamp> {
        let zone = named(&self.zone)?;
        let now = instant(now);
        if self.is_open_in(&zone, now) {
            return Some(Timestamp(now.as_microsecond()));
        }
        let today = zone.to_datetime(now).date();
        today
            .series(jiff::Span::new().days(1))
            .take(HORIZON_DAYS)
            .find_map(|day| {
                self.changes(&zone, day)
                    .into_iter()
                    .filter(|at| *at >= now && self.is_open_in(&zone, *at))
                    .min()
            })
            .map(|at| Timestamp(at.as_microsecond()))
    }

    fn is_open_in(&self, zone: &TimeZone, at: jiff::Timestamp) -> bool {
        let local = zone.to_datetime(at);
        let day = local.date().weekday().to_monday_one_offset();
        let mins = i16::from(local.hour()) * 60 + i16::from(local.minute());
        self.week.iter().any(|span| {
            i8::try_from(span.day) == Ok(day)
                && (i32::from(span.from_mins)..i32::from(span.until_mins))
                    .contains(&i32::from(mins))
        }) && !self.holidays.contains(&local.date().to_string())
    }

    /// The instants of a local day at which it may open: where spans begin, and where the clock changes.
    fn changes(&self, zone: &TimeZone, day: Date) -> Vec<jiff::Timestamp> {
        let weekday = day.weekday().to_monday_one_offset();
        let mut at = Vec::new();
        for span in self.week.iter().filter(|span| i8::try_from(span.day) == Ok(weekday)) {
            let (Ok(hour), Ok(minute)) =
                (i8::try_from(span.from_mins / 60), i8::try_from(span.from_mins % 60))
            else {
                continue;
            };
            let Ok(begin) = jiff::civil::Time::new(hour, minute, 0, 0) else { continue };
            let begin = day.to_datetime(begin);
            let offsets = match zone.to_ambiguous_timestamp(begin).offset() {
                AmbiguousOffset::Unambiguous { offset } => [offset, offset],
                AmbiguousOffset::Gap { before, after }
                | AmbiguousOffset::Fold { before, after } => [before, after],
            };
            at.extend(offsets.iter().filter_map(|offset| offset.to_timestamp(begin).ok()));
        }
        if let Ok(midnight) = zone.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())) {
            let later = zone.following(midnight).map(|change| change.timestamp());
            at.extend(later.take_while(|at| zone.to_datetime(*at).date() <= day));
        }
        at
    }
}

impl OpenSpan {
    fn is_span(&self) -> bool {
        (1..=7).contains(&self.day)
            && self.from_mins < self.until_mins
            && self.until_mins <= DAY_MINS
    }
}

/// Days are compared as text, so only the one way of writing a day counts.
fn is_day(text: &str) -> bool {
    text.parse::<Date>().is_ok_and(|day| day.to_string() == text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::Span;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    fn daily(zone: &str, from_mins: u16, until_mins: u16) -> Hours {
        let week = (1..=7).map(|day| OpenSpan { day, from_mins, until_mins }).collect();
        Hours { zone: zone.into(), week, holidays: BTreeSet::new() }
    }

    #[test]
    fn the_local_clock_opens_and_closes_on_ordinary_days_and_on_days_when_it_changes() {
        let office = daily("Europe/Berlin", 8 * 60, 18 * 60);
        let night = daily("Europe/Berlin", 2 * 60 + 30, 4 * 60);
        let skipped = daily("Europe/Berlin", 2 * 60, 3 * 60);
        let twice = daily("Europe/Berlin", 2 * 60, 2 * 60 + 30);
        for (hours, instant, open, next) in [
            (&office, "2026-03-28T06:59:59Z", false, "2026-03-28T07:00:00Z"),
            (&office, "2026-03-28T07:00:00Z", true, "2026-03-28T07:00:00Z"),
            (&office, "2026-03-28T17:00:00Z", false, "2026-03-29T06:00:00Z"),
            (&office, "2026-03-29T06:00:00Z", true, "2026-03-29T06:00:00Z"),
            (&office, "2026-10-24T16:00:00Z", false, "2026-10-25T07:00:00Z"),
            // 02:30 does not exist on that night: it opens when the clock jumps to 03:00.
            (&night, "2026-03-29T00:59:59Z", false, "2026-03-29T01:00:00Z"),
            (&night, "2026-03-29T01:59:59Z", true, "2026-03-29T01:59:59Z"),
            (&night, "2026-03-29T02:00:00Z", false, "2026-03-30T00:30:00Z"),
            // The whole span is skipped.
            (&skipped, "2026-03-29T00:59:59Z", false, "2026-03-30T00:00:00Z"),
            // 02:00 to 02:30 comes twice.
            (&twice, "2026-10-25T00:10:00Z", true, "2026-10-25T00:10:00Z"),
            (&twice, "2026-10-25T00:30:00Z", false, "2026-10-25T01:00:00Z"),
            (&twice, "2026-10-25T01:29:59Z", true, "2026-10-25T01:29:59Z"),
            (&twice, "2026-10-25T01:30:00Z", false, "2026-10-26T01:00:00Z"),
        ] {
            assert_eq!(hours.is_open(at(instant)), open, "{instant}");
            assert_eq!(hours.next_opening(at(instant)), Some(at(next)), "{instant}");
        }
    }

    #[test]
    fn a_holiday_is_closed_the_whole_local_day() {
        let mut hours = daily("America/New_York", 0, 1440);
        hours.holidays.insert("2026-12-25".into());
        assert!(hours.is_open(at("2026-12-25T04:59:59Z")));
        assert!(!hours.is_open(at("2026-12-25T05:00:00Z")));
        assert_eq!(
            hours.next_opening(at("2026-12-25T12:00:00Z")),
            Some(at("2026-12-26T05:00:00Z"))
        );
    }

    #[test]
    fn hours_without_a_span_never_open() {
        let hours = Hours { zone: "UTC".into(), week: vec![], holidays: BTreeSet::new() };
        assert_eq!(hours.next_opening(at("2026-03-28T00:00:00Z")), None);
        assert!(!hours.is_open(Timestamp::MAX) && !hours.is_open(Timestamp::MIN));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let fits = daily("UTC", 0, 1440);
        assert_eq!(fits.check(), Ok(()));
        for (hours, text) in [
            (Hours { zone: "Mars/Olympus".into(), ..fits.clone() }, "`Mars/Olympus` is not"),
            (daily("UTC", 600, 600), "day 1, minutes 600 to 600 is not a span"),
            (daily("UTC", 0, 1441), "is not a span"),
            (Hours { holidays: ["2026-02-30".into()].into(), ..fits.clone() }, "is not a day"),
            (Hours { holidays: ["20261225".into()].into(), ..fits.clone() }, "is not a day"),
            (Hours { week: vec![fits.week[0].clone(); 51], ..fits.clone() }, "at most 50"),
        ] {
            let error = hours.check().unwrap_err().to_string();
            assert!(error.contains(text), "{error}");
        }
    }

    proptest! {
        #[test]
        fn the_next_opening_is_the_first_minute_that_is_open(
            zone in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
            from in 0u16..300, long in 1u16..200, start in 0i64..(3 * 1440),
            night in prop::sample::select(vec!["2026-03-28T00:00:00Z", "2026-10-24T00:00:00Z", "2026-03-07T00:00:00Z", "2026-10-31T00:00:00Z", "2026-04-04T00:00:00Z", "2026-10-03T00:00:00Z"]),
        ) {
            let hours = daily(zone, from, from + long);
            let start = at(night) + Span::secs(start * 60);
            let naive = (0..3 * 1440).map(|n| start + Span::secs(n * 60)).find(|t| hours.is_open(*t));
            prop_assert_eq!(hours.next_opening(start), naive);
        }
    }
}
