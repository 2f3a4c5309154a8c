//! What every activity log promises: the first copy wins, a visit's pages and frames in order, and whoever watches
//! sees the picture and then everything that is recorded.

use std::sync::OnceLock;

use commands::ports::{
    activity::{ActivityLog, Frame, PageView},
    clock::Clock as _,
};
use domain::{
    frame::{Author, FramesDigest, Run, Stream},
    id::{NodeName, PageName, SiteName, StaffId, SubjectId, VisitId},
    sealed::Sealed,
    time::{Span, Timestamp},
};
use futures::{StreamExt as _, stream::BoxStream};
use infra::clock::Real;
use projections::ports::activity::{
    ActivityAudit, ActivityReadError, ActivitySource, Excerpt, Kept, Recorded, Watched,
};
use uuid::Uuid;

const VISIT: VisitId = VisitId(Uuid::from_u128(1));
const OTHER_VISIT: VisitId = VisitId(Uuid::from_u128(2));

fn view(visit: VisitId, page_load: i64, visit_seq: u32, page: &str) -> PageView {
    PageView {
        visit,
        page_load,
        visit_seq,
        site_seq: 40,
        time: Timestamp::from_secs(page_load),
        page: PageName::parse(page).expect("a page's name"),
        shown: Sealed::new(SubjectId(Uuid::from_u128(3)), format!("box of {page}")),
    }
}

async fn names(source: &dyn ActivitySource, visit: VisitId, last: usize) -> Vec<String> {
    let pages = source.pages(visit, last).await.unwrap();
    pages.into_iter().map(|seen| seen.page.to_string()).collect()
}

pub async fn the_first_copy_wins_and_pages_are_in_order(
    log: &dyn ActivityLog,
    source: &dyn ActivitySource,
) {
    let site = SiteName::parse("demo").unwrap();
    let home = view(VISIT, 1_000, 1, "home");
    let later = [view(VISIT, 2_000, 1, "account"), view(VISIT, 1_000, 2, "plans")];
    log.append(&site, vec![home.clone()]).await.unwrap();
    log.append(&site, later.to_vec()).await.unwrap();
    log.append(&site, vec![view(VISIT, 1_000, 1, "forged"), view(OTHER_VISIT, 1, 1, "help")])
        .await
        .unwrap();

    assert_eq!(names(source, VISIT, 10).await, ["home", "plans", "account"]);
    assert_eq!(names(source, VISIT, 2).await, ["plans", "account"]);
    assert_eq!(names(source, OTHER_VISIT, 10).await, ["help"]);
    assert!(source.pages(VisitId(Uuid::from_u128(9)), 10).await.unwrap().is_empty());
    let seen = source.pages(VISIT, 10).await.unwrap().remove(0);
    assert_eq!(
        (seen.page_load, seen.visit_seq, seen.site_seq, seen.time, seen.shown),
        (home.page_load, home.visit_seq, home.site_seq, home.time, home.shown)
    );
}

const DANA: Author =
    Author::Staff { staff: StaffId(Uuid::from_u128(5)), writer: Uuid::from_u128(6) };
/// More than a broker takes in one record.
const LARGE_BYTES: usize = 2_500_000;

fn site() -> SiteName {
    SiteName::parse("demo").expect("a site's name")
}

/// When the frame with this number is written: about now, as a broker would stamp it.
pub fn at(seq: u32) -> Timestamp {
    static BEGAN: OnceLock<Timestamp> = OnceLock::new();
    *BEGAN.get_or_init(|| Real.now()) + Span::secs(seq.into())
}

fn frame(visit: VisitId, page_load: i64, seq: u32) -> Frame {
    Frame {
        visit,
        page_load,
        author: Author::Customer,
        seq,
        site_seq: 40,
        time: at(seq),
        full: false,
        data: Sealed::new(SubjectId(Uuid::from_u128(3)), format!("box {page_load}/{seq}")),
    }
}

fn full(visit: VisitId, page_load: i64, seq: u32) -> Frame {
    Frame { full: true, ..frame(visit, page_load, seq) }
}

fn signal(visit: VisitId, page_load: i64, seq: u32) -> Frame {
    Frame { author: DANA, ..frame(visit, page_load, seq) }
}

/// Each as its page load and `seq`; a picture says so first.
fn told(watched: &Watched) -> String {
    let frames = watched.frames().iter().map(|frame| {
        let by = if frame.author == Author::Customer { "" } else { "!" };
        format!(" {}/{}{by}", frame.page_load, frame.seq)
    });
    let kind = if matches!(watched, Watched::Picture(_)) { "picture:" } else { "next:" };
    format!("{kind}{}", frames.collect::<String>())
}

