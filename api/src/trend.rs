//! The trend: stored intervals drawn as whole days of the site's clock.

use std::collections::BTreeMap;

use async_graphql::Result;
use domain::{
    id::QueueName,
    time::{Span, Timestamp},
    zone::Zone,
};
use jiff::{ToSpan as _, civil::Date};
use projections::{
    board::levels,
    intervals::{self, IntervalRow},
    metrics::{Counts, INTERVAL, interval_of},
};

use crate::{
    errors::coded_because,
    graphql::trend::{Interval, Trend},
    history::unreadable,
    inside::Inside,
    reasons, rows,
};

/// Days of one answer.
pub(crate) const TREND_DAYS_MAX: i32 = 31;
/// Lengths that intervals can be asked in.
pub(crate) const MINUTES: [u32; 4] = [5, 15, 30, 60];

/// Of which days can be asked for.
const YEARS: std::ops::RangeInclusive<i16> = 1..=9_998;

/// What is asked for.
pub(crate) struct Asked {
    /// `None`: all of the site.
    pub(crate) queue: Option<String>,
    /// `YYYY-MM-DD`; `None`: today there.
    pub(crate) from: Option<String>,
    /// `None`: as `from`.
    pub(crate) to: Option<String>,
    pub(crate) minutes: u32,
}

/// Days of a clock, and how they are cut.
#[derive(Debug)]
struct Drawn {
    zone: Zone,
    from: Date,
    to: Date,
    minutes: u32,
}

impl Inside {
    pub(crate) async fn trend(&self, asked: Asked) -> Result<Trend> {
        let zone = self.ports.directory.read(projections::directory::Directory::zone);
        let today = zone.day_at(self.clock().now.0);
        let drawn = Drawn::of(zone, today, &asked)?;
        let (store, partition) = (self.read_store()?, self.site_partition());
        let (begin, end) = (drawn.begins_at(), drawn.ends_at());
        let stored =
            intervals::between(store, &partition, asked.queue.as_deref(), begin, end).await;
        let stored = stored.map_err(|error| unreadable(&error))?;
        let target_secs = asked.queue.and_then(|name| self.target_of(&name)).unwrap_or(0);
        Ok(drawn.trend(&stored, target_secs))
    }

    /// T of the queue as it is now.
    fn target_of(&self, queue: &str) -> Option<u32> {
        let queue = QueueName::parse(queue).ok()?;
        let target = self.ports.live.read(|live| Some(live.floor().queue(&queue)?.target()))?;
        u32::try_from(target.as_secs()).ok()
    }
}

impl Drawn {
    fn of(zone: Zone, today: Date, asked: &Asked) -> Result<Self> {
        let from = asked.from.as_deref().map_or(Ok(today), day)?;
        let to = asked.to.as_deref().map_or(Ok(from), day)?;
        if to < from {
            let why = format!("{to} is before {from}; ask for days in order");
            return Err(coded_because("BAD_INPUT", reasons::TREND_BACKWARDS, why));
        }
        if (to - from).get_days() >= TREND_DAYS_MAX {
            let why = format!("ask for {TREND_DAYS_MAX} days at once at most");
            let because = reasons::TREND_TOO_LONG.with(&[("most", &TREND_DAYS_MAX)]);
            return Err(coded_because("BAD_INPUT", because, why));
        }
        if !MINUTES.contains(&asked.minutes) {
            let known = MINUTES.map(|minutes| minutes.to_string()).join(", ");
            let why = format!("{} is not a length of intervals; use one of {known}", asked.minutes);
            let because = reasons::TREND_MINUTES.with(&[("known", &known)]);
            return Err(coded_because("BAD_INPUT", because, why));
        }
        Ok(Self { zone, from, to, minutes: asked.minutes })
    }

    fn begins_at(&self) -> Timestamp {
        self.zone.begin_of(self.from)
    }

