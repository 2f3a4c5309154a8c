//! `lockstep log verify`: is the log what was written?

use std::{path::Path, process::ExitCode};

use commands::ports::log::ReadError;
use domain::log::{
    Entry, Fold, Hash, Partition, Position, Recorded, Seq, Tampered, Verdict, Whole,
};
use futures::TryStreamExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use infra::sqlite::log::{LogError, scan};
use projections::evidence::{Count, Evidence, Findings, Wrong};

use super::{OpenLog, Place, time};
use crate::cli::print;

/// The bar moves once in so many records.
const STEP: u64 = 1_000;

pub(super) async fn run(log: &OpenLog, place: &Place) -> anyhow::Result<ExitCode> {
    let chain = match &log.file {
        Some(file) => in_a_file(log, file).await?,
        None => by_reading(log).await?,
    };
    // Without a chain nothing is proven by it.
    let all_sound = chain && displays(log, place).await?;
    Ok(if all_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is kept of displays, against the digests in the chain.
async fn displays(log: &OpenLog, place: &Place) -> anyhow::Result<bool> {
    let Some(activity) = place.activity().await? else { return Ok(true) };
    let mut all_sound = true;
    for partition in log.partitions(None).await? {
        let Partition::Site(site) = &partition else { continue };
        let (mut evidence, mut not_read) = (Evidence::default(), None);
        let mut kept = activity.kept(site);
        while let Some(kept) = kept.try_next().await? {
            evidence.see(kept);
        }
        let mut into = |whole: Whole| not_read = not_read.take().or(evidence.hear(&whole).err());
        log.log.read(&partition, Position::START, &mut into).await?;
        not_read.map_or(Ok(()), Err)?;
        let findings = evidence.check();
        let Findings { frames, signals, views, sound, gone, broken, wrong } = &findings;
        for Wrong { node, minute, what } in wrong {
            print(&format!("{partition} displays: {node}, {}: {what}", time(*minute)));
        }
        let says = if *broken == 0 { "sound" } else { "not what was recorded" };
        print(&format!(
            "{partition} displays: {}, {}, {}, by the digests of {sound} minutes; \
             {gone} minutes are not kept any more, {broken} are broken: {says}",
            told("frames", *frames),
            told("signals", *signals),
            told("page views", *views),
        ));
        all_sound &= *broken == 0;
    }
    Ok(all_sound)
}

fn told(what: &str, Count { kept, proven }: Count) -> String {
    format!("{kept} {what} ({proven} proven)")
}

fn sound(end: &Position) -> String {
    format!("{} records, epoch {}, {}: sound", end.seq, end.epoch, end.hash)
}

/// What is void is passed over, as every reader does; nothing that is valid may break the chain.
async fn by_reading(log: &OpenLog) -> anyhow::Result<bool> {
    let mut all_sound = true;
    for partition in log.partitions(None).await? {
        let bar = bar(&partition, None);
        let mut into = |whole: Whole| bar.set_position(whole.position.seq);
        let read = log.log.read(&partition, Position::START, &mut into).await;
        bar.finish_and_clear();
        let says = match read {
            Ok(end) => sound(&end),
            Err(ReadError::Tampered(tampered)) => {
                all_sound = false;
                tampered.to_string()
            }
            Err(error) => return Err(error.into()),
        };
        print(&format!("{partition}: {says}"));
    }
    Ok(all_sound)
}

async fn in_a_file(log: &OpenLog, file: &Path) -> anyhow::Result<bool> {
    let mut all_sound = true;
    for partition in log.partitions(None).await? {
        let expected = log.source.end(&partition).await.map_or(0, |end| end.seq);
        let says = match verify(file, &partition, expected) {
            Ok(fold) => sound(&fold.position()),
            Err(LogError::Tampered(tampered)) => {
                all_sound = false;
                let broken = first_broken(file, &tampered)?;
                format!("record {broken} is not what was written; restore the log from a copy")
            }
            Err(error) => return Err(error.into()),
        };
        print(&format!("{partition}: {says}"));
    }
    Ok(all_sound)
}

fn verify(file: &Path, partition: &Partition, expected: u64) -> Result<Fold, LogError> {
    let bar = bar(partition, Some(expected));
    let mut fold = Fold::new();
    scan(file, partition, 0, |entry, at| {
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
fn first_broken(file: &Path, tampered: &Tampered) -> Result<Seq, LogError> {
    let Tampered { partition, seq, .. } = tampered;
    let mut link: Option<Hash> = None;
    let mut goes_on = false;
    let looked = scan(file, partition, 0, |entry, _| {
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

/// Without a number that is expected it only counts.
fn bar(partition: &Partition, expected: Option<Seq>) -> ProgressBar {
    let template = match expected {
        Some(_) => "{msg} {bar:40} {pos}/{len} {per_sec}",
        None => "{msg} {pos} {per_sec}",
    };
    let style = ProgressStyle::with_template(template).expect("the template is ours");
    let bar = expected.map_or_else(ProgressBar::no_length, ProgressBar::new).with_style(style);
    bar.with_message(partition.to_string())
}
