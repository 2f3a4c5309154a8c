//! Is what is kept of displays what was recorded? Frames and digests of the activity log, held against the roots in the
//! chain of the site's log.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    display,
    event::DecodeError,
    frame::{Author, FrameHashes, FramesDigest, root},
    id::{NodeName, VisitId},
    log::Whole,
    site::SiteEvent,
    time::Timestamp,
};

use crate::ports::activity::Kept;

/// Broken minutes that are named.
const NAMED_MAX: usize = 20;
const DIGESTED: &str = "display.digested";

#[derive(Default)]
pub struct Evidence {
    frames: BTreeMap<VisitId, FrameHashes>,
    /// When the oldest frame was recorded: what was recorded before it is not kept any more.
    oldest: Option<Timestamp>,
    digests: BTreeMap<(NodeName, Timestamp), Vec<FramesDigest>>,
    said: Vec<Said>,
}

/// What the chain says of one minute.
struct Said {
    node: NodeName,
    minute: Timestamp,
    root: String,
    visits: u32,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub frames: usize,
    /// Frames that a digest in the chain proves.
    pub proven: usize,
    /// Minutes of a process whose frames are here as they were recorded,
    pub sound: usize,
    /// whose frames are not kept any more,
    pub gone: usize,
    /// and whose are not what was recorded.
    pub broken: usize,
    pub wrong: Vec<Wrong>,
}

/// A minute of a process that is broken.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    pub node: NodeName,
    pub minute: Timestamp,
    /// In words.
    pub what: String,
}

impl Evidence {
    pub fn see(&mut self, kept: Kept) {
        match kept {
            Kept::Frame(visit, frame) => {
                self.oldest = Some(self.oldest.map_or(frame.time, |at| at.min(frame.time)));
                if frame.author == Author::Customer {
                    let hashes = self.frames.entry(visit).or_default();
                    hashes.add((frame.page_load, frame.seq), frame.time, &frame.data.boxed);
                }
            }
            Kept::Digest(digest) => {
                let of = (digest.node.clone(), digest.minute);
                self.digests.entry(of).or_default().push(digest);
            }
        }
    }

    pub fn hear(&mut self, whole: &Whole) -> Result<(), DecodeError> {
        for record in whole.records.iter().filter(|record| &*record.kind == DIGESTED) {
            let SiteEvent::Display(display::Event::Digested { node, minute, root, visits, .. }) =
                SiteEvent::decode(&record.kind, &record.data)?
            else {
                continue;
            };
            self.said.push(Said { node, minute, root, visits });
        }
        Ok(())
    }

    pub fn check(&self) -> Findings {
        let mut findings = Findings::default();
        let mut proven = BTreeSet::new();
        for said in &self.said {
            match self.prove(said) {
                Ok(digests) => {
                    findings.sound += 1;
                    for FramesDigest { visit, runs, .. } in digests {
                        let frames = runs.iter().flat_map(|run| {
                            (run.first..=run.last).map(move |seq| (visit, run.page_load, seq))
                        });
                        proven.extend(frames);
                    }
                }
                // The oldest are forgotten first.
                Err((since, _)) if self.oldest.is_none_or(|oldest| since < oldest) => {
                    findings.gone += 1;
                }
                Err((_, what)) => {
                    findings.broken += 1;
                    if findings.wrong.len() < NAMED_MAX {
                        let (node, minute) = (said.node.clone(), said.minute);
                        findings.wrong.push(Wrong { node, minute, what });
                    }
                }
            }
        }
        findings.frames = self.frames.values().map(|hashes| hashes.frames().count()).sum();
        findings.proven = proven.len();
        findings
    }

