//! Is what is kept of visits what was recorded? Frames, signals, page views and their digests of the activity log, held
//! against the roots in the chain of the site's log.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    display,
    event::DecodeError,
    frame::{Evidenced, FrameHashes, FramesDigest, Number, Run, Stream, root},
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
    kept: BTreeMap<VisitId, FrameHashes>,
    /// When the oldest of each kind was recorded: what was recorded before it is not kept any more.
    oldest: BTreeMap<Evidenced, Timestamp>,
    digests: BTreeMap<(NodeName, Timestamp), Vec<FramesDigest>>,
    said: Vec<Said>,
}

/// What the chain says of one minute.
struct Said {
    node: NodeName,
    minute: Timestamp,
    root: String,
    /// How many digests: one a visit and kind.
    visits: u32,
}

/// What is wrong with a minute; or nothing is, but that some of it is not kept any more.
enum Unproven {
    Gone,
    Broken(String),
}

/// How many of a kind are kept, and how many of these a digest in the chain proves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub kept: usize,
    pub proven: usize,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub frames: Count,
    pub signals: Count,
    pub views: Count,
    /// Minutes of a process of which everything is here as it was recorded,
    pub sound: usize,
    /// of which something is not kept any more,
    pub gone: usize,
    /// and of which something is not what was recorded.
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
                let of = Stream::from(frame.author);
                self.note(of.evidenced(), frame.time);
                let number = (of, frame.page_load, frame.seq);
                let hashes = self.kept.entry(visit).or_default();
                hashes.add(number, frame.time, &frame.data.boxed);
            }
            Kept::View(visit, view) => {
                self.note(Evidenced::Views, view.time);
                let number = (view.page_load, view.visit_seq);
                let hashes = self.kept.entry(visit).or_default();
                hashes.add_view(number, view.time, &view.page, &view.shown.boxed);
            }
            Kept::Digest(digest) => {
                let of = (digest.node.clone(), digest.minute);
                self.digests.entry(of).or_default().push(digest);
            }
        }
    }

    fn note(&mut self, of: Evidenced, at: Timestamp) {
        let oldest = self.oldest.entry(of).or_insert(at);
        *oldest = at.min(*oldest);
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
            match self.prove(said, &mut proven) {
                Ok(()) => findings.sound += 1,
                Err(Unproven::Gone) => findings.gone += 1,
                Err(Unproven::Broken(what)) => {
                    findings.broken += 1;
                    if findings.wrong.len() < NAMED_MAX {
                        let (node, minute) = (said.node.clone(), said.minute);
                        findings.wrong.push(Wrong { node, minute, what });
                    }
                }
            }
        }
        for number in self.kept.values().flat_map(FrameHashes::numbers) {
            findings.count(number).kept += 1;
        }
        for (_, number) in proven {
            findings.count(number).proven += 1;
        }
        findings
    }

    fn prove(&self, said: &Said, proven: &mut BTreeSet<(VisitId, Number)>) -> Result<(), Unproven> {
        let visits = said.visits as usize;
        let of = (said.node.clone(), said.minute);
        let all = self.digests.get(&of).map_or(&[][..], Vec::as_slice);
        if all.len() < visits {
            // Digests are as old as the youngest that they can be of.
            let gone = self.oldest.values().all(|oldest| said.minute < *oldest);
            let what = format!("{} of {visits} digests are there", all.len());
            return Err(if gone { Unproven::Gone } else { Unproven::Broken(what) });
        }
        // Others of this minute may be from before the process was started again.
        let mut together = all.windows(visits.max(1));
        let Some(digests) = together.find(|digests| root(digests).to_string() == said.root) else {
            return Err(Unproven::Broken("the digests are not what was recorded".to_owned()));
        };
        let mut gone = false;
        for digest in digests {
            let kept = self.kept.get(&digest.visit);
            let wrong = match kept.and_then(|kept| kept.sha256_over(&digest.runs)) {
                Some(sha256) if sha256 == digest.sha256 => {
                    proven.extend(digest.runs.iter().flat_map(|run| numbers(digest.visit, *run)));
                    continue;
                }
                Some(_) => "are not what was recorded",
                None => "are missing",
            };
            // The oldest are forgotten first.
            let of = digest.evidenced();
            if self.oldest.get(&of).is_none_or(|oldest| digest.since < *oldest) {
                gone = true;
            } else {
                let (what, visit) = (in_words(of), digest.visit);
                return Err(Unproven::Broken(format!("{what} of visit {visit} {wrong}")));
            }
        }
        if gone { Err(Unproven::Gone) } else { Ok(()) }
    }
}