    fn ends_at(&self) -> Timestamp {
        self.zone.begin_of(self.to.saturating_add(1.day()))
    }

    fn trend(&self, stored: &[IntervalRow], target_secs: u32) -> Trend {
        let mut counted: BTreeMap<Timestamp, Counts> = BTreeMap::new();
        for row in stored {
            counted.entry(row.starts_at).or_default().add(&row.counts);
        }
        let days = self.from.series(1.day()).take_while(|day| *day <= self.to);
        let intervals = days.flat_map(|day| self.cut(day)).map(|(begin, end)| {
            let mut counts = Counts::default();
            counted.range(begin..end).for_each(|(_, more)| counts.add(more));
            interval(begin, end, &counts, target_secs)
        });
        Trend {
            zone: self.zone.as_str().to_owned(),
            from: self.from.to_string(),
            to: self.to.to_string(),
            begins_at: self.begins_at().into(),
            ends_at: self.ends_at().into(),
            minutes: self.minutes,
            intervals: intervals.collect(),
        }
    }

    fn cut(&self, day: Date) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let (begin, end) =
            (self.zone.begin_of(day), self.zone.begin_of(day.saturating_add(1.day())));
        // Clocks of long ago were set to the second: what is stored by five minutes belongs to the day it begins on.
        let first = interval_of(begin + Span(INTERVAL.0 - 1));
        let length = Span::secs(i64::from(self.minutes) * 60);
        std::iter::successors(Some(first), move |at| Some(*at + length))
            .take_while(move |at| *at < end)
            .map(move |at| (at, (at + length).min(end)))
    }
}

/// As everybody writes a day, and nothing else; the day after it must be one too.
fn day(text: &str) -> Result<Date> {
    let read = text.parse::<Date>().ok();
    let read = read.filter(|day| day.to_string() == text && YEARS.contains(&day.year()));
    read.ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        let why = format!("`{shown}` is not a day; write it as 2026-12-25");
        coded_because("BAD_INPUT", reasons::DAY_INVALID, why)
    })
}

