//! A place's clock: an IANA time zone, and when its days begin and end.

use std::sync::LazyLock;

use jiff::{
    civil::{Date, Time},
    tz::{TimeZone, TimeZoneDatabase},
};
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

const ZONE: &str = "UTC";

/// Such as `Europe/Berlin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone we know; use an IANA name such as `Europe/Berlin`")]
pub struct NotAZone(String);

impl Zone {
    /// In any case of letters; kept as everybody spells it.
    pub fn parse(text: &str) -> Result<Self, NotAZone> {
        let zone = named(text);
        let name = zone.as_ref().and_then(TimeZone::iana_name);
        let name = name.ok_or_else(|| NotAZone(text.chars().take(40).collect()))?;
        Ok(Self(name.to_owned()))
    }

    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day that the clock shows there.
    pub fn day_at(&self, at: Timestamp) -> Date {
        self.clock().to_datetime(instant(at)).date()
    }

    /// When the day begins: at midnight, or when the clock skips that, right after. The day before ends then; a day on
    /// which clocks change is shorter or longer than others.
    pub fn begin_of(&self, day: Date) -> Timestamp {
        let midnight = self.clock().to_timestamp(day.to_datetime(Time::midnight()));
        let end = if day.year() < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        Timestamp(midnight.unwrap_or(end).as_microsecond())
    }

    fn clock(&self) -> TimeZone {
        named(&self.0).unwrap_or(TimeZone::UTC)
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(ZONE.to_owned())
    }
}

impl TryFrom<String> for Zone {
    type Error = NotAZone;
    fn try_from(text: String) -> Result<Self, NotAZone> {
        Self::parse(&text)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.0
    }
}

/// From the data that is compiled in: the same answer on every machine, without I/O.
pub(crate) fn named(name: &str) -> Option<TimeZone> {
    static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
    ZONES.get(name).ok()
}

pub(crate) fn instant(at: Timestamp) -> jiff::Timestamp {
    let end = if at.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    jiff::Timestamp::from_microsecond(at.0).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan as _;

    fn hours_of(zone: &str, day: &str) -> i64 {
        let (zone, day): (_, Date) = (Zone::parse(zone).unwrap(), day.parse().unwrap());
        let (begin, end) = (zone.begin_of(day), zone.begin_of(day + 1.day()));
        assert_eq!((zone.day_at(begin), zone.day_at(Timestamp(begin.0 - 1))), (day, day - 1.day()));
        assert_eq!(zone.day_at(Timestamp(end.0 - 1)), day);
        (end - begin).as_secs() / 3_600
    }

    #[test]
    fn a_day_is_as_long_as_the_clock_there_makes_it() {
        for (zone, day, hours) in [
            ("UTC", "2026-03-29", 24),
            ("Europe/Berlin", "2026-03-28", 24),
            ("Europe/Berlin", "2026-03-29", 23),
            ("Europe/Berlin", "2026-10-25", 25),
            ("America/New_York", "2026-03-08", 23),
            ("America/New_York", "2026-11-01", 25),
            // Midnight itself is skipped there, and comes twice.
            ("America/Santiago", "2026-09-06", 23),
            ("America/Havana", "2019-11-03", 25),
        ] {
            assert_eq!(hours_of(zone, day), hours, "{zone} {day}");
        }
    }

    #[test]
    fn only_what_is_known_is_a_zone() {
        for text in ["", "Mars/Olympus", "Europe/Berlin\0", "+02:00"] {
            assert!(Zone::parse(text).is_err(), "{text}");
        }
        assert_eq!(Zone::default().as_str(), "UTC");
        assert_eq!(Zone::parse("europe/BERLIN").unwrap().as_str(), "Europe/Berlin");
    }
}
