//! Signals: what staff point at, draw, or do by remote control, by elements and never by coordinates of a screen.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::limits::{LINE_CHARS_MAX, NOTES_CHARS_MAX};

/// One signal as JSON.
pub(crate) const SIGNAL_BYTES_MAX: usize = 32 * 1024;
/// Signals that are sent or handed on at once.
pub(crate) const SIGNALS_MAX: usize = 64;
/// Points of one handful of ink.
const POINTS_MAX: usize = 256;
const STROKE_CHARS_MAX: usize = 64;
const WIDGET_CHARS_MAX: usize = 64;
/// How far the page can be scrolled.
const SCROLL_MAX: f64 = 10_000_000.0;

/// A place: an element by the recorder's number, and where in it (0–1).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    pub node: u32,
    pub x: f64,
    pub y: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SignalAct {
    Pointer(Spot),
    /// The pointer has left.
    Away,
    Highlight {
        node: Option<u32>,
    },
    Ink {
        stroke: String,
        points: Vec<Spot>,
    },
    Click(Spot),
    Input {
        node: u32,
        value: String,
    },
    Choose {
        node: u32,
        value: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checked: Option<bool>,
    },
    Scroll {
        node: Option<u32>,
        x: f64,
        y: f64,
    },
    Back,
    Reload,
    /// "Call me about this" was pressed in a shared widget.
    Callback {
        widget: String,
        about: SignalAbout,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalAbout {
    pub title: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
}

/// As it is recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    pub page_load: i64,
    #[serde(flatten)]
    pub act: SignalAct,
}

/// Who signals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalBy {
    pub staff: Uuid,
    pub name: String,
}

