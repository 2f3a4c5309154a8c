//! The summary: what was offered, answered and abandoned, how long people waited, and by which rules it was played.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{TrafficArgs, calls::RULES, setup::TARGET_SECS};
use crate::cli;

/// What the player has seen for itself. Waits in seconds, as played.
#[derive(Clone, Debug, Default)]
pub(super) struct Played {
    pub(super) from: String,
    pub(super) visits: usize,
    pub(super) offered: usize,
    pub(super) answered: Vec<i64>,
    pub(super) abandoned: Vec<i64>,
    /// In the queue until its limit.
    pub(super) left_waiting: usize,
    pub(super) callbacks: usize,
    pub(super) called_back: Vec<i64>,
    pub(super) callbacks_cancelled: usize,
    pub(super) chats: usize,
    pub(super) finished: usize,
    pub(super) refused: BTreeMap<String, usize>,
}

impl Played {
    pub(super) fn new(args: &TrafficArgs, shift_secs: i64) -> Self {
        let days = shift_secs / 86_400;
        let moved = if days == 0 { String::new() } else { format!(", moved by {days} days") };
        Self { from: format!("{}{moved}", args.calls.display()), ..Self::default() }
    }

    /// Whether all who asked came to an end that the player knows.
    pub(super) fn complete(&self) -> bool {
        self.finished == self.answered.len() + self.called_back.len()
    }
}

/// Service level under every named formula, from the numbers that it needs.
fn service_levels(played: &Played) -> [(&'static str, Option<f64>); 7] {
    let within = |waits: &[i64]| waits.iter().filter(|wait| **wait <= TARGET_SECS).count();
    let (offered, answered) = (played.offered, played.answered.len());
    let (answered_in, abandoned_in) = (within(&played.answered), within(&played.abandoned));
    let abandoned = played.abandoned.len();
    [
        ("ignore", share(answered_in, offered - abandoned_in)),
        ("positive", share(answered_in + abandoned_in, offered)),
        ("negative", share(answered_in, offered)),
        ("connect", share(answered_in + abandoned_in, offered)),
        ("genesys", share(answered_in, answered + abandoned)),
        ("asterisk", share(answered_in, answered)),
        ("asterisk2", share(answered_in + abandoned_in, answered + abandoned)),
    ]
}

#[allow(clippy::cast_precision_loss, reason = "counts of calls are far below 2^52")]
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{:.1} %", value * 100.0))
}

/// Mean, median, ninth decile, longest.
fn waits(waits: &[i64]) -> String {
    let mut sorted = waits.to_vec();
    sorted.sort_unstable();
    let Some(longest) = sorted.last() else { return "none".to_owned() };
    let at = |tenths: usize| sorted[(sorted.len() - 1) * tenths / 10];
    #[allow(clippy::cast_precision_loss, reason = "seconds of a few weeks")]
    let mean = sorted.iter().sum::<i64>() as f64 / sorted.len() as f64;
    format!("mean {mean:.1} s, p50 {} s, p90 {} s, max {longest} s", at(5), at(9))
}

pub(super) fn print(played: &Played, totals: &Value) {
    let say = |line: String| cli::print(&line);
    say(format!("\ntraffic of {}", played.from));
    say(format!("{:<34} {:>12} {:>12}", "", "player", "board"));
    let row = |name: &str, player: String, board: &str| {
        let board = match &totals[board] {
            Value::Null => "-".to_owned(),
            Value::Number(number) if number.is_f64() => {
                format!("{:.1}", number.as_f64().unwrap_or_default())
            }
            other => other.to_string(),
        };
        say(format!("{name:<34} {player:>12} {board:>12}"));
    };
    let short = played.abandoned.iter().filter(|wait| **wait < SHORT_SECS).count();
    row("visits", played.visits.to_string(), "");
    row("offered to a queue (chats asked)", played.offered.to_string(), "offered");
    row("answered", played.answered.len().to_string(), "answered");
    row("abandoned", played.abandoned.len().to_string(), "abandoned");
    row("  of these within 5 s", short.to_string(), "shortAbandoned");
    row("left at the queue's limit", played.left_waiting.to_string(), "");
    row("callbacks requested", played.callbacks.to_string(), "callbacksRequested");
    row("called back", played.called_back.len().to_string(), "");
    row("callbacks cancelled", played.callbacks_cancelled.to_string(), "");
    row("chats with a line each way", played.chats.to_string(), "");
    row("mean wait of the answered, s", mean(&played.answered), "asaSeconds");
    row("offers nobody took", "0".to_owned(), "rona");
    let board_level = |formula: &str| {
        let levels = totals["serviceLevel"].as_array().map_or(&[][..], Vec::as_slice);
        let level = levels.iter().find(|level| level["formula"] == formula);
        percent(level.and_then(|level| level["value"].as_f64()))
    };
    for (formula, value) in service_levels(played) {
        let name = format!("service level `{formula}` at {TARGET_SECS} s");
        say(format!("{name:<34} {:>12} {:>12}", percent(value), board_level(formula)));
    }
    say(format!("waits of the answered:    {}", waits(&played.answered)));
    say(format!("waits of the abandoned:   {}", waits(&played.abandoned)));
    say(format!("waits for a ring back:    {}", waits(&played.called_back)));
    for (what, count) in &played.refused {
        say(format!("refused {count} times: {what}"));
    }
    say("\nplayed by these rules".to_owned());
    for (name, rule) in RULES {
        say(format!("  {name:<4} {rule}"));
    }
}

/// Who gives up sooner is a short abandon.
const SHORT_SECS: i64 = 5;

fn mean(waits: &[i64]) -> String {
    #[allow(clippy::cast_precision_loss, reason = "seconds of a few weeks")]
    let mean = waits.iter().sum::<i64>() as f64 / waits.len().max(1) as f64;
    format!("{mean:.1}")
}
