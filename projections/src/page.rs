//! Pages of a list: keyset cursors, so that a page never repeats or skips a row while the list grows.

use std::{fmt, str::FromStr};

use domain::time::Timestamp;

use crate::ports::read_store::Value;

/// A page has at most this many rows.
pub const PAGE_MAX: usize = 200;

/// A row's place in a list: its time, and its id among those of the same instant. As text `time~id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub at: Timestamp,
    pub id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a cursor of this list; take one from `pageInfo.endCursor`")]
pub struct NotACursor(String);

impl Cursor {
    pub fn new(at: Timestamp, id: impl fmt::Display) -> Self {
        Self { at, id: id.to_string() }
    }

    /// Every row stands before it in a list that begins with the newest.
    pub(crate) fn or_the_end(after: Option<&Self>) -> Self {
        after.cloned().unwrap_or_else(|| Self::new(Timestamp::MAX, ""))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.at.0, self.id)
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let not = || NotACursor(text.chars().take(80).collect());
        let (at, id) = text.split_once('~').ok_or_else(not)?;
        Ok(Self::new(Timestamp(at.parse().map_err(|_| not())?), id))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub rows: Vec<(Cursor, T)>,
    pub has_next: bool,
}

impl<T> Page<T> {
    /// One more than is shown, to know whether there is more.
    pub(crate) fn limit(first: usize) -> Value {
        Value::Int(i64::try_from(first.min(PAGE_MAX) + 1).expect("a page is small"))
    }

    pub(crate) fn of(mut rows: Vec<T>, first: usize, cursor: impl Fn(&T) -> Cursor) -> Self {
        let first = first.min(PAGE_MAX);
        let has_next = rows.len() > first;
        rows.truncate(first);
        Self { rows: rows.into_iter().map(|row| (cursor(&row), row)).collect(), has_next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let cursor = Cursor::new(Timestamp(-5), "abc");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", "5", "x~y"] {
            assert_eq!(text.parse::<Cursor>(), Err(NotACursor(text.to_owned())));
        }
    }

    #[test]
    fn a_page_tells_whether_there_is_more() {
        let page = |n: i64| {
            let rows: Vec<i64> = (0..n).collect();
            let page = Page::of(rows, 2, |row| Cursor::new(Timestamp(*row), row));
            (page.rows.len(), page.has_next)
        };
        assert_eq!([page(1), page(2), page(3)], [(1, false), (2, false), (2, true)]);
    }
}