fn interval(begin: Timestamp, end: Timestamp, counts: &Counts, target_secs: u32) -> Interval {
    Interval {
        starts_at: begin.into(),
        ends_at: end.into(),
        offered: counts.offered,
        answered: counts.answered,
        answered_within: counts.answered_within,
        abandoned: counts.abandoned,
        abandoned_within: counts.abandoned_within,
        short_abandoned: counts.short_abandoned,
        flowed_out: counts.flowed_out,
        withdrawn: counts.withdrawn,
        callbacks_requested: counts.callbacks_requested,
        callbacks_requested_within: counts.callbacks_requested_within,
        callbacks_connected: counts.callbacks_connected,
        rona: counts.rona,
        offers_cancelled: counts.offers_cancelled,
        handled: counts.handled,
        asa_seconds: counts.asa_secs(),
        aht_seconds: counts.aht_secs(),
        service_level: levels(counts, target_secs).iter().map(rows::service_level).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(from: Option<&str>, to: Option<&str>, minutes: u32) -> Asked {
        let text = |day: Option<&str>| day.map(str::to_owned);
        Asked { queue: None, from: text(from), to: text(to), minutes }
    }

    fn drawn(zone: &str, from: &str, to: &str, minutes: u32) -> Drawn {
        let asked = asked(Some(from), Some(to), minutes);
        Drawn::of(Zone::parse(zone).unwrap(), from.parse().unwrap(), &asked).unwrap()
    }

    fn row(at: &str, queue: &str, offered: u32, answered_within: u32) -> IntervalRow {
        let at: jiff::Timestamp = at.parse().unwrap();
        let answered = answered_within;
        IntervalRow {
            starts_at: Timestamp(at.as_microsecond()),
            queue: QueueName::parse(queue).unwrap(),
            counts: Counts { offered, answered, answered_within, ..Counts::default() },
        }
    }

    #[test]
    fn a_day_without_any_row_is_full_of_empty_intervals() {
        for (day, hours) in [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25)] {
            for minutes in MINUTES {
                let trend = drawn("Europe/Berlin", day, day, minutes).trend(&[], 0);
                assert_eq!(trend.intervals.len(), hours * 60 / minutes as usize, "{day}");
                let ends = trend.intervals.iter().map(|one| one.ends_at);
                let begins = trend.intervals.iter().map(|one| one.starts_at);
                assert!(ends.zip(begins.skip(1)).all(|(end, begin)| end == begin));
                assert_eq!(trend.begins_at, trend.intervals[0].starts_at);
                assert_eq!(trend.ends_at, trend.intervals.last().unwrap().ends_at);
                let empty = |one: &Interval| one.offered == 0 && one.asa_seconds.is_none();
                assert!(trend.intervals.iter().all(empty));
            }
        }
    }

    #[test]
    fn what_was_counted_stands_where_the_clock_there_shows_it() {
        let stored = [
            // Already Sunday in Berlin.
            row("2026-03-28T23:00:00Z", "faults", 1, 0),
            row("2026-03-28T23:05:00Z", "sales", 2, 2),
            // 03:00, right after the hour that is skipped.
            row("2026-03-29T01:00:00Z", "faults", 5, 4),
        ];
        let trend = drawn("Europe/Berlin", "2026-03-29", "2026-03-29", 15).trend(&stored, 0);
        let offered: Vec<_> = trend.intervals.iter().map(|one| one.offered).collect();
        assert_eq!((offered[0], offered[8], offered.iter().sum::<u32>()), (3, 5, 8));
        let level = &trend.intervals[8].service_level[0];
        assert_eq!((level.formula.as_str(), level.value), ("ignore", Some(0.8)));
    }

    #[test]
    fn several_days_stand_one_after_the_other() {
        let month = drawn("America/New_York", "2026-03-01", "2026-03-31", 60).trend(&[], 0);
        assert_eq!(month.intervals.len(), 31 * 24 - 1);
    }

    #[test]
    fn a_clock_that_was_set_to_the_minute_loses_no_interval() {
        let day = drawn("Africa/Monrovia", "1970-01-02", "1970-01-03", 5).trend(&[], 0);
        assert_eq!(day.intervals.len(), 2 * 288);
    }

    #[test]
    fn what_cannot_be_drawn_is_refused_by_name() {
        let today = "2026-03-10".parse().unwrap();
        let refused = |asked: &Asked| {
            let error = Drawn::of(Zone::default(), today, asked).unwrap_err();
            let reason = error.extensions.and_then(|all| all.get("reason").cloned());
            reason.unwrap().to_string().trim_matches('"').to_owned()
        };
        for text in [
            "",
            "today",
            "2026-3-1",
            "2026-02-30",
            "2026-03-01T00:00:00Z",
            "-000001-01-01",
            "9999-12-31",
        ] {
            assert_eq!(refused(&asked(Some(text), None, 5)), "day.invalid", "{text}");
        }
        for (from, to, minutes, code) in [
            ("2026-03-02", "2026-03-01", 5, "trend.backwards"),
            ("2026-03-01", "2026-04-01", 5, "trend.too_long"),
            ("0001-01-01", "9998-12-31", 5, "trend.too_long"),
            ("2026-03-01", "2026-03-01", 0, "trend.minutes"),
            ("2026-03-01", "2026-03-01", 7, "trend.minutes"),
        ] {
            assert_eq!(refused(&asked(Some(from), Some(to), minutes)), code);
        }
        let last = Drawn::of(Zone::default(), today, &asked(Some("9998-12-31"), None, 5)).unwrap();
        assert_eq!(last.trend(&[], 0).intervals.len(), 288);
        let drawn = Drawn::of(Zone::default(), today, &asked(None, None, 5)).unwrap();
        assert_eq!((drawn.from, drawn.to), (today, today));
    }
}
