//! The clock as it is written in the settings.

use std::{fmt, str::FromStr};

/// Faster than this a second of wall time is a day: nobody could follow.
const FACTOR_MAX: u32 = 86_400;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ClockSetting {
    Real,
    Scaled { factor: u32 },
    Driven,
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a clock; write `real`, `scaled:FACTOR` (such as `scaled:60`) or `driven`")]
pub(crate) struct NotAClock(String);

impl FromStr for ClockSetting {
    type Err = NotAClock;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let not = || NotAClock(text.to_owned());
        match text.split_once(':') {
            None if text == "real" => Ok(Self::Real),
            None if text == "driven" => Ok(Self::Driven),
            Some(("scaled", factor)) => {
                let factor: u32 = factor.parse().map_err(|_| not())?;
                if (1..=FACTOR_MAX).contains(&factor) {
                    Ok(Self::Scaled { factor })
                } else {
                    Err(not())
                }
            }
            _ => Err(not()),
        }
    }
}

impl fmt::Display for ClockSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real => f.write_str("real"),
            Self::Scaled { factor } => write!(f, "scaled:{factor}"),
            Self::Driven => f.write_str("driven"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["real", "driven", "scaled:60"] {
            assert_eq!(text.parse::<ClockSetting>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_refused_with_what_to_write() {
        for text in [
            "",
            "fast",
            "scaled",
            "scaled:",
            "scaled:0",
            "scaled:-1",
            "scaled:0.5",
            "scaled:86401",
            "scaled:NaN",
        ] {
            let error = text.parse::<ClockSetting>().unwrap_err();
            assert!(error.to_string().contains("scaled:60"), "{error}");
        }
    }
}
