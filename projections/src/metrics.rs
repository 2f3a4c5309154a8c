//! Metrics as data: what is counted per queue and day, and the named formulas over it.
//!
//! Attribution is by event time: what happens today counts today, also for a contact that was offered yesterday.
//! Days are UTC. Contacts that carry out a callback are not offered, answered or abandoned: their customer left the
//! line before; they count as handled.

pub(crate) mod counting;

use domain::{
    contact::Exit,
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};

/// How attribution is labelled wherever a number is shown.
pub const ATTRIBUTION: &str = "by event time, days in UTC";
const DAY: Span = Span::secs(86_400);
/// Stored counts stand by intervals of this length; a UTC day is so many whole ones.
pub const INTERVAL: Span = Span::secs(300);
/// T of a queue that has no definition yet.
pub const TARGET: Span = Span::secs(20);

/// Ordinal of the UTC day since 1970.
pub fn day_of(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY.0)
}

/// When the interval began that this time is in.
pub fn interval_of(at: Timestamp) -> Timestamp {
    Timestamp(at.0 - at.0.rem_euclid(INTERVAL.0))
}

/// What happened in one queue on one day. `_within`: within the queue's target time T.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// O: joined the line.
    pub offered: u32,
    /// A: an agent began to talk with them.
    pub answered: u32,
    pub answered_within: u32,
    /// Ab, short abandons among them.
    pub abandoned: u32,
    pub abandoned_within: u32,
    /// Gave up so soon that no agent could have answered; the domain names the threshold.
    pub short_abandoned: u32,
    /// Left for another queue, or because the wait was too long.
    pub flowed_out: u32,
    /// Taken away by staff or for a rule.
    pub withdrawn: u32,
    pub callbacks_requested: u32,
    pub callbacks_requested_within: u32,
    pub callbacks_connected: u32,
    /// Offers that timed out, those aside that the customer left.
    pub rona: u32,
    /// Offers cancelled because the customer left.
    pub offers_cancelled: u32,
    /// Contacts whose wrap-up has ended.
    pub handled: u32,
    pub answer_wait: Span,
    pub handle_time: Span,
}

impl Counts {
    pub fn add(&mut self, more: &Self) {
        self.offered += more.offered;
        self.answered += more.answered;
        self.answered_within += more.answered_within;
        self.abandoned += more.abandoned;
        self.abandoned_within += more.abandoned_within;
        self.short_abandoned += more.short_abandoned;
        self.flowed_out += more.flowed_out;
        self.withdrawn += more.withdrawn;
        self.callbacks_requested += more.callbacks_requested;
        self.callbacks_requested_within += more.callbacks_requested_within;
        self.callbacks_connected += more.callbacks_connected;
        self.rona += more.rona;
        self.offers_cancelled += more.offers_cancelled;
        self.handled += more.handled;
        self.answer_wait.0 += more.answer_wait.0;
        self.handle_time.0 += more.handle_time.0;
    }

    pub fn answer(&mut self, wait: Span, target: Span) {
        self.answered += 1;
        self.answered_within += u32::from(wait <= target);
        self.answer_wait.0 += wait.0;
    }

    pub fn leave(&mut self, exit: Exit, wait: Span, target: Span) {
        let within = u32::from(wait <= target);
        match exit {
            Exit::Abandoned | Exit::ShortAbandoned => {
                self.abandoned += 1;
                self.abandoned_within += within;
                self.short_abandoned += u32::from(exit == Exit::ShortAbandoned);
            }
            Exit::TimedOut | Exit::Overflowed => self.flowed_out += 1,
            Exit::Withdrawn => self.withdrawn += 1,
            Exit::CallbackRequested => {
                self.callbacks_requested += 1;
                self.callbacks_requested_within += within;
            }
            // Counted when the talk began.
            Exit::Answered => {}
        }
    }

    pub fn handle(&mut self, time: Span) {
        self.handled += 1;
        self.handle_time.0 += time.0;
    }

    /// Average speed of answer, in seconds: Σ wait of answered / A.
    pub fn asa_secs(&self) -> Option<f64> {
        mean_secs(self.answer_wait, self.answered)
    }

    /// Average handle time, in seconds: (talk + hold + after-contact work) / handled.
    pub fn aht_secs(&self) -> Option<f64> {
        mean_secs(self.handle_time, self.handled)
    }

    /// Ab / O; callbacks are not abandons.
    pub fn abandonment(&self) -> Option<f64> {
        ratio(self.abandoned, self.offered)
    }

    /// (Ab − short) / (O − short).
    pub fn abandonment_without_short(&self) -> Option<f64> {
        ratio(
            self.abandoned.saturating_sub(self.short_abandoned),
            self.offered.saturating_sub(self.short_abandoned),
        )
    }
}

/// A service level's definition; an id and a version name it for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceLevel {
    /// `A_T / (O − Ab_T)`
    Ignore,
    /// `(A_T + Ab_T) / O`
    Positive,
    /// `A_T / O`
    Negative,
    /// (left the queue within T by answer, abandon or callback) / O
    Connect,
    /// `A_T / (A + Ab)`, with what else is taken into the denominator.
    Genesys(Genesys),
    /// `A_T / A`
    Asterisk,
    /// `(A_T + Ab_T) / (A + Ab)`
    Asterisk2,
}

/// What stands in the denominator beside the answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Genesys {
    AnsweredOnly,
    WithAbandons,
    WithAbandonsButShort,
    WithAbandonsAndFlowOuts,
}

