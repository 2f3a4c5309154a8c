//! How long a wait is expected to be: a named method, what it rests on, and a band.

use std::collections::VecDeque;

use domain::time::Span;
use serde::{Deserialize, Serialize};

/// Contacts whose handle time is remembered per queue.
pub const RECENT_MAX: usize = 20;
/// Below this many the queue's planned handle time stands in.
pub const RECENT_MIN: usize = 5;
/// Place in line × mean handle time of the last contacts ÷ qualified agents at work.
pub const METHOD: &str = "line-by-recent-handle-time";
/// The band holds about four of five waits if handle times are independent.
const BAND_DEVIATIONS: f64 = 1.28;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExpectedWait {
    pub seconds: u32,
    pub low_seconds: u32,
    pub high_seconds: u32,
    pub method: &'static str,
    /// In words, for developers.
    pub basis: String,
    /// How many of the last contacts it rests on; 0: on the time planned for one.
    pub recent: u32,
}

impl ExpectedWait {
    /// Nobody may serve it for so long.
    #[must_use]
    pub fn not_before(self, span: Span) -> Self {
        let least = u32::try_from(span.as_secs()).unwrap_or(if span.0 < 0 { 0 } else { u32::MAX });
        Self {
            seconds: self.seconds.max(least),
            low_seconds: self.low_seconds.max(least),
            high_seconds: self.high_seconds.max(least),
            ..self
        }
    }
}

/// The handle times of the last [`RECENT_MAX`] contacts of a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent(VecDeque<Span>);

impl Recent {
    pub fn push(&mut self, time: Span) {
        if self.0.len() == RECENT_MAX {
            self.0.pop_front();
        }
        self.0.push_back(time);
    }

    /// Mean and standard deviation in seconds.
    #[allow(clippy::cast_precision_loss, reason = "at most twenty times below a day each")]
    fn spread(&self) -> (f64, f64) {
        let n = self.0.len().max(1) as f64;
        let secs = |span: &Span| span.0 as f64 / 1e6;
        let mean = self.0.iter().map(secs).sum::<f64>() / n;
        let variance = self.0.iter().map(|span| (secs(span) - mean).powi(2)).sum::<f64>() / n;
        (mean, variance.sqrt())
    }
}

/// For the one at `place` (1 is next) when `at_work` qualified agents take part and `free` of them are free.
/// `None`: nobody qualified takes part, so nothing can be said.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of people, and seconds that are clamped to u32 by the cast"
)]
pub fn expected_wait(
    place: usize,
    free: usize,
    at_work: usize,
    recent: &Recent,
    planned: Span,
) -> Option<ExpectedWait> {
    if at_work == 0 {
        return None;
    }
    let known = recent.0.len();
    let (mean, deviation, basis) = if known >= RECENT_MIN {
        let (mean, deviation) = recent.spread();
        (mean, deviation, format!("from the last {known} contacts"))
    } else {
        let planned = planned.0 as f64 / 1e6;
        (planned, planned / 2.0, "from the time planned for a contact".to_owned())
    };
    let in_front = place.saturating_sub(free) as f64;
    let agents = at_work as f64;
    let seconds = in_front * mean / agents;
    let band = BAND_DEVIATIONS * in_front.sqrt() * deviation / agents;
    Some(ExpectedWait {
        seconds: seconds.round() as u32,
        low_seconds: (seconds - band).max(0.0).round() as u32,
        high_seconds: (seconds + band).round() as u32,
        method: METHOD,
        basis,
        recent: if known >= RECENT_MIN { u32::try_from(known).unwrap_or(u32::MAX) } else { 0 },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recent(secs: &[i64]) -> Recent {
        let mut recent = Recent::default();
        for secs in secs {
            recent.push(Span::secs(*secs));
        }
        recent
    }

    #[test]
    fn the_third_in_line_of_two_agents_waits_one_and_a_half_handle_times() {
        let wait = expected_wait(3, 0, 2, &recent(&[60; 20]), Span::secs(999)).unwrap();
        assert_eq!((wait.seconds, wait.low_seconds, wait.high_seconds), (90, 90, 90));
        assert_eq!((wait.basis.as_str(), wait.recent), ("from the last 20 contacts", 20));
    }

    #[test]
    fn the_band_widens_with_the_spread_of_handle_times() {
        let wait = expected_wait(4, 0, 1, &recent(&[30, 90, 30, 90, 30, 90]), Span::ZERO).unwrap();
        assert_eq!((wait.seconds, wait.low_seconds, wait.high_seconds), (240, 163, 317));
    }

    #[test]
    fn somebody_free_means_no_wait() {
        let wait = expected_wait(1, 1, 3, &recent(&[60; 20]), Span::ZERO).unwrap();
        assert_eq!((wait.seconds, wait.high_seconds), (0, 0));
    }

    #[test]
    fn without_experience_the_plan_is_named_as_the_basis() {
        let wait = expected_wait(1, 0, 1, &recent(&[60; 4]), Span::secs(200)).unwrap();
        assert_eq!(
            (wait.seconds, wait.basis.as_str()),
            (200, "from the time planned for a contact")
        );
    }

    #[test]
    fn nobody_at_work_gives_no_number() {
        assert_eq!(expected_wait(1, 0, 0, &recent(&[60; 20]), Span::secs(1)), None);
    }

    #[test]
    fn only_the_last_twenty_count() {
        let mut long_ago = recent(&[6_000; 20]);
        for _ in 0..20 {
            long_ago.push(Span::secs(10));
        }
        assert_eq!(long_ago, recent(&[10; 20]));
    }
}
