//! Processor time that the machine's host gave to others while this one wanted it.

use anyhow::Context;

/// Ticks of all processors since the machine started.
pub(super) struct Stolen {
    all: u64,
    stolen: u64,
}

impl Stolen {
    pub(super) fn begin() -> anyhow::Result<Self> {
        let stat = std::fs::read_to_string("/proc/stat").context("Linux tells where time goes")?;
        let line = stat.lines().next().context("the first line is all processors")?;
        let ticks: Vec<u64> =
            line.split_whitespace().skip(1).take(8).map(str::parse).collect::<Result<_, _>>()?;
        // User, nice, system, idle, waiting, two kinds of interrupts, stolen.
        Ok(Self { all: ticks.iter().sum(), stolen: ticks.last().copied().unwrap_or(0) })
    }

    /// Of all time since the beginning.
    pub(super) fn share(&self) -> anyhow::Result<f64> {
        let now = Self::begin()?;
        Ok((now.stolen - self.stolen) as f64 / (now.all - self.all).max(1) as f64)
    }
}
