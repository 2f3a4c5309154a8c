//! `CloudEvents` 1.0 in Kafka's binary mode: attributes are headers `ce_…`, the value is the data as it is.

use std::{
    fmt::{Display, Write as _},
    panic::{AssertUnwindSafe, catch_unwind},
};

use domain::time::Timestamp;
use rdkafka::message::{Header, Headers, OwnedHeaders};
use uuid::{Uuid, fmt::Hyphenated};

const PREFIX: &str = "ce_";

/// Puts headers together, in the order of the calls.
pub(crate) struct Written {
    headers: OwnedHeaders,
    text: String,
}

impl Written {
    /// What every `CloudEvent` has. `source` is the partition.
    pub(crate) fn new(id: Uuid, source: &str, kind: &str) -> Self {
        const ROOM: usize = 24;
        let headers = OwnedHeaders::new_with_capacity(ROOM);
        let written = Self { headers, text: String::with_capacity(64) };
        written
            .raw("content-type", b"application/json")
            .raw("ce_specversion", b"1.0")
            .id("ce_id", id)
            .raw("ce_source", source.as_bytes())
            .raw("ce_type", kind.as_bytes())
    }

    pub(crate) fn raw(mut self, key: &'static str, value: &[u8]) -> Self {
        self.headers = self.headers.insert(Header { key, value: Some(value) });
        self
    }

    pub(crate) fn id(self, key: &'static str, id: Uuid) -> Self {
        let mut text = [0; Hyphenated::LENGTH];
        let text: &str = id.hyphenated().encode_lower(&mut text);
        self.raw(key, text.as_bytes())
    }

    pub(crate) fn shown(mut self, key: &'static str, value: impl Display) -> Self {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        let _ = write!(text, "{value}");
        let mut written = self.raw(key, text.as_bytes());
        written.text = text;
        written
    }

    /// To the microsecond; `None` beyond the year 9999, which no clock shows.
    pub(crate) fn time(self, key: &'static str, time: Timestamp) -> Option<Self> {
        let time = jiff::Timestamp::from_microsecond(time.0).ok()?;
        Some(self.shown(key, time))
    }

    pub(crate) fn done(self) -> OwnedHeaders {
        self.headers
    }
}

/// Hands every `CloudEvents` attribute to `each`, its name without the prefix, until one is not understood.
///
/// `None`: this record has none, or one was not understood. Whoever may write may write anything.
pub(crate) fn attributes(
    headers: Option<&impl Headers>,
    mut each: impl FnMut(&str, &str) -> Option<()>,
) -> Option<()> {
    let headers = headers?;
    // The library panics at a name that is not UTF-8.
    let read = catch_unwind(AssertUnwindSafe(|| {
        for at in 0..headers.count() {
            let Header { key, value } = headers.try_get(at)?;
            if let Some(name) = key.strip_prefix(PREFIX) {
                each(name, std::str::from_utf8(value?).ok()?)?;
            }
        }
        Some(())
    }));
    read.ok()?
}

pub(crate) fn time(text: &str) -> Option<Timestamp> {
    Some(Timestamp(text.parse::<jiff::Timestamp>().ok()?.as_microsecond()))
}

pub(crate) fn id(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_comes_back_to_the_microsecond() {
        for micros in [0, 1, -1, 1_764_000_000_123_456, 1_764_000_000_000_000, -7_654_321] {
            let written =
                Written::new(Uuid::nil(), "site:demo", "test").time("ce_time", Timestamp(micros));
            let headers = written.unwrap().done();
            let mut read = None;
            attributes(Some(&headers), |name, text| {
                if name == "time" {
                    read = Some(time(text)?);
                }
                Some(())
            });
            assert_eq!(read, Some(Timestamp(micros)));
        }
    }

    #[test]
    fn attribute_names_are_what_cloud_events_demands() {
        let headers = Written::new(Uuid::nil(), "site:demo", "test").done();
        let mut names = Vec::new();
        attributes(Some(&headers), |name, _| {
            names.push(name.to_owned());
            Some(())
        });
        assert_eq!(names, ["specversion", "id", "source", "type"]);
    }
}
