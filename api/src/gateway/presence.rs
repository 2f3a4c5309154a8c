//! Whether a customer's browser is there: whoever follows their own state is counted here, and only *gone* and
//! *returned* become commands.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    command::Actor,
    contact,
    id::{AccountId, ContactId, VisitId},
    site::SiteCommand,
};
use projections::own;
use tokio::time::Instant;

use crate::inside::Inside;

/// A page that is loaded again, or a network that blinks, is not a customer who has gone.
const GONE_AFTER: Duration = Duration::from_secs(10);
/// How often those who may have gone are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Customers who may have gone; of one beyond that nobody is told.
const GOING_MAX: usize = 20_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Follows {
    Visit(VisitId),
    Account(AccountId),
}

/// Who is followed by a browser, through this process.
#[derive(Default)]
pub(crate) struct Presence(Mutex<Known>);

#[derive(Default)]
struct Known {
    here: HashMap<Follows, usize>,
    going: VecDeque<(Instant, VisitId, Option<AccountId>)>,
}

impl Presence {
    fn locked(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A browser that follows; dropping it is leaving.
pub(super) struct Here {
    inside: Arc<Inside>,
    visit: VisitId,
    account: Option<AccountId>,
}

impl Here {
    pub(super) fn new(inside: &Arc<Inside>, visit: VisitId, account: Option<AccountId>) -> Self {
        let mut known = inside.presence.locked();
        for follows in keys(visit, account) {
            *known.here.entry(follows).or_default() += 1;
        }
        drop(known);
        Self { inside: Arc::clone(inside), visit, account }
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        let mut known = self.inside.presence.locked();
        for follows in keys(self.visit, self.account) {
            if let Some(count) = known.here.get_mut(&follows) {
                *count -= 1;
                if *count == 0 {
                    known.here.remove(&follows);
                }
            }
        }
        if known.going.len() < GOING_MAX {
            known.going.push_back((Instant::now(), self.visit, self.account));
        }
    }
}

fn keys(visit: VisitId, account: Option<AccountId>) -> impl Iterator<Item = Follows> {
    [Some(Follows::Visit(visit)), account.map(Follows::Account)].into_iter().flatten()
}

/// Tells of every customer who has gone, until `over`. Once for a process.
pub async fn tell_who_is_gone(inside: Arc<Inside>, over: impl Future<Output = ()>) {
    let mut look = tokio::time::interval(LOOK_EVERY);
    tokio::pin!(over);
    loop {
        tokio::select! {
            () = &mut over => return,
            _ = look.tick() => {}
        }
        while let Some((visit, account)) = gone(&inside) {
            inside.tell_gone(visit, account).await;
        }
    }
}

/// The next whose browser has been gone for long enough.
fn gone(inside: &Inside) -> Option<(VisitId, Option<AccountId>)> {
    let mut known = inside.presence.locked();
    let (since, ..) = known.going.front()?;
    if since.elapsed() < GONE_AFTER {
        return None;
    }
    known.going.pop_front().map(|(_, visit, account)| (visit, account))
}

impl Inside {
    fn is_here(&self, visit: VisitId, account: Option<AccountId>) -> bool {
        let known = self.presence.locked();
        keys(visit, account).any(|follows| known.here.contains_key(&follows))
    }

    async fn tell_gone(&self, visit: VisitId, account: Option<AccountId>) {
        let left: Vec<_> = self.ports.live.read(|live| {
            let open = own::open_contacts(live.floor(), visit, account);
            open.filter(|contact| contact.away_since.is_none())
                .filter_map(|contact| Some((contact.contact, contact.visit?, contact.account)))
                .collect()
        });
        for (contact, visit, account) in left {
            if !self.is_here(visit, account) {
                self.tell(visit, contact::Command::CustomerGone { contact }).await;
            }
        }
    }

    /// A browser follows here: whoever says that it is gone saw it leave another node, or it has come back.
    pub(super) async fn tell_returned(&self, visit: VisitId, account: Option<AccountId>) {
        let away: Vec<(ContactId, VisitId)> = self.ports.live.read(|live| {
            let open = own::open_contacts(live.floor(), visit, account);
            open.filter(|contact| contact.away_since.is_some())
                .filter_map(|contact| Some((contact.contact, contact.visit?)))
                .collect()
        });
        for (contact, visit) in away {
            self.tell(visit, contact::Command::CustomerReturned { contact }).await;
        }
    }

    async fn tell(&self, visit: VisitId, command: contact::Command) {
        let body = SiteCommand::Contact(command);
        if let Err(error) = self.to_site(Actor::Customer(visit), None, body).await {
            tracing::warn!(visit.id = %visit, error = %error, "whether a customer is there was not told");
        }
    }
}