    /// The digests of these frames; or what is wrong, and since when it would have to be kept.
    fn prove(&self, said: &Said) -> Result<&[FramesDigest], (Timestamp, String)> {
        let visits = said.visits as usize;
        let of = (said.node.clone(), said.minute);
        let all = self.digests.get(&of).map_or(&[][..], Vec::as_slice);
        if all.len() < visits {
            return Err((said.minute, format!("{} of {visits} digests are there", all.len())));
        }
        // Others of this minute may be from before the process was started again.
        let mut together = all.windows(visits.max(1));
        let Some(digests) = together.find(|digests| root(digests).to_string() == said.root) else {
            return Err((Timestamp(i64::MAX), "the digests are not what was recorded".to_owned()));
        };
        for digest in digests {
            let all = self.frames.get(&digest.visit);
            let wrong = match all.and_then(|all| all.sha256_over(&digest.runs)) {
                Some(sha256) if sha256 == digest.sha256 => continue,
                Some(_) => "are not what was recorded",
                None => "are missing",
            };
            return Err((digest.since, format!("frames of visit {} {wrong}", digest.visit)));
        }
        Ok(digests)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::{id::SubjectId, sealed::Sealed};
    use uuid::Uuid;

    use super::*;
    use crate::ports::activity::FrameSeen;

    const VISIT: VisitId = VisitId(Uuid::from_u128(1));

    fn frame(seq: u32, boxed: &str) -> Kept {
        let frame = FrameSeen {
            position: seq.into(),
            page_load: 1,
            author: Author::Customer,
            seq,
            site_seq: 0,
            time: Timestamp::from_secs(600),
            full: false,
            data: Sealed::new(SubjectId(Uuid::nil()), boxed.to_owned()),
        };
        Kept::Frame(VISIT, Arc::new(frame))
    }

    fn digest(minute: Timestamp, boxes: &[(u32, &str)]) -> FramesDigest {
        let mut hashes = FrameHashes::default();
        for (seq, boxed) in boxes {
            hashes.add((1, *seq), minute, boxed);
        }
        let (node, runs) = (NodeName::parse("node-1").unwrap(), hashes.runs());
        let sha256 = hashes.sha256_over(&runs).unwrap();
        FramesDigest { visit: VISIT, node, minute, since: minute, runs, sha256 }
    }

    /// Of one minute with two frames in the chain, and these frames in the activity log.
    fn found(minute: Timestamp, frames: &[(u32, &str)], digests: &[FramesDigest]) -> Findings {
        let recorded = digest(minute, &[(1, "one"), (2, "two")]);
        let mut evidence = Evidence::default();
        let frames = frames.iter().map(|(seq, boxed)| frame(*seq, boxed));
        for kept in frames.chain(digests.iter().cloned().map(Kept::Digest)) {
            evidence.see(kept);
        }
        evidence.said.push(Said {
            node: recorded.node.clone(),
            minute,
            root: root(&[recorded]).to_string(),
            visits: 1,
        });
        evidence.check()
    }

    #[test]
    fn what_was_altered_added_or_taken_away_is_found() {
        let minute = Timestamp::from_secs(660);
        let kept = [digest(minute, &[(1, "one"), (2, "two")])];
        let findings = |frames| found(minute, frames, &kept);
        let sound =
            findings(&[(1, "one"), (2, "two"), (3, "added, or from after the last digest")]);
        assert_eq!((sound.frames, sound.proven, sound.sound, sound.broken), (3, 2, 1, 0));
        let words = |findings: Findings| findings.wrong[0].what.clone();
        assert!(words(findings(&[(1, "one"), (2, "forged")])).contains("not what was recorded"));
        assert!(words(findings(&[(1, "one")])).contains("missing"));
        let frames = [(1, "one"), (2, "forged")];
        let forged = [digest(minute, &frames)];
        assert!(words(found(minute, &frames, &forged)).contains("the digests are not"));
        assert!(words(found(minute, &frames, &[])).contains("0 of 1 digests"));
    }

    #[test]
    fn a_digest_that_did_not_get_into_the_chain_is_in_nobodys_way() {
        let minute = Timestamp::from_secs(660);
        let frames = [(1, "one"), (2, "two")];
        let stray = digest(minute, &frames[..1]);
        let findings = found(minute, &frames, &[stray, digest(minute, &frames)]);
        assert_eq!((findings.sound, findings.broken), (1, 0));
    }

    #[test]
    fn what_is_not_kept_any_more_is_not_called_broken() {
        let early = Timestamp::from_secs(60);
        let kept = [digest(early, &[(1, "one"), (2, "two")])];
        assert_eq!(found(early, &[(9, "later")], &kept).gone, 1);
        assert_eq!(found(early, &[], &kept).gone, 1);
    }
}