type Watching = BoxStream<'static, Result<Watched, ActivityReadError>>;

async fn next(watching: &mut Watching) -> Watched {
    watching.next().await.expect("watching does not end by itself").expect("the log is there")
}

/// As many frames as are expected, in however many handfuls they come.
async fn nexts(watching: &mut Watching, count: usize) -> String {
    let mut all = Vec::new();
    while all.len() < count {
        match next(watching).await {
            Watched::Next(frames) => all.extend(frames),
            picture @ Watched::Picture(_) => panic!("{} instead of what is next", told(&picture)),
        }
    }
    told(&Watched::Next(all))
}

pub async fn whoever_watches_sees_the_picture_and_then_what_is_recorded(
    log: &dyn ActivityLog,
    source: &dyn ActivitySource,
) {
    let site = site();
    let mut early = source.watch(VISIT, None);
    assert_eq!(told(&next(&mut early).await), "picture:");
    let recorded = vec![full(VISIT, 1, 1), frame(VISIT, 1, 2), full(OTHER_VISIT, 1, 1)];
    log.append_frames(&site, recorded).await.unwrap();
    assert_eq!(nexts(&mut early, 2).await, "next: 1/1 1/2");

    // Sent again after a lost connection, and one that comes too late.
    let again = vec![frame(VISIT, 1, 2), frame(VISIT, 1, 3), frame(VISIT, 1, 1)];
    log.append_frames(&site, again).await.unwrap();
    log.append_frames(&site, vec![signal(VISIT, 1, 7), signal(VISIT, 1, 7)]).await.unwrap();
    assert_eq!(nexts(&mut early, 2).await, "next: 1/3 1/7!");

    let mut late = source.watch(VISIT, None);
    let picture = next(&mut late).await;
    assert_eq!(told(&picture), "picture: 1/1 1/2 1/3 1/7!");
    let first = &picture.frames()[0];
    let wrote = full(VISIT, 1, 1);
    assert_eq!(
        (first.full, first.site_seq, first.time, &first.data),
        (true, wrote.site_seq, wrote.time, &wrote.data)
    );

    let known = picture.frames()[2].position;
    let mut again = source.watch(VISIT, Some(known));
    assert_eq!(nexts(&mut again, 1).await, "next: 1/7!");
    // A page that is opened newly: what somebody saw of the one before leads nowhere.
    log.append_frames(&site, vec![full(VISIT, 9, 1), frame(VISIT, 9, 2)]).await.unwrap();
    for watching in [&mut early, &mut late, &mut again] {
        assert_eq!(nexts(watching, 2).await, "next: 9/1 9/2");
    }
    let mut returned = source.watch(VISIT, Some(known));
    assert_eq!(told(&next(&mut returned).await), "picture: 9/1 9/2");
    let mut other = source.watch(OTHER_VISIT, None);
    assert_eq!(told(&next(&mut other).await), "picture: 1/1");
}

pub async fn whoever_is_too_slow_gets_the_picture_anew(
    log: &dyn ActivityLog,
    source: &dyn ActivitySource,
) {
    let site = site();
    let mut slow = source.watch(VISIT, None);
    assert_eq!(told(&next(&mut slow).await), "picture:");
    log.append_frames(&site, (1..=2_000).map(|seq| frame(VISIT, 1, seq)).collect()).await.unwrap();
    log.append_frames(&site, vec![full(VISIT, 1, 2_001)]).await.unwrap();
    // Until everything can have been heard of.
    let mut fresh = source.watch(VISIT, None);
    assert_eq!(told(&next(&mut fresh).await), "picture: 1/2001");
    loop {
        match next(&mut slow).await {
            Watched::Picture(frames) if frames.len() == 1 => break,
            Watched::Picture(_) => panic!("what comes after the picture is not the picture"),
            Watched::Next(frames) => assert!(frames.iter().all(|frame| frame.seq < 2_001)),
        }
    }
}

