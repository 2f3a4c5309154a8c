//! `lockstep log verify`: is the log what was written?

use std::process::ExitCode;

use domain::log::{Entry, Fold, Hash, Partition, Recorded, Seq, Tampered, Verdict};
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
        let says = match verify(file, &partition, expected) {
            Ok(fold) => {
                let end = fold.position();
                format!("{} records, epoch {}, {}: sound", end.seq, end.epoch, end.hash)
            }
            Err(LogError::Tampered(tampered)) => {
                sound = false;
                let broken = first_broken(file, &tampered)?;
                format!("record {broken} is not what was written; restore the log from a copy")
            }
            Err(error) => return Err(error.into()),
        };
        print(&format!("{partition}: {says}"));
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

/// The chain breaks at the record *behind* the one that was altered: if that one continues into the next, it is
/// whole itself, and the one before it is not.
fn first_broken(file: &LogFile, tampered: &Tampered) -> Result<Seq, LogError> {
    let Tampered { partition, seq, .. } = tampered;
    let mut link: Option<Hash> = None;
    let mut goes_on = false;
    let looked = scan(&file.path, partition, 0, |entry, _| {
        match entry {
            Entry::Record(record) if record.seq == *seq => link = Some(record.hash()),
            Entry::Record(Recorded { seq: next, prev, .. }) if next == seq + 1 => {
                goes_on = link == Some(prev);
            }
            Entry::Record(_) | Entry::Claim(_) => {}
        }
        Ok(())
    });
    match looked {
        Ok(()) if goes_on => Ok(seq - 1),
        // A row that cannot be read at all is named by the reader itself.
        Ok(()) | Err(LogError::Tampered(_)) => Ok(*seq),
        Err(error) => Err(error),
    }
}
