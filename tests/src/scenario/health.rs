//! What a server says of itself at `/health/ready`.

use std::time::Duration;

use anyhow::bail;
use serde::Deserialize;
use tokio::time::{interval, timeout};

use super::PATIENCE;

/// Between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

#[derive(Clone, Debug, Deserialize)]
pub struct Report {
    pub ready: bool,
    pub checks: Vec<Check>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Check {
    pub name: String,
    pub ok: bool,
    pub says: String,
}

impl Report {
    /// Whether the check of this name is well or not, and says this.
    pub fn has(&self, name: &str, ok: bool, says: &str) -> bool {
        let mut checks = self.checks.iter();
        checks.any(|check| check.name == name && check.ok == ok && check.says.contains(says))
    }
}

/// Waits until what the server at this URL says of itself is so.
pub async fn until(
    server: &str,
    what: &str,
    is_so: impl Fn(&Report) -> bool,
) -> anyhow::Result<Report> {
    let mut last = None;
    let says = async {
        let mut again = interval(LOOK_AGAIN);
        loop {
            again.tick().await;
            let report = reqwest::get(format!("{server}/health/ready")).await?.json().await?;
            if is_so(&report) {
                return anyhow::Ok(report);
            }
            last = Some(report);
        }
    };
    match timeout(PATIENCE, says).await {
        Ok(said) => said,
        Err(_) => bail!("{server} never said {what}: {last:#?}"),
    }
}
