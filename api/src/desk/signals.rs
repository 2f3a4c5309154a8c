//! Signals of staff: checked, sealed under the customer's key, recorded in the order in which each person sent them.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::atomic::{AtomicU32, Ordering},
};

use async_graphql::Result;
use commands::ports::activity::Frame;
use domain::{
    display::{Display, Scope},
    frame::{Author, Evidenced},
    id::{DisplayId, StaffId, SubjectId, VisitId},
};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{
    mutation::{Acting, serving::seal_error},
    watching::not_invited,
};
use crate::{
    display::signal::{self, Recorded, SIGNALS_MAX},
    errors::coded,
    inside::Inside,
    limits::fresh_id,
};

/// People who may signal at the same moment without waiting for each other.
const TURNS: usize = 64;

/// How this process writes signals.
pub(crate) struct Signalling {
    writer: Uuid,
    last: AtomicU32,
    /// One person's signals are recorded one after the other.
    turns: [Mutex<()>; TURNS],
}

impl Default for Signalling {
    fn default() -> Self {
        let turns = std::array::from_fn(|_| Mutex::default());
        Self { writer: fresh_id(), last: AtomicU32::new(0), turns }
    }
}

impl Signalling {
    fn turn(&self, staff: StaffId) -> &Mutex<()> {
        let mut hasher = DefaultHasher::new();
        staff.hash(&mut hasher);
        let at = usize::try_from(hasher.finish() % TURNS as u64).expect("a small number");
        &self.turns[at]
    }
}

impl Acting<'_> {
    /// How many were recorded: all of them, or it is an error.
    pub(super) async fn signal(&self, display: Uuid, signals: &[String]) -> Result<usize> {
        if signals.len() > SIGNALS_MAX {
            let message = format!("at most {SIGNALS_MAX} signals at once; send them in parts");
            return Err(coded("BAD_INPUT", message));
        }
        let signals = signals.iter().map(|json| signal::parse(json)).collect::<Result<Vec<_>, _>>();
        let signals = signals.map_err(|error| coded("BAD_INPUT", error.to_string()))?;
        let (id, staff) = (DisplayId(display), self.staff());
        let visit = self.inside.ports.live.read(|live| {
            let shown = live.displays().get(id).filter(|shown| shown.is_open());
            may_signal(shown.map(|shown| &shown.display), staff, &signals)
        })?;
        let Some(subject) = self.subject_of_display(id).await? else { return Err(not_invited()) };
        self.inside.record_signals(visit, subject, staff, &signals).await?;
        Ok(signals.len())
    }
}

/// The visit, if this person looks on, and acts only with control.
fn may_signal(display: Option<&Display>, staff: StaffId, signals: &[Recorded]) -> Result<VisitId> {
    let Some(display) = display else {
        return Err(coded(
            "NOT_FOUND",
            "this display has ended; ask the customer to begin another",
        ));
    };
    if !display.is_watched_by(staff) {
        return Err(coded("FORBIDDEN", "join the display first"));
    }
    if !display.is_shared() {
        return Err(coded("FORBIDDEN", "the customer does not share the page now"));
    }
    let acts = signals.iter().any(|signal| signal.act.is_control());
    let holds = display.scopes.contains(&Scope::Control)
        && display.control.is_some_and(|control| control.granted && control.staff == staff);
    if acts && !holds {
        return Err(coded(
            "FORBIDDEN",
            "you do not act on this page now; ask the customer for control",
        ));
    }
    Ok(display.visit)
}

impl Inside {
    async fn record_signals(
        &self,
        visit: VisitId,
        subject: SubjectId,
        staff: StaffId,
        signals: &[Recorded],
    ) -> Result<()> {
        let _turn = self.signalling.turn(staff).lock().await;
        let (site_seq, time) = (self.ports.live.position().seq, self.now());
        let mut frames = Vec::with_capacity(signals.len());
        for signal in signals {
            let json = serde_json::to_vec(signal).expect("a signal is always JSON");
            let sealed = self.ports.sealer.seal_bytes(subject, &json).await;
            frames.push(Frame {
                visit,
                page_load: signal.page_load,
                author: Author::Staff { staff, writer: self.signalling.writer },
                seq: self.signalling.last.fetch_add(1, Ordering::Relaxed) + 1,
                site_seq,
                time,
                full: false,
                data: sealed.map_err(|error| seal_error(&error))?,
            });
        }
        self.digests.record(visit, Evidenced::Signals);
        let recorded = self.ports.activity_log.append_frames(&self.ports.site, frames).await;
        recorded.map_err(|error| {
            tracing::warn!(visit.id = %visit, error = %error, "signals were not recorded");
            coded("UNAVAILABLE", "this did not reach the customer's page; try again in a moment")
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::{
        display::{Connection, Control, Role, State, Way},
        id::{AgentId, ConnectionId, ContactId, NodeName},
        time::Timestamp,
    };

    use super::*;

    const DANA: StaffId = StaffId(Uuid::from_u128(1));

    /// A display that Dana looks on at.
    fn display(state: State, scopes: &[Scope], control: Option<(StaffId, bool)>) -> Display {
        let id = Uuid::from_u128(9);
        let mut display = Display::new(ContactId(id), VisitId(id), AgentId(DANA.0));
        display.state = state;
        display.scopes = scopes.iter().copied().collect::<BTreeSet<_>>();
        let since = Timestamp(0);
        display.control = control.map(|(staff, granted)| Control { staff, granted, since });
        let watcher = Some((DANA, Role::Agent));
        let node = NodeName::parse("node-1").unwrap();
        let connection = Connection { watcher, address: None, node, since };
        display.connections.insert(ConnectionId(id), connection);
        display
    }

    #[test]
    fn only_who_looks_on_points_and_only_who_holds_control_acts() {
        let shared = || State::Shared { way: Way::Mirror };
        let paused = State::Paused { way: Way::Mirror };
        let both = [Scope::View, Scope::Control];
        let point = [signal::parse(r#"{"pageLoad":1,"kind":"away"}"#).unwrap()];
        let act = [signal::parse(r#"{"pageLoad":1,"kind":"back"}"#).unwrap()];
        let other = StaffId(Uuid::from_u128(2));
        let held = display(shared(), &both, Some((DANA, true)));
        assert!(may_signal(Some(&held), DANA, &point).is_ok());
        assert!(may_signal(Some(&held), DANA, &act).is_ok());
        assert!(may_signal(Some(&held), other, &point).is_err(), "does not look on");
        assert!(may_signal(None, DANA, &point).is_err(), "is over");
        for not in [
            display(shared(), &both, None),
            display(shared(), &both, Some((DANA, false))),
            display(shared(), &both, Some((other, true))),
            display(shared(), &[Scope::View], Some((DANA, true))),
        ] {
            assert!(may_signal(Some(&not), DANA, &point).is_ok());
            assert!(may_signal(Some(&not), DANA, &act).is_err());
        }
        assert!(may_signal(Some(&display(paused, &both, None)), DANA, &point).is_err());
    }
}