/// As the customer's side is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    pub by: SignalBy,
    #[serde(flatten)]
    pub what: Recorded,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignalError {
    #[error("a signal has at most {SIGNAL_BYTES_MAX} bytes; send less at once")]
    TooLarge,
    #[error("not a signal that is known here: {0}")]
    Unknown(String),
    #[error("{0} is longer than a signal may have it; shorten it")]
    TooLong(&'static str),
    #[error("a place is in an element, from 0 to 1; a scroll is in pixels")]
    NoPlace,
}

pub(crate) fn parse(json: &str) -> Result<Recorded, SignalError> {
    if json.len() > SIGNAL_BYTES_MAX {
        return Err(SignalError::TooLarge);
    }
    let signal: Recorded =
        serde_json::from_str(json).map_err(|error| SignalError::Unknown(error.to_string()))?;
    signal.act.check()?;
    Ok(signal)
}

impl SignalAct {
    /// Whether it acts on the page: for whoever holds control.
    pub(crate) fn is_control(&self) -> bool {
        match self {
            Self::Click(_)
            | Self::Input { .. }
            | Self::Choose { .. }
            | Self::Scroll { .. }
            | Self::Back
            | Self::Reload => true,
            Self::Pointer(_)
            | Self::Away
            | Self::Highlight { .. }
            | Self::Ink { .. }
            | Self::Callback { .. } => false,
        }
    }

    /// Whether the next of its kind takes its place.
    fn is_passing(&self) -> bool {
        matches!(self, Self::Pointer(_) | Self::Away)
    }

    fn check(&self) -> Result<(), SignalError> {
        match self {
            Self::Away | Self::Highlight { .. } | Self::Back | Self::Reload => Ok(()),
            Self::Pointer(spot) | Self::Click(spot) => spot.check(),
            Self::Ink { stroke, points } => {
                short("a stroke's name", stroke, STROKE_CHARS_MAX)?;
                if points.len() > POINTS_MAX {
                    return Err(SignalError::TooLong("a stroke"));
                }
                points.iter().try_for_each(Spot::check)
            }
            Self::Input { value, .. } => short("the text", value, NOTES_CHARS_MAX),
            Self::Choose { value, .. } => short("the choice", value, NOTES_CHARS_MAX),
            Self::Scroll { x, y, .. } => {
                let fits = |way: f64| way.is_finite() && way.abs() <= SCROLL_MAX;
                if fits(*x) && fits(*y) { Ok(()) } else { Err(SignalError::NoPlace) }
            }
            Self::Callback { widget, about: SignalAbout { title, text, topic } } => {
                short("the widget's name", widget, WIDGET_CHARS_MAX)?;
                short("the title", title, LINE_CHARS_MAX)?;
                short("the text", text, NOTES_CHARS_MAX)?;
                short("the topic", topic.as_deref().unwrap_or_default(), LINE_CHARS_MAX)
            }
        }
    }
}

impl Spot {
    fn check(&self) -> Result<(), SignalError> {
        let fits = |part: f64| (0.0..=1.0).contains(&part);
        if fits(self.x) && fits(self.y) { Ok(()) } else { Err(SignalError::NoPlace) }
    }
}

fn short(what: &'static str, text: &str, chars_max: usize) -> Result<(), SignalError> {
    if text.chars().count() > chars_max { Err(SignalError::TooLong(what)) } else { Ok(()) }
}

/// Of each person's pointer only where it is now; everything else stays, in its order.
pub(crate) fn without_passed(signals: Vec<Signal>) -> Vec<Signal> {
    let mut kept: Vec<Signal> = Vec::with_capacity(signals.len());
    for signal in signals {
        if signal.what.act.is_passing() {
            kept.retain(|before| {
                before.by.staff != signal.by.staff || !before.what.act.is_passing()
            });
        }
        kept.push(signal);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_reads_as_it_is_written() {
        for json in [
            r#"{"pageLoad":1764170000000,"kind":"pointer","node":17,"x":0.5,"y":0.25}"#,
            r#"{"pageLoad":1,"kind":"away"}"#,
            r#"{"pageLoad":1,"kind":"highlight","node":null}"#,
            r#"{"pageLoad":1,"kind":"ink","stroke":"a","points":[{"node":17,"x":0.1,"y":0.2}]}"#,
            r#"{"pageLoad":1,"kind":"choose","node":4,"value":"","checked":true}"#,
            r#"{"pageLoad":1,"kind":"scroll","node":null,"x":0.0,"y":240.0}"#,
            r#"{"pageLoad":1,"kind":"callback","widget":"tariffs","about":{"title":"t","text":"x"}}"#,
        ] {
            assert_eq!(serde_json::to_string(&parse(json).unwrap()).unwrap(), json);
        }
    }

    #[test]
    fn what_is_no_signal_is_refused() {
        for json in [
            "{}",
            r#"{"kind":"away"}"#,
            r#"{"pageLoad":1,"kind":"eval","code":"x"}"#,
            r#"{"pageLoad":1,"kind":"pointer","node":17,"x":1.5,"y":0}"#,
            r#"{"pageLoad":1,"kind":"click","node":-1,"x":0,"y":0}"#,
            r#"{"pageLoad":1,"kind":"scroll","node":null,"x":0,"y":1e300}"#,
        ] {
            assert!(parse(json).is_err(), "{json}");
        }
        let typed = |chars: usize| {
            let value = "a".repeat(chars);
            parse(&format!(r#"{{"pageLoad":1,"kind":"input","node":1,"value":"{value}"}}"#))
        };
        assert!(typed(NOTES_CHARS_MAX).is_ok());
        assert_eq!(typed(NOTES_CHARS_MAX + 1), Err(SignalError::TooLong("the text")));
        assert_eq!(typed(SIGNAL_BYTES_MAX), Err(SignalError::TooLarge));
    }

    #[test]
    fn only_passing_pointers_are_left_out() {
        let signal = |staff: u128, json: &str| Signal {
            by: SignalBy { staff: Uuid::from_u128(staff), name: "Dana".to_owned() },
            what: parse(json).unwrap(),
        };
        let pointer = r#"{"pageLoad":1,"kind":"pointer","node":1,"x":0,"y":0}"#;
        let click = r#"{"pageLoad":1,"kind":"click","node":1,"x":0,"y":0}"#;
        let away = r#"{"pageLoad":1,"kind":"away"}"#;
        let all = vec![
            signal(1, pointer),
            signal(2, pointer),
            signal(1, click),
            signal(1, pointer),
            signal(1, away),
            signal(1, click),
        ];
        let kept = without_passed(all.clone());
        assert_eq!(kept, [1, 2, 4, 5].map(|at| all[at].clone()));
    }
}
