//! How long it takes from a fault until somebody else decides, and until a client hears of it.

use crate::{chaos::journal::Acknowledged, records::Record};

/// From one fault, in microseconds; `None`: it never came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Takeover {
    /// To the first decision of another epoch that counts.
    pub(super) decided: Option<i64>,
    /// To the first acknowledgement of such a decision.
    pub(super) acknowledged: Option<i64>,
}

/// For each of the moments; `records` are one partition's, in order, and count; `tokens` are in the order they came.
pub(super) fn takeovers(
    moments: &[i64],
    partition: &str,
    records: &[Record],
    tokens: &[Acknowledged],
) -> Vec<Takeover> {
    let decisions: Vec<(i64, u64, u64)> = records
        .iter()
        .filter(|record| &*record.partition == partition)
        .filter_map(|record| Some((record.time, record.epoch, record.place.as_ref()?.seq)))
        .collect();
    let tokens: Vec<&Acknowledged> =
        tokens.iter().filter(|token| token.partition == partition).collect();
    let one = |moment: i64| {
        let epoch = decisions
            .iter()
            .take_while(|(time, ..)| *time <= moment)
            .last()
            .map_or(0, |(_, epoch, _)| *epoch);
        let first =
            decisions.iter().find(|(time, later, _)| *time > moment && *later > epoch).copied();
        let heard = first.and_then(|(_, _, seq)| {
            tokens.iter().find(|token| token.at > moment && token.seq >= seq)
        });
        Takeover {
            decided: first.map(|(time, ..)| time - moment),
            acknowledged: heard.map(|token| token.at - moment),
        }
    };
    moments.iter().copied().map(one).collect()
}

/// Half of them, nineteen of twenty, and all of them took no longer than this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spread {
    pub(super) p50: i64,
    pub(super) p95: i64,
    pub(super) max: i64,
}

impl Spread {
    /// `None`: there is nothing to spread.
    pub(super) fn of(times: impl Iterator<Item = i64>) -> Option<Self> {
        let mut times: Vec<i64> = times.collect();
        times.sort_unstable();
        let at = |percent: usize| {
            times.get((times.len() * percent).div_ceil(100).saturating_sub(1)).copied()
        };
        Some(Self { p50: at(50)?, p95: at(95)?, max: at(100)? })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{event::Event, records::Place};

    const SITE: &str = "site:demo";

    fn decision(time: i64, epoch: u64, seq: u64) -> Record {
        let place = Place {
            seq,
            part: 0,
            parts: 1,
            prev: Vec::new(),
            id: Uuid::nil(),
            version: 1,
            command: Uuid::nil(),
            command_hash: 0,
            actor: "system".to_owned(),
            causation: None,
            correlation: Uuid::nil(),
            traceparent: None,
        };
        Record {
            row: 0,
            partition: SITE.into(),
            epoch,
            writer: Uuid::nil(),
            time,
            kind: "link.said".to_owned(),
            data: "{}".to_owned(),
            place: Some(place),
            event: Event::Other,
        }
    }

    fn token(at: i64, seq: u64) -> Acknowledged {
        Acknowledged { command: Uuid::nil(), at, partition: SITE.to_owned(), seq }
    }

    #[test]
    fn it_ends_with_the_first_decision_of_another_epoch_not_with_the_last_of_the_old_one() {
        let records =
            [decision(10, 1, 1), decision(21, 1, 2), decision(50, 2, 3), decision(60, 2, 4)];
        let tokens = [token(22, 2), token(57, 3), token(61, 4)];
        let found = takeovers(&[20], SITE, &records, &tokens);
        assert_eq!(found, [Takeover { decided: Some(30), acknowledged: Some(37) }]);
    }

    #[test]
    fn without_another_owner_there_is_none() {
        let records = [decision(10, 1, 1), decision(30, 1, 2)];
        let found = takeovers(&[20], SITE, &records, &[token(31, 2)]);
        assert_eq!(found, [Takeover { decided: None, acknowledged: None }]);
    }

    #[test]
    fn a_spread_names_times_that_were_measured() {
        let spread = Spread::of(1..=100);
        assert_eq!(spread, Some(Spread { p50: 50, p95: 95, max: 100 }));
        assert_eq!(Spread::of([7].into_iter()), Some(Spread { p50: 7, p95: 7, max: 7 }));
        assert_eq!(Spread::of(std::iter::empty()), None);
    }
}