impl ServiceLevel {
    /// What the board shows.
    pub const SHOWN: [Self; 7] = [
        Self::Ignore,
        Self::Positive,
        Self::Negative,
        Self::Connect,
        Self::Genesys(Genesys::WithAbandons),
        Self::Asterisk,
        Self::Asterisk2,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::Connect => "connect",
            Self::Genesys(Genesys::WithAbandons) => "genesys",
            Self::Genesys(Genesys::AnsweredOnly) => "genesys_answered_only",
            Self::Genesys(Genesys::WithAbandonsButShort) => "genesys_without_short",
            Self::Genesys(Genesys::WithAbandonsAndFlowOuts) => "genesys_with_flow_outs",
            Self::Asterisk => "asterisk",
            Self::Asterisk2 => "asterisk2",
        }
    }

    /// Changes whenever the same counts would give another number.
    pub fn version(self) -> u32 {
        1
    }

    /// Between 0 and 1; `None`: nothing to compute from.
    pub fn of(self, counts: &Counts) -> Option<f64> {
        let Counts { offered, answered, answered_within, abandoned, abandoned_within, .. } =
            *counts;
        match self {
            Self::Ignore => ratio(answered_within, offered.saturating_sub(abandoned_within)),
            Self::Positive => ratio(answered_within + abandoned_within, offered),
            Self::Negative => ratio(answered_within, offered),
            Self::Connect => ratio(
                answered_within + abandoned_within + counts.callbacks_requested_within,
                offered,
            ),
            Self::Genesys(switch) => {
                let beside = match switch {
                    Genesys::AnsweredOnly => 0,
                    Genesys::WithAbandons => abandoned,
                    Genesys::WithAbandonsButShort => {
                        abandoned.saturating_sub(counts.short_abandoned)
                    }
                    Genesys::WithAbandonsAndFlowOuts => abandoned + counts.flowed_out,
                };
                ratio(answered_within, answered + beside)
            }
            Self::Asterisk => ratio(answered_within, answered),
            Self::Asterisk2 => ratio(answered_within + abandoned_within, answered + abandoned),
        }
    }
}

/// Across midnight more may be answered than offered: a share is at most one.
fn ratio(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| (f64::from(part) / f64::from(whole)).min(1.0))
}

#[allow(clippy::cast_precision_loss, reason = "a sum of waits is far below 2^52 microseconds")]
fn mean_secs(sum: Span, n: u32) -> Option<f64> {
    (n > 0).then(|| sum.0 as f64 / 1e6 / f64::from(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn golden() -> Counts {
        Counts {
            offered: 120,
            answered: 70 + 12,
            answered_within: 70,
            abandoned: 10 + 8,
            abandoned_within: 10,
            callbacks_requested: 6 + 14,
            callbacks_requested_within: 6,
            ..Counts::default()
        }
    }

    #[test]
    fn every_service_level_gives_its_golden_number() {
        let per_mille = |level: ServiceLevel| (level.of(&golden()).unwrap() * 1000.0).round();
        let expected = [
            (ServiceLevel::Ignore, 636.0),
            (ServiceLevel::Positive, 667.0),
            (ServiceLevel::Negative, 583.0),
            (ServiceLevel::Connect, 717.0),
            (ServiceLevel::Genesys(Genesys::WithAbandons), 700.0),
            (ServiceLevel::Genesys(Genesys::AnsweredOnly), 854.0),
            (ServiceLevel::Asterisk, 854.0),
            (ServiceLevel::Asterisk2, 800.0),
        ];
        for (level, value) in expected {
            assert!((per_mille(level) - value).abs() < 0.5, "{}", level.id());
        }
    }

    #[test]
    fn short_abandons_and_flow_outs_move_only_the_formulas_that_name_them() {
        let counts = Counts { short_abandoned: 8, flowed_out: 20, ..golden() };
        let of = |switch| ServiceLevel::Genesys(switch).of(&counts).unwrap();
        assert!((of(Genesys::WithAbandonsButShort) - 70.0 / 92.0).abs() < 1e-9);
        assert!((of(Genesys::WithAbandonsAndFlowOuts) - 70.0 / 120.0).abs() < 1e-9);
        assert!((counts.abandonment_without_short().unwrap() - 10.0 / 112.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_counted_gives_no_number() {
        for level in ServiceLevel::SHOWN {
            assert_eq!(level.of(&Counts::default()), None);
        }
        assert_eq!(Counts::default().asa_secs(), None);
    }

    #[test]
    fn what_is_counted_adds_up() {
        let (target, wait) = (Span::secs(20), Span::secs(30));
        let mut counts = Counts { offered: 4, ..Counts::default() };
        counts.answer(Span::secs(10), target);
        counts.answer(wait, target);
        counts.leave(Exit::ShortAbandoned, Span::secs(2), target);
        counts.leave(Exit::CallbackRequested, wait, target);
        counts.handle(Span::secs(100));
        assert_eq!(counts.asa_secs(), Some(20.0));
        assert_eq!(counts.aht_secs(), Some(100.0));
        assert_eq!((counts.answered_within, counts.abandoned_within), (1, 1));
        assert_eq!((counts.callbacks_requested, counts.callbacks_requested_within), (1, 0));
        let mut twice = counts;
        twice.add(&counts);
        assert_eq!(twice.offered, 8);
    }
}
