//! What every activity log promises: the first copy wins, and a visit's pages in order.

use commands::ports::activity::{ActivityLog, PageView};
use domain::{
    id::{PageName, SiteName, SubjectId, VisitId},
    sealed::Sealed,
    time::Timestamp,
};
use projections::ports::activity::ActivitySource;
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
