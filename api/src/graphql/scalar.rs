//! The scalars of both schemas: a point in a log, and an instant.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use domain::{
    log::{Partition, Seq},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// A point in one partition's log: `site:demo@123`. Any query or subscription accepts it as `atLeast`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub partition: Partition,
    pub seq: Seq,
}

/// A text that was to be a token and is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a token; pass one on as an answer gave it, such as `site:demo@123`")]
pub struct NotAToken {
    text: String,
}

impl Token {
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        let not = || NotAToken { text: text.chars().take(80).collect() };
        let (partition, seq) = text.rsplit_once('@').ok_or_else(not)?;
        Ok(Self {
            partition: partition.parse().map_err(|_| not())?,
            seq: seq.parse().map_err(|_| not())?,
        })
    }
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.partition, self.seq)
    }
}

impl Serialize for Token {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A point in one partition's log: `site:demo@123`. Any query or subscription accepts it as `atLeast`.
#[Scalar]
impl ScalarType for Token {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Self::parse(&text).map_err(|error| {
                InputValueError::custom(error).with_extension("code", "TOKEN_MALFORMED")
            }),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// An instant, RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub Timestamp);

impl From<Timestamp> for Instant {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0.0) {
            Ok(at) => at.fmt(f),
            // Beyond the years that RFC 3339 can write.
            Err(_) if self.0.0 < 0 => f.write_str("0001-01-01T00:00:00Z"),
            Err(_) => f.write_str("9999-12-31T23:59:59Z"),
        }
    }
}

/// An instant, RFC 3339 in UTC.
#[Scalar]
impl ScalarType for Instant {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        let at: jiff::Timestamp = text.parse().map_err(|_| {
            InputValueError::custom(format!(
                "`{}` is not an instant; write RFC 3339 with a zone, such as `2026-03-01T09:30:00Z`",
                text.chars().take(40).collect::<String>()
            ))
            .with_extension("code", "INSTANT_MALFORMED")
        })?;
        Ok(Self(Timestamp(at.as_microsecond())))
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_as_it_is_written() {
        let token = Token::parse("site:demo@123").unwrap();
        assert_eq!(token.seq, 123);
        assert_eq!(token.to_string(), "site:demo@123");
    }

    #[test]
    fn what_is_no_token_is_named() {
        for text in
            ["", "site:demo", "site:demo@", "site:demo@x", "demo@1", "site:DEMO@1", "site:demo@-1"]
        {
            assert!(Token::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_instant_is_written_in_utc() {
        let read =
            <Instant as ScalarType>::parse(Value::from("2026-03-01T10:30:00+01:00")).unwrap();
        assert_eq!(read.to_string(), "2026-03-01T09:30:00Z");
    }
}