pub async fn what_was_recorded_is_read_in_pages(
    log: &dyn ActivityLog,
    source: &dyn ActivitySource,
) {
    let site = site();
    let mut recorded = vec![full(VISIT, 100, 1), frame(VISIT, 100, 2), signal(VISIT, 100, 1)];
    recorded.push(full(OTHER_VISIT, 100, 1));
    let large = "a".repeat(LARGE_BYTES);
    recorded.push(Frame {
        data: Sealed::new(SubjectId(Uuid::from_u128(3)), large.clone()),
        ..full(VISIT, 100, 3)
    });
    recorded.push(frame(VISIT, 100, 2));
    recorded.push(frame(VISIT, 100, 4));
    log.append_frames(&site, recorded).await.unwrap();

    assert_eq!(source.next_seq(VISIT, 100).await.unwrap(), 5);
    assert_eq!(source.next_seq(VISIT, 99).await.unwrap(), 1);
    for first in [1, 2, 10] {
        let from = at(0);
        let mut excerpt = Excerpt { visit: VISIT, from, to: None, after: None, first };
        let mut all = Vec::new();
        loop {
            let page = source.frames(excerpt).await.unwrap();
            assert!(page.len() <= first);
            let Some(last) = page.last() else { break };
            excerpt.after = Some(last.position);
            all.extend(page);
        }
        assert_eq!(all[3].data.boxed, large);
        assert_eq!(told(&Watched::Next(all)), "next: 100/1 100/2 100/1! 100/3 100/4");
    }
    let (from, to) = (at(2), Some(at(3)));
    let excerpt = Excerpt { visit: VISIT, from, to, after: None, first: 10 };
    let middle = source.frames(excerpt).await.unwrap();
    assert_eq!(told(&Watched::Next(middle)), "next: 100/2 100/3");
}

/// Of whatever visit, and once each.
pub async fn who_listens_hears_of_every_first_copy(
    log: &dyn ActivityLog,
    source: &dyn ActivitySource,
) {
    let site = site();
    let mut recorded = source.recorded();
    log.append_frames(&site, vec![full(VISIT, 1, 1), full(OTHER_VISIT, 1, 1)]).await.unwrap();
    log.append_frames(&site, vec![full(VISIT, 1, 1), frame(VISIT, 1, 2)]).await.unwrap();
    log.append(&site, vec![view(VISIT, 1, 7, "home")]).await.unwrap();
    log.append(&site, vec![view(VISIT, 1, 7, "forged"), view(VISIT, 1, 8, "help")]).await.unwrap();
    for expected in [
        (VISIT, 1, None),
        (OTHER_VISIT, 1, None),
        (VISIT, 2, None),
        (VISIT, 7, Some("home")),
        (VISIT, 8, Some("help")),
    ] {
        let heard = recorded.next().await.unwrap();
        let (visit, seq, page) = match &heard {
            Recorded::Frame(visit, frame) => (*visit, frame.seq, None),
            Recorded::View(visit, view) => (*visit, view.visit_seq, Some(view.page.as_str())),
        };
        assert_eq!((visit, seq, page), expected);
    }
}

/// First copies alone, and the digests of them.
pub async fn who_checks_finds_every_frame_and_digest(
    log: &dyn ActivityLog,
    audit: &dyn ActivityAudit,
) {
    let site = site();
    let digest = FramesDigest {
        visit: VISIT,
        node: NodeName::parse("node-1").unwrap(),
        minute: at(0),
        since: at(1),
        runs: vec![
            Run { of: Stream::Page, page_load: 1, first: 1, last: 2 },
            Run { of: DANA.into(), page_load: 1, first: 1, last: 1 },
        ],
        sha256: [7; 32],
    };
    log.append_frames(&site, vec![full(VISIT, 1, 1), signal(VISIT, 1, 1)]).await.unwrap();
    log.append_frames(&site, vec![frame(VISIT, 1, 1), frame(VISIT, 1, 2)]).await.unwrap();
    log.append_digests(&site, vec![digest.clone()]).await.unwrap();
    log.append_frames(&site, vec![full(OTHER_VISIT, 1, 1)]).await.unwrap();
    log.append(&site, vec![view(VISIT, 1, 1, "home")]).await.unwrap();
    log.append(&site, vec![view(VISIT, 1, 1, "forged"), view(VISIT, 1, 2, "help")]).await.unwrap();
    let kept: Vec<_> = audit.kept(&site).map(Result::unwrap).collect().await;
    let (mut frames, mut views, mut digests) = (Vec::new(), Vec::new(), Vec::new());
    for one in kept {
        match one {
            Kept::Frame(visit, frame) => {
                frames.push((visit, frame.author == DANA, frame.seq, frame.full));
            }
            Kept::View(visit, view) => views.push((visit, view.visit_seq, view.page.to_string())),
            Kept::Digest(digest) => digests.push(digest),
        }
    }
    let expected = [
        (VISIT, false, 1, true),
        (VISIT, true, 1, false),
        (VISIT, false, 2, false),
        (OTHER_VISIT, false, 1, true),
    ];
    assert_eq!((&frames[..], &digests[..]), (&expected[..], &[digest][..]));
    assert_eq!(views, [(VISIT, 1, "home".to_owned()), (VISIT, 2, "help".to_owned())]);
}
