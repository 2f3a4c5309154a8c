//! Live subscriptions of one member of staff: again whenever something changed, as long as the role holds.

use std::{net::IpAddr, sync::Arc, time::Duration};

use async_graphql::{Error, Result};
use domain::staff::Role;
use projections::{
    directory::{self, Directory},
    live::{self, Live},
    tail::{Changes, Heard},
};

use super::{
    DeskState,
    session::{self, Who},
};
use crate::{errors::coded, inside::Inside};

/// Between two states that are sent; what happens meanwhile arrives together.
pub(super) const APART: Duration = Duration::from_millis(50);

/// The session behind a socket's operation: asked again before each state.
#[derive(Clone)]
pub(super) struct Session {
    desk: Arc<DeskState>,
    token: String,
    address: IpAddr,
}

impl Session {
    pub(super) fn new(desk: Arc<DeskState>, token: String, address: IpAddr) -> Self {
        Self { desk, token, address }
    }

    /// Where the socket comes from.
    pub(super) fn address(&self) -> IpAddr {
        self.address
    }

    /// Whoever holds the session, if one of these roles still does.
    pub(super) fn who(&self, any: &[Role]) -> Result<Who> {
        let who = session::who(&self.desk.inside, &self.desk.signer, &self.token)
            .map_err(|refusal| coded("UNAUTHENTICATED", refusal.message))?;
        if any.iter().any(|role| who.roles.has(*role)) { Ok(who) } else { Err(forbidden()) }
    }

    pub(super) fn inside(&self) -> &Arc<Inside> {
        &self.desk.inside
    }
}

pub(super) fn forbidden() -> Error {
    coded("FORBIDDEN", "this is no longer open to your role; ask an administrator")
}

/// Both tails, heard together.
pub(super) struct Ears {
    live: Changes<Live>,
    directory: Changes<Directory>,
}

/// What was heard; `None` inside: too far behind, everything may be another.
pub(super) enum News {
    Live(Option<Arc<live::Changed>>),
    Directory(Option<Arc<directory::Changed>>),
}

impl Ears {
    /// Listen first, then look: nothing in between is missed.
    pub(super) fn new(inside: &Inside) -> Self {
        Self { live: inside.ports.live.changes(), directory: inside.ports.directory.changes() }
    }

    /// `None`: the server is going. Cancel safe.
    pub(super) async fn next(&mut self) -> Option<News> {
        tokio::select! {
            heard = self.live.next() => heard.map(|heard| News::Live(match heard {
                Heard::Changed(changed) => Some(changed),
                Heard::Missed => None,
            })),
            heard = self.directory.next() => heard.map(|heard| News::Directory(match heard {
                Heard::Changed(changed) => Some(changed),
                Heard::Missed => None,
            })),
        }
    }
}
