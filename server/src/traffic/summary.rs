//! The summary: what was offered, answered and abandoned, how long people waited, and by which rules it was played.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{TrafficArgs, calls::RULES, setup::TARGET_SECS};
use crate::cli;

/// Who gives up sooner is a short abandon.
const SHORT_SECS: i64 = 5;

/// What the player has seen for itself of those who asked for a chat. Waits in seconds, as played.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    offered: usize,
    answered: Vec<i64>,
    abandoned: Vec<i64>,
}

/// A UTC day by the player's counts and by the board's.
#[derive(Clone, Debug)]
struct Day {
    until: String,
    counts: Counts,
    board: Value,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Played {
    from: String,
    whole: Counts,
    today: Counts,
    days: Vec<Day>,
    pub(super) visits: usize,
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

    pub(super) fn count_offered(&mut self) {
        for counts in [&mut self.whole, &mut self.today] {
            counts.offered += 1;
        }
    }

    pub(super) fn count_answered(&mut self, waited: i64) {
        for counts in [&mut self.whole, &mut self.today] {
            counts.answered.push(waited);
        }
    }

    pub(super) fn count_abandoned(&mut self, waited: i64) {
        for counts in [&mut self.whole, &mut self.today] {
            counts.abandoned.push(waited);
        }
    }

    /// The next event counts for the next day.
    pub(super) fn close_day(&mut self, until: String, board: Value) {
        let counts = std::mem::take(&mut self.today);
        self.days.push(Day { until, counts, board });
    }

    /// Whether something has happened since the last day was closed.
    pub(super) fn has_more(&self) -> bool {
        self.today.offered + self.today.answered.len() + self.today.abandoned.len() > 0
    }

    /// Whether everybody who was served was served to the end.
    pub(super) fn complete(&self) -> bool {
        self.finished == self.whole.answered.len() + self.called_back.len()
    }
}

impl Counts {
    /// Service level under every named formula.
    fn service_levels(&self) -> [(&'static str, Option<f64>); 7] {
        let within = |waits: &[i64]| waits.iter().filter(|wait| **wait <= TARGET_SECS).count();
        let (offered, answered) = (self.offered, self.answered.len());
        let (answered_in, abandoned_in) = (within(&self.answered), within(&self.abandoned));
        let left = answered + self.abandoned.len();
        [
            ("ignore", share(answered_in, offered.saturating_sub(abandoned_in))),
            ("positive", share(answered_in + abandoned_in, offered)),
            ("negative", share(answered_in, offered)),
            ("connect", share(answered_in + abandoned_in, offered)),
            ("genesys", share(answered_in, left)),
            ("asterisk", share(answered_in, answered)),
            ("asterisk2", share(answered_in + abandoned_in, left)),
        ]
    }
}

impl Day {
    fn board_level(&self, formula: &str) -> Option<f64> {
        let levels = self.board["serviceLevel"].as_array()?;
        levels.iter().find(|level| level["formula"] == formula)?["value"].as_f64()
    }

    fn line(&self) -> String {
        let Counts { offered, answered, abandoned } = &self.counts;
        let pair = |own: usize, name: &str| format!("{own:>6}{:>7}", self.board[name].to_string());
        let levels: Vec<String> = self
            .counts
            .service_levels()
            .iter()
            .map(|(formula, own)| {
                format!("{}|{}", percent(*own), percent(self.board_level(formula)))
            })
            .collect();
        format!(
            "{:<16} {} {} {}  {}",
            self.until,
            pair(*offered, "offered"),
            pair(answered.len(), "answered"),
            pair(abandoned.len(), "abandoned"),
            levels.join("  ")
        )
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of calls are far below 2^52")]
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{:.1}", value * 100.0))
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

pub(super) fn print(played: &Played) {
    let say = |line: String| cli::print(&line);
    let Counts { offered, answered, abandoned } = &played.whole;
    let short = abandoned.iter().filter(|wait| **wait < SHORT_SECS).count();
    say(format!("\ntraffic of {}", played.from));
    let row = |name: &str, count: usize| say(format!("{name:<34} {count:>8}"));
    row("visits", played.visits);
    row("offered to a queue (chats asked)", *offered);
    row("answered", answered.len());
    row("abandoned", abandoned.len());
    row("  of these within 5 s", short);
    row("left at the queue's limit", played.left_waiting);
    row("callbacks requested", played.callbacks);
    row("called back", played.called_back.len());
    row("callbacks cancelled", played.callbacks_cancelled);
    row("chats with a line each way", played.chats);
    say(format!("waits of the answered:    {}", waits(answered)));
    say(format!("waits of the abandoned:   {}", waits(abandoned)));
    say(format!("waits for a ring back:    {}", waits(&played.called_back)));
    for (formula, value) in played.whole.service_levels() {
        say(format!("service level `{formula}` at {TARGET_SECS} s: {} %", percent(value)));
    }
    for (what, count) in &played.refused {
        say(format!("refused {count} times: {what}"));
    }
    let formulas = Counts::default().service_levels().map(|(formula, _)| formula).join("  ");
    say("\nby UTC day, the player's own count and the board's; service levels in %, player|board"
        .to_owned());
    say(format!(
        "{:<16} {:>13} {:>13} {:>13}  {formulas}",
        "until", "offered", "answered", "abandoned"
    ));
    for day in &played.days {
        say(day.line());
    }
    say("a wait of just the target is within it for the player; the board sees microseconds, and it may not be".to_owned());
    say("\nplayed by these rules".to_owned());
    for (name, rule) in RULES {
        say(format!("  {name:<4} {rule}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formulas_agree_with_the_golden_numbers() {
        // O = 120, A_T = 70, answered late 12, Ab_T = 10, abandoned late 8.
        let counts = Counts {
            offered: 120,
            answered: [vec![TARGET_SECS; 70], vec![TARGET_SECS + 1; 12]].concat(),
            abandoned: [vec![1; 10], vec![99; 8]].concat(),
        };
        let level = |name: &str| {
            let all = counts.service_levels();
            percent(all.iter().find(|(formula, _)| *formula == name).unwrap().1)
        };
        assert_eq!(level("ignore"), "63.6");
        assert_eq!(level("positive"), "66.7");
        assert_eq!(level("negative"), "58.3");
        assert_eq!(level("genesys"), "70.0");
        assert_eq!(level("asterisk"), "85.4");
        assert_eq!(level("asterisk2"), "80.0");
    }
}
