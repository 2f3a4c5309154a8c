//! Lists that grow, a page at a time.

use async_graphql::{Result, SimpleObject};

use projections::page::Page;

use super::{
    account::Account, callback::CallbackRow, contact::ContactRow, frame::DisplayFrame,
    ticket::Ticket,
};
use crate::{errors::coded, limits::PAGE_MAX};

#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct PageInfo {
    pub has_next_page: bool,
    pub end_cursor: Option<String>,
}

macro_rules! connections {
    ($($connection:ident, $edge:ident of $node:ident;)*) => {$(
        #[derive(Clone, Debug, PartialEq, SimpleObject)]
        pub struct $connection {
            pub edges: Vec<$edge>,
            pub page_info: PageInfo,
        }

        #[derive(Clone, Debug, PartialEq, SimpleObject)]
        pub struct $edge {
            pub cursor: String,
            pub node: $node,
        }

        impl $connection {
            /// Rows with their cursors.
            pub fn of(rows: Vec<(String, $node)>, has_next_page: bool) -> Self {
                let end_cursor = rows.last().map(|(cursor, _)| cursor.clone());
                let edges = rows.into_iter().map(|(cursor, node)| $edge { cursor, node }).collect();
                Self { edges, page_info: PageInfo { has_next_page, end_cursor } }
            }

            pub fn from_page<T>(page: Page<T>, node: impl Fn(T) -> $node) -> Self {
                let rows = page.rows.into_iter();
                Self::of(rows.map(|(at, row)| (at.to_string(), node(row))).collect(), page.has_next)
            }
        }
    )*};
}

connections! {
    AccountConnection, AccountEdge of Account;
    CallbackConnection, CallbackEdge of CallbackRow;
    ContactConnection, ContactEdge of ContactRow;
    DisplayFrameConnection, DisplayFrameEdge of DisplayFrame;
    TicketConnection, TicketEdge of Ticket;
}

/// Rows of a page when nobody says how many.
const PAGE_DEFAULT: i32 = 50;

/// The size of a page as it was asked for.
pub fn page(first: Option<i32>) -> Result<usize> {
    usize::try_from(first.unwrap_or(PAGE_DEFAULT))
        .ok()
        .filter(|first| (1..=PAGE_MAX).contains(first))
        .ok_or_else(|| {
            coded(
                "BAD_INPUT",
                format!("`first` goes from 1 to {PAGE_MAX}; ask for the next page with `after`"),
            )
        })
}

pub fn cursor_error() -> async_graphql::Error {
    coded(
        "BAD_INPUT",
        "`after` is not a cursor of this list; pass on the `endCursor` of the page before",
    )
}
