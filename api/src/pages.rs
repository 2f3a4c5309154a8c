//! Which pages may be opened for all who share a display: the company's own, and what it allows beside them.

use crate::{
    limits::URL_CHARS_MAX,
    reasons::{self, Because},
};

/// Origins, such as `https://www.example.com`.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    /// Whose pages carry the widget.
    pub company: Vec<String>,
    /// Whose pages may be shared together all the same.
    pub together: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum NotAllowed {
    #[error("this is not an address of a page; write one that begins with https:// or http://")]
    NotAPage,
    #[error(
        "this address is longer than {URL_CHARS_MAX} characters; open the page by a shorter one"
    )]
    TooLong,
    #[error(
        "pages of {origin} are not among those that may be opened together; an administrator can allow them"
    )]
    Origin { origin: String },
}

impl From<&NotAllowed> for Because {
    fn from(_: &NotAllowed) -> Self {
        reasons::PAGE_NOT_ALLOWED.into()
    }
}

impl Pages {
    /// The address, if everybody may be led there.
    pub fn check(&self, address: &str) -> Result<String, NotAllowed> {
        if address.chars().count() > URL_CHARS_MAX {
            return Err(NotAllowed::TooLong);
        }
        let url = url::Url::parse(address.trim()).map_err(|_| NotAllowed::NotAPage)?;
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() {
            return Err(NotAllowed::NotAPage);
        }
        let origin = url.origin().ascii_serialization();
        if self.company.iter().chain(&self.together).any(|allowed| *allowed == origin) {
            Ok(url.into())
        } else {
            Err(NotAllowed::Origin { origin })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_allowed_origins_are_opened_and_never_a_program() {
        let pages = Pages {
            company: vec!["https://www.example.com".to_owned()],
            together: vec!["http://127.0.0.1:9000".to_owned()],
        };
        for fine in ["https://www.example.com/tariffs?x=1#top", "http://127.0.0.1:9000/"] {
            assert_eq!(pages.check(fine).unwrap(), fine);
        }
        for not in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://www.example.com.evil.example/",
            "https://www.example.com@evil.example/",
            "https://user@www.example.com/",
            "http://www.example.com/",
            "//www.example.com/",
            "/tariffs",
            "",
        ] {
            assert!(pages.check(not).is_err(), "{not}");
        }
    }
}
