//! Live state through the API against what another process folds from record 1.

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use tokio::process::Command;

use crate::cli;

/// Whether both name the same hash; says both.
pub(super) async fn compare(
    live: &Value,
    partition: &str,
    data_dir: &Path,
) -> anyhow::Result<bool> {
    let seq = live["seq"].as_u64().context("a live state has a seq")?;
    let served = live["sha256"].as_str().context("a live state has a hash")?;
    let program = std::env::current_exe().context("this program has a path")?;
    let output = Command::new(program)
        .args(["log", "--data-dir"])
        .arg(data_dir)
        .args(["state", "--partition", partition, "--at", &seq.to_string()])
        .output()
        .await
        .context("another process cannot be started")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "`lockstep log state` failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let is_hash =
        |word: &&str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let folded = said
        .split(|c: char| c.is_whitespace() || c == '"')
        .find(is_hash)
        .with_context(|| format!("`lockstep log state` named no hash: {said}"))?;
    let same = folded.eq_ignore_ascii_case(served);
    cli::print(&format!("\nlive state of {partition}@{seq}"));
    cli::print(&format!("  through the API              {served}"));
    cli::print(&format!("  folded from record 1 apart   {folded}"));
    cli::print(if same { "  the same" } else { "  NOT THE SAME" });
    Ok(same)
}
