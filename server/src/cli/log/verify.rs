//! `lockstep log verify`: is the log what was written?

use std::process::ExitCode;

use domain::log::{Entry, Fold, Partition, Tampered, Verdict};
use indicatif::{ProgressBar, ProgressStyle};
use infra::sqlite::log::{LogError, scan};
use projections::ports::source::EventSource as _;

use super::LogFile;
use crate::cli::print;

/// The bar moves once in so many records.
const STEP: u64 = 1_000;

pub(super) async fn run(file: &LogFile) -> anyhow::Result<ExitCode> {
    let mut sound = true;
    for partition in file.partitions(None).await? {
        let expected = file.log.end(&partition).await.map_or(0, |end| end.seq);
        match verify(file, &partition, expected) {
            Ok(fold) => {
                let end = fold.position();
                print(&format!(
                    "{partition}: {} records, epoch {}, {}: sound",
                    end.seq, end.epoch, end.hash
                ));
            }
            Err(error) => {
                sound = false;
                print(&format!("{partition}: {error}"));
            }
        }
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn verify(file: &LogFile, partition: &Partition, expected: u64) -> Result<Fold, LogError> {
    let bar = ProgressBar::new(expected).with_style(
        ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {per_sec}")
            .expect("the template is ours"),
    );
    bar.set_message(partition.to_string());
    let mut fold = Fold::new();
    scan(&file.path, partition, 0, |entry, at| {
        let seq = match &entry {
            Entry::Claim(_) => fold.position().seq + 1,
            Entry::Record(record) => record.seq,
        };
        // What is void never gets into this log: where something is, a row before it was altered or is missing.
        if let Verdict::Void(_) = fold.feed(entry, at)? {
            return Err(Tampered { partition: partition.clone(), seq, at }.into());
        }
        if seq.is_multiple_of(STEP) {
            bar.set_position(seq);
        }
        Ok(())
    })?;
    bar.finish_and_clear();
    Ok(fold)
}
