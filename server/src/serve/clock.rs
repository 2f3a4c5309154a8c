//! The clock that partition time follows, as the data directory was begun with.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use commands::{
    hydration::Hydrated,
    ports::{clock::Clock, log::EventLog},
};
use domain::{
    log::Partition,
    tenant::{ClockKind, Tenant},
    time::Timestamp,
};
use infra::clock::{Driven, Real, Scaled};

use crate::settings::ClockSetting;

pub(crate) struct Clocks {
    pub(crate) clock: Arc<dyn Clock>,
    /// What is recorded, or is to be.
    pub(crate) kind: ClockKind,
    /// Only under the driven clock.
    pub(crate) driven: Option<Arc<Driven>>,
}

/// Reads what is recorded, and refuses another kind: deadlines would fire by a time that nobody lives in.
/// Nothing wanted: whatever is recorded.
pub(crate) async fn choose(
    log: &dyn EventLog,
    partitions: &[Partition; 2],
    wanted: Option<ClockSetting>,
) -> anyhow::Result<Clocks> {
    let [tenant, site] = partitions;
    let mut held = Hydrated::<Tenant>::default();
    held.catch_up(log, tenant).await?;
    let last = held.last.max(last_time(log, site).await?);
    let kind = match (held.root.clock().cloned(), wanted) {
        (Some(kind), None) => kind,
        (None, None) => bail!("nothing was recorded here yet; check --data-dir and --tenant"),
        (held, Some(wanted)) => agreed(held, wanted)?,
    };
    running(kind, last)
}

fn agreed(held: Option<ClockKind>, wanted: ClockSetting) -> anyhow::Result<ClockKind> {
    Ok(match (held, wanted) {
        (Some(kind @ ClockKind::Real), ClockSetting::Real)
        | (Some(kind @ ClockKind::Driven), ClockSetting::Driven) => kind,
        (Some(kind @ ClockKind::Scaled { .. }), _) if written(&kind) == wanted.to_string() => kind,
        (Some(other), _) => {
            let other = written(&other);
            bail!(
                "this data directory was begun with the clock `{other}`, not `{wanted}`; start with `--clock {other}`, or use an empty data directory"
            )
        }
        (None, ClockSetting::Real) => ClockKind::Real,
        (None, ClockSetting::Driven) => ClockKind::Driven,
        (None, ClockSetting::Scaled { factor }) => {
            ClockKind::Scaled { origin: Real.now(), factor: f64::from(factor) }
        }
    })
}

fn running(kind: ClockKind, last: Timestamp) -> anyhow::Result<Clocks> {
    let (clock, driven): (Arc<dyn Clock>, _) = match kind {
        ClockKind::Real => (Arc::new(Real), None),
        ClockKind::Scaled { origin, factor } => {
            let factor = factor_of(factor).context("the recorded clock has no whole factor")?;
            (Arc::new(Scaled::new(origin, origin, factor)), None)
        }
        ClockKind::Driven => {
            let driven = Arc::new(Driven::new(last.max(Timestamp::default())));
            (Arc::clone(&driven) as Arc<dyn Clock>, Some(driven))
        }
    };
    Ok(Clocks { clock, kind, driven })
}

async fn last_time(log: &dyn EventLog, partition: &Partition) -> anyhow::Result<Timestamp> {
    let mut last = Timestamp::MIN;
    let mut into = |whole: domain::log::Whole| {
        last = whole.records.last().map_or(last, |record| record.time);
    };
    log.read(partition, domain::log::Position::START, &mut into).await?;
    Ok(last)
}

fn factor_of(factor: f64) -> Option<u32> {
    format!("{factor:.0}").parse().ok()
}

/// As it stands in the settings.
fn written(kind: &ClockKind) -> String {
    match kind {
        ClockKind::Real => "real".to_owned(),
        ClockKind::Scaled { factor, .. } => format!("scaled:{factor}"),
        ClockKind::Driven => "driven".to_owned(),
    }
}
