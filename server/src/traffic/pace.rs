//! How time passes while the file is played: moved by us at full speed, or waited for.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use serde_json::Value;
use tokio::time::Instant;

use super::{
    act::{Doer, Session},
    plan::At,
};

const MICROS: i64 = 1_000_000;
/// Between two looks at the desks while nothing else happens.
const LOOK_EVERY: Duration = Duration::from_secs(1);

pub(super) enum Pace {
    /// The server's clock goes where we move it. Microseconds since 1970.
    Driven { now: i64, due: Option<i64> },
    /// `begin` was at `started`.
    Waited { begin: At, started: Instant, speed: f64 },
}

/// Where time has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// The instant that was asked for.
    There,
    /// Something fell due at the server before it, or it is time to look.
    Between,
}

impl Pace {
    pub(super) fn driven(clock: &Value, first: At) -> anyhow::Result<Self> {
        let (now, due) = read(clock)?;
        ensure!(
            now <= first * MICROS,
            "the server's clock shows {}, which is after the first call; use a fresh data directory, or --shift-to a later date",
            clock["now"]
        );
        Ok(Self::Driven { now, due })
    }

    pub(super) fn waited(begin: At, speed: f64) -> anyhow::Result<Self> {
        ensure!(
            speed > 0.0 && speed.is_finite(),
            "--speed {speed} is not a speed; write such as 1 or 60"
        );
        Ok(Self::Waited { begin, started: Instant::now(), speed })
    }

    /// Seconds since 1970, as played.
    pub(super) fn now(&self) -> At {
        match self {
            Self::Driven { now, .. } => now.div_euclid(MICROS),
            #[allow(clippy::cast_possible_truncation, reason = "seconds of a few weeks")]
            Self::Waited { begin, started, speed } => {
                begin + (started.elapsed().as_secs_f64() * speed) as At
            }
        }
    }

    /// What the server said of its clock last.
    pub(super) fn learn(&mut self, clock: &Value) -> anyhow::Result<()> {
        if let Self::Driven { now, due } = self {
            (*now, *due) = read(clock)?;
        }
        Ok(())
    }

    /// The server's next deadline.
    pub(super) fn due(&self) -> Option<At> {
        match self {
            Self::Driven { due, .. } => due.map(|due| (due + MICROS - 1).div_euclid(MICROS)),
            Self::Waited { .. } => None,
        }
    }

    /// Goes on to `at`, but stops wherever the agents should look before it.
    pub(super) async fn towards(
        &mut self,
        at: At,
        doer: &Doer,
        administrator: &Session,
    ) -> anyhow::Result<Reached> {
        match self {
            Self::Driven { now, due } => {
                let to = at * MICROS;
                if to <= *now {
                    return Ok(Reached::There);
                }
                let stop = due.filter(|due| *now < *due && *due < to);
                let step = stop.unwrap_or(to);
                let text = Timestamp::from_microsecond(step).context("a time within years")?;
                let document =
                    format!("mutation {{ advanceClock(to: \"{text}\") {{ kind now nextDue }} }}");
                let data = doer.query(administrator, &document, Value::Null).await?;
                let (_, next) = read(&data["advanceClock"])?;
                (*now, *due) = (step, next);
                Ok(if stop.is_some() { Reached::Between } else { Reached::There })
            }
            Self::Waited { begin, started, speed } => {
                #[allow(clippy::cast_precision_loss, reason = "seconds of a few weeks")]
                let secs = (at - *begin) as f64 / *speed;
                let wanted = *started + Duration::from_secs_f64(secs.max(0.0));
                let look = Instant::now() + LOOK_EVERY;
                tokio::time::sleep_until(wanted.min(look)).await;
                Ok(if wanted <= look { Reached::There } else { Reached::Between })
            }
        }
    }
}

/// Now and the next deadline, in microseconds.
fn read(clock: &Value) -> anyhow::Result<(i64, Option<i64>)> {
    let micros = |value: &Value| -> anyhow::Result<Option<i64>> {
        let Some(text) = value.as_str() else { return Ok(None) };
        let at: Timestamp = text.parse().with_context(|| format!("`{text}` is not an instant"))?;
        Ok(Some(at.as_microsecond()))
    };
    let now = micros(&clock["now"])?.context("a clock shows a time")?;
    Ok((now, micros(&clock["nextDue"])?))
}