impl Findings {
    fn count(&mut self, (of, ..): Number) -> &mut Count {
        match of.evidenced() {
            Evidenced::Page => &mut self.frames,
            Evidenced::Signals => &mut self.signals,
            Evidenced::Views => &mut self.views,
        }
    }
}

fn numbers(visit: VisitId, run: Run) -> impl Iterator<Item = (VisitId, Number)> {
    (run.first..=run.last).map(move |seq| (visit, (run.of, run.page_load, seq)))
}

fn in_words(of: Evidenced) -> &'static str {
    match of {
        Evidenced::Page => "frames",
        Evidenced::Signals => "signals of staff",
        Evidenced::Views => "page views",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::{
        frame::Author,
        id::{PageName, StaffId, SubjectId},
        sealed::Sealed,
    };
    use uuid::Uuid;

    use super::*;
    use crate::ports::activity::{FrameSeen, PageSeen};

    const VISIT: VisitId = VisitId(Uuid::from_u128(1));

    fn frame(seq: u32, boxed: &str) -> Kept {
        frame_by(Author::Customer, seq, boxed)
    }

    fn view(visit_seq: u32, page: &str, boxed: &str) -> Kept {
        let view = PageSeen {
            page_load: 1,
            visit_seq,
            site_seq: 0,
            time: Timestamp::from_secs(600),
            page: PageName::parse(page).unwrap(),
            shown: Sealed::new(SubjectId(Uuid::nil()), boxed.to_owned()),
        };
        Kept::View(VISIT, Arc::new(view))
    }

    fn frame_by(author: Author, seq: u32, boxed: &str) -> Kept {
        let frame = FrameSeen {
            position: seq.into(),
            page_load: 1,
            author,
            seq,
            site_seq: 0,
            time: Timestamp::from_secs(600),
            full: false,
            data: Sealed::new(SubjectId(Uuid::nil()), boxed.to_owned()),
        };
        Kept::Frame(VISIT, Arc::new(frame))
    }

    const STAFF: Author =
        Author::Staff { staff: StaffId(Uuid::from_u128(7)), writer: Uuid::from_u128(8) };

    fn digest(minute: Timestamp, boxes: &[(u32, &str)]) -> FramesDigest {
        digest_of(minute, |hashes| {
            for (seq, boxed) in boxes {
                hashes.add((Stream::Page, 1, *seq), minute, boxed);
            }
        })
    }

    fn digest_of(minute: Timestamp, of: impl FnOnce(&mut FrameHashes)) -> FramesDigest {
        let mut hashes = FrameHashes::default();
        of(&mut hashes);
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
        assert_eq!(sound.frames, Count { kept: 3, proven: 2 });
        assert_eq!((sound.sound, sound.broken), (1, 0));
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

    /// A minute with a signal and a view in the chain, and what is kept of them.
    fn found_beside(kept: Vec<Kept>) -> Findings {
        let (minute, at) = (Timestamp::from_secs(660), Timestamp::from_secs(600));
        let digests = [
            digest_of(minute, |hashes| hashes.add((STAFF.into(), 1, 5), at, "click")),
            digest_of(minute, |hashes| {
                hashes.add_view((1, 1), at, &PageName::parse("home").unwrap(), "address");
            }),
        ];
        let mut evidence = Evidence::default();
        let node = digests[0].node.clone();
        evidence.said.push(Said { node, minute, root: root(&digests).to_string(), visits: 2 });
        for kept in kept.into_iter().chain(digests.into_iter().map(Kept::Digest)) {
            evidence.see(kept);
        }
        evidence.check()
    }

    #[test]
    fn an_altered_or_missing_signal_or_view_is_named() {
        let click = || frame_by(STAFF, 5, "click");
        let sound = found_beside(vec![click(), view(1, "home", "address")]);
        assert_eq!((sound.sound, sound.wrong), (1, Vec::new()));
        let one = Count { kept: 1, proven: 1 };
        assert_eq!((sound.frames, sound.signals, sound.views), (Count::default(), one, one));
        let somebody_else = Author::Staff { staff: StaffId(Uuid::nil()), writer: Uuid::nil() };
        let early = || frame_by(STAFF, 1, "from before");
        for (kept, what) in [
            (vec![frame_by(STAFF, 5, "forged"), view(1, "home", "address")], "signals of staff"),
            (vec![early(), view(1, "home", "address")], "signals of staff"),
            (vec![frame_by(somebody_else, 5, "click"), view(1, "home", "address")], "signals of"),
            (vec![click(), view(1, "home", "forged")], "page views"),
            (vec![click(), view(1, "account", "address")], "page views"),
            (vec![click(), view(2, "home", "address")], "page views"),
        ] {
            let findings = found_beside(kept);
            assert!(findings.wrong[0].what.starts_with(what), "{:?}", findings.wrong);
        }
    }
}
