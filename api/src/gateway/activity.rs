//! Page views: named by the policy's rules, sealed, stamped with what the site had seen.

use commands::ports::activity::PageView;
use domain::frame::Evidenced;

use super::{Gateway, Visitor};
use crate::{
    door::{DoorCode, DoorError, View},
    inside::Shown,
    limits::{TextError, URL_CHARS_MAX, VIEWS_MAX},
};

/// A title that is longer is cut: pages are not refused for what their authors wrote.
const TITLE_CHARS_MAX: usize = 200;

impl Gateway {
    pub(super) async fn record_views(
        &self,
        visitor: &Visitor,
        views: Vec<View>,
    ) -> Result<usize, DoorError> {
        if views.len() > VIEWS_MAX {
            return Err(DoorError::new(
                DoorCode::BadInput,
                format!("{} views in one request; send at most {VIEWS_MAX} at once", views.len()),
            ));
        }
        let accepted = views.len();
        let (site_seq, time) = (self.inside.ports.live.position().seq, self.inside.now());
        let mut recorded = Vec::with_capacity(views.len());
        for view in views {
            let url = page_address(&view.url)?;
            let page = self.page_named(path_of(&url))?;
            let shown = Shown {
                title: domain::text::shown(&view.title).chars().take(TITLE_CHARS_MAX).collect(),
                address: Some(visitor.address),
                url,
            };
            let json = serde_json::to_string(&shown).expect("texts and an address are always JSON");
            recorded.push(PageView {
                visit: visitor.visit,
                page_load: view.page_load,
                visit_seq: view.seq,
                site_seq,
                time,
                page,
                shown: self.seal(visitor.subject, &json).await?,
            });
        }
        let site = &self.inside.ports.site;
        self.inside.digests.record(visitor.visit, Evidenced::Views);
        self.inside.ports.activity_log.append(site, recorded).await.map_err(|error| {
            tracing::warn!(visit.id = %visitor.visit, error = %error, "page views were not recorded");
            DoorError::new(
                DoorCode::Unavailable,
                "page views cannot be recorded now; keep them and send them again",
            )
        })?;
        Ok(accepted)
    }
}

/// Without query string and fragment: they carry tokens and what people typed.
fn page_address(url: &str) -> Result<String, DoorError> {
    let chars = url.chars().count();
    if chars > URL_CHARS_MAX {
        let what = "the address of the page";
        return Err(TextError::TooLong { what, chars, max: URL_CHARS_MAX }.into());
    }
    if !(url.starts_with("http://") || url.starts_with("https://")) {
        return Err(TextError::NotAPage.into());
    }
    let end = url.find(['?', '#']).unwrap_or(url.len());
    Ok(url[..end].to_owned())
}

/// The path of an address; of a bare path, itself.
pub(super) fn path_of(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = if after_scheme.len() == url.len() {
        url
    } else {
        after_scheme.find('/').map_or("/", |at| &after_scheme[at..])
    };
    let end = path.find(['?', '#']).unwrap_or(path.len());
    &path[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_does_not_stay_in_an_address() {
        let kept = page_address("https://example.com/tariffs?name=x#token=y").unwrap();
        assert_eq!(kept, "https://example.com/tariffs");
        assert!(page_address("javascript:alert(1)").is_err());
        assert!(
            page_address(&format!("https://example.com/{}", "a".repeat(URL_CHARS_MAX))).is_err()
        );
    }

    #[test]
    fn a_page_is_named_by_its_path() {
        assert_eq!(path_of("https://example.com/account/bills?x=1"), "/account/bills");
        assert_eq!(path_of("https://example.com"), "/");
        assert_eq!(path_of("/account#top"), "/account");
    }
}
